"""The ratings that stand in the rounds of a study as the engine takes them: each round is read once, whoever asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.analysis.data import ItemSpec, RoundData
from copkit_delphi.domain.scale import Scale
from copkit_delphi.elicitation.models import Item, Panellist, Rating, Round, StakeholderGroup


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """The ratings of one item, a place for each panellist."""

    values: NDArray[np.float64]
    cannot: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Read:
    """All ratings of one round: a column for each item that was rated, by id, and who rated anything."""

    columns: dict[str, _Column]
    answered: frozenset[str]


class Matrices:
    """The panel of a study and the ratings of its rounds; for one transaction, since it reads a round only once.

    ``panel`` holds the group of each panellist by code, in the order of every matrix.
    """

    def __init__(self, session: Session, study_id: str, panel: Mapping[str, str] | None = None) -> None:
        self._session, self._rounds = session, dict[str, _Read]()
        self.panel = _panel(session, study_id) if panel is None else panel

    def answered(self, round_: Round) -> frozenset[str]:
        """Return who rated anything in a round, or said that it cannot be judged."""
        return self._of(round_).answered

    def data(self, round_: Round, items: Sequence[Item], skip: Collection[str] = ()) -> RoundData:
        """Return a round as the engine takes it; items whose id is in ``skip`` stand there without ratings."""
        asked = [None if item.id in skip else item for item in items]
        data = self.empty(items, round_.number)
        for place, column in self._columns(round_, asked).items():
            data.cannot_judge[:, place] = column.cannot
            data.values[:, place] = column.values
        return data

    def empty(self, items: Sequence[Item], number: int) -> RoundData:
        """Return a round without an answer: a row a panellist, a column an item."""
        shape = len(self.panel), len(items)
        return RoundData(
            number,
            tuple(self.panel),
            tuple(self.panel.values()),
            tuple(ItemSpec(item.name, Scale(item.low, item.high, item.step), item.wording) for item in items),
            np.full(shape, np.nan),
            np.zeros(shape, dtype=bool),
        )

    def values(self, round_: Round, items: Sequence[Item | None]) -> NDArray[np.float64]:
        """Return the values of a round, P x I; NaN for none, and for an item that is None."""
        values = np.full((len(self.panel), len(items)), np.nan)
        for place, column in self._columns(round_, items).items():
            values[:, place] = column.values
        return values

    def _columns(self, round_: Round, items: Sequence[Item | None]) -> dict[int, _Column]:
        """Return the columns of the items that were rated, by place."""
        read = self._of(round_).columns
        return {place: read[item.id] for place, item in enumerate(items) if item and item.id in read}

    def _of(self, round_: Round) -> _Read:
        if round_.id not in self._rounds:
            self._rounds[round_.id] = _read(self._session, round_, list(self.panel))
        return self._rounds[round_.id]


def _panel(session: Session, study_id: str) -> dict[str, str]:
    query = (
        select(Panellist.id, StakeholderGroup.name)
        .join(StakeholderGroup, StakeholderGroup.id == Panellist.group_id)
        .where(Panellist.study_id == study_id)
        .order_by(Panellist.id)
    )
    return dict(session.execute(query).all())


def _read(session: Session, round_: Round, codes: list[str]) -> _Read:
    query = select(Rating.panellist_id, Rating.item_id, Rating.value, Rating.cannot_judge).where(
        Rating.round_id == round_.id, Rating.is_current
    )
    rows, columns, answered = {code: row for row, code in enumerate(codes)}, dict[str, _Column](), set[str]()
    for code, item, value, cannot_judge in session.execute(
        query
    ):  # one by one: a list of them all takes longer
        if item not in columns:
            columns[item] = _Column(np.full(len(rows), np.nan), np.zeros(len(rows), dtype=bool))
        column, row = columns[item], rows[code]
        column.cannot[row] = cannot_judge
        column.values[row] = np.nan if value is None else value
        answered.add(code)
    return _Read(columns, frozenset(answered))
