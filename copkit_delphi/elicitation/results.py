"""From rows to the frozen result: the only place where tables and numbers meet."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.analysis.data import ItemSpec, RoundData
from copkit_delphi.analysis.engine import analyse_round
from copkit_delphi.analysis.results import ItemAnalysis, RoundAnalysis
from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.protocol import Criterion, Protocol
from copkit_delphi.domain.results import (
    LIKELIHOOD,
    RATING_KIND,
    Coefficients,
    GroupResponse,
    ItemResult,
    RoundSnapshot,
    StabilityFigures,
)
from copkit_delphi.domain.scale import Scale
from copkit_delphi.elicitation import departures, disclosure, studies
from copkit_delphi.elicitation.models import (
    Item,
    Panellist,
    Rating,
    Round,
    RoundItem,
    Scenario,
    Snapshot,
    Study,
)

REWORDED = "wording changed"
_JUDGED = frozenset({LIKELIHOOD, RATING_KIND})  # kinds the study's consensus criterion is about


@dataclass(frozen=True, slots=True)
class _Ground:
    """What does not change between rounds: who could answer, in which group, and what."""

    study: Study
    protocol: Protocol
    items: list[Item]
    scenarios: dict[str, str]
    kinds: dict[str, str]
    panel: dict[str, str]


def versions(session: Session, round_id: str) -> dict[str, int]:
    """Return the items that a round asks, by id, with the version of their wording."""
    query = select(RoundItem.item_id, RoundItem.version).where(RoundItem.round_id == round_id)
    found = dict(session.execute(query).all())
    return found or _every(session, round_id)


def _every(session: Session, round_id: str) -> dict[str, int]:
    """Return every item of the study: of a round that came from elsewhere nothing else is known."""
    query = select(Item.id).join(Round, Round.study_id == Item.study_id).where(Round.id == round_id)
    return dict.fromkeys(session.scalars(query), 1)


def _ground(session: Session, study: Study, asked: Collection[str]) -> _Ground:
    groups = studies.groups(session, study.id)
    names = {group.id: group.name for group in groups}
    panel = {
        row.id: names[row.group_id]
        for row in session.execute(
            select(Panellist.id, Panellist.group_id)
            .where(Panellist.study_id == study.id)
            .order_by(Panellist.id)
        )
    }
    scenarios = dict(
        session.execute(select(Scenario.id, Scenario.name).where(Scenario.study_id == study.id)).all()
    )
    return _Ground(
        study=study,
        protocol=Protocol.from_dict(study.protocol),
        items=[item for item in studies.items(session, study.id) if item.id in asked],
        scenarios=scenarios,
        kinds={group.name: group.kind for group in groups},
        panel=panel,
    )


def _matrix(
    session: Session, ground: _Ground, round_: Round, items: Sequence[Item], skip: Collection[str] = ()
) -> RoundData:
    rows = {panellist: index for index, panellist in enumerate(ground.panel)}
    columns = {item.id: index for index, item in enumerate(items)}
    values = np.full((len(rows), len(columns)), np.nan)
    cannot = np.zeros(values.shape, dtype=bool)
    query = select(Rating.panellist_id, Rating.item_id, Rating.value, Rating.cannot_judge).where(
        Rating.round_id == round_.id, Rating.is_current
    )
    for panellist, item, value, cannot_judge in session.execute(query):
        if item in columns and item not in skip:
            cell = rows[panellist], columns[item]
            cannot[cell] = cannot_judge
            values[cell] = np.nan if value is None else value
    specs = tuple(ItemSpec(item.name, Scale(item.low, item.high, item.step), item.wording) for item in items)
    return RoundData(round_.number, tuple(rows), tuple(ground.panel.values()), specs, values, cannot)


def _analyse(
    session: Session,
    ground: _Ground,
    kind: str,
    items: Sequence[Item],
    round_: Round,
    previous: Round | None,
    reworded: Collection[str],
) -> RoundAnalysis:
    return analyse_round(
        _matrix(session, ground, round_, items),
        criterion=ground.protocol.criterion if kind in _JUDGED else Criterion(),
        required_groups=ground.protocol.required_groups or tuple(ground.kinds),
        previous=_matrix(session, ground, previous, items, reworded) if previous else None,
        stopping=ground.protocol.stopping,
    )


def build(session: Session, round_: Round, *, closed_on: date) -> RoundSnapshot:
    """Compute and disclose the result of ``round_``; the caller stores it in the closing transaction."""
    study, asked = session.get_one(Study, round_.study_id), versions(session, round_.id)
    ground = _ground(session, study, asked)
    earlier = select(Round).where(Round.study_id == study.id, Round.number == round_.number - 1)
    previous = session.scalars(earlier).first()
    before = _before(session, previous)
    reworded = _reworded(session, asked, previous)
    by_kind: dict[str, list[Item]] = {}
    for item in ground.items:
        by_kind.setdefault(item.kind, []).append(item)
    analysed = {
        kind: _analyse(session, ground, kind, items, round_, previous, reworded)
        for kind, items in by_kind.items()
    }
    results = {item.item.name: item for analysis in analysed.values() for item in analysis.items}
    judged = next((analysed[kind] for kind in (LIKELIHOOD, RATING_KIND) if kind in analysed), None)
    frozen = {item.name: item.panel.n for item in before.items} if before else {}
    found = {
        item.name: _since(
            _result(ground, item, results[item.name], frozen.get(item.name)), item.id in reworded
        )
        for item in ground.items
    }
    return RoundSnapshot(
        study=study.id,
        round=round_.number,
        closed_on=closed_on.isoformat(),
        n_panellists=_panellists(judged, ground.protocol.k),
        items=_in_order(session, study.id, found, before),
        response=_response(session, ground, round_),
        coefficients=disclosure.coefficients(judged) if judged else Coefficients(),
        protocol_hash=study.protocol_hash or "",
        previous_hash=session.scalar(select(Snapshot.hash).where(Snapshot.round_id == previous.id))
        if previous
        else None,
        synthetic=study.synthetic,
        imported=study.origin == "imported",
        carried=_carried(before, found),
        versions={item.name: asked[item.id] for item in ground.items if asked[item.id] > 1},
    )


def _before(session: Session, previous: Round | None) -> RoundSnapshot | None:
    """Return what was frozen of the round before, whose answers may have been erased since."""
    row = session.get(Snapshot, previous.id) if previous else None
    return RoundSnapshot.from_dict(json.loads(row.payload)) if row else None


def _reworded(session: Session, asked: Mapping[str, int], previous: Round | None) -> frozenset[str]:
    was = versions(session, previous.id) if previous else {}
    return frozenset(key for key, version in asked.items() if was.get(key, version) != version)


def _carried(before: RoundSnapshot | None, found: Mapping[str, ItemResult]) -> dict[str, int]:
    """Return the items that were not asked, with the round in which they were last."""
    items = before.items if before else ()
    return {one.name: before.round_of(one.name) for one in items if before and one.name not in found}


def _since(found: ItemResult, reworded: bool) -> ItemResult:
    """Say why answers to other words are not compared."""
    if not reworded or found.movement is None:
        return found
    return replace(found, movement=StabilityFigures(found.movement.from_round, reason=REWORDED))


def _in_order(
    session: Session, study_id: str, found: Mapping[str, ItemResult], before: RoundSnapshot | None
) -> tuple[ItemResult, ...]:
    """Return the results of the items asked, and of the others as they were frozen, in the study's order."""
    stands = {item.name: item for item in before.items} if before else {}
    whole = {**stands, **found}
    return tuple(whole[item.name] for item in studies.items(session, study_id) if item.name in whole)


