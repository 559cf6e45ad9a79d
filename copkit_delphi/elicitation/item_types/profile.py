"""The two types that a study's rules bring: the impact profile, and how sure a panellist is of a page."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.impact import BY_KEY, LEVELS
from copkit_delphi.domain.results import CONFIDENCE_KIND, IMPACT_KIND
from copkit_delphi.domain.scale import CONFIDENCE, IMPACT, Scale
from copkit_delphi.elicitation.item_types import shapes
from copkit_delphi.elicitation.item_types.answers import Answer
from copkit_delphi.elicitation.item_types.interface import clipped
from copkit_delphi.elicitation.item_types.numbers import Number
from copkit_delphi.elicitation.item_types.shapes import Ask, Choice, Leaning, Planned, Posed, Say

SURE = (N_("Not very"), N_("Fairly"), N_("Very"))
SURE_WORDS = (N_("not very sure"), N_("fairly sure"), N_("very sure"))
SURE_HINTS = (
    N_("General knowledge or a hunch"),
    N_("Some evidence or related work"),
    N_("Direct casework or data"),
)


class Impact(Number):
    """Levels of impact, one item a dimension; never a mean over dimensions."""

    kind = IMPACT_KIND
    label = N_("Impact profile")
    about = N_("How serious it would be, dimension by dimension. Asked on each scenario with a statement.")
    widget = shapes.TILES
    place = shapes.IMPACT
    kept = True
    authored = False
    refusal = N_("Choose a level from 0 to 4, or “cannot judge”.")

    def items(self, wording: str, options: Mapping[str, Any]) -> Iterator[Planned]:
        """Yield one item a dimension."""
        del wording
        dimensions: Sequence[str] = options.get("dimensions", ())
        for key in dimensions:
            yield Planned(self.kind, BY_KEY[key].label, IMPACT, suffix=key, dimension=key)

    def scale(self, options: Mapping[str, Any]) -> Scale:
        """Return 0 to 4."""
        del options
        return IMPACT

    def ask(self, posed: Posed, say: Say) -> Ask:
        """Ask below one heading for all dimensions."""
        known = BY_KEY.get(posed.dimension or "")
        return Ask(
            self.short(posed, say),
            choices=self.choices(posed, say),
            anchors=tuple(say(one) for one in known.anchors) if known else (),
            heading=say(N_("If it happens, how serious is it?")),
            note=say(N_("From 0, none, to 4, systemic. Place: %(place)s.")),
        )

    def choices(self, posed: Posed, say: Say) -> tuple[Choice, ...]:
        """Return the levels."""
        del posed
        return tuple(Choice(str(level), say(word)) for level, word in enumerate(LEVELS))

    def short(self, posed: Posed, say: Say) -> str:
        """Return the dimension."""
        known = BY_KEY.get(posed.dimension or "")
        return say(known.label) if known else posed.wording

    def texts(self, posed: Posed) -> dict[str, str]:
        """Return nothing: the words are the product's."""
        del posed
        return {}

    def seconds(self, options: Mapping[str, Any]) -> int:
        """Return a few seconds: one item is one dimension."""
        del options
        return 6

    def invent(self, rng: random.Random, leaning: Leaning, posed: Posed) -> Answer:
        """Draw around the tendency of the dimension."""
        return Answer(clipped(leaning.impact.get(posed.dimension or "", 1.0) + rng.gauss(0, 0.6), 0, 4))


class Confidence(Number):
    """Own confidence in the answers of a page; it weighs nothing."""

    kind = CONFIDENCE_KIND
    label = N_("Own confidence")
    about = N_("How sure a panellist is of the answers on the page. Asked on each scenario with a statement.")
    widget = shapes.CARDS
    place = shapes.ASIDE
    kept = True
    authored = False
    refusal = N_("Choose how sure you are.")

    def scale(self, options: Mapping[str, Any]) -> Scale:
        """Return 1 to 3."""
        del options
        return CONFIDENCE

    def ask(self, posed: Posed, say: Say) -> Ask:
        """Ask about the whole page."""
        return Ask(say(N_("How sure are you of these answers?")), choices=self.choices(posed, say))

    def choices(self, posed: Posed, say: Say) -> tuple[Choice, ...]:
        """Return the three levels with what each rests on."""
        del posed
        return tuple(
            Choice(str(level), say(word), say(hint))
            for level, (word, hint) in enumerate(zip(SURE, SURE_HINTS, strict=True), 1)
        )

    def short(self, posed: Posed, say: Say) -> str:
        """Return "how sure you are"."""
        del posed
        return say(N_("how sure you are"))

    def value_words(self, posed: Posed, answer: Answer, say: Say) -> str:
        """Return the level in words."""
        del posed
        return say(SURE_WORDS[int(answer.value or 1) - 1])

    def seconds(self, options: Mapping[str, Any]) -> int:
        """Return a few seconds."""
        del options
        return 5

    def invent(self, rng: random.Random, leaning: Leaning, posed: Posed) -> Answer:
        """Draw around "fairly"."""
        del leaning, posed
        return Answer(clipped(2 + rng.gauss(0, 0.6), 1, 3))


TYPES = (Impact(), Confidence())
