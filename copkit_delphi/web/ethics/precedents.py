"""Comparable cases on the screen: the ethics reviewer decides, with a reason that is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask_babel import lazy_gettext as _l

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import Action
from copkit_delphi.ethics import bank, precedents
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, go, problems, show
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.ethics.page import blueprint, study_of
from copkit_delphi.web.facilitator.editing import TOLD, Difference, EditForm, begun, clash, hold
from copkit_delphi.web.fields import line


class PrecedentForm(EditForm):
    """Why a case is comparable; empty takes the decision back."""

    reason = line(_l("Reason"), precedents.MAX_REASON, area=True)


def _stands(decided: Mapping[str, str], question_id: str) -> PrecedentForm:
    return PrecedentForm(formdata=None, data={"reason": decided.get(question_id, "")})


def _page(
    study_id: str,
    sent: PrecedentForm | None = None,
    question_id: str = "",
    clashes: tuple[Difference, ...] = (),
) -> str:
    """Render every risk with its form; what was ``sent`` about one of them stands in its form."""
    decided = precedents.of_study(db(), study_id)
    risks = bank.headline_risks()
    shown = {risk.id: begun(_stands(decided, risk.id)) for risk in risks}
    return show(
        "ethics/precedents.html",
        study_of(study_id),
        risks=risks,
        decided=decided,
        edits=shown | ({question_id: sent} if sent else {}),
        told=question_id,
        clashes=[replace(one, field=f"reason-{question_id}") for one in clashes],
        most=precedents.MAX_REASON,
        problems=[{**one, "id": f"reason-{question_id}"} for one in problems(sent)] if sent else [],
        may_decide=me().may(Action.ETHICS_ASSESS, study_id),
    )


@blueprint.get("/<study_id>/ethics/precedents", endpoint="precedents")
def comparable_cases(study_id: str) -> str:
    """For which headline risks a comparable case is documented."""
    return _page(study_id)


@blueprint.post("/<study_id>/ethics/precedents/<question_id>")
def decide_precedent(study_id: str, question_id: str) -> Page:
    """Decide that a case is comparable, or take that back. Of two who decide the second is told."""
    study_of(study_id)
    hold(study_id)
    form, who = PrecedentForm(), me()
    if clashes := clash(form, _stands(precedents.of_study(db(), study_id), question_id)):
        return _page(study_id, form, question_id, clashes), TOLD
    if not form.validate():
        return _page(study_id, form, question_id), UNPROCESSABLE
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
