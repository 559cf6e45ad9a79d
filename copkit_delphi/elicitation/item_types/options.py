"""What choice and ranking share: options in the facilitator's words, one a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.scale import Scale
from copkit_delphi.elicitation.item_types.answers import Answer
from copkit_delphi.elicitation.item_types.interface import FOR, NOT_BOTH, ItemType
from copkit_delphi.elicitation.item_types.ordinal import lines_of
from copkit_delphi.elicitation.item_types.shapes import Choice, Input, Posed, Say


class Options(ItemType):
    """Options, numbered from 1 in the order they were written."""

    numeric = False
    sides = FOR
    fewest, most = 2, 12
    authoring = (Input("options", "lines", N_("Options"), N_("One a line, in the order they are shown.")),)

    def define(self, wording: str, said: Mapping[str, str]) -> dict[str, Any]:
        """Return the options; raises ``Invalid`` for too few, too many, or two that are the same."""
        super().define(wording, said)
        lines = lines_of(said.get("options", ""))
        if not self.fewest <= len(lines) <= self.most:
            raise Invalid(
                N_("Give %(fewest)s to %(most)s options, one a line."), fewest=self.fewest, most=self.most
            )
        return {"options": lines}

    def said(self, options: Mapping[str, Any]) -> dict[str, str]:
        """Return the options as typed."""
        return {"options": "\n".join(options.get("options", []))}

    def scale(self, options: Mapping[str, Any]) -> Scale:
        """Return the numbers of the options; no figure is read on it."""
        return Scale(1, max(2, len(options["options"])))

    def choices(self, posed: Posed, say: Say) -> tuple[Choice, ...]:
        """Return the options."""
        del say
        return tuple(Choice(str(number), text) for number, text in enumerate(options_of(posed), 1))

    def parse(self, posed: Posed, sent: Mapping[str, Any]) -> Answer:
        """Return the options chosen or their places; raises ``Invalid``."""
        if sent.get("cannot"):
            return Answer(cannot_judge=True)
        numbers = _numbers(sent.get("detail", ""), self.refusal, len(options_of(posed)))
        found = Answer(detail=self.meant(numbers) or None)
        self.check(posed, found)
        return found

    def meant(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """Return the numbers that were sent as an answer holds them."""
        return numbers

    def check(self, posed: Posed, answer: Answer) -> None:
        """Refuse a number, and what is not among the options."""
        if answer.cannot_judge and answer.given and answer.detail is not None:
            raise Invalid(NOT_BOTH)
        if not (answer.value is answer.low is answer.high is None):
            raise Invalid(self.refusal)
        if answer.detail is not None and not self.fits(answer.detail, len(options_of(posed))):
            raise Invalid(self.refusal)

    def fits(self, detail: tuple[int, ...] | str, options: int) -> bool:
        """Tell whether ``detail`` is an answer to an item with so many options."""
        raise NotImplementedError

    def legend(self, posed: Posed) -> dict[str, Any]:
        """Return the options, without which no figure can be read."""
        return {"options": options_of(posed)}

    def texts(self, posed: Posed) -> dict[str, str]:
        """Return the question and its options."""
        return super().texts(posed) | {
            f"options.{place}": text for place, text in enumerate(options_of(posed))
        }

    def seconds(self, options: Mapping[str, Any]) -> int:
        """Return what reading the options takes."""
        return 10 + 3 * len(options.get("options", ()))


def options_of(posed: Posed) -> list[str]:
    """Return the options of an item."""
    return list((posed.options or {}).get("options", []))


def _numbers(sent: Any, refusal: str, most: int) -> tuple[int, ...]:
    """Return whole numbers as a form sends them, empty ones left out; raises ``Invalid``."""
    texts = [one.strip() for one in (sent if isinstance(sent, list) else [str(sent)]) if one.strip()]
    if any(
        not (one.isascii() and one.isdigit() and len(one) <= 2 and 1 <= int(one) <= most) for one in texts
    ):
        raise Invalid(refusal)
    return tuple(int(one) for one in texts)
