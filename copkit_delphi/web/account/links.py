"""Mailed links: asking for one, opening it, setting the password. Opening changes nothing; setting uses it up."""

from __future__ import annotations

from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.people import passwords
from copkit_delphi.web import sign_in
from copkit_delphi.web.account import blueprint
from copkit_delphi.web.account.forms import ForgottenForm, NewPasswordForm
from copkit_delphi.web.context import context, db, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.security import asked_for, limiter

_LINK = "password_link"


@blueprint.get("/password/forgot")
def forgot() -> str:
    """Ask for the address."""
    return render_template("account/forgot.html", form=ForgottenForm())


@blueprint.post("/password/forgot")
@limiter.limit("30 per hour")
@limiter.limit("5 per hour", key_func=asked_for)
def forgot_post() -> Response | tuple[str, int]:
    """Mail a link if there is an account; the answer is the same whether there is one or not."""
    form = ForgottenForm()
    if not form.validate():
        return render_template("account/forgot.html", form=form), 422
    passwords.forget(db(), context().site, email=form.email.data or "", at=now())
    flash(
        gettext(
            "If there is an account with this address, a mail is on its way. Its link works for 30 minutes."
        )
    )
    return redirect(url_for("account.forgot"), 303)


@blueprint.get("/password/link/<token>")
def link(token: str) -> Response:
    """Take the token out of the address at once, into the sealed cookie."""
    session[_LINK] = token[:100]
    return redirect(url_for("account.new_password"), 303)


@blueprint.get("/password/new")
def new_password() -> str:
    """Ask for the new password."""
    account = passwords.read_link(db(), token=session.get(_LINK, ""), at=now())
    return render_template("account/new_password.html", form=NewPasswordForm(), account=account)


@blueprint.post("/password/new")
@limiter.limit("30 per hour")
def new_password_post() -> Response | tuple[str, int]:
    """Set the password and use the link up. Nobody is signed in by it."""
    form, token, at = NewPasswordForm(), session.get(_LINK, ""), now()
    account = passwords.read_link(db(), token=token, at=at)
    try:
        if form.validate():
            passwords.set_by_link(db(), context().site, token=token, new=form.new.data or "", at=at)
    except Invalid as error:
        form.new.errors = [said(error)]
    if form.errors:
        return render_template("account/new_password.html", form=form, account=account), 422
    sign_in.forget_everything()
    flash(gettext("Your password is set. Sign in with it now."), "ok")
    return redirect(url_for("public.sign_in"), 303)
