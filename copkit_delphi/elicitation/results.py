"""From rows to the frozen result: the only place where tables and numbers meet."""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from copkit_delphi.analysis.data import RoundData
from copkit_delphi.analysis.engine import analyse_round
from copkit_delphi.analysis.results import ItemAnalysis, RoundAnalysis
from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.protocol import EVERYBODY, Criterion, Protocol
from copkit_delphi.domain.results import (
    LIKELIHOOD,
    RATING_KIND,
    Coefficients,
    GroupResponse,
    ItemResult,
    RoundSnapshot,
)
from copkit_delphi.domain.scale import Scale
from copkit_delphi.elicitation import (
    amendments,
    departures,
    disclosure,
    frozen,
    joined,
    marked,
    studies,
    succession,
)
from copkit_delphi.elicitation.frozen import Summary
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.matrices import Matrices
from copkit_delphi.elicitation.models import (
    ArchivedSnapshot,
    Item,
    Panellist,
    Participation,
    Round,
    Scenario,
    Snapshot,
    Study,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What does not change between rounds: who could answer, in which group, and what."""

    study: Study
    protocol: Protocol
    items: list[Item]
    scenarios: dict[str, str]
    kinds: dict[str, str]
    given: Matrices

    def by_kind(self) -> dict[str, list[Item]]:
        """Return the items whose answers are numbers, by kind."""
        found: dict[str, list[Item]] = {}
        for item in self.items:
            if of(item.kind).numeric:
                found.setdefault(item.kind, []).append(item)
        return found


def ground_of(session: Session, study: Study, asked: Collection[str], given: Matrices) -> Ground:
    """Return what stands of a study whatever was answered, for the items whose ids are ``asked``."""
    scenarios = dict(
        session.execute(select(Scenario.id, Scenario.name).where(Scenario.study_id == study.id)).all()
    )
    return Ground(
        study=study,
        protocol=Protocol.from_dict(study.protocol),
        items=[item for item in studies.items(session, study.id) if item.id in asked],
        scenarios=scenarios,
        kinds={group.name: group.kind for group in studies.groups(session, study.id)},
        given=given,
    )


def _analyse(
    ground: Ground,
    kind: str,
    items: Sequence[Item],
    round_: Round,
    previous: Round | None,
    reworded: Collection[str],
) -> RoundAnalysis:
    before = ground.given.data(previous, items, reworded) if previous else None
    return analysed(ground, kind, ground.given.data(round_, items), before)


def analysed(ground: Ground, kind: str, data: RoundData, previous: RoundData | None = None) -> RoundAnalysis:
    """Return the analysis of the items of one kind by the rules of the study; nothing in it is disclosed yet."""
    return analyse_round(
        data,
        criterion=ground.protocol.criterion if kind == RATING_KIND or of(kind).judged else Criterion(),
        required_groups=ground.protocol.required_groups or tuple(ground.kinds),
        previous=previous,
        stopping=ground.protocol.stopping,
    )


def build(
    session: Session, round_: Round, *, closed_on: date, given: Matrices | None = None
) -> RoundSnapshot:
    """Compute and disclose the result of ``round_``; the caller stores it in the closing transaction.

    ``given`` is what that transaction reads the ratings with, where others read them too.
    """
    study, asked = session.get_one(Study, round_.study_id), succession.versions(session, round_.id)
    ground = ground_of(session, study, asked, given or Matrices(session, study.id))
    earlier = select(Round).where(Round.study_id == study.id, Round.number == round_.number - 1)
    previous = session.scalars(earlier).first()
    before = succession.before(session, previous)
    reworded = succession.reworded(session, asked, previous)
    analyses = {
        kind: _analyse(ground, kind, items, round_, previous, reworded)
        for kind, items in ground.by_kind().items()
    }
    results = {item.item.name: item for analysis in analyses.values() for item in analysis.items}
    judged = next((analyses[kind] for kind in (LIKELIHOOD, RATING_KIND) if kind in analyses), None)
    found = _each(session, ground, round_, results, before, reworded)
    return RoundSnapshot(
        study=study.id,
        round=round_.number,
        closed_on=closed_on.isoformat(),
        n_panellists=_panellists(ground, judged, round_),
        items=succession.in_order(session, study.id, found, before),
        response=_response(session, ground, round_),
        coefficients=disclosure.coefficients(judged) if judged else Coefficients(),
        protocol_hash=amendments.head(session, study),
        previous_hash=session.scalar(select(Snapshot.hash).where(Snapshot.round_id == previous.id))
        if previous
        else None,
        synthetic=study.synthetic,
        imported=study.origin == "imported",
        carried=succession.carried(before, found),
        versions={item.name: asked[item.id] for item in ground.items if asked[item.id] > 1},
        marked=marked.counted(
            session,
            round_id=round_.id,
            rated={name: one.n for name, one in results.items()},
            k=ground.protocol.k,
        ),
    )


def _panellists(ground: Ground, analysis: RoundAnalysis | None, round_: Round) -> int | None:
    """Return how many judged a statement; where none is judged, how many answered anything."""
    number = analysis.n_panellists if analysis else len(ground.given.answered(round_))
    return number if number >= ground.protocol.k else None


def _each(
    session: Session,
    ground: Ground,
    round_: Round,
    results: Mapping[str, ItemAnalysis],
    before: RoundSnapshot | None,
    reworded: Collection[str],
) -> dict[str, ItemResult]:
    """Return the result of each item that was asked, those without a number beside the others."""
    beside = frozen.summaries(session, round_, ground.items, k=ground.protocol.k)
    numbers = {item.name: item.panel.n for item in before.items} if before else {}
    return {
        item.name: succession.since(
            disclosed(ground, item, results[item.name], numbers.get(item.name), beside[item.id]),
            reworded=item.id in reworded,
        )
        if item.name in results
        else frozen.without_number(
            item, ground.scenarios[item.scenario_id], beside[item.id], k=ground.protocol.k
        )
        for item in ground.items
    }


def disclosed(
    ground: Ground,
    item: Item,
    found: ItemAnalysis,
    frozen_n: int | None = None,
    beside: Summary = frozen.NOTHING,
) -> ItemResult:
    """Return one item as it may be shown; ``frozen_n`` is how many rated it in the round before."""
    k, scale = ground.protocol.k, Scale(item.low, item.high, item.step)
    shown = found.n >= k
    agreed = found.percent_agreement.share if found.percent_agreement else None
    groups = disclosure.group_figures(found.groups, scale, ground.kinds, k)
    result = ItemResult(
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
        more=beside.more,
    )
    return frozen.of_panel_only(result) if of(item.kind).panel_only else result


def _response(session: Session, ground: Ground, round_: Round) -> tuple[GroupResponse, ...]:
    rated = ground.given.answered(round_)
    others, asked = joined.not_asked(session, round_), _asked(session, ground, round_)
    invited = {
        name: [
            p for p, group in ground.given.panel.items() if group == name and p in asked and p not in others
        ]
        for name in ground.kinds
    }
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


def _asked(session: Session, ground: Ground, round_: Round) -> Container[str]:
    """Return who was asked to the round: everybody, or whom the protocol asks."""
    if ground.protocol.invite == EVERYBODY or round_.number == 1:
        return ground.given.panel
    seats = select(Participation.panellist_id).where(Participation.round_id == round_.id)
    mine = Panellist.study_id == ground.study.id
    return set(
        session.scalars(select(Panellist.id).where(mine, or_(Panellist.synthetic, Panellist.id.in_(seats))))
    )


def store(session: Session, round_: Round, snapshot: RoundSnapshot) -> None:
    """Freeze the result of a round."""
    session.add(Snapshot(round_id=round_.id, payload=snapshot.to_json(), hash=snapshot.hash))


def snapshot(session: Session, round_id: str) -> RoundSnapshot:
    """Return the frozen result of a round; raises ``NotFound`` while it is open."""
    row = session.get(Snapshot, round_id) or session.get(ArchivedSnapshot, round_id)
    if row is None:
        raise NotFound(N_("There is no result yet: it is made when the round closes."))
    return RoundSnapshot.from_dict(json.loads(row.payload))


def of_study(session: Session, study_id: str) -> tuple[RoundSnapshot, ...]:
    """Return the frozen results of a study's closed rounds, first to last."""
    payload = func.coalesce(Snapshot.payload, ArchivedSnapshot.payload)
    payloads = session.scalars(
        select(payload)
        .select_from(Round)
        .outerjoin(Snapshot, Snapshot.round_id == Round.id)
        .outerjoin(ArchivedSnapshot, ArchivedSnapshot.round_id == Round.id)
        .where(Round.study_id == study_id, payload.is_not(None))
        .order_by(Round.number)
    )
    return tuple(RoundSnapshot.from_dict(json.loads(payload)) for payload in payloads)
