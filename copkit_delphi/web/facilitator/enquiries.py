"""Questions of panellists: read without an author, answered to the whole panel, or left out with a reason."""

from __future__ import annotations

from flask import request
from flask_babel import lazy_gettext as _l

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.elicitation import enquiries, rounds
from copkit_delphi.elicitation.models import Study
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.fields import line
from copkit_delphi.web.forms import done


class EnquiryAnswerForm(ConfirmForm):
    """The answer to one question, or the reason for which it is left out."""

    text = line(
        _l("The question, as the panel reads it"),
        2 * enquiries.MAX_TEXT,
        area=True,
        hint=_l("Words are only removed: put “[removed: identity]” in their place."),
    )
    said = line(_l("Your answer"), enquiries.MAX_ANSWER, area=True)
    reason = line(_l("Why it is left out"), enquiries.MAX_REASON, hint=_l("Its author reads this."))


def _page(study: Study, chosen: str = "", form: EnquiryAnswerForm | None = None) -> str:
    last = rounds.latest(db(), study.id)
    found = enquiries.of_study(db(), study)
    one = next((row for row in found if row.id == chosen and row.number is None), None)
    data = {"text": one.text} if one else {}
    return show(
        "enquiries",
        study,
        waiting=[row for row in found if row.number is None],
        answered=[row for row in found if row.number is not None],
        hidden=not enquiries.shown(db(), study),
        is_open=last is not None and last.state == RoundState.OPEN,
        one=one,
        form=form or EnquiryAnswerForm(formdata=None, data=data),
    )


@blueprint.get("/<study_id>/panel-questions", endpoint="enquiries")
def listing(study_id: str) -> str:
    """The questions that wait, in random order, and those that were answered."""
    return _page(study_of(study_id, elicited=True), request.args.get("answer", ""))


@blueprint.post("/<study_id>/panel-questions/<enquiry_id>")
def answer_enquiry(study_id: str, enquiry_id: str) -> Page:
    """Answer a question to the whole panel, or leave it out."""
    study, form = study_of(study_id, elicited=True), EnquiryAnswerForm()
    leaves = "leave_out" in request.form
    actor, at = me().account_id, now()

    def act() -> None:
        row = enquiries.waiting(db(), study=study, enquiry_id=enquiry_id)
        if leaves:
            enquiries.leave_out(db(), row, reason=form.reason.data or "", actor=actor, at=at)
        else:
            enquiries.answer(
                db(), row, text=form.text.data or "", said=form.said.data or "", actor=actor, at=at
            )

    if not done(form, act, "reason" if leaves else "said"):
        return refused(_page(study, enquiry_id, form))
    return go(
        "enquiries", study_id, N_("Saved. The panel reads what you answered; nobody reads what you left out.")
    )
