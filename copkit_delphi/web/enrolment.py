"""The page where anybody with its address may ask to join a panel. It tells nothing about who is on it."""

from __future__ import annotations

import hashlib

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3
from wtforms.validators import InputRequired

from copkit_delphi.domain.mail import LANGUAGES
from copkit_delphi.elicitation.recruiting import enrolments
from copkit_delphi.elicitation.recruiting.enrolments import Application, Public
from copkit_delphi.people import accounts
from copkit_delphi.web import languages
from copkit_delphi.web.context import context, db, now
from copkit_delphi.web.fields import line
from copkit_delphi.web.forms import done
from copkit_delphi.web.security import limiter
from copkit_delphi.web.typed import clean

blueprint = Blueprint("enrolment", __name__)


class ApplicationForm(FlaskForm):
    """What somebody who asks to join writes. People leave ``website`` empty: they do not see it."""

    name = line(_l("Your name"), 120, needed=_l("Give your name."))
    email = line(_l("Your e-mail address"), 254, needed=_l("Give your e-mail address."))
    organisation = line(_l("Your organisation"), 160)
    group = SelectField(
        _l("Group you would speak for"),
        validate_choice=False,
        validators=[InputRequired(_l("Choose the group you would speak for."))],
    )
    why = line(_l("Why you would like to take part"), 1_000, area=True, hint=_l("A few sentences on what you know of the subject."))  # fmt: skip
    language = SelectField(
        _l("Language of mails to you"),
        choices=[SelectChoice(key, name) for key, name in LANGUAGES.items()],
        validate_choice=False,
    )
    website = StringField(_l("Leave this empty"), filters=[clean])


def _whom() -> str:
    """Return whose address is written, as a hash: a mailbox is not filled from many places."""
    return hashlib.sha256(accounts.sought(request.form.get("email", "")).encode()).hexdigest()


def _form(found: Public) -> ApplicationForm:
    form = ApplicationForm(data={"language": found.language})
    choices = [SelectChoice(group.id, group.name) for group in found.groups]
    form.group.choices = [SelectChoice("", gettext("Choose")), *choices]
    return form


def _render(found: Public, form: ApplicationForm) -> str:
    languages.about(found.study.id)
    return render_template(
        "public/enrolment.html",
        found=found,
        form=form,
        slug=found.page.slug,
        synthetic=found.study.synthetic,
        practice=found.study.practice,
    )


@blueprint.get("/join/<slug>")
@limiter.limit("60 per minute")
def page(slug: str) -> str:
    """Say who asks and who pays, and ask who would like to join."""
    found = enrolments.public(db(), slug=slug, at=now())
    return _render(found, _form(found))


@blueprint.post("/join/<slug>")
@limiter.limit("20 per hour")
@limiter.limit("3 per day", key_func=_whom)
def page_post(slug: str) -> Response | tuple[str, int]:
    """Take the wish to join; the answer is the same whoever it is."""
    found = enrolments.public(db(), slug=slug, at=now())
    form = _form(found)
    if form.website.data:
        return redirect(url_for("enrolment.thanks"), 303)  # what fills in every field is no person

    def act() -> None:
        application = Application(
            name=form.name.data or "",
            email=form.email.data or "",
            group_id=form.group.data or "",
            organisation=form.organisation.data or "",
            why=form.why.data or "",
            language=form.language.data or "",
        )
        enrolments.apply(db(), context().site, found=found, application=application, at=now())

    if not done(form, act, "email"):
        return _render(found, form), 422
    return redirect(url_for("enrolment.thanks"), 303)


@blueprint.get("/join/thanks")
def thanks() -> str:
    """Say that a mail is on its way."""
    return render_template("public/enrolment_thanks.html", confirmed="confirmed" in request.args)


@blueprint.get("/join/confirm/<token>")
@limiter.limit("60 per minute")
def confirm(token: str) -> str:
    """Ask for a press: opening the link changes nothing, so that a mail scanner enrols nobody."""
    enrolments.find(db(), token=token, at=now())
    return render_template("public/enrolment_confirm.html", form=FlaskForm(), token=token)


@blueprint.post("/join/confirm/<token>")
@limiter.limit("60 per minute")
def confirm_post(token: str) -> Response:
    """Take the address as confirmed."""
    enrolments.confirm(db(), token=token, at=now())
    return redirect(url_for("enrolment.thanks", confirmed=1), 303)
