"""Recipients of a release: who may be named under which marking, who acknowledged, who is reminded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.domain.marking import ADDRESSED, Marking
from copkit_delphi.domain.permission import ALLOWED, Action
from copkit_delphi.elicitation import studies
from copkit_delphi.network import letters
from copkit_delphi.network.letters import Post
from copkit_delphi.network.models import Recipient
from copkit_delphi.people import audit
from copkit_delphi.people.models import Account, RoleAssignment
from copkit_delphi.warning import briefs
from copkit_delphi.warning.models import Brief

BY_NAME = frozenset({Marking.AMBER, Marking.AMBER_STRICT, Marking.RED})
MAX_REMINDERS = 2
BETWEEN_REMINDERS = timedelta(days=1)
REPLY = 400
RELEASED, RETRACTED = "released", "retracted"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be named: an account with the role of reader, or with a role in the study."""

    account_id: str
    name: str
    email: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A person named as recipient, with the organisation the document goes to."""

    account_id: str
    organisation: str = ""


def candidates(session: Session, study_id: str) -> list[Candidate]:
    """Return who can be named as recipient of a study's brief, by name."""
    study = RoleAssignment.study_id
    outside = [] if studies.get(session, study_id).exercise else [study == ""]  # an exercise stays inside
    query = (
        select(Account.id, Account.name, Account.email, Account.organisation)
        .join(RoleAssignment)
        .where(
            Account.is_active,
            RoleAssignment.role.in_(ALLOWED[Action.BRIEF_READ]),
            or_(study == study_id, *outside),
        )
        .distinct()
        .order_by(Account.name, Account.id)
    )
    return [Candidate(*row) for row in session.execute(query)]


def of_release(session: Session, brief_id: str) -> list[Recipient]:
    """Return the recipients of a release by name."""
    query = select(Recipient).where(Recipient.brief_id == brief_id).order_by(Recipient.name)
    return list(session.scalars(query))


def get(session: Session, *, brief_id: str, account_id: str) -> Recipient | None:
    """Return what an account is to a release, None when it is not named."""
    return session.get(Recipient, (brief_id, account_id))


def check(session: Session, *, brief: Brief, named: Sequence[Named]) -> list[tuple[Named, Candidate]]:
    """Return those named with their accounts; raises ``Invalid`` with the rule of the marking that is broken."""
    known = {one.account_id: one for one in candidates(session, brief.study_id)}
    if len({one.account_id for one in named}) < len(named):
        raise Invalid(N_("One person is named twice."))
    if any(one.account_id not in known for one in named):
        raise Invalid(N_("A recipient needs an account with the role of reader, or a role in this study."))
    if brief.marking in BY_NAME:
        if not named:
            raise Invalid(N_("Under %(marking)s name at least one recipient."), marking=brief.marking)
        if not all(one.organisation.strip() for one in named):
            raise Invalid(
                N_("Under %(marking)s give the organisation of each recipient."), marking=brief.marking
            )
    return [(one, known[one.account_id]) for one in named]


def add(
    session: Session, *, brief_id: str, people: Sequence[tuple[Named, Candidate]], actor: str, at: datetime
) -> list[Recipient]:
    """Write those named down, as they are called on the day of the release."""
    rows = [
        Recipient(
            brief_id=brief_id,
            account_id=person.account_id,
            name=person.name,
            organisation=one.organisation.strip()[:160],
            named_by=actor,
            named_at=at,
        )
        for one, person in people
    ]
    session.add_all(rows)
    session.flush()  # letters and pages read them
    return rows


def name_another(
    session: Session, post: Post, *, brief: Brief, one: Named, actor: str, at: datetime
) -> Recipient:
    """Name one more recipient of a standing release, as far as its marking allows."""
    _check_standing(session, brief)
    _check_another(session, brief, one)
    (row,) = add(
        session, brief_id=brief.id, people=check(session, brief=brief, named=[one]), actor=actor, at=at
    )
    letters.send(session, post, kind=letters.RELEASE, to=row, brief_id=brief.id, at=at)
    audit.record(
        session, actor=actor, action="release:name", at=at, study_id=brief.study_id, account=one.account_id
    )
    return row


def _check_another(session: Session, brief: Brief, one: Named) -> None:
    if get(session, brief_id=brief.id, account_id=one.account_id) is not None:
        raise Conflict(N_("This person is a recipient already."))
    if brief.marking in ADDRESSED:
        raise Conflict(
            N_("Under %(marking)s only those named at the release are recipients."), marking=brief.marking
        )
    known = {row.organisation.casefold() for row in of_release(session, brief.id)}
    if brief.marking == Marking.AMBER and one.organisation.strip().casefold() not in known:
        raise Conflict(N_("Under TLP:AMBER further people come from an organisation that received it."))


def _check_standing(session: Session, brief: Brief) -> None:
    briefs.hold(session, brief)
    if brief.state != BriefState.PUBLISHED:
        raise Conflict(N_("This brief is not released any more."))


def opened(session: Session, *, brief_id: str, account_id: str, on: date) -> None:
    """Note the day on which a recipient first opened the brief."""
    row = get(session, brief_id=brief_id, account_id=account_id)
    if row is not None and row.opened_on is None:
        row.opened_on = on


def acknowledge(
    session: Session, *, brief: Brief, account_id: str, of: str, reply: str = "", at: datetime
) -> None:
    """Note that a recipient has read what was shown: ``of`` is the release or the retraction."""
    row = get(session, brief_id=brief.id, account_id=account_id)
    if row is None:
        raise NotFound(N_("There is no such brief."))
    if of != (RETRACTED if brief.state == BriefState.WITHDRAWN else RELEASED):
        raise Conflict(N_("This brief was retracted since you opened it. Look at it again."))
    if len(reply) > REPLY:
        raise Invalid(N_("Write at most %(max)s characters."), max=REPLY)
    if of == RETRACTED:
        row.retraction_acknowledged_at = row.retraction_acknowledged_at or at
    else:
        row.acknowledged_at, row.reply = row.acknowledged_at or at, reply.strip() or row.reply
    audit.record(
        session, actor=account_id, action="release:acknowledge", at=at, study_id=brief.study_id, of=of
    )


def waiting(row: Recipient, brief: Brief) -> bool:
    """Tell whether the recipient has still to acknowledge what stands now."""
    if brief.state == BriefState.WITHDRAWN:
        return row.retraction_acknowledged_at is None
    return row.acknowledged_at is None


def remind(session: Session, post: Post, *, brief: Brief, actor: str, at: datetime) -> int:
    """Remind everybody who has not acknowledged, twice at most and a day apart; return how many letters went."""
    _check_standing(session, brief)
    due = [
        row
        for row in of_release(session, brief.id)
        if waiting(row, brief) and row.reminders < MAX_REMINDERS and _rested(row, at)
    ]
    if not due:
        raise Conflict(
            N_("Nobody can be reminded now: at most two reminders to each, a day apart. Call them instead.")
        )
    for row in due:
        row.reminders, row.reminded_at = row.reminders + 1, at
        letters.send(session, post, kind=letters.REMINDER, to=row, brief_id=brief.id, at=at)
    audit.record(
        session, actor=actor, action="release:remind", at=at, study_id=brief.study_id, letters=len(due)
    )
    return len(due)


def _rested(row: Recipient, at: datetime) -> bool:
    return (row.reminded_at or row.named_at) + BETWEEN_REMINDERS <= at
