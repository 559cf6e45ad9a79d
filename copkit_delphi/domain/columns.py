"""Which column of a foreign table is what, and what its words mean: a table of answers becomes people with answers.

A role is a column's part: ``panellist``, ``group``, ``email``, ``name``, ``round``; in a table with one row a panellist
``is:ITEM``, ``why:ITEM`` or ``new`` (a statement the study does not have yet); in one with a row a rating ``item``,
``value`` and ``reason``. Nothing is guessed: what is not certain is a problem with its line and column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from copkit_delphi.domain.delimited import shown
from copkit_delphi.domain.errors import N_, Invalid

PANELLIST, GROUP, EMAIL, NAME, ROUND = "panellist", "group", "email", "name", "round"
ITEM, VALUE, REASON, NEW = "item", "value", "reason", "new"
IS, WHY = "is:", "why:"
PERSONAL = frozenset({PANELLIST, EMAIL, NAME})
CANNOT_JUDGE = ("cannot judge", "cannot_judge", "don't know", "no opinion", "n/a", "x")
MOST_SHOWN = 50

NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Columns:
    """A mapping: roles by the name of a column, and what words of the file mean. Words are compared folded."""

    roles: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, float] = field(default_factory=dict)
    cannot: tuple[str, ...] = CANNOT_JUDGE
    groups: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    shares: bool = False
    rounding: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {**asdict(self), "cannot": list(self.cannot)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Columns:
        """Rebuild a mapping from ``to_dict``."""
        return cls(**{**data, "cannot": tuple(data.get("cannot", CANNOT_JUDGE))})

    def having(self, role: str) -> list[str]:
        """Return the columns with a role."""
        return [name for name, one in self.roles.items() if one == role]

    @property
    def whole(self) -> bool:
        """Tell whether it says where answers stand."""
        return any(role in (VALUE, NEW) or role.startswith(IS) for role in self.roles.values())

    def fits(self, headers: Iterable[str]) -> bool:
        """Tell whether a table has every column that is read."""
        return bool(self.roles) and {name for name, role in self.roles.items() if role} <= set(headers)


@dataclass(frozen=True, slots=True)
class Given:
    """One answer: a value, or that the panellist cannot judge."""

    value: float | None = None
    cannot_judge: bool = False


@dataclass(slots=True)
class Respondent:
    """One panellist of the file: ``key`` is the file's own id and goes nowhere; answers and reasons by item."""

    line: int
    key: str
    group: str
    email: str = ""
    name: str = ""
    answers: dict[str, Given] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell cannot be taken: an untranslated sentence with its values. Line 0: the mapping itself."""

    line: int
    column: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """What a mapping makes of a table. With any problem nothing may be taken."""

    people: list[Respondent] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    other_rounds: int = 0

    @property
    def ratings(self) -> int:
        """Return how many answers there are, "cannot judge" among them."""
        return sum(len(one.answers) for one in self.people)

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return by item how many rated it and how many cannot judge it."""
        found: dict[str, tuple[int, int]] = {}
        for person in self.people:
            for name, given in person.answers.items():
                rated, cannot = found.get(name, (0, 0))
                found[name] = (rated + (not given.cannot_judge), cannot + given.cannot_judge)
        return found


@lru_cache(maxsize=20_000)  # the same few words stand on every line
def folded(text: str) -> str:
    """Return ``text`` as words are compared: composed, one blank between words, without capitals."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def pairs(text: str) -> dict[str, str]:
    """Read ``word of the file = meaning``, one a line; raises ``Invalid`` with the line to mend."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        word, sign, meaning = line.rpartition("=")
        if not sign or not word.strip() or not meaning.strip():
            raise Invalid(N_("Line %(line)s: write the word of the file = what it means."), line=number)
        found[folded(word)] = " ".join(meaning.split())
    return found


def numbers(text: str) -> dict[str, float]:
    """Read ``word of the file = number``, one a line; raises ``Invalid``."""
    found = {}
    for word, meaning in pairs(text).items():
        if not NUMBER.fullmatch(meaning.replace(",", ".")):
            raise Invalid(
                N_("“%(word)s” means “%(text)s”, which is no number."), word=shown(word), text=shown(meaning)
            )
        found[word] = float(meaning.replace(",", "."))
    return found


def proposed(headers: Iterable[str], items: Iterable[str]) -> Columns:
    """Return a mapping of the columns whose names say what they are; the rest is left to a person."""
    known = {folded(name): f"{IS}{name}" for name in items}
    usual = {
        "panellist": PANELLIST, "participant": PANELLIST, "respondent": PANELLIST, "id": PANELLIST, "code": PANELLIST,
        "group": GROUP, "stakeholder group": GROUP, "email": EMAIL, "e-mail": EMAIL, "e-mail address": EMAIL,
        "email address": EMAIL, "name": NAME, "round": ROUND, "item": ITEM, "value": VALUE, "rationale": REASON,
        "reason": REASON,
    }  # fmt: skip
    roles: dict[str, str] = {}
    for name in headers:
        role = known.get(folded(name)) or usual.get(folded(name), "")
        roles[name] = "" if role in roles.values() else role
    if VALUE not in roles.values():
        roles = {name: "" if role in (ITEM, REASON) else role for name, role in roles.items()}
    return Columns(roles)
