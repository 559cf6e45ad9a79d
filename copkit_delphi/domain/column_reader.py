"""Reads the rows of a foreign table under a mapping of its columns: people with answers, and what stands against it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from copkit_delphi.domain.columns import (
    EMAIL,
    GROUP,
    IS,
    ITEM,
    NAME,
    NEW,
    NUMBER,
    PANELLIST,
    REASON,
    ROUND,
    VALUE,
    WHY,
    Columns,
    Given,
    Problem,
    Reading,
    Respondent,
    folded,
)
from copkit_delphi.domain.delimited import shown
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain, round_half_up
from copkit_delphi.domain.results import LIKELIHOOD
from copkit_delphi.domain.scale import PERCENT, Scale

_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T.*)?", re.ASCII)
_ROUND = re.compile(r"0*[1-9]\d?(\.0)?", re.ASCII)


@dataclass(slots=True)
class Reader:
    """Reads the rows of one table under one mapping; ``items`` are the study's, with their scales."""

    mapping: Columns
    headers: Sequence[str]
    items: Mapping[str, Scale]
    groups: Sequence[str]
    round: int
    reading: Reading = field(default_factory=Reading)
    cannot: frozenset[str] = frozenset()
    marks: dict[str, int] = field(default_factory=dict)
    seen: dict[str, Respondent] = field(default_factory=dict)

    def read(self, rows: Sequence[Sequence[str]], lines: Sequence[int]) -> Reading:
        """Return people and problems, in the order of the file."""
        self.cannot = frozenset(folded(one) for one in self.mapping.cannot)
        self.reading.problems += list(self._wrong_roles())
        if self.reading.problems:
            return self.reading
        long = bool(self.mapping.having(VALUE))
        for line, row in zip(lines, rows, strict=True):
            cells = dict(zip(self.headers, row, strict=True))
            if not self._of_this_round(line, cells):
                self.reading.other_rounds += 1
            elif long:
                self._long(line, cells)
            else:
                self._wide(line, cells)
        self.reading.people = [one for one in self.reading.people if one.answers]
        if not self.reading.people and not self.reading.problems:
            self._problem(0, "", N_("No row holds an answer."))
        return self.reading

    # The mapping itself ----------------------------------------------------------------------------------------------

    def _wrong_roles(self) -> Iterator[Problem]:
        roles = [role for role in self.mapping.roles.values() if role]
        for role in sorted({role for role in roles if roles.count(role) > 1 and role not in (NEW, IS, WHY)}):
            names = ", ".join(self.mapping.having(role))
            yield Problem(0, names, N_("Two columns cannot be the same: %(names)s."), {"names": names})
        wide = [role for role in roles if role == NEW or role.startswith((IS, WHY))]
        long = [role for role in roles if role in (ITEM, VALUE, REASON)]
        if wide and long:
            yield Problem(
                0,
                "",
                N_("Either a row is a panellist and columns are items, or a row is one rating. Not both."),
            )
        elif long and not {ITEM, VALUE, PANELLIST} <= set(roles):
            yield Problem(
                0, "", N_("With a row for each rating, say which columns hold panellist, item and value.")
            )
        elif not long and not any(role == NEW or role.startswith(IS) for role in roles):
            yield Problem(0, "", N_("Say which columns hold answers."))
        if GROUP not in roles and len(self.groups) != 1:
            yield Problem(0, "", N_("Say which column holds the group: the study has more than one."))
        for role in dict.fromkeys(wide):
            if role.startswith((IS, WHY)):
                yield from self._wrong_item(role)

    def _wrong_item(self, role: str) -> Iterator[Problem]:
        item, column = role.partition(":")[2], ", ".join(self.mapping.having(role))
        if not item:
            yield Problem(0, column, N_("Choose the item that this column is about."))
        elif item not in self.items:
            yield Problem(0, column, N_("The study has no item “%(name)s”."), {"name": shown(item)})
        elif role.startswith(WHY) and not item.endswith(f".{LIKELIHOOD}"):
            yield Problem(0, column, N_("Reasons stand with a likelihood. Choose such an item."))

    # Rows ------------------------------------------------------------------------------------------------------------

    def _problem(self, line: int, column: str, text: str, /, **params: object) -> None:
        self.reading.problems.append(Problem(line, column, text, params))

    def _cell(self, cells: Mapping[str, str], role: str) -> str:
        return next((cells[name] for name in self.mapping.having(role)), "")

    def _of_this_round(self, line: int, cells: Mapping[str, str]) -> bool:
        names = self.mapping.having(ROUND)
        if not names:
            return True
        text = cells[names[0]].casefold().removeprefix("round").strip()
        if not _ROUND.fullmatch(text):
            self._problem(line, names[0], N_("“%(text)s” is not a round."), text=shown(cells[names[0]]))
            return False
        return int(float(text)) == self.round

    def _person(self, line: int, cells: Mapping[str, str]) -> Respondent:
        key = " ".join(self._cell(cells, PANELLIST).split())
        if not key and self.mapping.having(PANELLIST):
            self._problem(line, self.mapping.having(PANELLIST)[0], N_("The panellist is empty."))
        group = self._group(line, self._cell(cells, GROUP))
        return Respondent(
            line, key, group, self._cell(cells, EMAIL), " ".join(self._cell(cells, NAME).split())
        )

    def _group(self, line: int, text: str) -> str:
        if not self.mapping.having(GROUP):
            return self.groups[0]
        meant = self.mapping.groups.get(folded(text), text)
        known = {folded(name): name for name in self.groups}
        found = known.get(folded(meant), "")
        if not found:
            self._problem(
                line, self.mapping.having(GROUP)[0], N_("The study has no group “%(text)s”. Its groups: %(known)s."),
                text=shown(meant), known=", ".join(self.groups),
            )  # fmt: skip
        return found

    def _wide(self, line: int, cells: Mapping[str, str]) -> None:
        person = self._person(line, cells)
        if person.key and (first := self.seen.setdefault(folded(person.key), person)) is not person:
            self._problem(
                line, self.mapping.having(PANELLIST)[0], N_("This panellist stands on line %(first)s already."),
                first=first.line,
            )  # fmt: skip
        for name, role in self.mapping.roles.items():
            if role == NEW or role.startswith(IS):
                item = f"{NEW}:{name}" if role == NEW else role.removeprefix(IS)
                self._take(person, line, name, item, cells[name])
            elif role.startswith(WHY) and cells[name]:
                person.reasons[role.removeprefix(WHY)] = cells[name]
        self.reading.people.append(person)

    def _long(self, line: int, cells: Mapping[str, str]) -> None:
        here = self._person(line, cells)
        person = self.seen.setdefault(folded(here.key), here)
        if person is here:
            self.reading.people.append(person)
        elif here.group and (person.group, person.email) != (here.group, here.email):
            self._problem(
                line, self.mapping.having(PANELLIST)[0],
                N_("This panellist has another group or address on line %(first)s."), first=person.line,
            )  # fmt: skip
        column, text = self.mapping.having(ITEM)[0], self._cell(cells, ITEM)
        known = {folded(name): name for name in self.items}
        item = known.get(folded(self.mapping.items.get(folded(text), text)), "")
        if not item:
            self._problem(
                line,
                column,
                N_("The study has no item “%(text)s”. Say below which of its items is meant."),
                text=shown(text),
            )
        elif item in person.answers:
            self._problem(line, column, N_("This panellist rated “%(item)s” on an earlier line."), item=item)
        else:
            self._take(person, line, self.mapping.having(VALUE)[0], item, self._cell(cells, VALUE))
            if reason := self._cell(cells, REASON):
                person.reasons[item] = reason

    # Values ----------------------------------------------------------------------------------------------------------

    def _take(self, person: Respondent, line: int, column: str, item: str, text: str) -> None:
        word = folded(text)
        if not word:
            return
        if word in self.cannot:
            person.answers[item] = Given(cannot_judge=True)
            return
        value = self.mapping.words.get(word)
        if value is None:
            value = self._number(line, column, text)
        if value is not None:
            self._on_scale(person, line, column, item, value)

    def _number(self, line: int, column: str, text: str) -> float | None:
        bare = text.strip().removesuffix("%").strip()
        comma = _COMMA.fullmatch(bare) is not None
        if not comma and not NUMBER.fullmatch(bare):
            made = N_(
                "“%(text)s” is a date: a spreadsheet made one of what was typed. Correct it in the file."
            )
            other = N_("“%(text)s” is no number. Say below what it means, or correct it.")
            self._problem(line, column, made if _DATE.fullmatch(bare) else other, text=shown(text))
            return None
        for mark, other_mark in ((",", "."), (".", ",")):
            if mark in bare:
                self.marks.setdefault(mark, line)
                if other_mark in self.marks:
                    self._problem(
                        line, column, N_("The file has decimal commas and decimal points (the other on line %(first)s)."),
                        first=self.marks[other_mark],
                    )  # fmt: skip
                    return None
        return float(bare.replace(",", "."))

    def _on_scale(self, person: Respondent, line: int, column: str, item: str, value: float) -> None:
        scale = self.items.get(item, PERCENT)
        number = (
            round(value * 100, 9) if self.mapping.shares and (scale.low, scale.high) == (0, 100) else value
        )
        if self.mapping.rounding and scale.step and scale.low <= number <= scale.high:
            number = round_half_up(number - scale.low, scale.step) + scale.low
        if scale.contains(number):
            person.answers[item] = Given(number)
            return
        step = N_("%(value)s is no whole step of the scale %(scale)s. Let values be rounded, or correct it.")
        off = N_("%(value)s is not on the scale %(scale)s.")
        within = scale.low <= number <= scale.high
        self._problem(line, column, step if within else off, value=plain(number), scale=str(scale))


def read(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    lines: Sequence[int],
    mapping: Columns,
    *,
    items: Mapping[str, Scale],
    groups: Sequence[str],
    round_: int,
) -> Reading:
    """Read a table under a mapping: round ``round_`` of a study with these items and groups."""
    return Reader(mapping, headers, items, groups, round_).read(rows, lines)
