"""The second factor: codes of an authenticator app (TOTP), and ten recovery codes for the day it is lost."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.permission import Identity, Role
from copkit_delphi.people import audit, passwords, sessions, tokens
from copkit_delphi.people.models import Account, RecoveryCode, SecondFactor
from copkit_delphi.people.passwords import Site
from copkit_delphi.people.vault import Vault

STEP = 30  # seconds a code stands
N_CODES = 10
_NEEDED_BY = frozenset({Role.ADMIN, Role.FACILITATOR, Role.CO_FACILITATOR})


def is_needed_by(identity: Identity) -> bool:
    """Tell whether somebody with these roles must have a second factor."""
    held = identity.everywhere.union(*identity.by_study.values())
    return bool(held & _NEEDED_BY)


def is_set(session: Session, account_id: str) -> bool:
    """Tell whether an account has an authenticator."""
    return session.get(SecondFactor, account_id) is not None


def codes_left(session: Session, account_id: str) -> int:
    """Return how many recovery codes an account has left."""
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id)
    return session.scalar(query) or 0


def draw_secret() -> str:
    """Return the secret of a new authenticator, 160 random bits."""
    return pyotp.random_base32()


def address(secret: str, *, email: str, site_name: str) -> str:
    """Return what an authenticator app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=site_name)


def _step(secret: str, typed: str, at: datetime) -> int | None:
    """Return the time step a code belongs to, the present one or a neighbour; None when it is no code of ``secret``."""
    code, now = "".join(typed.split()), int(at.timestamp()) // STEP
    made = pyotp.TOTP(secret)
    steps = [
        step
        for step in (now - 1, now, now + 1)
        if hmac.compare_digest(made.generate_otp(step).encode(), code.encode("utf-8", "replace"))
    ]
    return max(steps, default=None)


def set_up(
    session: Session,
    vault: Vault,
    site: Site,
    *,
    account_id: str,
    secret: str,
    code: str,
    token: str,
    at: datetime,
) -> list[str]:
    """Take an authenticator into use once it shows a right code; return ten recovery codes. Raises ``Invalid``.

    Every session but the one of ``token`` ends.
    """
    step = _step(secret, code, at)
    if step is None:
        raise Invalid(
            N_(
                "This code does not fit. Wait for the next one and check that the clock of your device is right."
            )
        )
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))
    session.add(SecondFactor(account_id=account_id, seal=vault.seal({"secret": secret}), last_step=step))
    drawn = _draw_codes(session, account_id)
    audit.record(session, actor=account_id, action="account:set-factor", at=at, account=account_id)
    _told(session, site, account_id, "A second factor was set up for your account.", token, at)
    return drawn


def _told(session: Session, site: Site, account_id: str, what: str, token: str, at: datetime) -> None:
    passwords.tell(session, site, account=session.get_one(Account, account_id), what=what, at=at)
    sessions.end_all(session, account_id=account_id, actor=account_id, at=at, keep=token)


def _draw_codes(session: Session, account_id: str) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    drawn = [tokens.draw_spoken() for _ in range(N_CODES)]
    session.add_all(RecoveryCode(account_id=account_id, code_hash=tokens.digest(code)) for code in drawn)
    return drawn


def draw_codes(session: Session, site: Site, *, account_id: str, token: str, at: datetime) -> list[str]:
    """Return ten new recovery codes; the old ones are void."""
    audit.record(session, actor=account_id, action="account:draw-recovery-codes", at=at, account=account_id)
    _told(session, site, account_id, "New recovery codes were drawn for your account.", token, at)
    return _draw_codes(session, account_id)


def passes(session: Session, vault: Vault, *, account_id: str, code: str, at: datetime) -> bool:
    """Tell whether ``code`` is a right one, and use it up: the same one is refused the second time."""
    factor = session.get(SecondFactor, account_id, with_for_update=True, populate_existing=True)
    if factor is None:
        return False
    step = _step(vault.open(factor.seal)["secret"], code, at)
    if step is not None and step > factor.last_step:
        factor.last_step = step
        return True
    return _uses_recovery_code(session, account_id, code)


def _uses_recovery_code(session: Session, account_id: str, code: str) -> bool:
    word = "".join(code.split()).lower().encode("utf-8", "replace").decode()
    query = select(RecoveryCode).where(
        RecoveryCode.account_id == account_id, RecoveryCode.code_hash == tokens.digest(word)
    )
    row = session.scalar(query)  # the lock on the authenticator's row holds a second try back
    if row is None:
        return False
    session.delete(row)
    return True


def note_refusal(session: Session, *, account_id: str, at: datetime) -> None:
    """Note a wrong code, never the code."""
    audit.record(session, actor=account_id, action="account:code-refused", at=at, account=account_id)


def remove(
    session: Session, site: Site, *, account_id: str, actor: str, at: datetime, token: str = ""
) -> None:
    """Take the second factor of an account away, by its owner or (lost device) an administrator.

    Its sessions end, but the one of ``token``. Who needs a factor sets one up at the next sign-in.
    """
    for table in (SecondFactor, RecoveryCode):
        session.execute(delete(table).where(table.account_id == account_id))
    audit.record(session, actor=actor, action="account:remove-factor", at=at, account=account_id)
    _told(session, site, account_id, "The second factor of your account was removed.", token, at)
