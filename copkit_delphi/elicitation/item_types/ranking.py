"""Ranking: some options put in order, best first. The panel's order is by median rank; agreement is Kendall's W."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import round_half_up, span, written
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.domain.scale import Scale
from copkit_delphi.elicitation import disclosure
from copkit_delphi.elicitation.item_types import shapes
from copkit_delphi.elicitation.item_types.answers import Answer, Given
from copkit_delphi.elicitation.item_types.engine import analysed
from copkit_delphi.elicitation.item_types.options import Options, options_of
from copkit_delphi.elicitation.item_types.shapes import CANNOT, ONE, Leaning, Part, Picture, Posed, Say
from copkit_delphi.reporting import phrases
from copkit_delphi.reporting.shares import Place, places

_MOST_W = 0.9
_FIGURES = ("median", "q1", "q3", "mean")


@dataclass(frozen=True)
class Placed:
    """An option with what is shown of the places it was given."""

    text: str
    median: float = 0
    q1: float = 0
    q3: float = 0
    mean: float = 0


@dataclass(frozen=True)
class Ranked:
    """The options as frozen, and the agreement on their order where it is shown."""

    options: tuple[Placed, ...]
    kendall_w: float = 0


class Ranking(Options):
    """Every option gets a place of its own; ``detail`` holds the place of each option."""

    more = Ranked

    kind = "ranking"
    label = N_("Ranking")
    about = N_("3 to 9 options put in order. More than seven are hard to keep in mind.")
    widget = shapes.RANKS
    refusal = N_("Give each option a place of its own, or none of them any.")
    fewest, most = 3, 9

    def parts(self, posed: Posed) -> tuple[Part, ...]:
        """Return one input an option, and "cannot judge"."""
        ranks = [Part("ranks", f"_{number}", ONE) for number in range(1, len(options_of(posed)) + 1)]
        return (*ranks, CANNOT)

    def fits(self, detail: tuple[int, ...] | str, options: int) -> bool:
        """Tell whether each option has a place of its own."""
        return isinstance(detail, tuple) and sorted(detail) == list(range(1, options + 1))

    def froze(self, result: ItemResult) -> bool:
        """Tell whether each option has a place where a result is shown."""
        shown = result.panel.n is not None
        return super().froze(result) and all("median" in one or not shown for one in result.more["options"])

    def legend(self, posed: Posed) -> dict[str, Any]:
        """Return the options, each without figures."""
        return {"options": [{"text": text} for text in options_of(posed)]}

    def summarise(self, posed: Posed, given: Sequence[Given], *, k: int) -> dict[str, Any]:
        """Return the median place of each option, more from more ratings, and Kendall's W from ten.

        A W of 1 would tell that everybody gave the order that the medians show: above 0.9 no figure is given.
        """
        found = self.legend(posed)
        ranks = [one.detail for one in given if isinstance(one.detail, tuple)]
        if len(ranks) < k:
            return found
        size = len(found["options"])
        columns = {str(number): [float(one[number]) for one in ranks] for number in range(size)}
        analysis = analysed(columns, Scale(1, size))
        for option, item in zip(found["options"], analysis.items, strict=True):
            figures = disclosure.panel_figures(item, k)
            option |= {name: value for name in _FIGURES if (value := getattr(figures, name)) is not None}
        w = analysis.coefficients.kendall_w
        if len(ranks) >= disclosure.COEFFICIENTS_FROM and w is not None:
            found["kendall_w"] = min(_MOST_W, round_half_up(w, 0.01))
        return found

    def feedback(self, result: ItemResult, say: Say, *, own: Answer | None = None) -> Picture:
        """Draw the options in the panel's order, each at its median place."""
        if result.panel.n is None:
            return Picture(say(phrases.NOT_SHOWN))
        mine = own.detail if own and isinstance(own.detail, tuple) else ()
        ordered = _ordered(result, mine)
        table = tuple(
            (
                row.text,
                written(row.median),
                span(row.q1, row.q3, "") if row.q1 is not None and row.q3 is not None else "–",
            )
            for row in ordered
        )
        columns = (say(N_("Option")), say(N_("Median place")), say(N_("Middle half")))
        return Picture(self._words(result, ordered, say), columns, table, places(ordered, say=say))

    def _words(self, result: ItemResult, ordered: Sequence[Place], say: Say) -> str:
        first = [row.text for row in ordered if row.median == ordered[0].median]
        answers, front = say(N_("%s answers")) % result.panel.n, say(N_("in front"))
        return f"{answers}; {front}: {', '.join(first)}{self._agreed(result, say)}"

    def _agreed(self, result: ItemResult, say: Say) -> str:
        w = result.more.get("kendall_w")
        if w is None:
            return ""
        more = " " + say(N_("or more")) if w == _MOST_W else ""
        agreement = say(N_("agreement on the order"))
        return f"; {agreement}: W {written(w)}{more}"

    def printed(self, result: ItemResult, say: Say) -> str:
        """Return the options in the panel's order, each with its median place, and the agreement on the order."""
        if result.panel.n is None:
            return say(phrases.NOT_SHOWN)
        places_ = "; ".join(f"{row.text} {written(row.median)}" for row in _ordered(result))
        medians = say(N_("median places"))
        return f"{medians}: {places_}{self._agreed(result, say)}"

    def export(self, result: ItemResult) -> list[tuple[str, Mapping[str, float | None]]]:
        """Return one row an option: its median place and what else is shown."""
        return [
            (one["text"], {name: one.get(name) for name in _FIGURES})
            for one in result.more.get("options", [])
        ]

    def value_words(self, posed: Posed, answer: Answer, say: Say) -> str:
        """Return the options in the order given."""
        del say
        detail = answer.detail if isinstance(answer.detail, tuple) else ()
        pairs = sorted(zip(detail, options_of(posed), strict=True))
        return "; ".join(f"{place}. {text}" for place, text in pairs)

    def seconds(self, options: Mapping[str, Any]) -> int:
        """Return what comparing the options takes."""
        return 10 + 8 * len(options.get("options", ()))

    def invent(self, rng: random.Random, leaning: Leaning, posed: Posed) -> Answer:
        """Put the options in about the order they were written."""
        del leaning
        size = len(options_of(posed))
        keys = [place + rng.gauss(0, size / 3) for place in range(size)]
        order = sorted(range(size), key=lambda place: keys[place])
        return Answer(detail=tuple(order.index(place) + 1 for place in range(size)))


def _ordered(result: ItemResult, mine: Sequence[int] = ()) -> list[Place]:
    """Return the options in the panel's order, with the reader's own places."""
    rows = [
        Place(one["text"], one["median"], one.get("q1"), one.get("q3"), mine[at] if at < len(mine) else None)
        for at, one in enumerate(result.more["options"])
    ]
    return sorted(rows, key=lambda row: row.median)


TYPES = (Ranking(),)
