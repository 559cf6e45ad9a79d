"""Moderation of a round: how far each item is, asking the authors of edited wordings, opening the feedback."""

from __future__ import annotations

from flask import request

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import FeedbackState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import reply_moderation, rounds, wordings, workbench
from copkit_delphi.elicitation.models import Round
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.facilitator.forms import AskAuthorsForm, OpenFeedbackForm
from copkit_delphi.web.facilitator.invitations import post
from copkit_delphi.web.facilitator.page import UNPROCESSABLE, Page, blueprint, go, round_of, show, study_of
from copkit_delphi.web.forms import done


def in_moderation(study_id: str, number: int) -> Round:
    """Return a round whose reasons are being checked; raises ``Conflict`` for any other."""
    found = round_of(study_id, number)
    if found.feedback != FeedbackState.IN_MODERATION:
        raise Conflict(N_("Reasons are checked after the close and before the feedback opens."))
    return found


def _page(
    study_id: str, found: Round, form: AskAuthorsForm | None = None, opening: OpenFeedbackForm | None = None
) -> str:
    stands = workbench.overview(db(), round_=found)
    replied = reply_moderation.overview(db(), round_=found)
    return show(
        "moderation",
        study_of(study_id),
        round=found,
        stands=stands,
        replied=replied,
        left=sum(one.reasons - one.decided for one in stands),
        replies_left=sum(one.replies - one.decided for one in replied),
        edits=workbench.edits(db(), round_=found),
        unasked=wordings.unasked(db(), round_=found),
        asked=wordings.asked(db(), found),
        most_mails=wordings.MOST_MAILS,
        least=Protocol.from_dict(study_of(study_id).protocol).k,
        form=form or AskAuthorsForm(formdata=None),
        opening=opening or OpenFeedbackForm(formdata=None),
    )


@blueprint.get("/<study_id>/rounds/<int:number>/moderation")
def moderation(study_id: str, number: int) -> str:
    """Every item with reasons, and what is left before the feedback can open."""
    return _page(study_id, in_moderation(study_id, number))


@blueprint.post("/<study_id>/rounds/<int:number>/moderation")
def moderation_post(study_id: str, number: int) -> Page:
    """Ask the authors of edited wordings, or open the feedback once every reason and reply is checked."""
    found = in_moderation(study_id, number)
    return (_ask if request.form.get("then") == "ask" else _open)(study_id, found)


def _open(study_id: str, found: Round) -> Page:
    form = OpenFeedbackForm()

    def opened() -> None:
        workbench.check_finished(db(), round_=found)
        reply_moderation.check_finished(db(), round_=found)
        wordings.check_waited(db(), round_=found, today=now().date())
        wordings.drop_unasked(db(), round_=found, confirmed=form.dropped, actor=me().account_id, at=now())
        rounds.open_feedback(db(), round_=found, actor=me().account_id, clock=context().clock)

    if not done(form, opened):
        return _page(study_id, found, opening=form), UNPROCESSABLE
    return go("study", study_id, N_("The feedback is open to the panel and cannot change any more."))


def _ask(study_id: str, found: Round) -> Page:
    form = AskAuthorsForm()

    def act() -> None:
        day = form.until.data
        assert day is not None  # noqa: S101 - the form asked for it
        wordings.ask(db(), post(), round_=found, until=day, actor=me().account_id, at=now())

    if not done(form, act, "until"):
        return _page(study_id, found, form), UNPROCESSABLE
    return go(
        "moderation",
        study_id,
        N_("Everybody on the panel gets the same mail. What authors answer shows when the feedback opens."),
        number=found.number,
    )
