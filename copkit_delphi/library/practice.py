"""Practice questions: statements known to be true or false, with their sources, as shipped with the product."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from copkit_delphi.library.shipped import DATA

ASKED = 10


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with what it turned out to be, and where that stands."""

    id: str
    text: str
    answer: bool
    source: str
    url: str


@cache
def every() -> tuple[Statement, ...]:
    """Return all statements, in their order."""
    rows = json.loads((DATA / "practice_questions.json").read_text(encoding="utf-8"))["questions"]
    return tuple(Statement(row["id"], row["text"], row["answer"], row["source"], row["url"]) for row in rows)


def drawn(seed: str) -> list[Statement]:
    """Return ``ASKED`` statements in an order of their own, the same for the same ``seed``."""
    return random.Random(f"practice:{seed}").sample(every(), ASKED)  # noqa: S311 - no secret hangs on it


def named(ids: Iterable[str]) -> list[Statement]:
    """Return the statements with these ids, in their order."""
    wanted = set(ids)
    return [one for one in every() if one.id in wanted]
