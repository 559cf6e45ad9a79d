"""The waiver of representation on the screen: the ethics reviewer writes it, the accountable owner confirms it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import Action
from copkit_delphi.ethics import waivers
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, go, problems, show
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.ethics.page import blueprint, study_of
from copkit_delphi.web.facilitator.editing import TOLD, Difference, EditForm, begun, clash, hold
from copkit_delphi.web.fields import line


class WaiverForm(EditForm):
    """Why a brief may go out although a group was not heard."""

    reason = line(
        _l("Why it is waived"),
        waivers.MAX_REASON,
        area=True,
        needed=_l("Write why it is waived."),
        hint=_l("Which voice is missing, what was tried, and why the brief cannot wait. Printed on page 1."),
    )


class ConfirmWaiverForm(FlaskForm):
    """The owner's yes to the text that was shown."""

    read = HiddenField()


def _page(study_id: str, form: WaiverForm, clashes: tuple[Difference, ...] = ()) -> str:
    row = waivers.of_study(db(), study_id)
    may_write, may_confirm = (
        me().may(action, study_id) for action in (Action.ETHICS_ASSESS, Action.WAIVER_CONFIRM)
    )
    return show(
        "ethics/waiver.html",
        study_of(study_id),
        form=form,
        clashes=clashes,
        problems=problems(form),
        waiver=row,
        refusal=waivers.against(db(), study_id),
        confirm=ConfirmWaiverForm(data={"read": row.reason if row else ""}),
        may_write=may_write,
        may_confirm=may_confirm and row is not None and row.confirmed_on is None and bool(row.writer_id),
    )


@blueprint.get("/<study_id>/ethics/waiver")
def waiver(study_id: str) -> str:
    """What is waived, by whom it was written and confirmed."""
    return _page(study_id, begun(_stands(study_id)))


def _stands(study_id: str) -> WaiverForm:
    row = waivers.of_study(db(), study_id)
    return WaiverForm(formdata=None, data={"reason": row.reason if row else ""})


@blueprint.post("/<study_id>/ethics/waiver")
def waiver_post(study_id: str) -> Page:
    """Write the waiver."""
    study_of(study_id)
    hold(study_id)
    form, who = WaiverForm(), me()
    if clashes := clash(form, _stands(study_id)):
        return _page(study_id, form, clashes), TOLD
    if not form.validate():
        return _page(study_id, form), UNPROCESSABLE
    waivers.write(
        db(), study_id=study_id, reason=form.reason.data, name=who.name, actor=who.account_id, at=now()
    )
    return go("ethics.waiver", study_id, N_("The waiver is written. It counts once the owner confirms it."))


@blueprint.post("/<study_id>/ethics/waiver/confirm")
def confirm_waiver(study_id: str) -> Page:
    """Confirm the waiver that was shown."""
    study_of(study_id)
    who, read = me(), ConfirmWaiverForm().read.data or ""
    waivers.confirm(db(), study_id=study_id, reason=read, name=who.name, actor=who.account_id, at=now())
    return go("ethics.waiver", study_id, N_("The waiver is confirmed. It is printed on page 1."))
