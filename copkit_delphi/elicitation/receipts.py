"""A receipt over what is stored of one panellist in one round: how many answers, and a value to compare later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from copkit_delphi.domain.protocol import digest
from copkit_delphi.elicitation import own
from copkit_delphi.elicitation.own import OwnAnswer

_LENGTH, _STEP = 16, 4  # hexadecimal figures


@dataclass(frozen=True, slots=True)
class Stored:
    """How many answers, reasons and replies are saved, and their check value: the same value means the same."""

    answers: int
    reasons: int
    replies: int
    check: str


def over(rows: Iterable[OwnAnswer]) -> Stored:
    """Return the receipt over the saved answers of one round, in any order; drafts are none."""
    kept = [row for row in rows if row.answer.given or row.reason.given or row.replies]
    lines = sorted([row.round, row.item, _canonical(row)] for row in kept)
    return Stored(
        answers=sum(row.answer.given for row in kept),
        reasons=sum(row.reason.given for row in kept),
        replies=sum(len(row.replies) for row in kept),
        check=_grouped(digest(lines)[:_LENGTH]),
    )


def _canonical(row: OwnAnswer) -> str:
    said = {"replies": sorted(row.replies)} if row.replies else {}
    return digest(own.typed(row.answer, row.reason) | said)


def _grouped(text: str) -> str:
    return " ".join(text[at : at + _STEP] for at in range(0, len(text), _STEP))
