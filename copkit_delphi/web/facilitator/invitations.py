"""One person of the panel: how far the invitation came, the mails to them, a new link, or the invitation taken back."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3

from copkit_delphi.domain.declines import DECLINES
from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.domain.lifecycle import RoundState, StudyState
from copkit_delphi.domain.mail import (
    ERRORS,
    LANGUAGES,
    LETTER_STATES,
    LETTERS,
    STATES,
    InvitationState,
)
from copkit_delphi.elicitation import invitations, letter_texts, letters, rounds, standings
from copkit_delphi.elicitation.letters import Post
from copkit_delphi.elicitation.models import Letter, Round, Study
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.names import standings_of
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.forms import done

BEFORE_ACCEPTED = frozenset(
    {InvitationState.QUEUED, InvitationState.SENT, InvitationState.FAILED, InvitationState.OPENED}
)


class LanguageForm(FlaskForm):
    """In which language somebody is written to."""

    language = SelectField(_l("Language of mails"), validate_choice=False)

    def offer(self, fallback: str = "") -> LanguageForm:
        """Offer the languages there are; with ``fallback`` the study's own first."""
        own = [SelectChoice("", _l("As the study: %(language)s", language=fallback))] if fallback else []
        self.language.choices = [*own, *(SelectChoice(key, name) for key, name in LANGUAGES.items())]
        return self


def post() -> Post:
    """Return what letters are written with."""
    return Post(context().vault, context().links)


def open_round(study: Study) -> Round:
    """Return the open round of a running study; raises ``Conflict``."""
    latest = rounds.latest(db(), study.id)
    if latest is None or latest.state != RoundState.OPEN or study.state != StudyState.RUNNING:
        raise Conflict(N_("No round is open. Links are sent when the next round opens."))
    return latest


def _told(study_id: str, sent: list[Letter]) -> list[Letter]:
    """Return the mails that may be told by name: where progress is not, neither is a mail that follows from it."""
    if standings.by_name(db(), study_id):
        return sent
    return [one for one in sent if not LETTERS[one.kind].tells_progress]


def _person(study: Study, contact_id: str, form: LanguageForm) -> str:
    latest = rounds.latest(db(), study.id)
    if latest is None:
        raise Conflict(N_("No round has opened yet. Nobody was invited."))
    person = next((one for one in standings_of(study.id, latest) if one.contact_id == contact_id), None)
    if person is None:
        raise NotFound(N_("There is no such person on the list."))
    sent = _told(study.id, letters.latest(db(), study_id=study.id, contacts=[contact_id]).get(contact_id, []))
    return show(
        "person",
        study,
        person=person,
        letters=sent[::-1],
        is_open=latest.state == RoundState.OPEN and study.state == StudyState.RUNNING,
        may_take_back=person.state in BEFORE_ACCEPTED,
        states=STATES,
        declines=DECLINES,
        kinds=LETTERS,
        letter_states=LETTER_STATES,
        errors=ERRORS,
        number=latest.number,
        form=form.offer(LANGUAGES[letter_texts.language_of(db(), study_id=study.id)]),
        confirm=ConfirmForm(),
    )


@blueprint.get("/<study_id>/panel/<contact_id>")
def person(study_id: str, contact_id: str) -> str:
    """One person of the panel by name."""
    study = study_of(study_id, elicited=True)
    contact = invitations.contact_of(db(), context().vault, study_id=study_id, contact_id=contact_id)
    return _person(study, contact_id, LanguageForm(data={"language": contact.language}))


@blueprint.post("/<study_id>/panel/<contact_id>/language")
def person_language(study_id: str, contact_id: str) -> Page:
    """Choose in which language one person is written to."""
    study, form = study_of(study_id, elicited=True), LanguageForm()
    form.offer(" ")
    act = lambda: invitations.set_language(  # noqa: E731
        db(),
        context().vault,
        study_id=study_id,
        contact_id=contact_id,
        language=form.language.data or "",
        at=now(),
        actor=me().account_id,
    )
    if not done(form, act, "language"):
        return refused(_person(study, contact_id, form))
    return go("person", study_id, N_("Saved."), contact_id=contact_id)


@blueprint.post("/<study_id>/panel/<contact_id>/link")
def replace_link(study_id: str, contact_id: str) -> Page:
    """Send one member a new personal link; the old one stops working."""
    round_ = open_round(study_of(study_id, elicited=True))
    invitations.resend(db(), post(), round_=round_, contact_id=contact_id, at=now(), actor=me().account_id)
    return go("study", study_id, N_("A new link is on its way. The old one no longer works."))


@blueprint.post("/<study_id>/panel/<contact_id>/take-back")
def take_back(study_id: str, contact_id: str) -> Page:
    """Take back an invitation that was not accepted."""
    round_ = open_round(study_of(study_id, elicited=True))
    invitations.take_back(db(), post(), round_=round_, contact_id=contact_id, at=now(), actor=me().account_id)
    return go(
        "person",
        study_id,
        N_("The invitation is taken back. The link no longer works, and nobody is told by mail."),
        contact_id=contact_id,
    )
