"""Reminders: to everybody who has not finished, all at once, at most two a person and round, a day apart.

Which person gets one is decided by one statement that counts it up: of two workers, or a worker and a facilitator, one
alone finds the person due.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.lifecycle import Progress, RoundState
from copkit_delphi.domain.mail import InvitationState
from copkit_delphi.elicitation import letters
from copkit_delphi.elicitation.letters import Occasion, Post
from copkit_delphi.elicitation.models import (
    Invitation,
    Panellist,
    Participation,
    ReminderPlan,
    Round,
    Study,
)
from copkit_delphi.people import audit, vault
from copkit_delphi.people.vault import Contact

MOST = 2
APART = timedelta(days=1)
FURTHEST = 60  # days before the deadline
WORKER = "reminders"
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder that leaves by itself: when, whether it left, and to how many it will go if nothing else happens."""

    days_before: int
    on: datetime
    sent_at: datetime | None
    people: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """To how many a reminder would go now, and how many of those who have not finished get none, and why."""

    now: int
    had_two: int
    too_soon: int
    no_mail: int


def _unfinished(session: Session, post: Post, round_: Round) -> list[Contact]:
    """Return who was asked to the round and has neither finished nor declined."""
    out = select(Panellist.id).where(Panellist.study_id == round_.study_id, Panellist.declined)
    done = select(Participation.panellist_id).where(
        Participation.round_id == round_.id, Participation.progress == Progress.DONE
    )
    over = set(session.scalars(out)) | set(session.scalars(done))
    people = vault.contacts(session, post.vault, study_id=round_.study_id)
    return [one for one in people if one.panellist_id and one.panellist_id not in over]


def outlook(session: Session, post: Post, *, round_: Round, at: datetime) -> Outlook:
    """Return to how many a reminder would go now."""
    counts = [0, 0, 0, 0]
    for one in _waiting(session, post, round_):
        counts[_standing(*one, at)] += 1
    return Outlook(*counts)


def _waiting(session: Session, post: Post, round_: Round) -> list[tuple[str, int, datetime | None]]:
    """Return of each who was asked and has not finished: the invitation's state, how many reminders, and the last."""
    query = select(Invitation.contact_id, Invitation.state, Invitation.reminders, Invitation.reminded_at)
    found = session.execute(query.where(Invitation.round_id == round_.id)).all()
    rows = {contact: (state, reminders, last) for contact, state, reminders, last in found}
    return [rows[one.id] for one in _unfinished(session, post, round_) if one.id in rows]


def foreseen(session: Session, post: Post, *, round_: Round) -> list[Planned]:
    """Return the planned reminders with how many each will go to, if nobody finishes and nobody is reminded by hand."""
    waiting = _waiting(session, post, round_)
    found: list[Planned] = []
    for one in planned(session, round_=round_):
        if one.sent_at is None:
            due_ = [_standing(*person, one.on) == 0 for person in waiting]
            waiting = [
                (state, reminders + 1, one.on) if goes else (state, reminders, last)
                for (state, reminders, last), goes in zip(waiting, due_, strict=True)
            ]
            one = replace(one, people=sum(due_))  # noqa: PLW2901
        found.append(one)
    return found


def _standing(state: str, reminders: int, last: datetime | None, at: datetime) -> int:
    if state != InvitationState.SENT:
        return 3
    if reminders >= MOST:
        return 1
    return 2 if last is not None and last > at - APART else 0


def send(session: Session, post: Post, *, round_: Round, at: datetime, actor: str) -> int:
    """Queue a reminder to everybody who has not finished and is due one; return how many.

    Raises ``Conflict`` when no round is open.
    """
    if round_.state != RoundState.OPEN or (round_.deadline is not None and at >= round_.deadline):
        raise Conflict(N_("The round takes no answers any more. Nobody is reminded."))
    people = {one.id: one for one in _unfinished(session, post, round_)}
    counted = _count_up(session, round_.id, list(people), at)
    study = session.get_one(Study, round_.study_id)
    for number in sorted(set(counted.values())):
        kind = "last-reminder" if number >= MOST else "reminder"
        chosen = [people[contact_id] for contact_id, count in counted.items() if count == number]
        letters.send(session, post, occasion=Occasion(study, round_, kind, at), people=chosen)
    audit.record(
        session,
        actor=actor,
        action="panel:remind",
        at=at,
        study_id=round_.study_id,
        people=len(counted),
        round=round_.number,
    )
    return len(counted)


