"""Setting up the second factor, its recovery codes, and taking it away."""

from __future__ import annotations

import io
from collections.abc import Callable

import segno
from flask import flash, redirect, render_template, session, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.people import accounts, factors
from copkit_delphi.web import sign_in
from copkit_delphi.web.account import blueprint
from copkit_delphi.web.account.forms import OwnerForm, PasswordForm, SetUpForm, password_fits
from copkit_delphi.web.account.page import is_owner, show
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.security import limits_of_codes, limits_of_passwords

_SECRET, _CODES = "factor_secret", "recovery_codes"


def _set_up(form: SetUpForm) -> str:
    """Render the page. The secret waits in the sealed cookie until a code confirms it."""
    secret = session.setdefault(_SECRET, factors.draw_secret())
    account = accounts.get(db(), sign_in.whose_password())
    name = f"COPKIT Delphi {context().settings.organisation}".strip()
    return render_template(
        "account/factor.html",
        form=form,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        picture=_picture(factors.address(secret, email=account.email, site_name=name)),
        needed=sign_in.is_half_way(),
        replaces=factors.is_set(db(), account.id),
    )


def _picture(text: str) -> Markup:
    drawn = io.BytesIO()
    segno.make(text, error="m").save(
        drawn, kind="svg", scale=4, border=4, xmldecl=False, svgclass=None, lineclass=None, light="#fff",
        title=gettext("Picture for an authenticator app"),
    )  # fmt: skip
    return Markup(drawn.getvalue().decode())  # noqa: S704 - drawn here, from squares


@blueprint.get("/account/second-factor")
def factor() -> str | Response:
    """How to set up an authenticator. Who has one and has not given a code yet is asked for it first."""
    if sign_in.is_half_way() and factors.is_set(db(), sign_in.whose_password()):
        return redirect(url_for("account.code"))
    return _set_up(SetUpForm())


@blueprint.post("/account/second-factor")
@limits_of_passwords
@limits_of_codes
def factor_post() -> Response | tuple[str, int]:
    """Take the authenticator into use: the session gets a new token, every other one ends."""
    form, mine, place = SetUpForm(), sign_in.whose_password(), context()
    with place.database.reading() as looking:
        has_one = factors.is_set(looking, mine)
    if has_one:
        return redirect(url_for("account.page"), 303)  # it is removed first, with a code of its own
    if not form.validate() or not password_fits(form, mine):
        return _set_up(form), 422
    try:
        drawn = factors.set_up(
            db(), place.factor_vault, place.site, account_id=mine, secret=session.get(_SECRET, ""),
            code=form.code.data or "", token=sign_in.own_token(), at=now(),
        )  # fmt: skip
    except Invalid as error:
        form.code.errors = [said(error)]
        return _set_up(form), 422
    sign_in.renew(with_factor=True)
    session.pop(_SECRET, None)
    session[_CODES] = drawn
    return redirect(url_for("account.codes"), 303)


@blueprint.get("/account/recovery-codes")
def codes() -> str:
    """The ten codes, shown once: they are taken out of the sealed cookie by this page."""
    return render_template("account/codes.html", codes=session.pop(_CODES, []))


def _as_owner(do: Callable[[], Response]) -> Response | tuple[str, int]:
    owner = OwnerForm(prefix="owner-")
    status = is_owner(owner)
    return do() if status == 200 else (show(PasswordForm(formdata=None), owner=owner), status)


@blueprint.post("/account/recovery-codes")
@limits_of_passwords
@limits_of_codes
def codes_post() -> Response | tuple[str, int]:
    """Draw ten new codes."""

    def draw() -> Response:
        session[_CODES] = factors.draw_codes(
            db(), context().site, account_id=me().account_id, token=sign_in.own_token(), at=now()
        )
        return redirect(url_for("account.codes"), 303)

    return _as_owner(draw)


@blueprint.post("/account/second-factor/remove")
@limits_of_passwords
@limits_of_codes
def remove_factor() -> Response | tuple[str, int]:
    """Take the second factor away; who needs one is asked at once to set up another."""

    def take_away() -> Response:
        mine = me().account_id
        factors.remove(db(), context().site, account_id=mine, actor=mine, at=now(), token=sign_in.own_token())
        sign_in.renew(with_factor=False)
        flash(gettext("The second factor is removed. Other browsers are signed out."), "ok")
        return redirect(url_for("account.page"), 303)

    return _as_owner(take_away)
