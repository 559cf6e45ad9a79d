"""The page “Your account”: change the password, see the second factor, end sessions."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.people import accounts, factors, passwords, sessions
from copkit_delphi.web.account import blueprint
from copkit_delphi.web.account.forms import OwnerForm, PasswordForm, code_fits, password_fits
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.security import limits_of_codes, limits_of_passwords
from copkit_delphi.web.sign_in import own_token


def show(form: PasswordForm, *, owner: OwnerForm | None = None) -> str:
    """Render the page."""
    mine = me().account_id
    return render_template(
        "account/page.html",
        form=form,
        owner=owner or OwnerForm(formdata=None, prefix="owner-"),
        account=accounts.get(db(), mine),
        has_factor=factors.is_set(db(), mine),
        needs_factor=factors.is_needed_by(me()),
        codes_left=factors.codes_left(db(), mine),
        sessions=sessions.listed(db(), account_id=mine, token=own_token(), at=now()),
    )


def is_owner(form: OwnerForm) -> int:
    """Return 200 when password and code are right, 422 for a wrong password or empty field, 401 for a wrong code."""
    if not form.validate() or not password_fits(form, me().account_id):
        return 422
    with context().database.reading() as looking:
        asked = context().settings.asks_factor and factors.is_set(looking, me().account_id)
    return 200 if not asked or code_fits(form, me().account_id) else 401


@blueprint.get("/account")
def page() -> str:
    """What stands in one's account and what can be changed."""
    return show(PasswordForm())


@blueprint.post("/account/password")
@limits_of_passwords
@limits_of_codes
def password_post() -> Response | tuple[str, int]:
    """Change the password; every other browser is signed out and the address is told."""
    form = PasswordForm()
    status = is_owner(form)
    if status == 200:
        try:
            passwords.change(
                db(),
                context().site,
                account_id=me().account_id,
                new=form.new.data or "",
                token=own_token(),
                at=now(),
            )
        except Invalid as error:
            form.new.errors, status = [said(error)], error.status
    if status != 200:
        return show(form), status
    flash(gettext("Your password is changed. Other browsers are signed out."), "ok")
    return redirect(url_for("account.page"), 303)


@blueprint.post("/account/sessions")
def end_session() -> Response:
    """End one session, or all but this one."""
    mine, wanted = me().account_id, request.form.get("session", "")
    if wanted == "others":
        sessions.end_all(db(), account_id=mine, actor=mine, at=now(), keep=own_token())
    else:
        sessions.end(db(), account_id=mine, reference=wanted, actor=mine, at=now())
    flash(gettext("Signed out there."), "ok")
    return redirect(url_for("account.page"), 303)
