"""Single and multiple choice. A share is printed only where it and the rest are large enough to hide everybody."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import round_half_up, written
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.elicitation import disclosure
from copkit_delphi.elicitation.item_types import shapes
from copkit_delphi.elicitation.item_types.answers import Answer, Given
from copkit_delphi.elicitation.item_types.options import Options, options_of
from copkit_delphi.elicitation.item_types.shapes import CANNOT, MANY, ONE, Leaning, Part, Picture, Posed, Say
from copkit_delphi.reporting import phrases
from copkit_delphi.reporting.shares import Bar, bars

_NAMED_FROM = (
    10  # ratings from which the option chosen most is named: below, it would tell of one person's choice
)


@dataclass(frozen=True)
class Counted:
    """An option, and how many chose it where that may be printed."""

    text: str
    count: int | None


@dataclass(frozen=True)
class Chosen:
    """The options as frozen, and the place of the one that was chosen most, if it may be named."""

    options: tuple[Counted, ...]
    leading: int = 0


class Choosing(Options):
    """One or several of some options."""

    more = Chosen

    def froze(self, result: ItemResult) -> bool:
        """Tell whether the option chosen most is one of them."""
        return super().froze(result) and 0 <= result.more.get("leading", 0) < len(result.more["options"])

    def legend(self, posed: Posed) -> dict[str, Any]:
        """Return the options, each without a count."""
        return {"options": [{"text": text, "count": None} for text in options_of(posed)]}

    def counted(self, counts: Sequence[int], n: int, k: int) -> list[int | None]:
        """Return what may be printed of the counts."""
        raise NotImplementedError

    def summarise(self, posed: Posed, given: Sequence[Given], *, k: int) -> dict[str, Any]:
        """Return the options with the counts that may be shown, and which was chosen most.

        It is named where all chose it, too: shares that are missing mean that nearly all did, or all.
        """
        n, found = len(given), self.legend(posed)
        chosen = Counter(one for rating in given for one in (rating.detail or ()))
        counts = [chosen[number] for number in range(1, len(found["options"]) + 1)]
        shown = self.counted(counts, n, k) if n >= disclosure.COLUMNS_FROM else [None] * len(counts)
        for option, count in zip(found["options"], shown, strict=True):
            option["count"] = count
        leading = [place for place, count in enumerate(counts) if count == max(counts)]
        if n >= _NAMED_FROM and len(leading) == 1 and max(counts) >= k:
            found["leading"] = leading[0]
        return found

    def feedback(self, result: ItemResult, say: Say, *, own: Answer | None = None) -> Picture:
        """Draw a bar for each option whose share is shown; the table says the same."""
        n = result.panel.n
        if n is None:
            return Picture(say(phrases.NOT_SHOWN))
        options = result.more["options"]
        mine = own.detail if own else None
        marks = mine if isinstance(mine, tuple) else ()
        rows = [
            Bar(one["text"], _share(one["count"], n), place in marks) for place, one in enumerate(options, 1)
        ]
        hidden = say(N_("not shown"))
        table = tuple(
            (
                one["text"],
                hidden if one["count"] is None else str(one["count"]),
                _percent(one["count"], n, hidden),
            )
            for one in options
        )
        columns = (say(N_("Option")), say(N_("Answers")), say(N_("Share")))
        drawn = bars(rows, say=say) if any(row.share is not None for row in rows) else None
        return Picture(_words(result, n, say), columns, table, drawn)

    def printed(self, result: ItemResult, say: Say) -> str:
        """Return each option with its share, those that are shown first; without any what else may be said."""
        n, options = result.panel.n, result.more.get("options", [])
        shown = sorted((one for one in options if one["count"] is not None), key=lambda one: -one["count"])
        if not n or not shown:
            return super().printed(result, say)
        hidden = len(options) - len(shown)
        parts = [f"{one['text']} {_percent(one['count'], n, '')}" for one in shown]
        return "; ".join([*parts, *([say(N_("%s not shown")) % hidden] if hidden else [])])

    def export(self, result: ItemResult) -> list[tuple[str, Mapping[str, float | None]]]:
        """Return one row an option: how many chose it, where it may be printed."""
        return [(one["text"], {"n": one["count"]}) for one in result.more.get("options", [])]

    def value_words(self, posed: Posed, answer: Answer, say: Say) -> str:
        """Return the options chosen."""
        del say
        texts = options_of(posed)
        return "; ".join(texts[one - 1] for one in answer.detail or () if isinstance(one, int))

    def invent(self, rng: random.Random, leaning: Leaning, posed: Posed) -> Answer:
        """Choose one, the first ones more often."""
        del leaning
        numbers = range(1, len(options_of(posed)) + 1)
        return Answer(detail=tuple(rng.choices(numbers, weights=[1 / one for one in numbers])))


class Single(Choosing):
    """One of two to twelve options."""

    kind = "single"
    label = N_("Choice of one")
    about = N_("One of 2 to 12 options.")
    widget = shapes.CARDS

    def parts(self, posed: Posed) -> tuple[Part, ...]:
        """Return one input."""
        del posed
        return (Part("detail", "", ONE),)

    def fits(self, detail: tuple[int, ...] | str, options: int) -> bool:
        """Tell whether one option is chosen."""
        return isinstance(detail, tuple) and len(detail) == 1 and 1 <= detail[0] <= options

    def counted(self, counts: Sequence[int], n: int, k: int) -> list[int | None]:
        """Hide what is small or too close to all, then more until the hidden hold none or ``k`` together.

        The counts add up to ``n``, which is printed: one hidden count alone could be taken from the others.
        """
        hidden = {place for place, count in enumerate(counts) if not disclosure.countable(count, n, k)}
        if any(count == n for count in counts):
            return [None] * len(counts)  # the others at none would tell that all chose this one
        rest = sorted(set(range(len(counts))) - hidden, key=lambda place: counts[place])
        while rest and 0 < sum(counts[place] for place in hidden) < k:
            hidden.add(rest.pop(0))
        return [None if place in hidden else count for place, count in enumerate(counts)]


class Multiple(Choosing):
    """Any number of two to twelve options."""

    kind = "multiple"
    label = N_("Choice of several")
    about = N_("Any number of 2 to 12 options. Write “None of these” as an option where it makes sense.")
    widget = shapes.CHECKS
    refusal = N_("Tick what applies, or choose “I cannot judge this”.")

    def parts(self, posed: Posed) -> tuple[Part, ...]:
        """Return the boxes and "cannot judge"."""
        del posed
        return (Part("detail", "", MANY), CANNOT)

    def meant(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """Return the options ticked, each once, in their order."""
        return tuple(sorted(set(numbers)))

    def fits(self, detail: tuple[int, ...] | str, options: int) -> bool:
        """Tell whether some options are ticked, each once and in order."""
        return (
            isinstance(detail, tuple)
            and bool(detail)
            and set(detail) <= set(range(1, options + 1))
            and list(detail) == sorted(set(detail))
        )

    def counted(self, counts: Sequence[int], n: int, k: int) -> list[int | None]:
        """Hide each count that is small or close to all; none and all would tell everybody's tick."""
        return [count if 0 < count < n and disclosure.countable(count, n, k) else None for count in counts]


def _share(count: int | None, n: int) -> float | None:
    return None if count is None else count / n


def _percent(count: int | None, n: int, hidden: str) -> str:
    return hidden if count is None else written(round_half_up(100 * count / n), "%")


def _words(result: ItemResult, n: int, say: Say) -> str:
    answers = say(N_("%s answers")) % n
    place = result.more.get("leading")
    if place is None:
        return answers
    option = result.more["options"][place]
    share = f", {_percent(option['count'], n, '')}" if option["count"] is not None else ""
    most = say(N_("chosen most"))
    return f"{answers}; {most}: {option['text']}{share}"


TYPES = (Single(), Multiple())
