"""A few people typed by hand, one a line; longer lists come through ``recruiting``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.people import accounts


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be invited."""

    name: str
    email: str
    group: str


def parse_people(text: str, group_names: Sequence[str]) -> list[Person]:
    """Read one person a line, ``name; address; group``; raises ``Invalid`` with the line to mend."""
    known = {name.casefold(): name for name in group_names}
    people = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("\t", ";").split(";")]
        if len(parts) != 3 or not all(parts):
            raise Invalid(N_("Line %(line)s: write name; e-mail address; group."), line=number)
        if parts[2].casefold() not in known:
            raise Invalid(
                N_("Line %(line)s: the study has no group “%(group)s”. Its groups are: %(known)s."),
                line=number,
                group=parts[2],
                known=", ".join(group_names),
            )
        people.append(Person(parts[0][:120], accounts.clean_email(parts[1]), known[parts[2].casefold()]))
    return people
