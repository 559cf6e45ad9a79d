"""Sending a brief for signature, and signing what was shown."""

from __future__ import annotations

from copkit_delphi.domain.errors import N_, Forbidden
from copkit_delphi.domain.permission import Role
from copkit_delphi.warning import briefs, gates
from copkit_delphi.warning.annex_texts import ROLE_LABELS
from copkit_delphi.warning.briefs import Prepared
from copkit_delphi.web.briefs import blueprint
from copkit_delphi.web.briefs.forms import SignForm
from copkit_delphi.web.briefs.gate_rows import gate_rows
from copkit_delphi.web.briefs.page import (
    UNPROCESSABLE,
    Page,
    go,
    problems,
    show,
    study_of,
    working,
)
from copkit_delphi.web.context import db, me, now


@blueprint.post("/studies/<study_id>/brief/send")
def send(study_id: str) -> Page:
    """Hand the draft to those who sign."""
    briefs.send_for_signature(db(), brief=working(study_id), actor=me().account_id, at=now())
    return go(
        "briefs.workbench", study_id, N_("The brief is up for signature. Its signers find it on this page.")
    )


def _my_role(prepared: Prepared) -> Role | None:
    """Return the role in which this person can still sign, None when there is none."""
    mine = me().roles(prepared.found.study.id)
    done = {s.role for s in prepared.found.signatures if s.content_hash == prepared.content_hash}
    return next(
        (role for role in gates.required_signers(prepared.found) if role in mine and role not in done), None
    )


def _page(study_id: str, prepared: Prepared, form: SignForm) -> str:
    return show(
        "briefs/sign.html",
        study_of(study_id),
        marking=prepared.found.brief.marking,
        prepared=prepared,
        brief=prepared.found.brief,
        gates=gate_rows(prepared),
        role=_my_role(prepared),
        labels=ROLE_LABELS,
        form=form,
        problems=problems(form),
    )


@blueprint.get("/studies/<study_id>/brief/sign")
def sign(study_id: str) -> str:
    """What is signed: both documents and their hash."""
    prepared = briefs.prepare(db(), working(study_id), at=now())
    return _page(study_id, prepared, SignForm(data={"content_hash": prepared.content_hash}))


@blueprint.post("/studies/<study_id>/brief/sign")
def sign_post(study_id: str) -> Page:
    """Sign the content whose hash was shown."""
    brief = working(study_id)
    prepared = briefs.prepare(db(), brief, at=now())
    form = SignForm()
    if not form.validate():
        return _page(study_id, prepared, form), UNPROCESSABLE
    role = _my_role(prepared)
    if role is None:
        raise Forbidden(N_("You have signed, or your role does not sign this brief."))
    briefs.sign(
        db(),
        brief=brief,
        role=role,
        account_id=me().account_id,
        name=me().name,
        content_hash=form.content_hash.data or "",
        at=now(),
    )
    return go(
        "briefs.workbench", study_id, N_("Your signature is stored. Any change of the content makes it void.")
    )
