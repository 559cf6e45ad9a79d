"""What would happen to each row of a list: taken, taken once somebody says so, or left out, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation.recruiting import columns
from copkit_delphi.elicitation.recruiting.columns import (
    EMAIL,
    FAMILY,
    FIRST,
    GROUP,
    LANGUAGE,
    NAME,
    NOTE,
    ORGANISATION,
)
from copkit_delphi.people import accounts
from copkit_delphi.people.vault import Contact

OUT = "-"  # in the place of a group: whoever is of it is left out
_TITLES = frozenset(
    {"dr", "dr.", "prof", "prof.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "herr", "frau", "m.", "mme"}
)


class Verdict(StrEnum):
    """What becomes of a row."""

    OK = "ok"
    OUT = "left out"
    NO_NAME = "no name"
    BAD_ADDRESS = "bad address"
    NO_GROUP = "no group"
    IN_FILE = "twice in the list"
    ON_LIST = "on the panel already"
    STAFF = "works on the study"
    ALIKE = "like somebody else"


LABELS = {
    Verdict.OK: N_("Ready"),
    Verdict.OUT: N_("Left out"),
    Verdict.NO_NAME: N_("No name"),
    Verdict.BAD_ADDRESS: N_("Not an e-mail address"),
    Verdict.NO_GROUP: N_("No group"),
    Verdict.IN_FILE: N_("Same address as row %(row)s"),
    Verdict.ON_LIST: N_("On the panel already"),
    Verdict.STAFF: N_("Works on this study"),
    Verdict.ALIKE: N_("Perhaps the same person as %(who)s"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How a list is read: headings or not, what columns hold, which group each name of one means, what was mended.

    ``groups`` maps a name as ``columns.plain`` writes it to a group id or ``OUT``; ``fixes`` maps the number of a row
    to what was typed over it, and to ``out`` and ``sure``.
    """

    heading: bool
    columns: tuple[str, ...]
    groups: Mapping[str, str] = field(default_factory=dict)
    everybody: str = ""
    fixes: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One row with what would be stored and its verdict; ``like`` says whom a likeness is with."""

    number: int
    name: str
    email: str
    group: str
    group_id: str
    organisation: str
    language: str
    note: str
    verdict: Verdict
    like: str = ""
    sure: bool = False

    @property
    def ready(self) -> bool:
        """Tell whether the row would be put on the list."""
        return self.verdict is Verdict.OK or (self.verdict is Verdict.ALIKE and self.sure)

    @property
    def mends(self) -> bool:
        """Tell whether somebody should look at it."""
        return self.verdict not in {Verdict.OK, Verdict.OUT}


@dataclass(frozen=True, slots=True)
class Known:
    """Who may not be added: the panel by address, likeness of address and name; and the staff."""

    emails: Collection[str]
    alike: Mapping[str, str]
    staff: Collection[str]


def known(contacts: Iterable[Contact], staff: Collection[str]) -> Known:
    """Return whom a list is held against."""
    found = list(contacts)
    alike = {folded_address(one.email): one.name for one in found}
    alike |= {folded_name(one.name): one.name for one in found}
    return Known(frozenset(one.email for one in found), alike, staff)


def folded_address(email: str) -> str:
    """Return an address without what many providers ignore: dots and what follows a plus before the @."""
    local, _, domain = email.casefold().partition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def folded_name(name: str) -> str:
    """Return a name without accents, case, titles, commas and order."""
    words = columns.plain(name).replace(",", " ").replace("-", " ").split()
    return " ".join(sorted(word for word in words if word not in _TITLES))


def groups_named(rows: Sequence[Sequence[str]], plan: Plan) -> dict[str, tuple[str, int]]:
    """Return the names of groups in the list as they are compared: how they are written, and how many rows."""
    place = plan.columns.index(GROUP) if GROUP in plan.columns else None
    if place is None:
        return {}
    written: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for row in rows[1 if plan.heading else 0 :]:
        word = columns.plain(row[place])
        written.setdefault(word, row[place])
        counted[word] += 1
    return {word: (written[word], counted[word]) for word in counted}


def checked(
    rows: Sequence[Sequence[str]], plan: Plan, *, groups: Mapping[str, str], against: Known
) -> list[Row]:
    """Return every row with its verdict; ``groups`` are those of the study, id to name."""
    by_word = {columns.plain(name): group_id for group_id, name in groups.items()} | dict(plan.groups)
    start = 1 if plan.heading else 0
    seen: dict[str, int] = {}
    likes = dict(against.alike)
    found = []
    for number, cells in enumerate(rows[start:], start + 1):
        row = _row(number, cells, plan, by_word, set(groups))
        row = _held(row, plan.fixes.get(number, {}), against, seen, likes)
        found.append(row)
    return found


def _row(number: int, cells: Sequence[str], plan: Plan, by_word: Mapping[str, str], ids: set[str]) -> Row:
    said = dict(zip(plan.columns, cells, strict=False))
    fix = plan.fixes.get(number, {})
    name = said.get(NAME) or " ".join(filter(None, (said.get(FIRST), said.get(FAMILY))))
    group = said.get(GROUP, "")
    meant = by_word.get(columns.plain(group), "") if group else plan.everybody
    group_id = str(fix.get("group_id") or meant)
    return Row(
        number=number,
        name=str(fix.get("name", name))[:120],
        email=str(fix.get("email", said.get(EMAIL, ""))),
        group=group,
        group_id=group_id if group_id in ids or group_id == OUT else "",
        organisation=said.get(ORGANISATION, "")[:160],
        language=columns.language(said.get(LANGUAGE, "")),
        note=said.get(NOTE, ""),
        verdict=Verdict.OK,
        sure=bool(fix.get("sure")),
    )


def _held(
    row: Row, fix: Mapping[str, Any], against: Known, seen: dict[str, int], likes: dict[str, str]
) -> Row:
    """Give the verdict; whoever is taken is remembered for the rows that follow."""
    if fix.get("out") or row.group_id == OUT:
        return _with(row, Verdict.OUT)
    try:
        email = accounts.clean_email(row.email.removeprefix("mailto:"))
    except Invalid:
        return _with(row, Verdict.BAD_ADDRESS)
    row = _with(row, Verdict.OK, email=email)
    for wrong, verdict in (
        (email in against.staff, Verdict.STAFF),
        (email in against.emails, Verdict.ON_LIST),
        (not row.name, Verdict.NO_NAME),
        (not row.group_id, Verdict.NO_GROUP),
    ):
        if wrong:
            return _with(row, verdict)
    if email in seen:
        return _with(row, Verdict.IN_FILE, like=str(seen[email]))
    return _compared(row, seen, likes)


def _compared(row: Row, seen: dict[str, int], likes: dict[str, str]) -> Row:
    marks = (folded_address(row.email), folded_name(row.name))
    like = next((likes[mark] for mark in marks if mark in likes), "")
    seen[row.email] = row.number
    for mark in marks:
        likes.setdefault(mark, row.name)
    return _with(row, Verdict.ALIKE, like=like) if like else row


def _with(row: Row, verdict: Verdict, *, email: str = "", like: str = "") -> Row:
    return replace(row, verdict=verdict, email=email or row.email, like=like or row.like)
