"""The way into an account: invitation, password reset, sessions, and whether anybody may sign in at all."""

from __future__ import annotations

from copkit_delphi.domain.errors import N_, Conflict, Forbidden
from copkit_delphi.people import accounts, directory, factors, passwords, sessions
from copkit_delphi.web.admin.page import Page, blueprint, go
from copkit_delphi.web.context import context, db, me, now


@blueprint.post("/accounts/<account_id>/deactivate")
def deactivate(account_id: str) -> Page:
    """Let nobody sign in to the account any more."""
    directory.deactivate(db(), account_id=account_id, by=me(), at=now())
    return go(account_id, N_("The account is deactivated. Its sessions have ended."))


@blueprint.post("/accounts/<account_id>/reactivate")
def reactivate(account_id: str) -> Page:
    """Let its owner sign in again."""
    directory.reactivate(db(), account_id=account_id, by=me(), at=now())
    return go(account_id, N_("The account is active again, with the roles it had."))


@blueprint.post("/accounts/<account_id>/invite")
def invite(account_id: str) -> Page:
    """Send the owner of an account that has no password yet a new link."""
    account = _active(account_id)
    if account.password_hash:
        raise Conflict(N_("This account has a password. Start a reset instead."))
    passwords.invite(db(), context().site, account_id=account_id, actor=me().account_id, at=now())
    return go(account_id, N_("A new invitation is on its way."))


@blueprint.post("/accounts/<account_id>/reset")
def reset(account_id: str) -> Page:
    """Send the owner a link that sets a new password; nobody else sees or chooses one."""
    account = _active(account_id)
    if not account.password_hash:
        raise Conflict(N_("This account has no password yet. Send a new invitation instead."))
    passwords.start_reset(db(), context().site, account_id=account_id, actor=me().account_id, at=now())
    return go(account_id, N_("A mail with a link to a new password is on its way."))


@blueprint.post("/accounts/<account_id>/sign-out")
def end_sessions(account_id: str) -> Page:
    """Sign the account out everywhere."""
    accounts.get(db(), account_id)
    sessions.end_all(db(), account_id=account_id, actor=me().account_id, at=now())
    return go(account_id, N_("The account is signed out everywhere."))


@blueprint.post("/accounts/<account_id>/factor/remove")
def remove_factor(account_id: str) -> Page:
    """Take the second factor of a lost device away; its owner sets up another one where one is needed."""
    if account_id == me().account_id:
        raise Forbidden(N_("Change your own second factor on the page of your account."))
    accounts.get(db(), account_id)
    factors.remove(db(), context().site, account_id=account_id, actor=me().account_id, at=now())
    return go(account_id, N_("The second factor is removed. The owner is told by mail."))


def _active(account_id: str) -> accounts.Account:
    account = accounts.get(db(), account_id)
    if not account.is_active:
        raise Conflict(N_("The account is not active. Make it active again first."))
    return account
