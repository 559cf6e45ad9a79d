"""Passwords of staff and readers: checked, changed by their owner, or set through a mailed link.

Nobody else ever chooses or sees one. A link is random, kept as a hash, bound to one account and one purpose, and
used up by the password it sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Gone, Invalid
from copkit_delphi.people import accounts, audit, outbox, password_rules, sessions, tokens
from copkit_delphi.people.models import Account, PasswordLink
from copkit_delphi.people.vault import Vault

INVITATION, RESET = "invitation", "reset"
VALID = {INVITATION: timedelta(days=14), RESET: timedelta(minutes=30)}


@dataclass(frozen=True, slots=True)
class Site:
    """What mails about accounts need: the vault that seals them, where this site is, and who runs it."""

    vault: Vault
    address: str
    organisation: str


def check(session: Session, *, email: str, password: str) -> str | None:
    """Return the id of the account that address and password belong to, None otherwise.

    Slow: give it a reading session.
    """
    account = _active(session, email)
    fits = password_rules.belongs(password, account.password_hash if account else None)
    return account.id if account and fits else None


def _active(session: Session, email: str) -> Account | None:
    return session.scalar(select(Account).where(Account.email == accounts.sought(email), Account.is_active))


def refresh(session: Session, *, account_id: str, password: str) -> None:
    """Keep a password that was just checked under today's parameters."""
    account = session.get_one(Account, account_id)
    if password_rules.is_outdated(account.password_hash):
        account.password_hash = password_rules.hashed(password)


def note_refusal(session: Session, *, email: str, at: datetime) -> None:
    """Note a sign-in that failed: with the account if there is one, never with what was typed."""
    account = _active(session, email)
    audit.record(
        session,
        actor="sign-in",
        action="account:sign-in-refused",
        at=at,
        account=account.id if account else "",
    )


def confirm(session: Session, *, account_id: str, password: str) -> None:
    """Raise ``Invalid`` unless ``password`` is the account's."""
    if not password_rules.belongs(password, session.get_one(Account, account_id).password_hash):
        raise Invalid(N_("This is not your current password. Nothing was changed."))


def change(session: Session, site: Site, *, account_id: str, new: str, token: str, at: datetime) -> None:
    """Set a password its owner chose, end the other sessions and say so to the address; raises ``Invalid``."""
    account = session.get_one(Account, account_id)
    _set(session, site, account=account, new=new, at=at)
    sessions.end_all(session, account_id=account_id, actor=account_id, at=at, keep=token)


def _set(session: Session, site: Site, *, account: Account, new: str, at: datetime) -> None:
    password_rules.check_new(new, about=(account.name, account.email, site.organisation))
    account.password_hash = password_rules.hashed(new)
    session.execute(delete(PasswordLink).where(PasswordLink.account_id == account.id))
    audit.record(session, actor=account.id, action="account:set-password", at=at, account=account.id)
    tell(session, site, account=account, what="The password of your account was changed.", at=at)


def tell(session: Session, site: Site, *, account: Account, what: str, at: datetime) -> None:
    """Tell the owner of an account by mail that something about the way in has changed."""
    text = (
        f"Dear {account.name},\n\n{what} Other browsers were signed out.\n\n"
        f"If this was you, there is nothing to do. If not, set a new password at once:\n\n"
        f"{site.address}/password/forgot\n\nand tell the people who run this site.\n"
    )
    _mail(session, site, account, kind="account", subject="A change to your account", text=text, at=at)


def _mail(
    session: Session, site: Site, account: Account, *, kind: str, subject: str, text: str, at: datetime
) -> None:
    outbox.queue(session, site.vault, kind=kind, to=account.email, subject=subject, text=text, at=at)


# Links ---------------------------------------------------------------------------------------------------------------


def invite(session: Session, site: Site, *, account_id: str, actor: str, at: datetime) -> None:
    """Mail the owner of a new account a link, valid for 14 days, with which to choose a password.

    Use it after ``accounts.create`` without a password, and again to replace a link that was lost:

        passwords.invite(session, place.site, account_id=..., actor=..., at=...)

    Whoever invites neither chooses nor sees a password. Earlier invitations of the account stop working.
    """
    account = session.get_one(Account, account_id)
    text = (
        f"Dear {account.name},\n\n"
        "an account was made for you. Choose your password here, within 14 days:\n\n"
        f"{_issue(session, site, account, INVITATION, at)}\n\n"
        "The link works once and is yours alone: please do not pass it on.\n"
    )
    audit.record(session, actor=actor, action="account:invite", at=at, account=account_id)
    _mail(session, site, account, kind="account", subject="Your account", text=text, at=at)


def start_reset(session: Session, site: Site, *, account_id: str, actor: str, at: datetime) -> None:
    """Mail the owner of an account a link, valid for 30 minutes, with which to set a new password.

    The old password goes on working until then, and a second factor is still asked for afterwards.
    """
    account = session.get_one(Account, account_id)
    text = (
        f"Dear {account.name},\n\n"
        "a new password was asked for. Set it here, within 30 minutes:\n\n"
        f"{_issue(session, site, account, RESET, at)}\n\n"
        "The link works once. If you did not ask for it, there is nothing to do: your password stays as it is.\n"
    )
    audit.record(session, actor=actor, action="account:start-reset", at=at, account=account_id)
    _mail(session, site, account, kind="account", subject="A new password", text=text, at=at)


def forget(session: Session, site: Site, *, email: str, at: datetime) -> None:
    """Start a reset where ``email`` has an account; nothing tells the asker whether it has."""
    account = _active(session, email)
    if account is None:
        audit.record(session, actor="sign-in", action="account:start-reset", at=at, account="")
        site.vault.seal({"text": tokens.draw() * 10})  # as much work as for an account
        return
    start_reset(session, site, account_id=account.id, actor="sign-in", at=at)


def _issue(session: Session, site: Site, account: Account, purpose: str, at: datetime) -> str:
    """Return the address of a new link; earlier ones of the same purpose and those that ran out are deleted."""
    earlier = (PasswordLink.account_id == account.id) & (PasswordLink.purpose == purpose)
    session.execute(delete(PasswordLink).where(earlier | (PasswordLink.expires_at < at)))
    token = tokens.draw()
    session.add(
        PasswordLink(
            token_hash=tokens.digest(token),
            account_id=account.id,
            purpose=purpose,
            expires_at=at + VALID[purpose],
        )
    )
    return f"{site.address}/password/link/{token}"


def read_link(session: Session, *, token: str, at: datetime) -> Account:
    """Return the account a link sets the password of; raises ``Gone``. Reading uses nothing up."""
    link = session.get(PasswordLink, tokens.digest(token))
    account = session.get(Account, link.account_id) if link and at <= link.expires_at else None
    if account is None or not account.is_active:
        raise Gone(N_("This link was used or is too old. Ask for a new one under “Forgotten password”."))
    return account


def set_by_link(session: Session, site: Site, *, token: str, new: str, at: datetime) -> None:
    """Set the password a link asks for and use the link up; raises ``Gone`` or ``Invalid``.

    Every session of the account ends. Nobody is signed in by it: a second factor is still to be given.
    """
    session.get(
        PasswordLink, tokens.digest(token), with_for_update=True
    )  # two presses at once: one of them waits
    account = read_link(session, token=token, at=at)
    _set(session, site, account=account, new=new, at=at)
    sessions.end_all(session, account_id=account.id, actor=account.id, at=at)
