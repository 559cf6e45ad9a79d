"""Ratings row by row for a replication file: which of them, under which ids and groups. Nothing else is in the file.

The file stands beside results that were published, so whatever the two differ by could be computed. Whoever left, or
agreed to a text that did not name such files, is therefore hidden among others: where anybody is left out, ``k - 1``
more are, the same ones in every file of the study; and an item of a round, or the name of a group, stays out where
what the file lacks of its published answers is one to ``k - 1``.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import consents, disclosure, results, studies
from copkit_delphi.elicitation.models import Item, Panellist, Rating, Round

SMALLEST_PANEL = 10
MERGED, EVERYBODY = "other (merged)", "all"

Cell = tuple[int, str]  # a round and an item
Given = tuple[float | None, float | None, float | None]  # value, low, high; no value: cannot judge


@dataclass(slots=True)
class Coded:
    """What the file holds: answers by cell and code, the label of each code's group, and what is out."""

    answers: dict[Cell, dict[str, Given]]
    groups: dict[str, str]
    names: list[str]
    k: int
    published: dict[Cell, int | None] = field(default_factory=dict)
    by_group: dict[Cell, dict[str, int | None]] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    some_left_out: bool = False
    cells_out: list[Cell] = field(default_factory=list)

    @property
    def people(self) -> list[str]:
        """Return the codes with at least one answer in the file."""
        return sorted({code for given in self.answers.values() for code in given})

    def label(self, code: str) -> str:
        """Return the group of a code as the file says it."""
        if len(self.hidden) == len(self.names):
            return EVERYBODY
        name = self.groups[code]
        return MERGED if name in self.hidden else name

    def rated(self, cell: Cell) -> Counter[str]:
        """Return how many of each group gave a value in a cell."""
        return Counter(
            self.groups[code] for code, given in self.answers[cell].items() if given[0] is not None
        )


def gather(session: Session, study_id: str) -> Coded:
    """Return what a replication file of a study may hold; raises ``Conflict`` for a panel that is too small."""
    k = Protocol.from_dict(studies.get(session, study_id).protocol).k
    groups = {row.id: row.name for row in studies.groups(session, study_id)}
    panel = select(Panellist.id, Panellist.group_id, Panellist.consent_version)
    willing = {
        row.id: row.group_id
        for row in session.execute(panel.where(Panellist.study_id == study_id))
        if consents.tells_of_replication(row.consent_version)
    }
    query = (
        select(Round.number, Item.name, Rating.panellist_id, Rating.value, Rating.low, Rating.high)
        .join(Round, Round.id == Rating.round_id)
        .join(Item, Item.id == Rating.item_id)
        .where(Round.study_id == study_id, Round.state == RoundState.CLOSED, Rating.is_current)
        .order_by(Round.number, Item.position)
    )
    answers: dict[Cell, dict[str, Given]] = {}
    for number, item, code, *given in session.execute(query):
        cell = answers.setdefault((number, item), {})
        if code in willing:
            cell[code] = (given[0], given[1], given[2])
    found = Coded(answers, {code: groups[group] for code, group in willing.items()}, list(groups.values()), k)
    _published(session, study_id, found)
    _hide_who_left(found)
    _leave_cells_out(found)
    _merge_groups(found)
    if len(found.people) < SMALLEST_PANEL:
        raise Conflict(
            N_("Fewer than %(n)s panellists can be in the file: it would tell who answered what."),
            n=SMALLEST_PANEL,
        )
    return found


def _published(session: Session, study_id: str, found: Coded) -> None:
    for frozen in results.of_study(session, study_id):
        for item in frozen.items:
            found.published[frozen.round, item.name] = item.panel.n
            found.by_group[frozen.round, item.name] = {one.name: one.figures.n for one in item.groups}


def _lacking(found: Coded, cell: Cell) -> int:
    """Return how many published answers of a cell the file lacks; all of them where none may be shown."""
    return (found.published.get(cell) or 0) - found.rated(cell).total()


def _hide_who_left(found: Coded) -> None:
    """Leave ``k - 1`` more out where anybody is left out, always the same: chosen by what nobody knows of a code."""
    cells = [cell for cell in found.answers if found.published.get(cell) is not None]
    if not any(_lacking(found, cell) > 0 for cell in cells):
        return
    found.some_left_out = True
    order = sorted(found.people, key=lambda code: hashlib.sha256(f"left out {code}".encode()).hexdigest())
    out = set(order[: found.k - 1])
    for given in found.answers.values():
        for code in out & given.keys():
            del given[code]


def _leave_cells_out(found: Coded) -> None:
    for cell in list(found.answers):
        few = found.rated(cell).total() < found.k
        if few or found.published.get(cell) is None or 0 < _lacking(found, cell) < found.k:
            del found.answers[cell]
            found.cells_out.append(cell)


def _merge_groups(found: Coded) -> None:
    """Merge every group that has too few, or that lacks too few of what was published, in any cell."""
    least = dict.fromkeys(found.names, 0)
    for name in found.names:
        counts = [found.rated(cell)[name] for cell in found.answers]
        least[name] = min(counts, default=0) if not _lacks_few(found, name) else 0
    found.hidden = disclosure.hidden_groups(least, found.k)


def _lacks_few(found: Coded, name: str) -> bool:
    for cell in found.answers:
        shown = found.by_group[cell].get(name)
        if shown is not None and 0 < shown - found.rated(cell)[name] < found.k:
            return True
    return False


def rows(found: Coded) -> Iterator[tuple[str, str, int, str, Given]]:
    """Yield ``(id, group, round, item, given)`` in the order of ids that are drawn here and kept nowhere."""
    ids: dict[str, str] = {}
    drawn: set[str] = set()
    for code in found.people:
        while (new := secrets.token_hex(5)) in drawn:
            pass
        drawn.add(new)
        ids[code] = new
    for code, new in sorted(ids.items(), key=lambda pair: pair[1]):
        for (number, item), given in found.answers.items():
            if code in given:
                yield new, found.label(code), number, item, given[code]


def uniqueness(found: Coded) -> tuple[int, int]:
    """Return how many panellists have answers that nobody else has, and how many the smallest set of equals holds."""
    alike = Counter(
        (found.label(code), tuple(given.get(code) for given in found.answers.values()))
        for code in found.people
    )
    return sum(count == 1 for count in alike.values()), min(alike.values())
