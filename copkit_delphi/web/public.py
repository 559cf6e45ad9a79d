"""Doors open to everyone: landing, sign-in, help, privacy, accessibility, health."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from copkit_delphi.domain.permission import ACTION_LABELS, ALLOWED, EXCLUSIVE, ROLE_LABELS, Action, Role
from copkit_delphi.domain.results import Figures
from copkit_delphi.domain.scale import PERCENT
from copkit_delphi.people import passwords
from copkit_delphi.reporting.charts import pin
from copkit_delphi.web import sign_in
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.security import limits_of_guesses
from copkit_delphi.web.typed import local_path

blueprint = Blueprint("public", __name__)


class SignInForm(FlaskForm):
    """Address and password of a member of staff or a reader."""

    email = StringField(_l("E-mail address"), validators=[DataRequired(_l("Give your e-mail address."))])
    password = PasswordField(_l("Password"), validators=[DataRequired(_l("Give your password."))])


@blueprint.get("/")
def landing() -> str:
    """What this is and where to go."""
    return render_template("public/landing.html", example=_example())


@blueprint.get("/help")
def help() -> str:  # noqa: A001 - the endpoint's name
    """Help by role."""
    return render_template("public/help.html", example=_example())


@blueprint.get("/help/roles")
def roles() -> str:
    """Who may do what, from the table that the doors ask."""
    return render_template(
        "public/roles.html",
        actions=ACTION_LABELS,
        allowed=ALLOWED,
        labels=ROLE_LABELS,
        excluded=[sorted(pair) for pair in EXCLUSIVE],
    )


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


@blueprint.get("/sign-in", endpoint="sign_in")
def sign_in_page() -> str:
    """The sign-in form."""
    return render_template("public/sign_in.html", form=SignInForm())


@blueprint.post("/sign-in")
@limits_of_guesses
def sign_in_post() -> Response | tuple[str, int]:
    """Check address and password; both or neither are wrong."""
    form = SignInForm()
    account_id = _checked(form) if form.validate() else None
    if account_id is None:
        return render_template("public/sign_in.html", form=form), 422
    passwords.refresh(db(), account_id=account_id, password=form.password.data or "")
    sign_in.begin(account_id)
    return redirect(local_path(request.args.get("next")) or url_for("public.home"))


def _checked(form: SignInForm) -> str | None:
    """Check the password aside: it takes long, and the database is not held meanwhile."""
    email = form.email.data or ""
    with context().database.reading() as looking:
        account_id = passwords.check(looking, email=email, password=form.password.data or "")
    if account_id is None:
        form.password.errors = [
            gettext("Address and password do not belong together. Check both and try again.")
        ]
        with context().database.writing() as noting:  # this request commits nothing: its answer is a refusal
            passwords.note_refusal(noting, email=email, at=now())
    return account_id


@blueprint.get("/home")
def home() -> Response:
    """Send everybody who signed in to where they work."""
    if Role.FACILITATOR in me().everywhere or me().by_study:
        return redirect(url_for("facilitator.studies"))
    return redirect(url_for("admin.accounts_" if me().may(Action.ACCOUNT_MANAGE) else "reader.briefs"))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session at the server and ask the browser to forget this site."""
    sign_in.forget_everything()
    flash(gettext("You are signed out."))
    return sign_in.clear_site(redirect(url_for("public.landing")))
