"""The ratings a decision record is made of: the statements of a round and of the one before, as the engine takes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from copkit_delphi.analysis.data import ItemSpec, RoundData
from copkit_delphi.domain.decisions import JUDGED
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import ItemResult, RoundSnapshot
from copkit_delphi.domain.scale import Scale
from copkit_delphi.elicitation.models import Item, Panellist, Rating, Round, StakeholderGroup

DESIRABILITY = "desirability"


@dataclass(frozen=True, eq=False)
class Evidence:
    """The frozen results of two rounds and the ratings behind them.

    ``wished`` (P x I) lies beside ``now``, NaN for none; ``stayed`` holds by group how many answered the round before
    and how many of these answered again, whoever withdrew since among those who did not.
    """

    frozen: RoundSnapshot
    before: RoundSnapshot | None
    protocol: Protocol
    now: RoundData
    earlier: RoundData | None
    wished: NDArray[np.float64] | None
    stayed: dict[str, tuple[int, int]]

    @cached_property
    def results(self) -> dict[str, ItemResult]:
        """Return the frozen result of each item by name."""
        return {item.name: item for item in self.frozen.items}

    @property
    def k(self) -> int:
        """Return how few hold a figure back."""
        return self.protocol.k


@dataclass(frozen=True, slots=True)
class _Panel:
    codes: tuple[str, ...]
    groups: tuple[str, ...]


def gather(
    session: Session,
    round_: Round,
    *,
    frozen: RoundSnapshot,
    before: RoundSnapshot | None,
    protocol: Protocol,
    withdrew: dict[str, int],
) -> Evidence:
    """Read the ratings of the statements of ``round_`` and, where it was closed here too, of the round before."""
    panel, rated = _panel(session, round_.study_id), {item.name for item in frozen.items}
    items = list(
        session.scalars(select(Item).where(Item.study_id == round_.study_id).order_by(Item.position))
    )
    judged = [item for item in items if item.kind in JUDGED and item.name in rated]
    wished = {
        item.scenario_id: item
        for item in reversed(items)
        if item.dimension == DESIRABILITY and item.name in rated
    }
    now = _data(session, panel, round_, judged)
    previous = session.scalars(
        select(Round).where(Round.study_id == round_.study_id, Round.number == round_.number - 1)
    ).first()
    beside = [wished.get(item.scenario_id) for item in judged]
    return Evidence(
        frozen=frozen,
        before=before,
        protocol=protocol,
        now=now,
        earlier=_data(session, panel, previous, judged) if previous and before else None,
        wished=_beside(session, panel, round_, beside) if wished else None,
        stayed=_stayed(session, panel, (previous, round_), withdrew) if previous else {},
    )


def _panel(session: Session, study_id: str) -> _Panel:
    query = (
        select(Panellist.id, StakeholderGroup.name)
        .join(StakeholderGroup, StakeholderGroup.id == Panellist.group_id)
        .where(Panellist.study_id == study_id)
        .order_by(Panellist.id)
    )
    rows = session.execute(query).all()
    return _Panel(tuple(code for code, _ in rows), tuple(group for _, group in rows))


def _stayed(
    session: Session, panel: _Panel, both: tuple[Round, Round], withdrew: dict[str, int]
) -> dict[str, tuple[int, int]]:
    earlier, later = (_answered(session, round_) for round_ in both)
    both_times, found = earlier & later, dict[str, tuple[int, int]]()
    for code, group in zip(panel.codes, panel.groups, strict=True):
        n, again = found.get(group, (withdrew.get(group, 0), 0))
        found[group] = n + (code in earlier), again + (code in both_times)
    return found


def _answered(session: Session, round_: Round) -> frozenset[str]:
    given = exists().where(
        Rating.panellist_id == Panellist.id, Rating.round_id == round_.id, Rating.is_current
    )
    query = select(Panellist.id).where(Panellist.study_id == round_.study_id, given)
    return frozenset(session.scalars(query))


def _data(session: Session, panel: _Panel, round_: Round, items: list[Item]) -> RoundData:
    values, cannot = _ratings(session, panel, round_, {item.id: place for place, item in enumerate(items)})
    specs = tuple(ItemSpec(item.name, Scale(item.low, item.high, item.step)) for item in items)
    return RoundData(round_.number, panel.codes, panel.groups, specs, values, cannot)


def _beside(session: Session, panel: _Panel, round_: Round, items: list[Item | None]) -> NDArray[np.float64]:
    places = {item.id: place for place, item in enumerate(items) if item}
    values, _ = _ratings(session, panel, round_, places, width=len(items))
    return values


def _ratings(
    session: Session, panel: _Panel, round_: Round, places: dict[str, int], width: int | None = None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    rows = {code: row for row, code in enumerate(panel.codes)}
    values = np.full((len(rows), len(places) if width is None else width), np.nan)
    cannot = np.zeros(values.shape, dtype=bool)
    query = select(Rating.panellist_id, Rating.item_id, Rating.value, Rating.cannot_judge).where(
        Rating.round_id == round_.id, Rating.is_current
    )
    for code, item, value, cannot_judge in session.execute(query):
        if item in places:
            cell = rows[code], places[item]
            cannot[cell] = cannot_judge
            values[cell] = np.nan if value is None else value
    return values, cannot
