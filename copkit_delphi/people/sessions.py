"""Sessions of staff and readers: the browser carries a token, the table its hash, so that each can be ended."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain.permission import Identity
from copkit_delphi.people import accounts, audit, tokens
from copkit_delphi.people.models import Account, SecondFactor, StaffSession

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_TOUCH = timedelta(minutes=2)
_REFERENCE = 16


@dataclass(frozen=True, slots=True)
class Resumed:
    """A session that goes on: whose, what it has proved, and what is due before the next page."""

    identity: Identity
    has_factor: bool
    with_factor: bool
    ends_at: datetime
    touch_due: bool
    renewal_due: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its owner sees it."""

    reference: str
    created_at: datetime
    seen_at: datetime
    current: bool


def _rights(identity: Identity) -> str:
    """Return a short mark of all roles: a session that was begun with others gets a new token."""
    held = sorted(
        [f"{role}" for role in identity.everywhere]
        + [f"{study}:{role}" for study, roles in identity.by_study.items() for role in roles]
    )
    return hashlib.sha256("\n".join(held).encode()).hexdigest()[:16]


def _ended(row: StaffSession, at: datetime) -> bool:
    return at - row.seen_at > IDLE or at - row.created_at > LONGEST


def begin(session: Session, *, account_id: str, at: datetime, with_factor: bool = False) -> str:
    """Return the token of a new session of an account whose password was checked."""
    session.execute(delete(StaffSession).where(StaffSession.created_at < at - LONGEST))
    audit.record(session, actor=account_id, action="account:sign-in", at=at, factor=with_factor)
    return _add(session, account_id=account_id, created_at=at, seen_at=at, with_factor=with_factor)


def _add(
    session: Session, *, account_id: str, created_at: datetime, seen_at: datetime, with_factor: bool
) -> str:
    token = tokens.draw()
    row = StaffSession(
        token_hash=tokens.digest(token),
        account_id=account_id,
        created_at=created_at,
        seen_at=seen_at,
        with_factor=with_factor,
        rights=_rights(accounts.identity(session, session.get_one(Account, account_id))),
    )
    session.add(row)
    session.flush()
    return token


def resume(session: Session, *, token: str, at: datetime) -> Resumed | None:
    """Return the session behind ``token``; None when it ran out, was ended or its account was closed."""
    row = session.get(StaffSession, tokens.digest(token))
    if row is None or _ended(row, at):
        return None
    account = session.get(Account, row.account_id)
    if account is None or not account.is_active:
        return None
    identity = accounts.identity(session, account)
    return Resumed(
        identity=identity,
        has_factor=session.get(SecondFactor, account.id) is not None,
        with_factor=row.with_factor,
        ends_at=min(at + IDLE, row.created_at + LONGEST),
        touch_due=at - row.seen_at > _TOUCH,
        renewal_due=row.rights != _rights(identity),
    )


def owner(session: Session, *, token: str) -> str:
    """Return the id of the account a session belongs to, empty without one."""
    row = session.get(StaffSession, tokens.digest(token))
    return row.account_id if row else ""


def _locked(session: Session, token: str) -> StaffSession | None:
    return session.get(StaffSession, tokens.digest(token), with_for_update=True)


def touch(session: Session, *, token: str, at: datetime) -> None:
    """Keep the session of ``token`` alive."""
    query = update(StaffSession).where(StaffSession.token_hash == tokens.digest(token))
    session.execute(query.values(seen_at=at))


def renew(session: Session, *, token: str, at: datetime, with_factor: bool | None = None) -> str | None:
    """Put a new token in the place of ``token``, as after any change of rights; None when the session is gone.

    The twelve hours go on from where they began.
    """
    row = _locked(session, token)
    if row is None:
        return None
    session.delete(row)
    return _add(
        session,
        account_id=row.account_id,
        created_at=row.created_at,
        seen_at=at,
        with_factor=row.with_factor if with_factor is None else with_factor,
    )


def sign_out(session: Session, *, token: str, at: datetime) -> None:
    """End the session of ``token``."""
    row = _locked(session, token)
    if row is not None:
        session.delete(row)
        audit.record(session, actor=row.account_id, action="account:sign-out", at=at)


def listed(session: Session, *, account_id: str, token: str, at: datetime) -> list[Listed]:
    """Return the running sessions of an account, the latest first; the one of ``token`` is the current one."""
    query = select(StaffSession).where(StaffSession.account_id == account_id)
    rows = session.scalars(query.order_by(StaffSession.seen_at.desc()))
    mine = tokens.digest(token)
    return [
        Listed(row.token_hash[:_REFERENCE], row.created_at, row.seen_at, row.token_hash == mine)
        for row in rows
        if not _ended(row, at)
    ]


def end(session: Session, *, account_id: str, reference: str, actor: str, at: datetime) -> None:
    """End one session of an account, named as ``listed`` names it; nothing happens when it is gone already."""
    query = select(StaffSession).where(StaffSession.account_id == account_id)
    for row in session.scalars(query.with_for_update()).all():
        if row.token_hash[:_REFERENCE] == reference:
            session.delete(row)
            audit.record(session, actor=actor, action="account:end-session", at=at, account=account_id)


def end_all(session: Session, *, account_id: str, actor: str, at: datetime, keep: str = "") -> None:
    """End every session of an account but the one of the token ``keep``."""
    query = delete(StaffSession).where(StaffSession.account_id == account_id)
    session.execute(query.where(StaffSession.token_hash != tokens.digest(keep)))
    audit.record(session, actor=actor, action="account:end-sessions", at=at, account=account_id)
