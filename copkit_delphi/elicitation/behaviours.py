"""Synthetic panels: how a made-up panellist answers. Training extends this interface; nothing else depends on it.

Every answer goes through the same use case as an expert's, and every study it touches is marked synthetic.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import Progress, StudyState
from copkit_delphi.domain.results import CONFIDENCE_KIND
from copkit_delphi.elicitation import consents, durations, in_view, results, studies, succession
from copkit_delphi.elicitation.in_view import Returned
from copkit_delphi.elicitation.item_types.shapes import Leaning
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.models import Item, Panellist, Participation, Rating, Round, Scenario
from copkit_delphi.elicitation.ratings import Answer, Clock, Reason, give_consent, save, submit

_LONE_SEAT = ("cso", 0)


@dataclass(frozen=True, slots=True)
class Tendency:
    """What a synthetic panel tends to say of one scenario; likelihoods in percent, impact levels 0 to 4."""

    centre: Mapping[str, float]
    spread: float = 12.0
    movement: float = 0.4
    impact: Mapping[str, float] = field(default_factory=dict)
    higher: Sequence[str] = ()
    lower: Sequence[str] = ()
    lone: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """One made-up panellist: its place in the group and how it differs from the others."""

    kind: str
    index: int
    lean: float


class Behaviour(Protocol):
    """Decides whether and what a synthetic panellist answers."""

    def takes_part(self, seat: Seat, number: int) -> bool:
        """Tell whether the panellist answers round ``number`` at all."""

    def answer(
        self,
        seat: Seat,
        item: Item,
        tendency: Tendency,
        own: float | None,
        median: float | None,
        rng: random.Random,
    ) -> Answer:
        """Return the answer to one item; ``own`` and ``median`` are of the round before."""

    def reason(
        self, seat: Seat, tendency: Tendency, value: float | None, rng: random.Random
    ) -> Reason | None:
        """Return a reason, or None."""


class Panel:
    """The default behaviour: draws around the tendency of a group, and moves a share of the way to the median."""

    def takes_part(self, seat: Seat, number: int) -> bool:
        """Leave one seat in nine empty in round 1, and lose one in twelve before round 2."""
        if seat.index % 9 == 8:
            return False
        return number == 1 or seat.index % 12 != 11

    def answer(
        self,
        seat: Seat,
        item: Item,
        tendency: Tendency,
        own: float | None,
        median: float | None,
        rng: random.Random,
    ) -> Answer:
        """Answer one item; now and then leave it out or say that it cannot be judged."""
        luck = rng.random()
        if luck < 0.02:
            return Answer()
        if luck < 0.05 and item.kind != CONFIDENCE_KIND:
            return Answer(cannot_judge=True)
        leaning = Leaning(
            centre=tendency.centre.get(seat.kind, 50.0),
            spread=tendency.spread,
            lean=seat.lean,
            movement=tendency.movement,
            impact=tendency.impact,
            own=own,
            median=median,
        )
        return of(item.kind).invent(rng, leaning, item)

    def reason(
        self, seat: Seat, tendency: Tendency, value: float | None, rng: random.Random
    ) -> Reason | None:
        """Give a reason now and then, on the side of the own answer; one seat alone has the lone reason."""
        if tendency.lone and (seat.kind, seat.index) == _LONE_SEAT:
            return Reason(tendency.lone)
        if value is None or rng.random() > 0.3:
            return None
        side = tendency.higher if value >= tendency.centre.get(seat.kind, 50.0) else tendency.lower
        return Reason(rng.choice(list(side))) if side else None


def seat_panel(session: Session, *, study_id: str, sizes: Mapping[str, int]) -> int:
    """Add synthetic panellists to a practice or synthetic study: ``sizes`` by group name; return how many."""
    study = studies.get(session, study_id)
    if not (study.practice or study.synthetic):
        raise Conflict(N_("Synthetic panellists belong in practice studies only."))
    added = 0
    for group in studies.groups(session, study_id):
        for _ in range(sizes.get(group.name, 0)):
            code = secrets.token_hex(16)
            session.add(Panellist(id=code, study_id=study_id, group_id=group.id, synthetic=True))
            session.flush()  # consent refers to the panellist
            give_consent(session, panellist_id=code, version=consents.SYNTHETIC, quoting="verbatim")
            added += 1
    study.synthetic = True
    return added


def set_seats(session: Session, *, study_id: str, sizes: Mapping[str, int]) -> int:
    """Seat the synthetic panel of a draft study anew: ``sizes`` by group name; return how many."""
    study = studies.get(session, study_id)
    if study.state != StudyState.DRAFT:
        raise Conflict(N_("Round 1 has opened: the panel is seated."))
    session.execute(delete(Panellist).where(Panellist.study_id == study_id, Panellist.synthetic))
    return seat_panel(session, study_id=study_id, sizes=sizes)


def seats(session: Session, *, study_id: str) -> dict[str, int]:
    """Return how many synthetic panellists sit in each group, by group id."""
    query = (
        select(Panellist.group_id, func.count())
        .where(Panellist.study_id == study_id, Panellist.synthetic)
        .group_by(Panellist.group_id)
    )
    return {item_id: value for item_id, value in session.execute(query) if value is not None}


def answer_round(
    session: Session,
    *,
    round_: Round,
    tendencies: Mapping[str, Tendency],
    clock: Clock,
    seed: int,
    behaviour: Behaviour | None = None,
) -> int:
    """Let every synthetic panellist of the round's study answer; return how many did."""
    acting = behaviour or Panel()
    occasion = _occasion(session, round_, tendencies, clock)
    done = 0
    for seat, panellist in seated(session, round_.study_id, seed):
        if not acting.takes_part(seat, round_.number) or _finished(session, panellist, round_):
            continue
        rng = random.Random(f"{seed}:{seat.kind}:{seat.index}:{round_.number}")  # noqa: S311 - a repeatable panel
        _answer_pages(session, acting, seat, panellist, occasion, rng)
        submit(session, panellist_id=panellist, round_id=round_.id, clock=clock)
        done += 1
    return done


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What is the same for every synthetic panellist of a round."""

    round: Round
    before: Round | None
    medians: Mapping[str, float | None]
    pages: Sequence[tuple[Scenario, list[Item]]]
    estimated: Mapping[str, float]
    tendencies: Mapping[str, Tendency]
    clock: Clock


def _occasion(session: Session, round_: Round, tendencies: Mapping[str, Tendency], clock: Clock) -> _Occasion:
    before = session.scalars(
        select(Round).where(Round.study_id == round_.study_id, Round.number == round_.number - 1)
    ).first()
    frozen = results.snapshot(session, before.id).items if before else ()
    medians = {item.name: item.panel.median for item in frozen}
    estimated = durations.of_round(session, round_)
    return _Occasion(round_, before, medians, _pages(session, round_), estimated, tendencies, clock)


def _finished(session: Session, panellist_id: str, round_: Round) -> bool:
    row = session.get(Participation, (panellist_id, round_.id))
    return row is not None and row.progress == Progress.DONE


def _pages(session: Session, round_: Round) -> list[tuple[Scenario, list[Item]]]:
    asked = succession.versions(session, round_.id)
    items = [item for item in studies.items(session, round_.study_id) if item.id in asked]
    pages = [
        (scenario, [item for item in items if item.scenario_id == scenario.id])
        for scenario in studies.scenarios(session, round_.study_id)
    ]
    return [page for page in pages if page[1]]


def seated(session: Session, study_id: str, seed: int) -> list[tuple[Seat, str]]:
    """Return the synthetic panellists by group with leans spread evenly, so that small groups keep their centre."""
    found = []
    for group in studies.groups(session, study_id):
        codes = session.scalars(
            select(Panellist.id)
            .where(Panellist.group_id == group.id, Panellist.synthetic)
            .order_by(Panellist.id)
        ).all()
        rng = random.Random(f"{seed}:{group.kind}:{group.position}")  # noqa: S311
        leans = [1.7 * (2 * (i + 0.5) / len(codes) - 1) for i in range(len(codes))]
        rng.shuffle(leans)
        found += [(Seat(group.kind, i, leans[i]), code) for i, code in enumerate(codes)]
    return found


def _answer_pages(
    session: Session, acting: Behaviour, seat: Seat, panellist: str, occasion: _Occasion, rng: random.Random
) -> None:
    own = _own(session, panellist, occasion.before)
    for scenario, items in occasion.pages:
        tendency = occasion.tendencies.get(scenario.name, Tendency(centre={}))
        answers = {
            item.id: acting.answer(
                seat, item, tendency, own.get(item.id), occasion.medians.get(item.name), rng
            )
            for item in items
        }
        anchor = next((answers[item.id].value for item in items), None)
        save(
            session,
            panellist_id=panellist,
            round_id=occasion.round.id,
            scenario_id=scenario.id,
            answers=answers,
            reason=acting.reason(seat, tendency, anchor, rng),
            page=Returned(seconds=_in_view(seat, scenario, occasion)),
            clock=occasion.clock,
        )


def _in_view(seat: Seat, scenario: Scenario, occasion: _Occasion) -> int:
    """Make up how long the page was in view: around the estimate, some twice as long."""
    rng = random.Random(f"{seat.kind}:{seat.index}:{occasion.round.number}:{scenario.name}")  # noqa: S311
    return in_view.coarse(str(round(occasion.estimated[scenario.id] * rng.lognormvariate(0.1, 0.4))))


def _own(session: Session, panellist: str, before: Round | None) -> dict[str, float]:
    if before is None:
        return {}
    query = select(Rating.item_id, Rating.value).where(
        Rating.panellist_id == panellist,
        Rating.round_id == before.id,
        Rating.is_current,
        Rating.value.is_not(None),
    )
    return {item_id: value for item_id, value in session.execute(query) if value is not None}
