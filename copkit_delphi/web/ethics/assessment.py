"""Ethics: the assessment of a study, read by its staff, written by its ethics reviewer."""

from __future__ import annotations

from flask_babel import gettext

from copkit_delphi.domain.documents import MITIGATION_LABELS
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import Action
from copkit_delphi.domain.risk import LIKELIHOOD_BANDS, RiskLevel
from copkit_delphi.elicitation import studies
from copkit_delphi.ethics import assessments, bank
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, go, problems, show
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.ethics import filling
from copkit_delphi.web.ethics.forms import AssessmentForm
from copkit_delphi.web.ethics.page import blueprint, mark, study_of
from copkit_delphi.web.facilitator.editing import TOLD, Difference, begun, clash, hold
from copkit_delphi.web.forms import done

_HIGH = (RiskLevel.HIGH, RiskLevel.VERY_HIGH)


@blueprint.get("/<study_id>/ethics")
def assessment(study_id: str) -> str:
    """What was assessed, and what remains."""
    found = assessments.standing(db(), study_id)
    return show(
        "ethics/assessment.html",
        study_of(study_id),
        found=found,
        flags=assessments.flags(found) if found else [],
        screening={question.id: question.text for question in bank.screening()},
        bands={level: gettext(band) for level, band in LIKELIHOOD_BANDS.items()},  # they hold a percent sign
        statuses=MITIGATION_LABELS,
        mark=mark,
        may_assess=me().may(Action.ETHICS_ASSESS, study_id),
    )


def _scenarios(study_id: str) -> list[tuple[str, str]]:
    return [(one.name, one.title) for one in studies.scenarios(db(), study_id)]


def _form(study_id: str, *, stands: bool = False) -> AssessmentForm:
    return filling.make(assessments.standing(db(), study_id), _scenarios(study_id), stands=stands)


def _page(study_id: str, form: AssessmentForm, clashes: tuple[Difference, ...] = ()) -> str:
    found = assessments.standing(db(), study_id)
    risks = found.risks if found else [None] * len(bank.headline_risks())
    return show(
        "ethics/form.html",
        study_of(study_id),
        form=form,
        clashes=clashes,
        problems=problems(form),
        screening=list(zip(bank.screening(), form.screening, strict=False)),
        risks=list(zip(bank.headline_risks(), form.risks, risks, strict=False)),
        mark=mark,
        high=_HIGH,
        wanted=[risk.question.id for risk in risks if risk is not None and risk.before in _HIGH],
        found=found,
    )


@blueprint.get("/<study_id>/ethics/assessment")
def edit(study_id: str) -> str:
    """The form of the assessment."""
    return _page(study_id, begun(_form(study_id)))


@blueprint.post("/<study_id>/ethics/assessment")
def edit_post(study_id: str) -> Page:
    """Save the assessment; levels are computed here and shown at once. Of two who write it the second is told."""
    study_of(study_id)
    hold(study_id)
    form = _form(study_id)
    if clashes := clash(form, _form(study_id, stands=True)):
        filling.offer(form, _scenarios(study_id))
        return _page(study_id, form, clashes), TOLD
    if done(form, lambda: _save(study_id, form)):
        return go(
            "ethics.edit", study_id, N_("The assessment is saved. Signatures on an earlier one are void.")
        )
    return _page(study_id, form), UNPROCESSABLE


def _save(study_id: str, form: AssessmentForm) -> None:
    assessments.save(
        db(), study_id=study_id, plan=form.plan(), assessor=me().name, actor=me().account_id, at=now()
    )
