"""A few people typed by hand, one a line; longer lists come through ``recruiting``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.people import accounts


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be invited."""

    name: str
    email: str
    group: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line that cannot be read: its number and an untranslated sentence on what to mend."""

    line: int
    why: Invalid


def read(text: str, group_names: Sequence[str]) -> tuple[list[Person], list[Wrong]]:
    """Read one person a line, ``name; address; group``; return the people, and every line that has to be mended."""
    known = {name.casefold(): name for name in group_names}
    people: dict[str, Person] = {}
    lines: dict[str, int] = {}
    wrong: list[Wrong] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            one = _person(line, known)
            if one.email in people:
                raise Invalid(N_("The same address as in line %(line)s."), line=lines[one.email])
            people[one.email], lines[one.email] = one, number
        except Invalid as why:
            wrong.append(Wrong(number, why))
    return list(people.values()), wrong


def _person(line: str, known: Mapping[str, str]) -> Person:
    parts = [part.strip() for part in line.replace("\t", ";").split(";")]
    if len(parts) != 3 or not all(parts):
        raise Invalid(N_("Write name; e-mail address; group."))
    if parts[2].casefold() not in known:
        raise Invalid(
            N_("The study has no group “%(group)s”. Its groups are: %(known)s."),
            group=parts[2][:80],
            known=", ".join(known.values()),
        )
    return Person(parts[0][:120], accounts.clean_email(parts[1]), known[parts[2].casefold()])
