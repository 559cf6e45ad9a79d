"""Pilots of a study, and the log of what changed from pilot to launch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from copkit_delphi.domain import differing
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.elicitation import pilots
from copkit_delphi.elicitation.models import Study
from copkit_delphi.elicitation.pilots import LONGEST_REASON
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.facilitator.editing import TOLD, Difference, EditForm, begun, clash, hold
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.facilitator.studies import STATES
from copkit_delphi.web.forms import done
from copkit_delphi.web.typed import clean

_REASON = "reason-"
_LONGEST = [Length(max=LONGEST_REASON, message=_l("Write at most %(max)d characters."))]


@blueprint.get("/<study_id>/pilots", endpoint="pilots")
def listing(study_id: str) -> str:
    """The pilots of a study."""
    study = study_of(study_id, elicited=True)
    rows = [
        {
            "pilot": one,
            "state": STATES[StudyState(one.study.state)],
            "changes": len(_log(study_id, one.study.id)),
        }
        for one in pilots.of_study(db(), study_id)
    ]
    return show("pilots", study, rows=rows, confirm=ConfirmForm())


def _log(study_id: str, pilot_id: str) -> list[pilots.Logged]:
    return pilots.log(db(), study_id=study_id, pilot_id=pilot_id)


@blueprint.post("/<study_id>/pilots")
def start_pilot(study_id: str) -> Page:
    """Start a pilot of the set-up as it stands."""
    study_of(study_id, elicited=True)
    made = pilots.start(db(), study_id=study_id, actor=me().account_id, at=now())
    return go(
        "panel", made.id, N_("This is the pilot. Put test panellists on its list, then open its round 1.")
    )


@blueprint.get("/<study_id>/pilots/<pilot_id>")
def pilot(study_id: str, pilot_id: str) -> str:
    """What differs between a pilot and the study."""
    study, logged = study_of(study_id, elicited=True), _log(study_id, pilot_id)
    return _changes(study, pilot_id, logged, begun(_form(logged, stands=True)))


def _form(logged: Sequence[pilots.Logged], *, stands: bool = False) -> EditForm:
    """Return a form with one reason for each change; what was sent wins unless asked for what ``stands``."""
    fields = {
        _REASON + one.change.key: TextAreaField(
            f"{gettext(one.change.what)} {one.change.of}".strip(), filters=[clean], validators=_LONGEST
        )
        for one in logged
    }
    kind = type("ReasonsForm", (EditForm,), fields)
    data = {_REASON + one.change.key: one.reason for one in logged}
    form: EditForm = kind(formdata=None, data=data) if stands else kind(data=data)
    return form


def _changes(
    study: Study,
    pilot_id: str,
    logged: Sequence[pilots.Logged],
    form: EditForm,
    clashes: tuple[Difference, ...] = (),
) -> str:
    found = pilots.get(db(), study_id=study.id, pilot_id=pilot_id)
    rows: list[dict[str, Any]] = []
    for one in logged:
        before, after = differing.sides(one.change.before, one.change.after)
        field = form[_REASON + one.change.key]
        rows.append({"change": one.change, "before": before, "after": after, "field": field})
    return show(
        "pilot",
        study,
        found=found,
        rows=rows,
        form=form,
        clashes=clashes,
        confirm=ConfirmForm(formdata=None),
        most=LONGEST_REASON,
        ended=found.study.state == StudyState.ENDED,
    )


@blueprint.post("/<study_id>/pilots/<pilot_id>")
def pilot_post(study_id: str, pilot_id: str) -> Page:
    """Keep the reasons given for changes. Of two who give one the second is told."""
    study = study_of(study_id, elicited=True)
    hold(study_id)
    logged = _log(study_id, pilot_id)
    form = _form(logged)
    if clashes := clash(form, _form(logged, stands=True)):
        return _changes(study, pilot_id, logged, form, clashes), TOLD
    named = {key: clean(text) for key, text in request.form.items() if key.startswith(_REASON)}
    reasons = {key.removeprefix(_REASON): text for key, text in named.items()}
    act = lambda: pilots.explain(db(), study_id=study_id, pilot_id=pilot_id, reasons=reasons)  # noqa: E731
    if not done(form, act):
        return refused(_changes(study, pilot_id, logged, form))
    return go("pilot", study_id, N_("The reasons are kept."), pilot_id=pilot_id)


@blueprint.post("/<study_id>/pilots/<pilot_id>/delete")
def delete_pilot(study_id: str, pilot_id: str) -> Page:
    """Delete people and answers of a pilot that has ended."""
    study_of(study_id, elicited=True)
    pilots.erase(db(), study_id=study_id, pilot_id=pilot_id, actor=me().account_id, at=now())
    return go("pilots", study_id, N_("The pilot's people and answers are deleted."))
