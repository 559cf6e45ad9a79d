"""Who holds which role in a study: given and taken by its facilitator or, from outside, by an administrator.

Whoever checks a study is not chosen by those who are checked. A facilitator appoints the ethics reviewer, the data
protection officer and the owner while the study is a draft, and later fills a place that is empty. From the opening of
round 1 on only an administrator without a role in the study takes one of them away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Forbidden
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.domain.permission import Action, Identity, Role
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.people import accounts, audit, outbox, vault
from copkit_delphi.people.passwords import Site

HELPERS = frozenset({Role.ANALYST, Role.CO_FACILITATOR, Role.OBSERVER})
INDEPENDENT = frozenset({Role.ETHICS_REVIEWER, Role.DPO, Role.OWNER})
TOLD = INDEPENDENT | {Role.FACILITATOR}
Held = tuple[Role, str, str]


def give(
    session: Session,
    site: Site,
    *,
    study_id: str,
    account_id: str,
    role: Role,
    by: Identity,
    at: datetime,
) -> None:
    """Give a role in a study; raises ``Forbidden`` or ``Conflict``. What an administrator gives, its staff are told."""
    with _changing(session, site, study_id, account_id, role, by=by, at=at) as fixed:
        if fixed and _held(session, study_id, role):
            raise Conflict(
                N_("Round 1 has opened and somebody holds this role. Only an administrator can change that.")
            )
        email = accounts.get(session, account_id).email
        if any(contact.email == email for contact in vault.contacts(session, site.vault, study_id=study_id)):
            raise Conflict(accounts.CLASH)
        accounts.give_role(
            session, account_id=account_id, role=role, study_id=study_id, at=at, actor=by.account_id
        )


def note_refusal(session: Session, *, study_id: str, role: Role, by: Identity, at: datetime) -> None:
    """Note that a role was refused: repeated tries may be guesses who sits on the panel. Never for whom."""
    audit.record(session, actor=by.account_id, action="role:refuse", at=at, study_id=study_id, role=str(role))


def take(
    session: Session, site: Site, *, study_id: str, account_id: str, role: Role, by: Identity, at: datetime
) -> None:
    """Take a role in a study away; raises ``Forbidden``, ``Conflict`` or ``NotFound``. Staff are told as in ``give``."""
    with _changing(session, site, study_id, account_id, role, by=by, at=at) as fixed:
        if fixed:
            raise Conflict(N_("Round 1 has opened. Only an administrator can take this role away."))
        if role is Role.FACILITATOR and len(_held(session, study_id, role)) < 2:
            raise Conflict(N_("A study keeps a facilitator. Give the role to somebody else first."))
        accounts.take_role(
            session, account_id=account_id, role=role, study_id=study_id, at=at, actor=by.account_id
        )


@contextmanager
def _changing(
    session: Session, site: Site, study_id: str, account_id: str, role: Role, *, by: Identity, at: datetime
) -> Iterator[bool]:
    """Hold the roles of a study for one change; its block is told whether the role is fixed for ``by``."""
    study = studies.get(session, study_id)
    _check_real(study)
    accounts.hold(session, study_id)
    outside = _appoints(by, study, account_id)
    before = accounts.holders(session, study_id=study_id)
    if not outside:
        _check_facilitator(by, study, role)
    yield not outside and role in INDEPENDENT and study.state != StudyState.DRAFT
    if outside:
        _tell(session, site, study_id, before, at)


def _tell(session: Session, site: Site, study_id: str, before: Sequence[Held], at: datetime) -> None:
    """Mail those who answer for a study, before the change or after it, that an administrator changed its roles."""
    after = accounts.holders(session, study_id=study_id)
    told = {account for role, _, account in (*before, *after) if role in TOLD}
    for account in sorted(told) if set(before) != set(after) else ():
        found = accounts.get(session, account)
        if found.is_active:
            outbox.queue(
                session,
                site.vault,
                kind="roles",
                to=found.email,
                subject="Roles in a study changed",
                text=f"Dear {found.name},\n\nan administrator changed the roles in a study you work on. Who holds which "
                "role now, and who changed it, stands on its page of roles, after sign-in:\n\n"
                f"{site.address}/studies/{study_id}/roles\n",
                at=at,
            )


def takes(by: Identity, study: Study, role: Role) -> bool:
    """Tell whether ``by`` can take ``role`` away on the study's own page."""
    draft = study.state == StudyState.DRAFT
    return by.may(Action.ROLE_MANAGE, study.id) and (role in HELPERS or (role in INDEPENDENT and draft))


def _check_real(study: Study) -> None:
    if study.exercise:
        raise Conflict(N_("This is an exercise: the other roles are played, and nobody else takes part."))


def _appoints(by: Identity, study: Study, account_id: str) -> bool:
    """Tell whether ``by`` acts as an administrator: from outside the study, and never for oneself."""
    if not by.may(Action.ACCOUNT_MANAGE) or by.belongs_to(study.id):
        return False
    if by.account_id == account_id:
        raise Forbidden(N_("Nobody gives or takes their own roles. Ask another administrator."))
    return True


def _check_facilitator(by: Identity, study: Study, role: Role) -> None:
    if not by.may(Action.ROLE_MANAGE, study.id):
        raise Forbidden(N_("You work on this study yourself. Ask another administrator."))
    if role not in HELPERS | INDEPENDENT:
        raise Conflict(N_("Only an administrator gives or takes this role."))


def _held(session: Session, study_id: str, role: Role) -> list[str]:
    return [account for held, _, account in accounts.holders(session, study_id=study_id) if held is role]


def titles(session: Session) -> dict[str, str]:
    """Return the titles of all studies by id, in the order of the alphabet: all an administrator sees of a study."""
    rows = session.execute(select(Study.id, Study.title).order_by(func.lower(Study.title), Study.id))
    return {row.id: row.title for row in rows}
