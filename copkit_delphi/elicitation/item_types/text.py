"""Free text: read by the facilitators after the close, shuffled, without code, group or time; never in a result."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.domain.scale import Scale
from copkit_delphi.elicitation.item_types import shapes
from copkit_delphi.elicitation.item_types.answers import Answer
from copkit_delphi.elicitation.item_types.interface import FOR, NOT_BOTH, ItemType
from copkit_delphi.elicitation.item_types.shapes import CANNOT, ONE, Ask, Leaning, Part, Picture, Posed, Say
from copkit_delphi.reporting import phrases

LIMIT = 1000
_SAID = (
    "It depends on how fast suppliers react.",
    "Reporting is too thin to say more.",
    "Small agencies will notice it last.",
)


class FreeText(ItemType):
    """Words of a panellist's own."""

    kind = "text"
    label = N_("Free text")
    about = N_(
        "Words of the panellist's own. Facilitators read them after the close, without a name or a code."
    )
    widget = shapes.TEXT
    numeric = False
    sides = FOR
    refusal = N_("An answer in words has at most 1,000 characters.")

    def scale(self, options: Mapping[str, Any]) -> Scale:
        """Return a scale that nothing is read on."""
        del options
        return Scale(0, 1)

    def parts(self, posed: Posed) -> tuple[Part, ...]:
        """Return the text and "cannot judge"."""
        del posed
        return (Part("detail", "", ONE), CANNOT)

    def ask(self, posed: Posed, say: Say) -> Ask:
        """Ask with a limit, and say who reads it."""
        hint = N_("The facilitators read it after the round, without your name.")
        return Ask(posed.wording, hint=say(hint), limit=LIMIT)

    def parse(self, posed: Posed, sent: Mapping[str, Any]) -> Answer:
        """Return the text."""
        if sent.get("cannot"):
            return Answer(cannot_judge=True)
        found = Answer(detail=str(sent.get("detail", "")).strip() or None)
        self.check(posed, found)
        return found

    def check(self, posed: Posed, answer: Answer) -> None:
        """Refuse a number, a text that is too long, and a character that no database keeps."""
        del posed
        if answer.cannot_judge and answer.detail is not None:
            raise Invalid(NOT_BOTH)
        if not (answer.value is answer.low is answer.high is None):
            raise Invalid(self.refusal)
        if answer.detail is None:
            return
        if not isinstance(answer.detail, str) or not 0 < len(answer.detail) <= LIMIT:
            raise Invalid(self.refusal)
        if "\x00" in answer.detail:
            raise Invalid(N_("The text holds a character that cannot be stored. Type it again."))

    def value_words(self, posed: Posed, answer: Answer, say: Say) -> str:
        """Return the text."""
        del posed, say
        return str(answer.detail)

    def feedback(self, result: ItemResult, say: Say, *, own: Answer | None = None) -> Picture:
        """Say how many wrote, and nothing of what."""
        del own
        if result.panel.n is None:
            return Picture(say(phrases.NOT_SHOWN))
        return Picture(say(N_("%s answers in words, read by the facilitators")) % result.panel.n)

    def seconds(self, options: Mapping[str, Any]) -> int:
        """Return a minute and a half."""
        del options
        return 90

    def invent(self, rng: random.Random, leaning: Leaning, posed: Posed) -> Answer:
        """Write one of a few sentences, or nothing."""
        del leaning, posed
        return Answer(detail=rng.choice(_SAID)) if rng.random() < 0.6 else Answer()


TYPES = (FreeText(),)