def _panellists(analysis: RoundAnalysis | None, k: int) -> int | None:
    return analysis.n_panellists if analysis and analysis.n_panellists >= k else None


def _result(ground: _Ground, item: Item, found: ItemAnalysis, frozen_n: int | None = None) -> ItemResult:
    k, scale = ground.protocol.k, Scale(item.low, item.high, item.step)
    shown = found.n >= k
    agreed = found.percent_agreement.share if found.percent_agreement else None
    groups = disclosure.group_figures(found.groups, scale, ground.kinds, k)
    return ItemResult(
        name=item.name,
        kind=item.kind,
        scenario=ground.scenarios[item.scenario_id],
        wording=item.wording,
        low=item.low,
        high=item.high,
        step=item.step,
        dimension=item.dimension,
        panel=disclosure.panel_figures(found, k),
        groups=groups,
        agreement=str(found.agreement) if shown and found.agreement else None,
        stability=str(found.stability),
        verdict=str(found.verdict),
        reasons=disclosure.printable_reasons(found.reasons, found.groups, groups, k) if shown else (),
        criterion_met=found.consensus if shown else None,
        share=disclosure.agreement_share(agreed, found.n, k),
        group_guard=found.group_guard and shown,
        movement=disclosure.movement(found.movement, k, frozen_n),
    )


def _response(session: Session, ground: _Ground, round_: Round) -> tuple[GroupResponse, ...]:
    rated = set(
        session.scalars(
            select(Rating.panellist_id).where(Rating.round_id == round_.id, Rating.is_current).distinct()
        )
    )
    invited = {name: [p for p, group in ground.panel.items() if group == name] for name in ground.kinds}
    left = departures.counted(session, round_id=round_.id)
    gone = [left.get(group.id, 0) for group in studies.groups(session, ground.study.id)]
    pairs = [
        (len(people) + withdrew, sum(p in rated for p in people))
        for people, withdrew in zip(invited.values(), gone, strict=True)
    ]
    return tuple(
        GroupResponse(name, kind, *shown)
        for (name, kind), shown in zip(
            ground.kinds.items(), disclosure.counts(pairs, ground.protocol.k), strict=True
        )
    )


def store(session: Session, round_: Round, snapshot: RoundSnapshot) -> None:
    """Freeze the result of a round."""
    session.add(Snapshot(round_id=round_.id, payload=snapshot.to_json(), hash=snapshot.hash))


def snapshot(session: Session, round_id: str) -> RoundSnapshot:
    """Return the frozen result of a round; raises ``NotFound`` while it is open."""
    row = session.get(Snapshot, round_id)
    if row is None:
        raise NotFound(N_("There is no result yet: it is made when the round closes."))
    return RoundSnapshot.from_dict(json.loads(row.payload))


def of_study(session: Session, study_id: str) -> tuple[RoundSnapshot, ...]:
    """Return the frozen results of a study's closed rounds, first to last."""
    payloads = session.scalars(
        select(Snapshot.payload)
        .join(Round, Round.id == Snapshot.round_id)
        .where(Round.study_id == study_id)
        .order_by(Round.number)
    )
    return tuple(RoundSnapshot.from_dict(json.loads(payload)) for payload in payloads)