def _count_up(session: Session, round_id: str, contacts: Sequence[str], at: datetime) -> dict[str, int]:
    """Count one more reminder for each of ``contacts`` who is due one; return the counts of those."""
    found: dict[str, int] = {}
    for start in range(0, len(contacts), CHUNK):
        statement = (
            update(Invitation)
            .where(
                Invitation.round_id == round_id,
                Invitation.contact_id.in_(contacts[start : start + CHUNK]),
                Invitation.state == InvitationState.SENT,
                Invitation.reminders < MOST,
                or_(Invitation.reminded_at.is_(None), Invitation.reminded_at <= at - APART),
            )
            .values(reminders=Invitation.reminders + 1, reminded_at=at)
            .returning(Invitation.contact_id, Invitation.reminders)
            .execution_options(synchronize_session=False)
        )
        found |= dict(session.execute(statement).all())
    return found


# By themselves ---------------------------------------------------------------------------------------------------------


def plan(session: Session, *, round_: Round, days: Iterable[int], at: datetime, actor: str) -> None:
    """Set on which days before the deadline reminders leave; those that left stay. Raises ``Invalid``."""
    wanted = sorted(set(days), reverse=True)
    if round_.state != RoundState.OPEN or round_.deadline is None:
        raise Conflict(N_("No round is open. Reminders are set once it is."))
    if len(wanted) > MOST:
        raise Invalid(N_("Nobody gets more than two reminders in a round."))
    if any(not 1 <= number <= FURTHEST for number in wanted):
        raise Invalid(N_("Give days before the deadline from 1 to %(n)s."), n=FURTHEST)
    sent = set(
        session.scalars(
            select(ReminderPlan.days_before).where(
                ReminderPlan.round_id == round_.id, ReminderPlan.sent_at.is_not(None)
            )
        )
    )
    past = [n for n in wanted if n not in sent and round_.deadline - timedelta(days=n) <= at]
    if past:
        raise Invalid(
            N_("%(n)s days before the deadline has passed already. Send a reminder by hand."), n=past[0]
        )
    session.execute(
        delete(ReminderPlan).where(ReminderPlan.round_id == round_.id, ReminderPlan.sent_at.is_(None))
    )
    session.add_all(ReminderPlan(round_id=round_.id, days_before=n) for n in wanted if n not in sent)
    audit.record(
        session, actor=actor, action="panel:plan-reminders", at=at, study_id=round_.study_id, days=wanted
    )


def planned(session: Session, *, round_: Round) -> list[Planned]:
    """Return the reminders of a round that leave by themselves, the earliest first."""
    query = select(ReminderPlan).where(ReminderPlan.round_id == round_.id)
    deadline = round_.deadline
    if deadline is None:
        return []
    return [
        Planned(row.days_before, deadline - timedelta(days=row.days_before), row.sent_at)
        for row in session.scalars(query.order_by(ReminderPlan.days_before.desc()))
    ]


def due(session: Session, *, at: datetime) -> list[tuple[str, int]]:
    """Return round and days of the planned reminders whose time has come and whose round still takes answers."""
    query = (
        select(ReminderPlan.round_id, ReminderPlan.days_before, Round.deadline)
        .join(Round, Round.id == ReminderPlan.round_id)
        .where(ReminderPlan.sent_at.is_(None), Round.state == RoundState.OPEN, Round.deadline > at)
    )
    return [
        (round_id, days)
        for round_id, days, deadline in session.execute(query)
        if deadline is not None and deadline - timedelta(days=days) <= at
    ]


def send_planned(session: Session, post: Post, *, round_id: str, days_before: int, at: datetime) -> int:
    """Send a planned reminder, once: of two workers the row lets one pass. Return how many people get one."""
    taken = session.execute(
        update(ReminderPlan)
        .where(
            ReminderPlan.round_id == round_id,
            ReminderPlan.days_before == days_before,
            ReminderPlan.sent_at.is_(None),
        )
        .values(sent_at=at)
        .returning(ReminderPlan.round_id)
        .execution_options(synchronize_session=False)
    ).first()
    round_ = session.get(Round, round_id) if taken else None
    if round_ is None or round_.state != RoundState.OPEN or (round_.deadline or at) <= at:
        return 0
    return send(session, post, round_=round_, at=at, actor=WORKER)
