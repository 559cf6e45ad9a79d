"""Questions and answers: what a panellist asks the facilitators, and what all may read of it."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from copkit_delphi.elicitation import enquiries
from copkit_delphi.web.context import db, panellist
from copkit_delphi.web.fields import line
from copkit_delphi.web.forms import done
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.panellist.desk import agreed, show, taking_part
from copkit_delphi.web.security import limiter


class EnquiryForm(FlaskForm):
    """A question to the facilitators."""

    question = line(
        _l("Your question"),
        enquiries.MAX_TEXT,
        area=True,
        needed=_l("Write your question."),
        hint=_l("Do not write what you would answer, a figure, or a reason for or against a statement."),
    )


def _page(form: EnquiryForm) -> str:
    return show("enquiries", agreed(), board=enquiries.board(db(), panellist()), form=form)


@blueprint.get("/panel/questions", endpoint="enquiries")
def listing() -> str:
    """The questions that were answered, the own ones that wait, and the form of a further one."""
    return _page(EnquiryForm(formdata=None))


@blueprint.post("/panel/questions")
@limiter.limit("60 per hour")
def ask() -> Response | tuple[str, int]:
    """Ask the facilitators."""
    form = EnquiryForm()
    act = lambda: enquiries.ask(db(), panellist_id=taking_part().id, text=form.question.data or "")  # noqa: E731
    if not done(form, act, "question"):
        return _page(form), 422
    flash(gettext("Your question is on its way. The answer appears here, for the whole panel."), "ok")
    return redirect(url_for("panellist.enquiries"), 303)


@blueprint.post("/panel/questions/read")
def read_answers() -> Response:
    """Go to the answers, and count them as read."""
    enquiries.read(db(), panellist=taking_part())
    return redirect(url_for("panellist.enquiries"), 303)
