"""Probabilities in whole percent: of the statement, of a further dated statement, of a question resolved later.

Best estimate only, or lowest, best and highest where the study asks for them (Hemming et al., 2018).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.figures import span, written
from copkit_delphi.domain.results import LIKELIHOOD, PROBABILITY, TRACK_RECORD, ItemResult
from copkit_delphi.domain.scale import PERCENT, RATED_PERCENT, Scale
from copkit_delphi.domain.yardstick import PHIA_GAP_FREE
from copkit_delphi.elicitation import disclosure
from copkit_delphi.elicitation.item_types import shapes
from copkit_delphi.elicitation.item_types.answers import Answer, Given
from copkit_delphi.elicitation.item_types.engine import analysed
from copkit_delphi.elicitation.item_types.interface import NOT_BOTH, clipped, whole
from copkit_delphi.elicitation.item_types.numbers import Number
from copkit_delphi.elicitation.item_types.shapes import CANNOT, VALUE, Ask, Input, Leaning, Part, Posed, Say
from copkit_delphi.reporting import phrases

ALL_THREE = N_("Give the lowest, the best and the highest estimate, or none of them.")
RISING = N_("The lowest estimate is at most the best one, and the best one at most the highest.")
_LOW, _HIGH = Part("low", "_low", shapes.ONE), Part("high", "_high", shapes.ONE)
_ENDS = {"lowest": N_("Lowest estimate"), "highest": N_("Highest estimate")}


@dataclass(frozen=True)
class Ends:
    """Medians of the lowest and of the highest estimates, in percent."""

    lowest: float
    highest: float


@dataclass(frozen=True)
class Bounded:
    """What is frozen of estimates with bounds, where enough gave them."""

    bounds: Ends = Ends(0, 100)


class Probability(Number):
    """A probability of a further dated statement."""

    kind = PROBABILITY
    label = N_("Probability of a dated statement")
    about = N_("How likely one more event is, in percent. One event, a place and a date.")
    widget = shapes.PERCENT
    judged = True
    more = Bounded
    deciding = 30  # seconds
    unit = "%"
    refusal = N_("Give a whole number from 1 to 99, or choose “I cannot judge this”.")
    authoring = (
        Input(
            "interval",
            "yes",
            N_("Ask for a lowest and a highest estimate too"),
            N_("Slower, and it shows how unsure each panellist is."),
        ),
    )

    def define(self, wording: str, said: Mapping[str, str]) -> dict[str, Any]:
        """Return whether bounds are asked."""
        super().define(wording, said)
        return {"interval": True} if said.get("interval") else {}

    def said(self, options: Mapping[str, Any]) -> dict[str, str]:
        """Return the tick as typed."""
        return {"interval": "y" if options.get("interval") else ""}

    def scale(self, options: Mapping[str, Any]) -> Scale:
        """Return 0 to 100; a form accepts 1 to 99."""
        del options
        return PERCENT

    def widget_of(self, posed: Posed) -> str:
        """Return the estimate, or three of them."""
        return shapes.INTERVAL if _interval(posed) else shapes.PERCENT

    def parts(self, posed: Posed) -> tuple[Part, ...]:
        """Return the number, its bounds where asked, and the tick."""
        return (VALUE, _LOW, _HIGH, CANNOT) if _interval(posed) else (VALUE, CANNOT)

    def ask(self, posed: Posed, say: Say) -> Ask:
        """Ask below the statement."""
        return Ask(say(N_("How likely is this?")), claim=posed.wording)

    def parse(self, posed: Posed, sent: Mapping[str, Any]) -> Answer:
        """Return one estimate or three."""
        if sent.get("cannot"):
            return Answer(cannot_judge=True)
        read = {key: whole(str(sent.get(key, "")), self.refusal) for key in ("value", "low", "high")}
        if not _interval(posed):
            read |= {"low": None, "high": None}
        found = Answer(read["value"], low=read["low"], high=read["high"])
        self.check(posed, found)
        return found

    def check(self, posed: Posed, answer: Answer) -> None:
        """Refuse what is outside 1 to 99, two of three estimates, and estimates that do not rise."""
        numbers = [one for one in (answer.low, answer.value, answer.high) if one is not None]
        if answer.cannot_judge and numbers:
            raise Invalid(NOT_BOTH)
        if answer.detail is not None or not all(RATED_PERCENT.contains(one) for one in numbers):
            raise Invalid(self.refusal)
        bounds = answer.low is not None or answer.high is not None
        if bounds and not _interval(posed):
            raise Invalid(self.refusal)
        if numbers and _interval(posed) and len(numbers) < 3:
            raise Invalid(ALL_THREE)
        if numbers != sorted(numbers):
            raise Invalid(RISING)

    def value_words(self, posed: Posed, answer: Answer, say: Say) -> str:
        """Return word and number, and the bounds where given."""
        del posed
        value = answer.value or 0
        words = f"{say(PHIA_GAP_FREE.word(value).text)}, {written(value, '%')}"
        if answer.low is None or answer.high is None:
            return words
        return f"{words} ({span(answer.low, answer.high)})"

    def reads_rows(self, posed: Posed) -> bool:
        """Read the bounds, which the engine does not see."""
        return _interval(posed)

    def summarise(self, posed: Posed, given: Sequence[Given], *, k: int) -> dict[str, Any]:
        """Return the medians of lowest and highest estimates, from ``k`` panellists who gave them."""
        pairs = [(one.low, one.high) for one in given if one.low is not None and one.high is not None]
        if not _interval(posed) or len(pairs) < k:
            return {}
        found = analysed(
            {"lowest": [low for low, _ in pairs], "highest": [high for _, high in pairs]}, PERCENT
        )
        figures = {one.item.name: disclosure.panel_figures(one, k).median for one in found.items}
        return {"bounds": figures}

    def printed(self, result: ItemResult, say: Say) -> str:
        """Return word, number and, where asked, the median bounds."""
        words = str(phrases.likelihood(result, say))
        bounds = result.more.get("bounds")
        if not bounds:
            return words
        ends = span(bounds["lowest"], bounds["highest"])
        median = say(N_("median bounds %s")) % ends
        return f"{words}; {median}"

    def export(self, result: ItemResult) -> list[tuple[str, Mapping[str, float | None]]]:
        """Return the medians of the bounds."""
        return [(name, {"median": value}) for name, value in result.more.get("bounds", {}).items()]

    def seconds(self, options: Mapping[str, Any]) -> int:
        """Return half a minute, more for a statement; twice that with bounds."""
        return self.deciding * (2 if options.get("interval") else 1)

    def invent(self, rng: random.Random, leaning: Leaning, posed: Posed) -> Answer:
        """Draw around the leaning of the group, or move a share of the way to the median."""
        best = clipped(_fives(_aimed(rng, leaning), rng), 1, 99)
        if not _interval(posed):
            return Answer(best)
        return Answer(
            best,
            low=clipped(best - rng.uniform(5, 20), 1, best),
            high=clipped(best + rng.uniform(5, 20), best, 99),
        )


def _interval(posed: Posed) -> bool:
    return bool((posed.options or {}).get("interval"))


def _aimed(rng: random.Random, leaning: Leaning) -> float:
    if leaning.own is not None and leaning.median is not None:
        return leaning.own + leaning.movement * rng.random() * 2 * (leaning.median - leaning.own)
    return leaning.centre + leaning.lean * leaning.spread


def _fives(value: float, rng: random.Random) -> float:
    """Most people answer in fives."""
    return 5 * round(value / 5) if rng.random() < 0.7 else value


class Likelihood(Probability):
    """The probability that the threat of a scenario happens: what a study is about."""

    kind = LIKELIHOOD
    label = N_("Likelihood of the statement")
    about = N_("Asked on each scenario with a statement.")
    place = shapes.STATEMENT
    deciding = 40
    authored = False

    def ask(self, posed: Posed, say: Say) -> Ask:
        """Ask beside the statement, which stands on the page."""
        del posed
        hint = N_("Your own best estimate. There is no right answer, and nobody sees it next to your name.")
        return Ask(say(N_("How likely is this?")), hint=say(hint))

    def short(self, posed: Posed, say: Say) -> str:
        """Return "likelihood"."""
        del posed
        return say(N_("likelihood"))


class TrackRecord(Probability):
    """A probability that can be checked later; it never feeds the map."""

    kind = TRACK_RECORD
    label = N_("Track-record question")
    about = N_("A question of the library that will be resolved. It shows later how well the panel judged.")
    place = shapes.TRACK
    kept = True
    judged = False
    authored = False

    def ask(self, posed: Posed, say: Say) -> Ask:
        """Ask below the question."""
        hint = N_("This one is checked later against what happened. It does not enter the results above.")
        return Ask(
            say(N_("How likely is a yes?")),
            hint=say(hint),
            heading=say(N_("A question that will be resolved")),
            claim=posed.wording,
        )

    def short(self, posed: Posed, say: Say) -> str:
        """Return "track record"."""
        del posed
        return say(N_("track record"))


TYPES = (Likelihood(), Probability(), TrackRecord())
