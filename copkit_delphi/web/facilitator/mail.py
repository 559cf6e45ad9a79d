"""Mail of a study: the queue, reminders and when they leave, who is still to be invited, and what was sent."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import RoundState, StudyState
from copkit_delphi.domain.mail import ERRORS, LANGUAGES, LETTERS, REVIEWED
from copkit_delphi.elicitation import invitations, letter_texts, letters, news, reminders, rounds
from copkit_delphi.elicitation.models import Round, Study
from copkit_delphi.people import outbox
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.invitations import LanguageForm, open_round, post
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.forms import done

_IN_RANGE = NumberRange(1, reminders.FURTHEST, _l("Give a number of days from 1 to %(max)d."))


class PlanForm(FlaskForm):
    """On which days before the deadline reminders leave by themselves."""

    first = IntegerField(_l("First reminder, days before the deadline"), validators=[Optional(), _IN_RANGE])
    second = IntegerField(_l("Second reminder, days before the deadline"), validators=[Optional(), _IN_RANGE])

    @property
    def days(self) -> list[int]:
        """Return the days that were given."""
        return [field.data for field in (self.first, self.second) if field.data is not None]


def queue_of() -> dict[str, Any]:
    """Return how the queue of this installation stands, for the pages that tell of it."""
    settings = context().settings
    return {
        "queue": outbox.health(db()),
        "folder": "" if settings.smtp_url else settings.outbox_dir.name,
        "mail_errors": ERRORS,
    }


def _planned(latest: Round | None) -> dict[str, int]:
    days = [one.days_before for one in reminders.planned(db(), round_=latest)] if latest else []
    return dict(zip(("first", "second"), days, strict=False))


def _page(study: Study, *, plan: PlanForm | None = None, language: LanguageForm | None = None) -> str:
    latest = rounds.latest(db(), study.id)
    is_open = latest is not None and latest.state == RoundState.OPEN and study.state == StudyState.RUNNING
    outlook = reminders.outlook(db(), post(), round_=latest, at=now()) if latest and is_open else None
    chosen = letter_texts.language_of(db(), study_id=study.id)
    return show(
        "mail",
        study,
        latest=latest,
        is_open=is_open,
        outlook=outlook,
        planned=reminders.foreseen(db(), post(), round_=latest) if latest else [],
        plan=plan or PlanForm(data=_planned(latest)),
        language=(language or LanguageForm(data={"language": chosen})).offer(),
        chosen=chosen,
        news=news.available(db(), post(), study=study, round_=latest, at=now()) if latest else [],
        log=letters.log(db(), study_id=study.id),
        counts=invitations.counted(db(), post(), round_=latest) if latest and is_open else None,
        kinds=LETTERS,
        languages=LANGUAGES,
        reviewed=REVIEWED,
        own=letter_texts.changed(db(), study_id=study.id),
        confirm=ConfirmForm(),
        **queue_of(),
    )


@blueprint.get("/<study_id>/mail")
def mail(study_id: str) -> str:
    """Mail of the study."""
    return _page(study_of(study_id, elicited=True))


@blueprint.post("/<study_id>/mail/reminders")
def remind(study_id: str) -> Response:
    """Remind everybody who has not finished."""
    round_ = open_round(study_of(study_id, elicited=True))
    sent = reminders.send(db(), post(), round_=round_, at=now(), actor=me().account_id)
    flash(ngettext("%(num)s reminder is on its way.", "%(num)s reminders are on their way.", sent), "ok")
    return go("mail", study_id)


@blueprint.post("/<study_id>/mail/plan")
def plan_reminders(study_id: str) -> Page:
    """Set on which days before the deadline reminders leave by themselves."""
    study, form = study_of(study_id, elicited=True), PlanForm()
    round_ = open_round(study)
    act = lambda: reminders.plan(  # noqa: E731
        db(), round_=round_, days=form.days, at=now(), actor=me().account_id
    )
    if not done(form, act, "first"):
        return refused(_page(study, plan=form))
    return go("mail", study_id, N_("Saved. They leave by themselves."))


@blueprint.post("/<study_id>/mail/resend")
def resend_failed(study_id: str) -> Response:
    """Send a new link to everybody whose invitation failed."""
    round_ = open_round(study_of(study_id, elicited=True))
    sent = invitations.resend_failed(db(), post(), round_=round_, at=now(), actor=me().account_id)
    flash(ngettext("%(num)s invitation is sent again.", "%(num)s invitations are sent again.", sent), "ok")
    return go("mail", study_id)


@blueprint.post("/<study_id>/mail/invite")
def invite_missing(study_id: str) -> Response:
    """Invite those who came on the list since the round opened."""
    round_ = open_round(study_of(study_id, elicited=True))
    sent = invitations.invite_missing(db(), post(), round_=round_, at=now(), actor=me().account_id)
    flash(ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", sent), "ok")
    return go("mail", study_id)


@blueprint.post("/<study_id>/mail/language")
def mail_language(study_id: str) -> Page:
    """Choose the language of mails to people who have none of their own."""
    study, form = study_of(study_id, elicited=True), LanguageForm()
    form.offer()
    act = lambda: letter_texts.set_language(  # noqa: E731
        db(), study_id=study_id, language=form.language.data or "", at=now(), actor=me().account_id
    )
    if not done(form, act, "language"):
        return refused(_page(study, language=form))
    return go("mail", study_id, gettext("Saved."))
