"""Flags on the screen: the team replies, the ethics reviewer clears; nobody reads who raised one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField

from copkit_delphi.domain.documents import MITIGATION_LABELS, MitigationStatus
from copkit_delphi.domain.errors import N_, Moved
from copkit_delphi.domain.permission import Action
from copkit_delphi.ethics import assessments, bank, flags, mitigations
from copkit_delphi.ethics.models import EthicsFlag, Mitigation
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, go, problems, show
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.ethics.page import blueprint, study_of
from copkit_delphi.web.facilitator.editing import TOLD, EditForm, begun, clash, hold
from copkit_delphi.web.fields import line
from copkit_delphi.web.typed import clean


class ReplyForm(EditForm):
    """A reply to a flag."""

    text = line(_l("Reply"), flags.MAX_TEXT, area=True, needed=_l("Write a text."))


class ClearForm(FlaskForm):
    """The reason for clearing, with the reply that was read: its version, and its text to be shown again."""

    text = line(_l("Text"), flags.MAX_TEXT, area=True, needed=_l("Write a text."))
    read = HiddenField()
    read_reply = HiddenField(filters=[clean])


def _stands(flag: EthicsFlag) -> ReplyForm:
    return ReplyForm(formdata=None, data={"text": flag.reply})


def _page(study_id: str, form: ReplyForm | ClearForm | None = None, flag_id: str = "", **more: Any) -> str:
    """Render every flag; what was sent about one of them stands in its form."""
    found = flags.of_study(db(), study_id)
    wrong = problems(form) if form else []
    return show(
        "ethics/flags.html",
        study_of(study_id),
        flags=found,
        bases={flag.id: begun(_stands(flag)).basis.data for flag in found},
        screened=assessments.screened(db(), study_id),
        measures=_against(study_id),
        may_keep=me().may(Action.MITIGATION_KEEP, study_id),
        texts=bank.texts(),
        statuses=MITIGATION_LABELS,
        form=form,
        sent=flag_id,
        version=flags.version,
        problems=[{**one, "id": f"text-{flag_id}"} for one in wrong],
        may_reply=me().may(Action.ETHICS_REPLY, study_id),
        may_clear=me().may(Action.ETHICS_ASSESS, study_id),
        **more,
    )


def _against(study_id: str) -> dict[str, list[Mitigation]]:
    """Return the measures that still stand, by what they answer."""
    found: dict[str, list[Mitigation]] = {}
    for one in mitigations.of_study(db(), study_id):
        if one.status != MitigationStatus.DROPPED:
            found.setdefault(one.against, []).append(one)
    return found


@blueprint.get("/<study_id>/ethics/flags", endpoint="flags")
def listed(study_id: str) -> str:
    """Every flag of the study with its reply and how it was cleared."""
    return _page(study_id)


@blueprint.post("/<study_id>/ethics/flags/<flag_id>/reply")
def reply_flag(study_id: str, flag_id: str) -> Page:
    """Reply to a flag. Of two who reply the second is told."""
    hold(study_id)
    flag, form = flags.get(db(), study_id=study_id, flag_id=flag_id), ReplyForm()
    if clashes := clash(form, _stands(flag)):
        shown = [replace(one, field=f"text-{flag_id}") for one in clashes]
        return _page(study_id, form, flag_id, clashes=shown), TOLD
    if not form.validate():
        return _page(study_id, form, flag_id), UNPROCESSABLE
    who = me()
    flags.reply(db(), flag=flag, text=form.text.data, name=who.name, actor=who.account_id, at=now())
    return go("ethics.flags", study_id, N_("The reply is stored. The ethics reviewer decides on the flag."))


@blueprint.post("/<study_id>/ethics/flags/<flag_id>/clear")
def clear_flag(study_id: str, flag_id: str) -> Page:
    """Clear an answered flag; where another reply came meanwhile, both are shown and nothing is stored."""
    flag, form = flags.get(db(), study_id=study_id, flag_id=flag_id), ClearForm()
    if not form.validate():
        return _page(study_id, form, flag_id), UNPROCESSABLE
    who = me()
    try:
        flags.clear(
            db(),
            flag=flag,
            read=form.read.data or "",
            reason=form.text.data,
            name=who.name,
            actor=who.account_id,
            at=now(),
        )
    except Moved as error:
        form.text.errors = [said(error)]
        return _page(study_id, form, flag_id, moved=flag_id), error.status
    return go("ethics.flags", study_id, N_("The flag is cleared, with your reason and the date."))
