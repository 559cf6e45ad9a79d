"""Doors open to everyone: landing, sign-in, help, privacy, accessibility, health."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.results import Figures
from copkit_delphi.domain.scale import PERCENT
from copkit_delphi.people import accounts
from copkit_delphi.reporting.charts import pin
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.doors import STAFF_TOKEN
from copkit_delphi.web.security import limiter
from copkit_delphi.web.sign_in import remember

blueprint = Blueprint("public", __name__)


class SignInForm(FlaskForm):
    """Address and password of a member of staff or a reader."""

    email = StringField(N_("E-mail address"), validators=[DataRequired(N_("Give your e-mail address."))])
    password = PasswordField(N_("Password"), validators=[DataRequired(N_("Give your password."))])


@blueprint.get("/")
def landing() -> str:
    """What this is and where to go."""
    return render_template("public/landing.html", example=_example())


@blueprint.get("/help")
def help() -> str:  # noqa: A001 - the endpoint's name
    """Help by role."""
    return render_template("public/help.html", example=_example())


def _example() -> Markup:
    """Return the invented judgement that explains how a judgement is drawn."""
    return pin(
        Figures(n=28, median=65, q1=54, q3=75, p05=35, p95=85), PERCENT, width=330, height=28, say=gettext
    )


@blueprint.get("/privacy")
def privacy() -> str:
    """What is kept, how long, who sees it."""
    return render_template("public/privacy.html")


@blueprint.get("/accessibility")
def accessibility() -> str:
    """Accessibility statement."""
    return render_template("public/accessibility.html")


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the server answers, and nothing else."""
    return Response("ok", mimetype="text/plain")


def _asked_for() -> str:
    """Return whose sign-in is tried, as a hash: guesses at one account count together, wherever they come from."""
    email = request.form.get("email", "").strip().lower()
    return hashlib.sha256(email.encode()).hexdigest()


@blueprint.get("/sign-in")
def sign_in() -> str:
    """The sign-in form."""
    return render_template("public/sign_in.html", form=SignInForm())


@blueprint.post("/sign-in")
@limiter.limit("10 per minute")
@limiter.limit("10 per minute", key_func=_asked_for)
def sign_in_post() -> Response | tuple[str, int]:
    """Check address and password; both or neither are wrong."""
    form = SignInForm()
    token = None
    if form.validate():
        token = _sign_in(form)
        if token is None:
            form.password.errors = [
                gettext("Address and password do not belong together. Check both and try again.")
            ]
    if token is None:
        return render_template("public/sign_in.html", form=form), 422
    found = accounts.resume(db(), token=token, at=now())
    assert found is not None  # noqa: S101 - the session was made a line ago
    session.clear()
    remember(found[0], token)
    return redirect(_local(request.args.get("next")) or url_for("public.home"))


def _sign_in(form: SignInForm) -> str | None:
    """Check the password aside: it takes long, and the database is not held meanwhile."""
    with context().database.reading() as looking:
        account_id = accounts.check(looking, email=form.email.data or "", password=form.password.data or "")
    return accounts.begin(db(), account_id=account_id, at=now()) if account_id else None


def _local(target: str | None) -> str | None:
    """Return ``target`` when it is a path of this site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if not target.isprintable():
        return None  # a line break would reach a header
    return None if urlsplit(target).netloc else target


@blueprint.get("/home")
def home() -> Response:
    """Send everybody who signed in to where they work."""
    staff = Role.FACILITATOR in me().everywhere or bool(me().by_study)
    return redirect(url_for("facilitator.studies" if staff else "reader.briefs"))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session."""
    token = session.get(STAFF_TOKEN)
    if token:
        accounts.sign_out(db(), token=token)
    session.clear()
    flash(gettext("You are signed out."))
    return redirect(url_for("public.landing"))
