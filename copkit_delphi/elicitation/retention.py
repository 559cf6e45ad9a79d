"""How long data are kept. Whoever joins is told these times; the worker keeps them, and records that it did.

A deletion is recorded without content: what, of which study, and how many where that is five or more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.domain.protocol import MIN_K, Protocol
from copkit_delphi.elicitation import boards, enquiries, replication, replies, uploads
from copkit_delphi.elicitation.kinds import KINDS, THREATS
from copkit_delphi.elicitation.models import (
    ArgumentMark,
    Draft,
    Panellist,
    PersonalLink,
    Rating,
    Rationale,
    Round,
    Study,
)
from copkit_delphi.elicitation.recruiting import forgetting
from copkit_delphi.elicitation.traces import Erasure, RetiredLink
from copkit_delphi.people import audit, outbox, vault

DRAFTS = timedelta(days=30)
MAILS = timedelta(days=30)
SYSTEM = "retention"
ENDS = ("study:end", "study:import")  # what ends a study


@dataclass(frozen=True, slots=True)
class Times:
    """How long data of a study are kept: by its protocol, with the reason where that is not the default."""

    identities: timedelta
    identities_at_latest: timedelta
    answers: timedelta
    reason: str


def times(study: Study) -> Times:
    """Return how long data of a study are kept; names go twice that time after the last close at the latest."""
    keeping = Protocol.from_dict(study.protocol).keeping
    names = timedelta(days=keeping.names)
    return Times(
        identities=names,
        identities_at_latest=2 * names,
        answers=timedelta(days=keeping.answers),
        reason=keeping.reason,
    )


@dataclass(frozen=True, slots=True)
class Dates:
    """The first day on which each kind of data is deleted; None while nothing sets it yet."""

    identities: date | None
    answers: date | None
    drafts: date | None


def dates(session: Session, study: Study, *, review_on: date | None) -> Dates:
    """Return when data of a study are deleted; ``review_on`` is the latest review date of its briefs."""
    every = {
        kind.name: session.scalars(select(kind.rounds).where(kind.rounds.study_id == study.id)).all()
        for kind in KINDS
    }
    ended = audit.last_day(session, study_id=study.id, actions=ENDS)
    return due(study, every, ended=ended, review_on=review_on)


def due(
    study: Study, every: Mapping[str, Sequence[Any]], *, ended: date | None, review_on: date | None
) -> Dates:
    """Return the dates from the rounds of each kind, the day the study ended and the review date of its brief."""
    closes = [row.closed_at.date() for rows in every.values() for row in rows if row.closed_at]
    threats = [row.closed_at.date() for row in every[THREATS.name] if row.closed_at]
    is_open = any(row.state == RoundState.OPEN for rows in every.values() for row in rows)
    if is_open or not closes:
        return Dates(None, None, None)
    kept, kept_from = times(study), review_on or ended
    limits = [max(closes) + kept.identities_at_latest, *([ended + kept.identities] if ended else [])]
    return Dates(min(limits), kept_from + kept.answers if kept_from else None, max(threats) + DRAFTS)


def sweep(session: Session, *, reviews: Mapping[str, date], at: datetime) -> None:
    """Delete everything whose time is over; ``reviews`` are the latest review dates of briefs, by study."""
    today = at.date()
    for study in session.scalars(select(Study).order_by(Study.id)):
        dates_ = dates(session, study, review_on=reviews.get(study.id))
        _drafts(session, study, at)
        if dates_.identities and today >= dates_.identities:
            _identities(session, study, at)
        if dates_.answers and dates_.identities and today >= max(dates_.answers, dates_.identities):
            _answers(session, study, at)
    forgetting.expired(session, at=at)
    uploads.forget_old(session, before=at - uploads.KEPT)
    replication.forget_old(session, before=at - replication.KEPT)
    _note(session, "retention:mails", outbox.expire(session, before=at - MAILS), at)


def clear(session: Session, study: Study, at: datetime) -> None:
    """Delete names, links, answers and drafts of a study before their dates: of a pilot, whose facilitator asks for it."""
    _identities(session, study, at)
    _answers(session, study, at)


def _note(
    session: Session, action: str, count: int, at: datetime, study_id: str = "", **more: object
) -> None:
    if count:
        audit.record(
            session, actor=SYSTEM, action=action, at=at, study_id=study_id,
            count=count if count >= MIN_K else "a few", **more,
        )  # fmt: skip


def _drafts(session: Session, study: Study, at: datetime) -> None:
    old = select(Round.id).where(Round.study_id == study.id, Round.closed_at <= at - DRAFTS)
    found = session.scalars(select(Draft.item_id).where(Draft.round_id.in_(old))).all()
    session.execute(delete(Draft).where(Draft.round_id.in_(old)))
    _note(session, "retention:drafts", len(found), at, study.id)


def _identities(session: Session, study: Study, at: datetime) -> None:
    for table in (PersonalLink, RetiredLink):
        session.execute(delete(table).where(table.study_id == study.id))
    forgetting.people_who_came(session, study_id=study.id)
    _note(session, "retention:identities", vault.empty(session, study_id=study.id), at, study.id)


def _answers(session: Session, study: Study, at: datetime) -> None:
    """Delete answers and codes of a study; the frozen results stay, and the chain says that the rest went."""
    mine = Panellist.study_id == study.id
    people = session.execute(select(Panellist.id, Panellist.group_id).where(mine)).all()
    if not people:
        return
    session.add_all(
        Erasure(panellist_id=code, kind=SYSTEM, study_id=study.id, group_id=group_id, on=at.date())
        for code, group_id in people
    )
    session.flush()  # the triggers look for these rows
    codes = select(Panellist.id).where(mine)
    boards.clear(session, session.scalars(select(Round.id).where(Round.study_id == study.id)))
    enquiries.clear(session, study.id)
    replies.clear(session, study.id)
    for table in (Rating, Rationale, ArgumentMark):
        session.execute(
            delete(table).where(table.panellist_id.in_(codes)).execution_options(synchronize_session=False)
        )
    session.execute(delete(Panellist).where(mine).execution_options(synchronize_session=False))
    roots = _unseal(session, study.id)
    session.execute(delete(Erasure).where(Erasure.study_id == study.id))
    _note(session, audit.RATINGS_OVER, len(people), at, study.id, ended=sorted(roots))


def _unseal(session: Session, study_id: str) -> list[str]:
    """Delete the hashes of the rounds of a study, of every kind; return their roots."""
    roots: list[str] = []
    for kind in KINDS:
        mine = kind.sealed.round_id.in_(select(kind.rounds.id).where(kind.rounds.study_id == study_id))
        roots += session.scalars(select(kind.sealed.root).where(mine))
        session.execute(delete(kind.sealed).where(mine).execution_options(synchronize_session=False))
    return roots
