"""Types whose answer is one number on a scale: drawn as a distribution, printed as median and middle half."""

from __future__ import annotations

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.elicitation.item_types.answers import Answer
from copkit_delphi.elicitation.item_types.interface import ItemType
from copkit_delphi.elicitation.item_types.shapes import Picture, Say
from copkit_delphi.reporting import charts, phrases

COLUMNS = (N_("Group"), N_("Answers"), N_("Median"), N_("Middle half"), N_("90%% of the panel"))


class Number(ItemType):
    """A number on a scale."""

    unit = ""

    def feedback(self, result: ItemResult, say: Say, *, own: Answer | None = None) -> Picture:
        """Draw the distribution; the table says the same."""
        words = phrases.describe(result.panel, self.unit, say)
        if not result.panel.shown:
            return Picture(words)
        value = own.value if own else None
        rows = [
            (row.label, row.n or "–", row.median or "–", row.middle_half or "–", row.ninety or "–")
            for row in charts.table_twin(result, say=say)
        ]
        return Picture(
            words,
            tuple(say(one).replace("%%", "%") for one in COLUMNS),
            tuple(rows),
            charts.on_screen(result, own=value, say=say),
        )
