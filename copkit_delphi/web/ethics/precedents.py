"""Comparable cases on the screen: the ethics reviewer decides, with a reason that is printed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import Action
from copkit_delphi.ethics import bank, precedents
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, go, problems, show
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.ethics.page import blueprint, study_of
from copkit_delphi.web.fields import line


class PrecedentForm(FlaskForm):
    """Why a case is comparable; empty takes the decision back."""

    reason = line(_l("Reason"), precedents.MAX_REASON, area=True)


def _page(study_id: str, form: PrecedentForm) -> str:
    return show(
        "ethics/precedents.html",
        study_of(study_id),
        risks=bank.headline_risks(),
        decided=precedents.of_study(db(), study_id),
        most=precedents.MAX_REASON,
        problems=problems(form),
        may_decide=me().may(Action.ETHICS_ASSESS, study_id),
    )


@blueprint.get("/<study_id>/ethics/precedents", endpoint="precedents")
def comparable_cases(study_id: str) -> str:
    """For which headline risks a comparable case is documented."""
    return _page(study_id, PrecedentForm())


@blueprint.post("/<study_id>/ethics/precedents/<question_id>")
def decide_precedent(study_id: str, question_id: str) -> Page:
    """Decide that a case is comparable, or take that back."""
    study_of(study_id)
    form, who = PrecedentForm(), me()
    if not form.validate():
        return _page(study_id, form), UNPROCESSABLE
    precedents.decide(
        db(),
        study_id=study_id,
        question_id=question_id,
        reason=form.reason.data or "",
        name=who.name,
        actor=who.account_id,
        at=now(),
    )
    return go("ethics.precedents", study_id, N_("The decision is stored. It counts from the next close on."))
