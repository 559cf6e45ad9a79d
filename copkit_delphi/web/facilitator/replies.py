"""Replies to the arguments of one item, to be checked: show as typed, remove words, leave out, put back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.redaction import GROUNDS, KINDS, mark
from copkit_delphi.elicitation import reply_moderation
from copkit_delphi.elicitation.models import Round
from copkit_delphi.elicitation.reply_moderation import MAX_REDACTED, Bench, Choice, RawReply
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.marking import check_set, set_marks
from copkit_delphi.web.facilitator.moderation import in_moderation
from copkit_delphi.web.facilitator.page import Page, blueprint, go, show, study_of
from copkit_delphi.web.typed import clean

_DONE = {
    "pass": N_("Kept. The panel sees nothing yet."),
    "redact": N_("Kept. The panel sees nothing yet."),
    "leave_out": N_("Left out. It can be put back."),
    "restore": N_("Put back as written. It waits to be checked."),
}


@dataclass(slots=True)
class Removing:
    """One reply of which words are removed: what is typed, and what the page says of it."""

    reply: RawReply
    text: str
    words: str = ""
    kind: str = "identity"
    note: str = ""


def _page(
    study_id: str,
    found: Round,
    bench: Bench,
    problem: str = "",
    picked: tuple[str, ...] = (),
    removing: Removing | None = None,
) -> str:
    return show(
        "replies",
        study_of(study_id),
        round=found,
        bench=bench,
        problem=problem,
        picked=picked,
        removing=removing,
        grounds=GROUNDS,
        kinds=KINDS,
        mark=mark,
        most_redacted=MAX_REDACTED,
        form=ConfirmForm(),
    )


def _one(bench: Bench, key: str) -> RawReply:
    for answered in bench.answered:
        for reply in answered.replies:
            if reply.key == key:
                return reply
    raise NotFound(N_("This reply is not there any more."))


@blueprint.get("/<study_id>/rounds/<int:number>/moderation/<name>/replies")
def replies(study_id: str, number: int, name: str) -> str:
    """Every reply to the arguments of one item, beside the argument; ``?words=`` opens one to remove words from."""
    found = in_moderation(study_id, number)
    bench = reply_moderation.of_item(db(), round_=found, name=name)
    key = request.args.get("words", "")
    reply = _one(bench, key) if key else None
    return _page(
        study_id, found, bench, removing=Removing(reply, reply.shown or reply.text) if reply else None
    )


@blueprint.post("/<study_id>/rounds/<int:number>/moderation/<name>/replies")
def replies_post(study_id: str, number: int, name: str) -> Page:
    """Do what was pressed; what was ticked and typed stays where it cannot be done."""
    found = in_moderation(study_id, number)
    bench = reply_moderation.of_item(db(), round_=found, name=name)
    picked = tuple(request.form.getlist("pick"))
    choice, removing = _pressed(bench, picked)
    if choice is None:
        return _page(study_id, found, bench, removing=removing)
    try:
        check_set(removing.words if removing else "")
        reply_moderation.decide(
            db(),
            round_=found,
            item_id=bench.item_id,
            choice=choice,
            basis=request.form.get("basis", ""),
            actor=me().account_id,
            at=now(),
        )
    except (Invalid, Conflict) as error:
        return _page(study_id, found, bench, said(error), picked, removing), error.status
    return go("replies", study_id, _DONE[choice.act], number=number, name=name)


def _pressed(bench: Bench, picked: tuple[str, ...]) -> tuple[Choice | None, Removing | None]:
    """Read the button; without a choice the named words are only marked in the text, and nothing is kept."""
    act, _, key = request.form.get("do", "").partition(":")
    if act in ("redact", "mark"):
        removing = _removing(_one(bench, key))
        if act == "mark":
            _set_marks(removing)
            return None, removing
        as_typed = removing.text.strip() == removing.reply.text.strip()  # nothing is taken away
        return Choice("pass" if as_typed else act, (key,), text=removing.text), removing
    if act == "pass_rest":
        return Choice("pass", tuple(one.key for one in bench.left)), None
    if act not in _DONE:
        raise NotFound(N_("There is no such step."))
    return Choice(act, picked, request.form.get("ground", "") if act == "leave_out" else ""), None


def _removing(reply: RawReply) -> Removing:
    form = request.form
    return Removing(
        reply, clean(form.get("text", "")), clean(form.get("words", "")), form.get("kind", "identity")
    )


def _set_marks(removing: Removing) -> None:
    marked, removing.note = set_marks({"": removing.text}, removing.words, removing.kind)
    if marked[""] != removing.text:
        removing.text, removing.words = marked[""], ""
