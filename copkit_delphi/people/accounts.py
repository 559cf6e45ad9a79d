"""Accounts of staff and readers: create, sign in, roles per study."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.permission import Identity, Role, exclude
from copkit_delphi.people import audit, password_rules
from copkit_delphi.people.models import Account, RoleAssignment

# Only what a mail header takes as one plain address: no comma, quote, bracket, colon or encoded word.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/^_`{|}~=-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
# The same words for a role that excludes this one and for a seat on the panel, so that neither is told from the other.
CLASH = N_("This account cannot hold this role in this study. Choose somebody else.")
_ROLES_LOCK = 0x524F4C45  # one writer of a study's roles and panel list at a time on PostgreSQL


def clean_email(typed: str) -> str:
    """Return an address in the one form that is stored, whatever its letters looked like; raises ``Invalid``."""
    email = sought(typed)
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise Invalid(
            N_("“%(email)s” is not an e-mail address. Write it like name@example.org."),
            email=typed.strip()[:80],
        )
    return email


def create(
    session: Session,
    *,
    email: str,
    name: str,
    at: datetime,
    actor: str,
    password: str = "",
    organisation: str = "",
) -> Account:
    """Create an account; raises ``Invalid`` or ``Conflict``.

    Without ``password`` nobody can sign in to it until its owner chose one: see ``passwords.invite``.
    """
    email = clean_email(email)
    if password:
        password_rules.check_new(password, about=(email, name, organisation))
    if not name.strip():
        raise Invalid(N_("Give a name."))
    if session.scalar(select(Account.id).where(Account.email == email)):
        raise Conflict(N_("There is an account for %(email)s already."), email=email)
    account = Account(
        id=secrets.token_hex(8),
        email=email,
        name=name.strip()[:120],
        organisation=organisation.strip()[:160],
        password_hash=password_rules.hashed(password) if password else "",
        created_at=at,
    )
    session.add(account)
    session.flush()  # role assignments refer to the account
    audit.record(session, actor=actor, action="account:create", at=at, account=account.id)
    return account


def get(session: Session, account_id: str) -> Account:
    """Return an account; raises ``NotFound``."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(N_("There is no such account."))
    return account


def by_email(session: Session, email: str) -> Account:
    """Return the account with ``email``; raises ``NotFound``."""
    account = session.scalar(select(Account).where(Account.email == clean_email(email), Account.is_active))
    if account is None:
        raise NotFound(N_("There is no account for %(email)s."), email=email)
    return account


def hold(session: Session, study_id: str) -> None:
    """Let nobody else change the roles or the panel list of a study until this transaction ends.

    Two administrators who each give one of two roles that exclude each other come one after the other.
    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:space, hashtext(:study))")
        session.execute(lock, {"space": _ROLES_LOCK, "study": study_id})


def give_role(
    session: Session, *, account_id: str, role: Role, study_id: str = "", at: datetime, actor: str
) -> None:
    """Give ``role``; raises ``Conflict`` when it may not stand beside another one in the same study."""
    hold(session, study_id)
    query = select(RoleAssignment.role).where(
        RoleAssignment.account_id == account_id, RoleAssignment.study_id == study_id
    )
    held = frozenset(Role(found) for found in session.scalars(query))
    if role in held:
        return
    if study_id and exclude(held | {role}):
        raise Conflict(CLASH)
    session.add(RoleAssignment(account_id=account_id, role=role, study_id=study_id))
    audit.record(
        session, actor=actor, action="role:give", at=at, study_id=study_id, account=account_id, role=str(role)
    )


def holders(session: Session, *, study_id: str) -> list[tuple[Role, str, str]]:
    """Return ``(role, name, account id)`` of everybody with a role in the study."""
    rows = session.execute(
        select(RoleAssignment.role, Account.name, Account.id)
        .join(Account)
        .where(RoleAssignment.study_id == study_id)
        .order_by(RoleAssignment.role, Account.name)
    )
    return [(Role(role), name, account_id) for role, name, account_id in rows]


def addresses(session: Session, *, study_id: str) -> frozenset[str]:
    """Return the addresses of everybody with a role in the study: none of them may sit on its panel."""
    query = select(Account.email).join(RoleAssignment).where(RoleAssignment.study_id == study_id)
    return frozenset(session.scalars(query))


def names(session: Session, account_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of accounts by id; ids that are no account (the system) are left out."""
    query = select(Account.id, Account.name).where(Account.id.in_(list(account_ids)))
    return {row.id: row.name for row in session.execute(query)}


def take_role(
    session: Session, *, account_id: str, role: Role, study_id: str, at: datetime, actor: str
) -> None:
    """Take a role in a study away again; raises ``NotFound``."""
    row = session.get(RoleAssignment, (account_id, role, study_id))
    if row is None:
        raise NotFound(N_("Nobody holds this role in the study."))
    session.delete(row)
    session.flush()  # gone for whoever asks next in this transaction
    audit.record(
        session, actor=actor, action="role:take", at=at, study_id=study_id, account=account_id, role=str(role)
    )


def identity(session: Session, account: Account) -> Identity:
    """Return the detached identity of ``account``."""
    rows = session.execute(
        select(RoleAssignment.role, RoleAssignment.study_id).where(RoleAssignment.account_id == account.id)
    )
    by_study: dict[str, set[Role]] = {}
    for role, study_id in rows:
        by_study.setdefault(study_id, set()).add(Role(role))
    everywhere = frozenset(by_study.pop("", set()))
    return Identity(
        account.id, account.name, everywhere, {key: frozenset(value) for key, value in by_study.items()}
    )


def sought(email: str) -> str:
    """Return an address as it is looked for and stored: trimmed, letters that look alike made the same."""
    return unicodedata.normalize("NFKC", email).strip().casefold()
