"""The deadline of the open round as a calendar file."""

from __future__ import annotations

from flask import Response
from flask_babel import get_locale

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.mail import LANGUAGES
from copkit_delphi.elicitation import calendars
from copkit_delphi.web.context import db, now
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.panellist.desk import look


@blueprint.get("/panel/deadline.ics")
def deadline_file() -> Response:
    """The last day for answers, without the title of the study."""
    view = look()
    if view.round is None or view.round.deadline is None or not view.answering:
        raise NotFound(N_("No round is open now, so there is no deadline."))
    locale = get_locale()
    tongue = locale.language if locale and locale.language in LANGUAGES else "en"
    text = calendars.of_deadline(
        view.round,
        language=tongue,
        stamp=now(),
        sequence=calendars.moves(db(), study_id=view.study.id),
    )
    response = Response(text, mimetype="text/calendar")
    response.headers["Content-Disposition"] = "attachment; filename=deadline.ics"
    return response
