"""The texts of mails: as they come with the product or as the study words them, with a preview in each language."""

from __future__ import annotations

from flask import flash, request
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.domain.mail import LANGUAGES, LETTERS, PLACEHOLDERS, REVIEWED
from copkit_delphi.elicitation import letter_texts, letters, news, rounds
from copkit_delphi.elicitation.letter_texts import Text
from copkit_delphi.elicitation.models import Round, Study
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.facilitator.editing import TOLD, Difference, EditForm, begun, clash, hold
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.invitations import post
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.forms import done
from copkit_delphi.web.typed import clean


class LetterForm(EditForm):
    """Subject and text of a mail."""

    subject = StringField(_l("Subject"), filters=[clean])
    body = TextAreaField(_l("Text"), filters=[clean])

    @property
    def text(self) -> Text:
        """Return what was typed."""
        return Text(self.subject.data or "", self.body.data or "")


def _occasion(study: Study) -> Round:
    """Return the round a preview is made for: the last that opened, or the first planned one."""
    found = rounds.of_study(db(), study.id)
    return rounds.latest(db(), study.id) or found[0]


def _page(
    study: Study,
    kind: str,
    language: str,
    form: LetterForm,
    shown: Text,
    clashes: tuple[Difference, ...] = (),
) -> str:
    preview = letters.example(
        db(), study=study, round_=_occasion(study), text=shown, kind=kind, tongue=language
    )
    return show(
        "letter",
        study,
        kind=LETTERS[kind],
        kinds=LETTERS,
        language=language,
        languages=LANGUAGES,
        reviewed=REVIEWED,
        placeholders={name: PLACEHOLDERS[name] for name in LETTERS[kind].places},
        own=letter_texts.of_study(db(), study_id=study.id, kind=kind)[language].own,
        preview=preview,
        form=form,
        clashes=clashes,
        confirm=ConfirmForm(),
    )


def _text(study_id: str, kind: str, language: str) -> Text:
    if kind not in LETTERS or not LETTERS[kind].own or language not in LANGUAGES:
        raise NotFound(N_("There is no such mail."))
    return letter_texts.of_study(db(), study_id=study_id, kind=kind)[language]


@blueprint.get("/<study_id>/mail/<kind>/<language>")
def letter(study_id: str, kind: str, language: str) -> str:
    """A mail in one language, as it stands and as a made-up person would read it."""
    study = study_of(study_id, elicited=True)
    text = _text(study_id, kind, language)
    return _page(study, kind, language, begun(_stands(text)), text)


def _stands(text: Text) -> LetterForm:
    return LetterForm(formdata=None, data={"subject": text.subject, "body": text.body})


@blueprint.post("/<study_id>/mail/<kind>/<language>")
def letter_post(study_id: str, kind: str, language: str) -> Page:
    """Save the text of a mail, or show it first without saving."""
    study, form = study_of(study_id, elicited=True), LetterForm()
    hold(study_id)
    before = _text(study_id, kind, language)
    if clashes := clash(form, _stands(before)):
        return _page(study, kind, language, form, before, clashes), TOLD

    def act() -> None:
        if "preview" in request.form:
            letter_texts.checked(study, kind, form.text)
            return
        letter_texts.change(
            db(),
            study=study,
            kind=kind,
            language=language,
            text=form.text,
            at=now(),
            actor=me().account_id,
        )

    if not done(form, act, "body"):
        return refused(_page(study, kind, language, form, before))
    if "preview" in request.form:
        flash(gettext("Not saved yet: look at it below, then save."))
        return _page(study, kind, language, form, letter_texts.checked(study, kind, form.text))
    return go(
        "letter", study_id, N_("Saved. It is used from the next mail on."), kind=kind, language=language
    )


@blueprint.post("/<study_id>/mail/<kind>/<language>/reset")
def letter_reset(study_id: str, kind: str, language: str) -> Response:
    """Go back to the text that comes with the product."""
    study_of(study_id, elicited=True)
    letter_texts.reset(db(), study_id=study_id, kind=kind, language=language, at=now(), actor=me().account_id)
    return go(
        "letter", study_id, N_("The text that comes with the product is back."), kind=kind, language=language
    )


@blueprint.post("/<study_id>/mail/<kind>/send")
def tell(study_id: str, kind: str) -> Response:
    """Tell the panel what happened, those whom it concerns."""
    study = study_of(study_id, elicited=True)
    latest = rounds.latest(db(), study_id)
    if latest is None:
        raise Conflict(N_("No round has opened yet. Nobody was invited."))
    sent = news.send(db(), post(), study=study, round_=latest, kind=kind, at=now(), actor=me().account_id)
    flash(ngettext("%(num)s mail is on its way.", "%(num)s mails are on their way.", sent), "ok")
    return go("mail", study_id)
