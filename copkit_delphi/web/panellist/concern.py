"""The way to the ethics contact of a study, from every page of a panellist, past the facilitators."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from copkit_delphi.elicitation import concerns
from copkit_delphi.web.context import context, db, now
from copkit_delphi.web.forms import done
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.panellist.desk import look, show
from copkit_delphi.web.security import limiter
from copkit_delphi.web.typed import clean

_TOO_LONG = _l("Write at most %(max)d characters.")


class ConcernForm(FlaskForm):
    """What somebody tells the ethics contact, and where an answer may go."""

    text = TextAreaField(
        _l("What you want to say"),
        filters=[clean],
        validators=[
            InputRequired(_l("Write what you want to say.")),
            Length(max=concerns.LONGEST, message=_TOO_LONG),
        ],
    )
    answer_to = StringField(
        _l("Where an answer may go"),
        description=_l("An address or a number, if you want an answer. Empty: nobody learns who wrote."),
        filters=[clean],
        validators=[Length(max=200, message=_TOO_LONG)],
    )


@blueprint.get("/panel/ethics-contact")
def concern() -> str:
    """Who the ethics contact is, and a form that mails them; before consent and after stopping too."""
    view = look()
    return show("concern", view, form=ConcernForm(), mailed=bool(concerns.address(view.study)))


@blueprint.post("/panel/ethics-contact")
@limiter.limit("10 per hour")
def concern_post() -> Response | tuple[str, int]:
    """Mail it; nothing of it is kept here once it left."""
    view, form = look(), ConcernForm()

    def act() -> None:
        concerns.write(
            db(),
            context().vault,
            study=view.study,
            text=form.text.data or "",
            answer_to=form.answer_to.data or "",
            at=now(),
        )

    if not done(form, act, "text"):
        return show("concern", view, form=form, mailed=bool(concerns.address(view.study))), 422
    flash(gettext("Sent to the ethics contact. The facilitators are not told."), "ok")
    return redirect(url_for("panellist.concern"), 303)
