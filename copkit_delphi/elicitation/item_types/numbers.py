"""Types whose answer is one number on a scale: drawn as a distribution, printed as median and middle half."""

from __future__ import annotations

from dataclasses import dataclass

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.elicitation.item_types.answers import Answer
from copkit_delphi.elicitation.item_types.interface import ItemType
from copkit_delphi.elicitation.item_types.shapes import Picture, Say
from copkit_delphi.reporting import charts, phrases

COLUMNS = (N_("Group"), N_("Answers"), N_("Median"), N_("Middle half"), N_("90%% of the panel"))


@dataclass(frozen=True)
class Anchored:
    """The words of a scale: of both ends, or of each point."""

    anchors: tuple[str, ...]


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


class Worded(Number):
    """A number on a scale with words at its ends, or at each point."""

    more = Anchored

    def froze(self, result: ItemResult) -> bool:
        """Tell whether there are as many words as the scale has ends, or points."""
        points = round(result.high - result.low) + 1
        return super().froze(result) and len(result.more["anchors"]) in {2, points}
