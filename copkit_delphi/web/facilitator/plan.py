"""The plan of a study: what is pre-registered beside the rules, and which checklist items it answers."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from copkit_delphi.domain import plan as texts
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import readiness
from copkit_delphi.elicitation.models import Study
from copkit_delphi.web.context import db
from copkit_delphi.web.facilitator.editing import TOLD, Difference, EditForm, begun, clash
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.facilitator.setup import SAVED, draft, held, page
from copkit_delphi.web.forms import done
from copkit_delphi.web.typed import clean


@cache
def form_class() -> type[EditForm]:
    """Return the form with one text area for each text of the plan."""
    too_long = _l("Write at most %(max)d characters.")
    fields = {
        one.key: TextAreaField(
            _l(one.label),
            description=_l(one.hint),
            filters=[clean],
            validators=[Length(max=texts.LONGEST, message=too_long)],
        )
        for one in texts.PLAN
    }
    return type("PlanForm", (EditForm,), fields)


def parts(form: FlaskForm) -> list[tuple[str, list[Any]]]:
    """Return the fields of a form by part of the plan."""
    return [(part, [form[one.key] for one in texts.PLAN if one.part == part]) for part in texts.PARTS]


def _page(study: Study, form: FlaskForm, clashes: tuple[Difference, ...] = ()) -> str:
    counted = readiness.counted(readiness.answers(db(), study.id))
    return page("plan", study, form=form, parts=parts(form), counted=counted, clashes=clashes)


@blueprint.get("/<study_id>/set-up/plan")
def plan(study_id: str) -> str:
    """The plan as it stands."""
    study = draft(study_id)
    return _page(study, begun(_stands(study)))


def _stands(study: Study) -> EditForm:
    return form_class()(formdata=None, data=Protocol.from_dict(study.protocol).plan)


@blueprint.post("/<study_id>/set-up/plan")
def plan_post(study_id: str) -> Page:
    """Save the plan."""
    study, form = held(study_id), form_class()()
    if clashes := clash(form, _stands(study)):
        return _page(study, form, clashes), TOLD
    typed = {one.key: form[one.key].data or "" for one in texts.PLAN}
    if not done(form, lambda: readiness.write(db(), study_id=study_id, texts=typed)):
        return refused(_page(study, form))
    return go("groups", study_id, SAVED)


@blueprint.get("/<study_id>/readiness")
def readiness_(study_id: str) -> str:
    """Which items of the reporting checklists could be answered today."""
    study = study_of(study_id, elicited=True)
    found = readiness.answers(db(), study_id)
    return show("readiness", study, checklists=found, counted=readiness.counted(found))
