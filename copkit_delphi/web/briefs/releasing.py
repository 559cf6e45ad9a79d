"""Releasing a signed brief to readers, and taking it back."""

from __future__ import annotations

from copkit_delphi.domain.errors import N_
from copkit_delphi.warning import briefs, gathered, rendering
from copkit_delphi.web.briefs import blueprint
from copkit_delphi.web.briefs.forms import ConfirmForm, WithdrawForm
from copkit_delphi.web.briefs.page import (
    UNPROCESSABLE,
    Page,
    gate_rows,
    go,
    prepare_aside,
    problems,
    show,
    study_of,
    working,
)
from copkit_delphi.web.context import db, me, now


@blueprint.get("/studies/<study_id>/brief/release")
def release(study_id: str) -> str:
    """The nine gates, and the button that releases when all are open."""
    prepared = briefs.prepare(db(), working(study_id), at=now())
    return show(
        "briefs/release.html",
        study_of(study_id),
        marking=prepared.found.brief.marking,
        prepared=prepared,
        brief=prepared.found.brief,
        gates=gate_rows(prepared.gates),
        form=ConfirmForm(),
    )


@blueprint.post("/studies/<study_id>/brief/release")
def release_post(study_id: str) -> Page:
    """Make both PDFs, then store them: the database is not held while they are made."""
    prepared = prepare_aside(study_id)
    brief_document, annex_document = briefs.as_published(prepared, on=now().date())
    pdfs = {"brief": rendering.pdf(brief_document), "annex": rendering.pdf(annex_document)}
    brief = gathered.get(db(), study_id=study_id, brief_id=prepared.found.brief.id)
    briefs.publish(
        db(), brief=brief, content_hash=prepared.content_hash, pdfs=pdfs, actor=me().account_id, at=now()
    )
    return go(
        "briefs.workbench", study_id, N_("Released. Readers of this installation can open brief and annex.")
    )


@blueprint.get("/studies/<study_id>/brief/<brief_id>/withdraw")
def withdraw(study_id: str, brief_id: str) -> str:
    """Ask why."""
    return _withdraw_page(study_id, brief_id, WithdrawForm())


def _withdraw_page(study_id: str, brief_id: str, form: WithdrawForm) -> str:
    brief = gathered.get(db(), study_id=study_id, brief_id=brief_id)
    return show(
        "briefs/withdraw.html",
        study_of(study_id),
        marking=brief.marking,
        brief=brief,
        form=form,
        problems=problems(form),
    )


@blueprint.post("/studies/<study_id>/brief/<brief_id>/withdraw")
def withdraw_post(study_id: str, brief_id: str) -> Page:
    """Take a released version back."""
    form = WithdrawForm()
    brief = gathered.get(db(), study_id=study_id, brief_id=brief_id)
    if not form.validate():
        return _withdraw_page(study_id, brief_id, form), UNPROCESSABLE
    briefs.withdraw(db(), brief=brief, reason=form.reason.data, actor=me().account_id, at=now())
    return go("briefs.workbench", study_id, N_("The brief is withdrawn. Readers are told why."))
