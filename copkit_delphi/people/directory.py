"""Accounts as an administrator sees them: found, described, put to rest and back, with their roles everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Forbidden, Invalid
from copkit_delphi.domain.permission import GLOBAL_ROLES, Identity, Role
from copkit_delphi.people import accounts, audit, sessions
from copkit_delphi.people.models import Account, AuditEvent, RoleAssignment

PAGE = 50
LAST = N_("This is the last administrator. Give the role to somebody else first.")


@dataclass(frozen=True, slots=True)
class Card:
    """An account with its roles everywhere and the number of studies it has a role in."""

    account: Account
    everywhere: tuple[Role, ...]
    studies: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of accounts, and how many there are in all."""

    cards: Sequence[Card]
    total: int


def search(session: Session, *, sought: str = "", active: bool | None = None, page: int = 1) -> Found:
    """Return accounts whose name, address or organisation holds ``sought``, by name."""
    query = select(Account)
    if sought:
        columns = (Account.name, Account.email, Account.organisation)
        query = query.where(
            or_(*(func.lower(column).contains(sought.lower(), autoescape=True) for column in columns))
        )
    if active is not None:
        query = query.where(Account.is_active == active)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.order_by(func.lower(Account.name), Account.email).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    held = _roles(session, [row.id for row in rows])
    return Found([_card(row, held.get(row.id, [])) for row in rows], total)


def _roles(session: Session, account_ids: Sequence[str]) -> dict[str, list[tuple[Role, str]]]:
    found: dict[str, list[tuple[Role, str]]] = {}
    for row in session.scalars(select(RoleAssignment).where(RoleAssignment.account_id.in_(account_ids))):
        found.setdefault(row.account_id, []).append((Role(row.role), row.study_id))
    return found


def _card(account: Account, held: Sequence[tuple[Role, str]]) -> Card:
    everywhere = tuple(sorted(role for role, study_id in held if not study_id))
    return Card(account, everywhere, len({study_id for _, study_id in held if study_id}))


def describe(
    session: Session, *, account_id: str, name: str, organisation: str, at: datetime, actor: str
) -> None:
    """Change the name and the organisation of an account; raises ``Invalid``."""
    account = accounts.get(session, account_id)
    if not name.strip():
        raise Invalid(N_("Give a name."))
    account.name, account.organisation = name.strip()[:120], organisation.strip()[:160]
    audit.record(session, actor=actor, action="account:describe", at=at, account=account_id)


def deactivate(session: Session, *, account_id: str, by: Identity, at: datetime) -> None:
    """Let nobody sign in to an account; its sessions have ended."""
    _not_oneself(by, account_id)
    accounts.hold(session, "")
    account = accounts.get(session, account_id)
    if not account.is_active:
        return
    _keep_one_administrator(session, account_id)
    account.is_active = False
    sessions.end_all(session, account_id=account_id, actor=by.account_id, at=at)
    audit.record(session, actor=by.account_id, action="account:deactivate", at=at, account=account_id)


def reactivate(session: Session, *, account_id: str, by: Identity, at: datetime) -> None:
    """Let the owner of an account sign in again, with the roles it had."""
    account = accounts.get(session, account_id)
    if account.is_active:
        return
    account.is_active = True
    audit.record(session, actor=by.account_id, action="account:reactivate", at=at, account=account_id)


def give_everywhere(session: Session, *, account_id: str, role: Role, by: Identity, at: datetime) -> None:
    """Give a role that counts everywhere; raises ``Forbidden`` or ``Invalid``."""
    _not_oneself(by, account_id)
    if role not in GLOBAL_ROLES:
        raise Invalid(N_("This role is given in a study."))
    accounts.get(session, account_id)
    accounts.give_role(session, account_id=account_id, role=role, at=at, actor=by.account_id)


def take_everywhere(session: Session, *, account_id: str, role: Role, by: Identity, at: datetime) -> None:
    """Take a role that counts everywhere away; one administrator stays."""
    _not_oneself(by, account_id)
    accounts.hold(session, "")
    if role is Role.ADMIN:
        _keep_one_administrator(session, account_id)
    accounts.take_role(session, account_id=account_id, role=role, study_id="", at=at, actor=by.account_id)


def _not_oneself(by: Identity, account_id: str) -> None:
    if by.account_id == account_id:
        raise Forbidden(
            N_("Nobody changes their own roles or deactivates themselves. Ask another administrator.")
        )


def _keep_one_administrator(session: Session, account_id: str) -> None:
    query = (
        select(Account.id)
        .join(RoleAssignment)
        .where(Account.is_active, RoleAssignment.role == Role.ADMIN, RoleAssignment.study_id == "")
    )
    if set(session.scalars(query)) == {account_id}:
        raise Conflict(LAST)


def counts(session: Session) -> tuple[int, int]:
    """Return how many accounts are active and how many are not."""
    active = session.scalar(select(func.count()).select_from(Account).where(Account.is_active)) or 0
    return active, (session.scalar(select(func.count()).select_from(Account)) or 0) - active


def events(session: Session, *, page: int = 1) -> tuple[list[AuditEvent], bool]:
    """Return one page of what was done to accounts, roles and communities, the latest first, and whether there is more."""
    wanted = or_(*(AuditEvent.action.startswith(kind) for kind in ("account:", "role:", "community:")))
    return audit.told(session, wanted, page=page)
