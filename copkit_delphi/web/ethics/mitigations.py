"""The register of measures on the screen: read by the staff of the study, kept by the team and the ethics reviewer."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from copkit_delphi.domain.documents import MITIGATION_LABELS
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import Action
from copkit_delphi.ethics import assessments, bank, flags, mitigations
from copkit_delphi.ethics.models import Mitigation
from copkit_delphi.ethics.plans import MeasurePlan
from copkit_delphi.web.briefs.forms import choices, day
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, go, problems, show
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.ethics.page import blueprint, mark, study_of
from copkit_delphi.web.facilitator.editing import TOLD, Difference, EditForm, begun, clash, hold
from copkit_delphi.web.fields import line
from copkit_delphi.web.forms import done

KINDS = {
    "avoid": _l("Avoid: the harm cannot arise"),
    "reduce": _l("Reduce: it is rarer, smaller or shorter"),
    "restore": _l("Restore: it is put right"),
    "compensate": _l("Compensate: it is made up for"),
    "inform": _l("Inform: people know of it; lowers nothing"),
}
_NAMES = ("code", "against", "text", "owner", "due", "status", "evidence", "kind")


class MeasureForm(EditForm):
    """One measure of the register."""

    against = SelectField(_l("Risk or flag that it answers"))
    code = SelectField(
        _l("Measure of the catalogue"),
        choices=choices(
            ("", _l("One of our own")),
            *((m.code, f"{m.code} ({m.kind}): {m.text}") for m in bank.catalogue()),
        ),
    )
    kind = SelectField(
        _l("Kind, for one of your own"), choices=choices(("", _l("Choose")), *KINDS.items())
    )  # the catalogue knows the kind of its own
    text = line(
        _l("As it is done here"),
        mitigations.MAX_TEXT,
        area=True,
        hint=_l("Empty: the text of the catalogue. A measure of your own needs a text. It is printed."),
    )
    owner = line(_l("Owner"), mitigations.MAX_OWNER, hint=_l("A role or body rather than a person."))
    due = day(_l("Due"))
    status = SelectField(
        _l("Status"), choices=choices(*((str(key), _l(label)) for key, label in MITIGATION_LABELS.items()))
    )
    evidence = line(
        _l("Evidence"),
        mitigations.MAX_EVIDENCE,
        hint=_l("Needed for a verified measure. For a dropped one: why."),
    )

    def plan(self) -> MeasurePlan:
        """Return what was written."""
        return MeasurePlan(**{name: self[name].data for name in _NAMES})


@blueprint.get("/<study_id>/ethics/mitigations", endpoint="mitigations")
def register(study_id: str) -> str:
    """Every measure with what it answers, its owner, date, status and evidence, and the level that remains."""
    found = assessments.standing(db(), study_id)
    return show(
        "ethics/mitigations.html",
        study_of(study_id),
        measures=mitigations.of_study(db(), study_id),
        risks={risk.question.id: risk for risk in found.risks} if found else {},
        texts=bank.texts(),
        kinds=KINDS,
        statuses=MITIGATION_LABELS,
        mark=mark,
        may_keep=me().may(Action.MITIGATION_KEEP, study_id),
    )


def _form(study_id: str, measure: Mitigation | None = None, *, stands: bool = False) -> MeasureForm:
    """Return the form of a measure; what was sent wins unless asked for what ``stands``."""
    stored = {name: getattr(measure, name) for name in _NAMES} if measure else _asked()
    form = MeasureForm(formdata=None, data=stored) if stands else MeasureForm(data=stored)
    texts = bank.texts()
    wanted = [risk.id for risk in bank.headline_risks()]
    wanted += [flag.question_id for flag in flags.of_study(db(), study_id)]
    wanted += [code for code, _, _ in assessments.screened(db(), study_id)]
    if measure is not None:
        wanted.append(measure.against)
    named = ((key, f"{key}: {gettext(texts[key])}") for key in dict.fromkeys(wanted))
    form.against.choices = choices(("", _l("Choose")), *named)
    return form


def _asked() -> dict[str, Any]:
    """Return what a flag's page or a risk puts into the address of a new measure."""
    return {"against": request.args.get("against", "")}


def _page(
    study_id: str,
    form: MeasureForm,
    measure: Mitigation | None = None,
    clashes: tuple[Difference, ...] = (),
) -> str:
    shown: dict[str, Any] = {"form": form, "problems": problems(form), "measure": measure, "clashes": clashes}
    return show("ethics/mitigation.html", study_of(study_id), **shown)


@blueprint.get("/<study_id>/ethics/mitigations/new")
def new_mitigation(study_id: str) -> str:
    """The form of a new measure."""
    return _page(study_id, _form(study_id))


@blueprint.post("/<study_id>/ethics/mitigations/new")
def new_mitigation_post(study_id: str) -> Page:
    """Put a measure into the register."""
    study_of(study_id)
    return _kept(study_id, None, N_("The measure stands in the register. Earlier signatures are void."))


@blueprint.get("/<study_id>/ethics/mitigations/<measure_id>")
def mitigation(study_id: str, measure_id: str) -> str:
    """The form of a measure that stands in the register."""
    found = mitigations.get(db(), study_id=study_id, measure_id=measure_id)
    return _page(study_id, begun(_form(study_id, found)), found)


@blueprint.post("/<study_id>/ethics/mitigations/<measure_id>")
def mitigation_post(study_id: str, measure_id: str) -> Page:
    """Change a measure. Of two who change it the second is told."""
    hold(study_id)
    found = mitigations.get(db(), study_id=study_id, measure_id=measure_id)
    return _kept(study_id, found, N_("The measure is changed. Earlier signatures are void."))


def _kept(study_id: str, measure: Mitigation | None, said: str) -> Page:
    form = _form(study_id, measure)
    if measure and (clashes := clash(form, _form(study_id, measure, stands=True))):
        return _page(study_id, form, measure, clashes), TOLD
    if not done(form, lambda: _write(study_id, form, measure)):
        return _page(study_id, form, measure), UNPROCESSABLE
    return go("ethics.mitigations", study_id, said)


def _write(study_id: str, form: MeasureForm, measure: Mitigation | None) -> None:
    actor = me().account_id
    if measure is None:
        mitigations.add(db(), study_id=study_id, plan=form.plan(), actor=actor, at=now())
    else:
        mitigations.edit(db(), measure=measure, plan=form.plan(), actor=actor, at=now())
