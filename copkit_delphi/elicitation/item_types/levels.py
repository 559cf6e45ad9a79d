"""Levels in fixed words: desirability and feasibility of a proposal, and self-rated expertise.

Four levels without a middle (Turoff, 1970): who has no judgement says "cannot judge", which is never counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.scale import Scale
from copkit_delphi.elicitation.item_types import shapes
from copkit_delphi.elicitation.item_types.answers import Answer
from copkit_delphi.elicitation.item_types.interface import FOR
from copkit_delphi.elicitation.item_types.numbers import Worded
from copkit_delphi.elicitation.item_types.shapes import Ask, Choice, Planned, Posed, Say

DESIRABILITY, FEASIBILITY = "desirability", "feasibility"
_ASKED = {DESIRABILITY: N_("How desirable is this?"), FEASIBILITY: N_("How feasible is this?")}
_CALLED = {DESIRABILITY: N_("desirability"), FEASIBILITY: N_("feasibility")}
_WORDS = {
    DESIRABILITY: (N_("Very undesirable"), N_("Undesirable"), N_("Desirable"), N_("Very desirable")),
    FEASIBILITY: (
        N_("Definitely infeasible"),
        N_("Probably infeasible"),
        N_("Probably feasible"),
        N_("Definitely feasible"),
    ),
}
KNOWS = (
    N_("Unfamiliar"),
    N_("Casually acquainted"),
    N_("Familiar"),
    N_("Quite familiar"),
    N_("Expert"),
)


class Levels(Worded):
    """Whole levels from 1, each with a word of the product."""

    def levels(self, posed: Posed) -> tuple[str, ...]:
        """Return the untranslated words, lowest first."""
        raise NotImplementedError

    def choices(self, posed: Posed, say: Say) -> tuple[Choice, ...]:
        """Return the levels."""
        return tuple(Choice(str(level), say(word)) for level, word in enumerate(self.levels(posed), 1))

    def legend(self, posed: Posed) -> dict[str, Any]:
        """Return the words, without which no figure can be read."""
        return {"anchors": list(self.levels(posed))}

    def value_words(self, posed: Posed, answer: Answer, say: Say) -> str:
        """Return the word of the level with its number."""
        number = int(answer.value or 1)
        return f"{number} {say(self.levels(posed)[number - 1])}"


class Desirability(Levels):
    """A proposal rated twice: whether it is wanted, and whether it can be done."""

    kind = "desirability"
    label = N_("Desirability and feasibility")
    about = N_("For a measure or a policy: whether it is wanted, and whether it can be done. Two answers.")
    widget = shapes.TILES
    sides = FOR

    def items(self, wording: str, options: Mapping[str, Any]) -> Iterator[Planned]:
        """Yield both items."""
        for key in (DESIRABILITY, FEASIBILITY):
            yield Planned(self.kind, wording, self.scale(options), suffix=key, dimension=key, options=options)

    def scale(self, options: Mapping[str, Any]) -> Scale:
        """Return 1 to 4."""
        del options
        return Scale(1, 4)

    def levels(self, posed: Posed) -> tuple[str, ...]:
        """Return the words of one of the two."""
        return _WORDS[posed.dimension or DESIRABILITY]

    def ask(self, posed: Posed, say: Say) -> Ask:
        """Ask both below the proposal."""
        key = posed.dimension or DESIRABILITY
        return Ask(say(_ASKED[key]), choices=self.choices(posed, say), heading=posed.wording)

    def short(self, posed: Posed, say: Say) -> str:
        """Return the proposal and which of the two it is."""
        return f"{posed.wording} ({say(_CALLED[posed.dimension or DESIRABILITY])})"

    def seconds(self, options: Mapping[str, Any]) -> int:
        """Return half of what both take."""
        del options
        return 15


class Expertise(Levels):
    """How well a panellist says to know the subject; panel figures only, since few hold each level."""

    kind = "expertise"
    label = N_("Self-rated expertise")
    about = N_(
        "How well each panellist knows the subject. It weighs nothing, and is shown for the panel only."
    )
    widget = shapes.TILES
    panel_only = True
    worded = False

    def scale(self, options: Mapping[str, Any]) -> Scale:
        """Return 1 to 5."""
        del options
        return Scale(1, 5)

    def levels(self, posed: Posed) -> tuple[str, ...]:
        """Return the words."""
        del posed
        return KNOWS

    def short(self, posed: Posed, say: Say) -> str:
        """Return the question: the study's, else the product's."""
        return posed.wording or say(N_("How well do you know this subject?"))

    def seconds(self, options: Mapping[str, Any]) -> int:
        """Return a few seconds."""
        del options
        return 8


TYPES = (Desirability(), Expertise())
