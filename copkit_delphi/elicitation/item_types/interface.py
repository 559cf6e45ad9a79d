"""The one interface of an item type: define, form, validate, draft, summarise, draw feedback, export, print.

Pages, forms, results and exports know this interface and no kind. A type knows neither pages nor tables: it declares
which widget asks for an answer, and the web layer draws it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.figures import plain, written
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.shapes import fits
from copkit_delphi.elicitation.item_types.answers import Answer, Given
from copkit_delphi.elicitation.item_types.shapes import (
    OWN,
    TILES,
    VALUE,
    Ask,
    Choice,
    Input,
    Leaning,
    Part,
    Picture,
    Planned,
    Posed,
    Say,
)

NOT_BOTH = N_("Give a value or choose “I cannot judge this”, not both.")
MAX_WORDING = 600
HIGHER = (N_("Reasons for a higher estimate"), N_("Reasons for a lower estimate"))
FOR = (N_("Reasons for it"), N_("Reasons against it"))


@dataclass(frozen=True)
class Nothing:
    """What a plain number freezes beside its figures."""


class ItemType:
    """What every type does; a module holds one type and says only where it differs from a number on tiles."""

    kind = ""
    label = ""
    about = ""  # when to use it
    widget = TILES
    place = OWN
    numeric = True  # analysed by the engine on its scale
    judged = False  # the study's criterion and stopping rule are about it
    kept = False  # asked last on its page, and folded where it was answered before
    panel_only = False  # no figures of groups, no words on agreement
    authored = True  # facilitators may add one
    worded = True  # a question cannot do without words of its own
    sides = HIGHER
    refusal = N_("Choose one of the answers, or “cannot judge”.")
    authoring: tuple[Input, ...] = ()
    more: type = Nothing  # the shape of what ``summarise`` returns

    # Define

    def define(self, wording: str, said: Mapping[str, str]) -> dict[str, Any]:
        """Return the options of a question as a facilitator typed them; raises ``Invalid``."""
        del said
        check_wording(wording, needed=self.worded)
        return {}

    def said(self, options: Mapping[str, Any]) -> dict[str, str]:
        """Return options as a facilitator typed them: the inverse of ``define``."""
        return {one.key: str(options.get(one.key, one.start)) for one in self.authoring}

    def items(self, wording: str, options: Mapping[str, Any]) -> Iterator[Planned]:
        """Yield the items that a question makes."""
        yield Planned(self.kind, wording, self.scale(options), options=options)

    def scale(self, options: Mapping[str, Any]) -> Scale:
        """Return the scale that results are read on."""
        raise NotImplementedError

    # Form

    def parts(self, posed: Posed) -> tuple[Part, ...]:
        """Return the inputs of one item; tiles and cards send "cannot" as one of their choices."""
        del posed
        return (VALUE,)

    def widget_of(self, posed: Posed) -> str:
        """Return the widget that asks for one item."""
        del posed
        return self.widget

    def ask(self, posed: Posed, say: Say) -> Ask:
        """Return how one item is asked."""
        return Ask(self.short(posed, say), choices=self.choices(posed, say))

    def choices(self, posed: Posed, say: Say) -> tuple[Choice, ...]:
        """Return the choices of one item, without "cannot judge"."""
        del posed, say
        return ()

    # Validate and draft

    def parse(self, posed: Posed, sent: Mapping[str, Any]) -> Answer:
        """Return the answer typed, an empty one when nothing was; raises ``Invalid`` with what to write."""
        if sent.get("cannot"):
            return Answer(cannot_judge=True)
        value = whole(str(sent.get("value", "")), self.refusal)
        found = Answer(value)
        self.check(posed, found)
        return found

    def check(self, posed: Posed, answer: Answer) -> None:
        """Raise ``Invalid`` unless ``answer`` is one of this item."""
        self.check_number(posed, answer)

    def check_number(self, posed: Posed, answer: Answer) -> None:
        """Raise ``Invalid`` unless ``answer`` is a point of the scale, or nothing, or "cannot judge"."""
        if answer.cannot_judge and (answer.value is not None or answer.detail is not None):
            raise Invalid(NOT_BOTH)
        if answer.detail is not None or answer.low is not None or answer.high is not None:
            raise Invalid(self.refusal)
        if answer.value is not None and not self.accepted(posed).contains(answer.value):
            raise Invalid(self.refusal)

    def accepted(self, posed: Posed) -> Scale:
        """Return the values that a form accepts."""
        return Scale(posed.low, posed.high)

    # Words

    def short(self, posed: Posed, say: Say) -> str:
        """Return what an item is called in a list."""
        del say
        return posed.wording

    def words(self, posed: Posed, answer: Answer, say: Say) -> str:
        """Return an own answer in words."""
        if answer.cannot_judge:
            return say(N_("cannot judge"))
        if not answer.given:
            return say(N_("left open"))
        return self.value_words(posed, answer, say)

    def value_words(self, posed: Posed, answer: Answer, say: Say) -> str:
        """Return an answer that was given in words: the number and the choice it stands for."""
        value = answer.value or 0
        label = next((one.label for one in self.choices(posed, say) if one.value == plain(value)), "")
        return f"{written(value)} {label}".strip()

    # Summarise

    def reads_rows(self, posed: Posed) -> bool:
        """Tell whether ``summarise`` needs the single ratings."""
        del posed
        return not self.numeric

    def summarise(self, posed: Posed, given: Sequence[Given], *, k: int) -> dict[str, Any]:
        """Return what is frozen beside the figures, already disclosed, as plain JSON; nothing for a plain number."""
        del given, k
        return self.legend(posed)

    def froze(self, result: ItemResult) -> bool:
        """Tell whether what a result from outside holds beside its figures is what this type freezes."""
        return fits(dict(result.more), self.more)

    def legend(self, posed: Posed) -> dict[str, Any]:
        """Return what a frozen result needs to be read later: labels and anchors."""
        del posed
        return {}

    # Draw, export, print

    def feedback(self, result: ItemResult, say: Say, *, own: Answer | None = None) -> Picture:
        """Draw a frozen result, with the reader's own answer in the words."""
        raise NotImplementedError

    def export(self, result: ItemResult) -> list[tuple[str, Mapping[str, float | None]]]:
        """Return further rows of the table of a snapshot: what a row is about, and its figures by column."""
        del result
        return []

    def printed(self, result: ItemResult, say: Say) -> str:
        """Return a frozen result as one sentence, for tables and paper."""
        return self.feedback(result, say).words

    # For whoever builds a questionnaire

    def seconds(self, options: Mapping[str, Any]) -> int:
        """Return about how many seconds one item takes: deciding and pressing, without reading its words."""
        del options
        return 15

    def texts(self, posed: Posed) -> dict[str, str]:
        """Return every text of an item that can be translated or checked, by key."""
        return {"wording": posed.wording} if posed.wording else {}

    # For practice

    def invent(self, rng: random.Random, leaning: Leaning, posed: Posed) -> Answer:
        """Return what a made-up panellist answers."""
        share = (leaning.centre + leaning.lean * leaning.spread) / 100 + rng.gauss(0, 0.15)
        return Answer(clipped(posed.low + share * (posed.high - posed.low), posed.low, posed.high))


def check_wording(wording: str, *, needed: bool = True) -> None:
    """Raise ``Invalid`` for a question without words where they are needed, or with too many."""
    if needed and not wording.strip():
        raise Invalid(N_("Write the question."))
    if len(wording) > MAX_WORDING:
        raise Invalid(N_("A question has at most %(n)s characters."), n=MAX_WORDING)


def whole(text: str, refusal: str) -> float | None:
    """Return a whole number as typed, None when nothing was; raises ``Invalid``."""
    cleaned = text.strip().removesuffix("%").strip()
    if not cleaned:
        return None
    if not (cleaned.isascii() and cleaned.isdigit() and len(cleaned) <= 3):
        raise Invalid(refusal)
    return float(cleaned)


def clipped(value: float, low: float, high: float) -> float:
    """Return the nearest whole value between both ends."""
    return float(min(high, max(low, round(value))))
