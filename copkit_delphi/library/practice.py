"""Practice questions with their sources, as shipped: statements known to be true or false, and known quantities."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from copkit_delphi.library.shipped import DATA

ASKED = 10
OF_EACH = ASKED // 2


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with what it turned out to be, and where that stands."""

    id: str
    text: str
    answer: bool
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A question for a whole number with what it is, in its unit, and where that stands."""

    id: str
    text: str
    unit: str
    answer: int
    source: str
    url: str


Question = Statement | Quantity


def _read(row: dict[str, Any]) -> Question:
    if row["type"] == "quantity":
        return Quantity(row["id"], row["text"], row["unit"], row["answer"], row["source"], row["url"])
    return Statement(row["id"], row["text"], row["answer"], row["source"], row["url"])


@cache
def every() -> tuple[Question, ...]:
    """Return all questions, in their order."""
    rows = json.loads((DATA / "practice_questions.json").read_text(encoding="utf-8"))["questions"]
    return tuple(map(_read, rows))


def drawn(seed: str, turn: int = 0) -> list[Question]:
    """Return ``OF_EACH`` statements, then as many quantities, the same for the same ``seed`` and ``turn``.

    Two turns that follow each other share no question.
    """
    return [*_part(Statement, seed, turn), *_part(Quantity, seed, turn)]


def _part(kind: type[Question], seed: str, turn: int) -> Sequence[Question]:
    pool = [one for one in every() if isinstance(one, kind)]
    random.Random(f"practice:{kind.__name__}:{seed}").shuffle(pool)  # noqa: S311 - no secret hangs on it
    return [pool[place % len(pool)] for place in range(turn * OF_EACH, (turn + 1) * OF_EACH)]


def named(ids: Iterable[str]) -> list[Question]:
    """Return the questions with these ids, in their order."""
    wanted = set(ids)
    return [one for one in every() if one.id in wanted]
