"""Accounts of staff and readers: create, sign in, roles per study."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.permission import EXCLUSIVE, Identity, Role
from copkit_delphi.people import audit
from copkit_delphi.people.models import Account, RoleAssignment, StaffSession

MIN_PASSWORD = 12
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_TOUCH = timedelta(minutes=2)
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _HASHER.hash(
    secrets.token_hex(8)
)  # compared against when no account exists, so that both take as long
# Only what a mail header takes as one plain address: no comma, quote, bracket, colon or encoded word.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/^_`{|}~=-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def clean_email(text: str) -> str:
    """Return ``text`` as an address in lower case; raises ``Invalid``."""
    email = text.strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise Invalid(
            N_("“%(email)s” is not an e-mail address. Write it like name@example.org."),
            email=text.strip()[:80],
        )
    return email


def draw_password() -> str:
    """Return a random password that can be read aloud: four groups of four."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))


def create(session: Session, *, email: str, name: str, password: str, at: datetime, actor: str) -> Account:
    """Create an account; raises ``Invalid`` or ``Conflict``."""
    email = clean_email(email)
    if len(password) < MIN_PASSWORD:
        raise Invalid(N_("A password needs at least %(n)s characters."), n=MIN_PASSWORD)
    if not name.strip():
        raise Invalid(N_("Give a name."))
    if session.scalar(select(Account.id).where(Account.email == email)):
        raise Conflict(N_("There is an account for %(email)s already."), email=email)
    account = Account(
        id=secrets.token_hex(8),
        email=email,
        name=name.strip()[:120],
        password_hash=_HASHER.hash(password),
        created_at=at,
    )
    session.add(account)
    session.flush()  # role assignments refer to the account
    audit.record(session, actor=actor, action="account:create", at=at, account=account.id)
    return account


def by_email(session: Session, email: str) -> Account:
    """Return the account with ``email``; raises ``NotFound``."""
    account = session.scalar(select(Account).where(Account.email == clean_email(email), Account.is_active))
    if account is None:
        raise NotFound(N_("There is no account for %(email)s."), email=email)
    return account


def give_role(
    session: Session, *, account_id: str, role: Role, study_id: str = "", at: datetime, actor: str
) -> None:
    """Give ``role``; raises ``Conflict`` when it may not stand beside another one in the same study."""
    held = set(
        session.scalars(
            select(RoleAssignment.role).where(
                RoleAssignment.account_id == account_id, RoleAssignment.study_id == study_id
            )
        )
    )
    if role in held:
        return
    if study_id and any({str(r) for r in pair} <= held | {str(role)} for pair in EXCLUSIVE):
        raise Conflict(N_("One person cannot hold both of these roles in one study. Choose somebody else."))
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


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def check(session: Session, *, email: str, password: str) -> str | None:
    """Return the id of the account that address and password belong to, None otherwise. Slow: give it a reading session."""
    account = session.scalar(select(Account).where(Account.email == email.strip().lower(), Account.is_active))
    try:
        _HASHER.verify(account.password_hash if account else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return None
    return account.id if account else None


def begin(session: Session, *, account_id: str, at: datetime) -> str:
    """Return the token of a new session of an account whose password was checked."""
    token = secrets.token_urlsafe(32)
    session.execute(delete(StaffSession).where(StaffSession.created_at < at - LONGEST))
    session.add(StaffSession(token_hash=_hash(token), account_id=account_id, created_at=at, seen_at=at))
    audit.record(session, actor=account_id, action="account:sign-in", at=at)
    return token


def resume(session: Session, *, token: str, at: datetime) -> tuple[Identity, bool] | None:
    """Return the identity behind ``token`` and whether its session is due to be touched; None when it ran out."""
    row = session.get(StaffSession, _hash(token))
    if row is None or at - row.seen_at > IDLE or at - row.created_at > LONGEST:
        return None
    account = session.get(Account, row.account_id)
    if account is None or not account.is_active:
        return None
    return identity(session, account), at - row.seen_at > _TOUCH


def touch(session: Session, *, token: str, at: datetime) -> None:
    """Keep the session of ``token`` alive."""
    row = session.get(StaffSession, _hash(token))
    if row is not None:
        row.seen_at = at


def sign_out(session: Session, *, token: str) -> None:
    """End the session of ``token``."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == _hash(token)))
