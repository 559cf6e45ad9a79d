"""The page where people ask to join a panel: an unguessable address, confirmed by mail, decided by facilitators.

An application is answered the same way whoever it names: nothing is looked up before its address was confirmed by
somebody who reads it, so that nobody enrols others and nobody learns who is on the panel.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Gone, Invalid, NotFound
from copkit_delphi.domain.mail import ENROLMENT
from copkit_delphi.domain.marking import Marking
from copkit_delphi.elicitation import entry, letter_texts, letters
from copkit_delphi.elicitation.letters import Addressee
from copkit_delphi.elicitation.models import Applicant, EnrolmentPage, StakeholderGroup, Study
from copkit_delphi.people import accounts, audit, tokens
from copkit_delphi.people.passwords import Site

CONFIRM_WITHIN = timedelta(days=2)
MOST_UNCONFIRMED = 300
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How the page is set up: what it says in public, until when, for how many and for which groups (none: all)."""

    is_open: bool
    title: str
    text: str
    until: date | None
    most: int
    group_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody who asks to join writes."""

    name: str
    email: str
    group_id: str
    organisation: str = ""
    why: str = ""
    language: str = ""  # of mails to them; empty for that of the study


@dataclass(frozen=True, slots=True)
class Public:
    """What a visitor reads, and in which language mails go unless another one is chosen."""

    page: EnrolmentPage
    study: Study
    groups: tuple[StakeholderGroup, ...]
    language: str


def of_study(session: Session, study_id: str) -> EnrolmentPage | None:
    """Return the page of a study, open or not."""
    return session.get(EnrolmentPage, study_id)


def set_up(session: Session, *, study_id: str, plan: Plan, at: datetime, actor: str) -> EnrolmentPage:
    """Keep how the page is set up; its address is drawn the first time. Raises ``Invalid`` or ``Conflict``."""
    entry.check(session, study_id)
    study = session.get_one(Study, study_id)
    if plan.is_open and study.marking == Marking.RED:
        raise Conflict(N_("The study is marked TLP:RED: it cannot have a page that anybody may read."))
    _check(session, study_id, plan, at)
    page = session.get(EnrolmentPage, study_id)
    if page is None:
        page = EnrolmentPage(study_id=study_id, slug=secrets.token_urlsafe(24), title="", text="")
        session.add(page)
    page.is_open, page.until, page.most = plan.is_open, plan.until, plan.most
    page.title, page.text, page.group_ids = plan.title, plan.text, list(plan.group_ids)
    audit.record(session, actor=actor, action="enrolment:set", at=at, study_id=study_id, open=plan.is_open)
    return page


def _check(session: Session, study_id: str, plan: Plan, at: datetime) -> None:
    if not plan.title or not plan.text:
        raise Invalid(N_("Write what visitors read: a title, and who is asked for what."))
    if not 1 <= plan.most <= MOST:
        raise Invalid(N_("Give a number of people from 1 to %(n)s."), n=MOST)
    if plan.until is not None and plan.until < at.date():
        raise Invalid(N_("The last day lies in the past."))
    if not set(plan.group_ids) <= {group.id for group in _groups(session, study_id, ())}:
        raise Invalid(N_("Choose groups of this study."))


def renew(session: Session, *, study_id: str, at: datetime, actor: str) -> None:
    """Give the page another address; the old one leads nowhere."""
    page = session.get(EnrolmentPage, study_id)
    if page is None:
        raise NotFound(N_("The study has no page to enrol on yet."))
    page.slug = secrets.token_urlsafe(24)
    audit.record(session, actor=actor, action="enrolment:renew", at=at, study_id=study_id)


def public(session: Session, *, slug: str, at: datetime) -> Public:
    """Return what a visitor reads; raises ``NotFound``, or ``Gone`` while the page takes nobody."""
    page = session.scalar(select(EnrolmentPage).where(EnrolmentPage.slug == slug))
    if page is None:
        raise NotFound(N_("There is no such page. Check the address."))
    study = session.get_one(Study, page.study_id)
    over = page.until is not None and at.date() > page.until
    if not page.is_open or over or study.state not in ("draft", "running") or _full(session, page):
        raise Gone(N_("This page takes no more applications. Thank you for your interest."))
    groups = tuple(_groups(session, study.id, page.group_ids))
    return Public(page, study, groups, letter_texts.language_of(session, study_id=study.id))


def _full(session: Session, page: EnrolmentPage) -> bool:
    return _counted(session, page.study_id, confirmed=True) >= page.most


def _counted(session: Session, study_id: str, *, confirmed: bool) -> int:
    wanted = Applicant.token_hash.is_(None) if confirmed else Applicant.token_hash.is_not(None)
    return session.scalar(select(func.count()).where(Applicant.study_id == study_id, wanted)) or 0


def _groups(session: Session, study_id: str, only: Sequence[str]) -> list[StakeholderGroup]:
    query = select(StakeholderGroup).where(StakeholderGroup.study_id == study_id)
    rows = session.scalars(query.order_by(StakeholderGroup.position))
    return [row for row in rows if not only or row.id in only]


def apply(session: Session, site: Site, *, found: Public, application: Application, at: datetime) -> None:
    """Keep an application until its address is confirmed, and mail the link for that; raises ``Invalid``.

    Raises ``Conflict`` while too many wait to be confirmed.
    """
    email = accounts.clean_email(application.email)
    if application.group_id not in {group.id for group in found.groups}:
        raise Invalid(N_("Choose the group you would speak for."))
    if application.language:
        letter_texts.check_language(application.language)
    if _counted(session, found.study.id, confirmed=False) >= MOST_UNCONFIRMED:
        raise Conflict(N_("Too many people are asking just now. Please come back tomorrow."))
    token = tokens.draw()
    session.add(
        Applicant(
            id=secrets.token_hex(16),
            study_id=found.study.id,
            token_hash=tokens.digest(token),
            expires_at=at + CONFIRM_WITHIN,
            seal=site.vault.seal(asdict(application) | {"email": email}),
        )
    )
    letters.send_unlogged(
        session,
        site.vault,
        study=found.study,
        kind=ENROLMENT,
        to=Addressee(application.name, email, application.language),
        at=at,
        link=f"{site.address}/join/confirm/{token}",
    )


def find(session: Session, *, token: str, at: datetime) -> Applicant:
    """Return the application behind a mailed link; raises ``Gone`` when it ran out or is used up."""
    row = session.scalar(select(Applicant).where(Applicant.token_hash == tokens.digest(token)))
    if row is None or row.expires_at is None or at >= row.expires_at:
        raise Gone(N_("This link is used up or has run out. If you did not confirm yet, please apply again."))
    return row


def confirm(session: Session, *, token: str, at: datetime) -> None:
    """Take an application whose address is confirmed: from now on facilitators see it."""
    row = find(session, token=token, at=at)
    row.token_hash = row.expires_at = None


def count_waiting(session: Session, study_id: str) -> int:
    """Return how many confirmed applications wait."""
    return _counted(session, study_id, confirmed=True)


def expire(session: Session, *, at: datetime) -> None:
    """Delete applications that nobody confirmed in time."""
    over = Applicant.expires_at <= at
    session.execute(delete(Applicant).where(over).execution_options(synchronize_session=False))
