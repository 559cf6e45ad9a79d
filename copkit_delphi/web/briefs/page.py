"""What the pages of a brief share: the version being written, its gates, rendering under its marking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import FieldList, Form, FormField

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.warning import briefs
from copkit_delphi.warning.briefs import Prepared
from copkit_delphi.warning.models import Brief
from copkit_delphi.web.context import context, db, now
from copkit_delphi.web.facilitator.page import frame

Page = str | Response | tuple[str, int]
UNPROCESSABLE = 422
NO_WORKING = N_("No version of a brief is being written in this study.")


def study_of(study_id: str) -> Study:
    """Return the study of the address."""
    return studies.get(db(), study_id)


def working(study_id: str) -> Brief:
    """Return the version being written; raises ``NotFound``."""
    brief = briefs.working(db(), study_id)
    if brief is None:
        raise NotFound(NO_WORKING)
    return brief


def prepare_aside(study_id: str) -> Prepared:
    """Return both documents read in a session of their own, which is closed before anything is rendered."""
    with context().database.reading() as looking:
        brief = briefs.working(looking, study_id)
        if brief is None:
            raise NotFound(NO_WORKING)
        return briefs.prepare(looking, brief, at=now(looking))


def show(template: str, study: Study, *, marking: str = "", **values: Any) -> str:
    """Render a page of the study under the marking of its brief."""
    return render_template(template, **{**frame(study), "marking": marking or study.marking}, **values)


def go(endpoint: str, study_id: str, message: str, **values: Any) -> Response:
    """Go on to a page of the study, with an untranslated sentence on what was done."""
    flash(gettext(message), "ok")
    return redirect(url_for(endpoint, study_id=study_id, **values), 303)


def problems(form: Form) -> list[dict[str, str]]:
    """Return every error of a form with rows in it, each with the id of its field."""
    own = [{"id": "main", "text": text} for text in getattr(form, "form_errors", ())]
    return own + list(_problems(form))


def _problems(form: Form) -> Iterator[dict[str, str]]:
    for field in form:
        if isinstance(field, FormField):
            yield from _problems(field.form)
        elif isinstance(field, FieldList):
            for entry in field:
                yield from _problems(entry.form)
        else:
            for error in field.errors:
                yield {"id": field.id, "text": f"{field.label.text}: {error}"}
