"""One scenario a page: show it, keep drafts, save. Saved answers count at the close; drafts never do."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, make_response, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_, Moved
from copkit_delphi.elicitation import (
    argument_marks,
    asked,
    attachments,
    drafts,
    feedback,
    ratings,
    sheets,
    translations,
)
from copkit_delphi.elicitation.asked import Asked
from copkit_delphi.elicitation.marked import Kind
from copkit_delphi.elicitation.models import Round
from copkit_delphi.elicitation.ratings import Answer, Receipt
from copkit_delphi.elicitation.sheets import Sheet
from copkit_delphi.elicitation.translations import Spoken
from copkit_delphi.web import languages, zones
from copkit_delphi.web.context import context, db, now, panellist
from copkit_delphi.web.errors import said
from copkit_delphi.web.handing import hand_out
from copkit_delphi.web.panellist import blueprint, differences, forms, moving, reply_forms, widgets
from copkit_delphi.web.panellist.desk import answering, same_round, show, taking_part
from copkit_delphi.web.panellist.drawings import drawings
from copkit_delphi.web.panellist.forms import AnswerForm
from copkit_delphi.web.typed import clean

_STILL_HOLDS = N_("The words have changed. Tick that your earlier answers still hold, or answer again.")


def _spoken(position: int) -> Spoken:
    """Return a page in the language that is read: a form made of it asks in the same words."""
    return translations.speak(sheets.sheet(db(), view=answering(), position=position), languages.of_texts())


def _page(position: int) -> Sheet:
    return _spoken(position).page


def _render(
    spoken: Spoken, form: AnswerForm, *, moved: differences.Between | None = None, again: bool = False
) -> str:
    view = spoken.page.desk
    template = "sheet" if view.previous is None else "revise"
    return show(template, view, **shown(spoken, form), moved=moved, again=again)


def shown(spoken: Spoken, form: AnswerForm) -> dict[str, Any]:
    """Return what the templates of a page need beside the desk; previews need the same."""
    page = spoken.page
    blocks = widgets.blocks(form, page.lines, {"place": page.place or gettext("your country")})
    first = blocks[0].items[0]
    result = first.line.result
    return {
        "page": page,
        "spoken": spoken,
        "languages": languages.named(spoken.languages),
        "form": form,
        "blocks": blocks,
        "first": first,
        "bounds": feedback.asked_outside(result.panel, result.scale) if result else None,
        "sides": [gettext(one) for one in widgets.type_of(first.line).sides],
        "keeps": any(line.previous.given for line in page.lines),
        "draw": drawings,
        "files": [spoken.file(one) for one in attachments.of_scenario(db(), page.scenario_id)],
    }


@blueprint.get("/panel/files/<attachment_id>")
def file(attachment_id: str) -> Response:
    """Hand out a file of the study to somebody on its panel who agreed to take part."""
    study_id = taking_part().study_id
    return hand_out(attachments.get(db(), study_id=study_id, attachment_id=attachment_id))


@blueprint.post("/panel/<int:position>/language")
def language(position: int) -> Response:
    """Show scenarios in another language of the study; what was typed and not saved is kept as a draft by scripts."""
    wanted = clean(request.form.get("language"))
    if wanted in _page(position).desk.study.languages:
        languages.read_texts_in(wanted)
    return redirect(url_for("panellist.sheet", position=position), 303)


@blueprint.get("/panel/<int:position>")
def sheet(position: int) -> str:
    """The page of one scenario."""
    spoken = _spoken(position)
    return _render(spoken, forms.form_for(spoken.page))


@blueprint.post("/panel/<int:position>/draft")
def draft(position: int) -> Response | tuple[Response, int]:
    """Keep what is typed on every device; it does not count."""
    page = _page(position)
    form, round_ = forms.form_for(page), _round(page)
    same_round(round_.number)
    try:
        at = ratings.save_drafts(
            db(),
            panellist_id=page.desk.panellist_id,
            round_id=round_.id,
            typed=forms.drafts(form, page),
            page=forms.returned(form),
            clock=context().clock,
        )
    except Moved as error:
        return jsonify(message=said(error)), error.status
    return jsonify(kept_at=zones.clock(at))


def _round(page: Sheet) -> Round:
    assert page.desk.round is not None  # noqa: S101 - a sheet is of a round
    return page.desk.round


@blueprint.post("/panel/<int:position>")
def save(position: int) -> Response | tuple[str, int]:
    """Save the page, or keep the own answers of the round before in one press; go on to the next page.

    What the page shows is read only when it is shown again.
    """
    page = asked.page(db(), panellist=taking_part(), position=position, at=now())
    same_round(page.number)
    if "take" in request.form:
        return _moved(position), 409
    form = forms.posted(page)
    given, reason = forms.answers(form, page), forms.reason(form)
    if form.errors or reply_forms.too_long() or "keep" in request.form:
        spoken = _spoken(position)
        whole = spoken.page
        shown = forms.form_for(whole)
        given, reason = _given(whole, shown), forms.reason(shown)
        reply_forms.check(shown, whole)
        if "keep" in request.form and whole.changes and "holds" not in request.form:
            shown.likelihood.errors = [gettext(_STILL_HOLDS)]
        if shown.errors:
            return _render(spoken, shown), 422
    try:
        receipt = ratings.save(
            db(),
            panellist_id=panellist().id,
            round_id=page.round_id,
            scenario_id=page.scenario_id,
            answers=given,
            reason=reason,
            page=forms.returned(form),
            clock=context().clock,
        )
    except Moved:
        return _moved(position), 409
    _mark(page)
    _acknowledge(page, given, receipt)
    return redirect(moving.onward(page, position), 303)


def _mark(page: Asked) -> None:
    """Save what was ticked beside the arguments that the page showed."""
    shown = request.form.getlist("argument")
    if shown:
        argument_marks.save(
            db(),
            panellist_id=panellist().id,
            round_id=page.round_id,
            shown=shown,
            said={kind: request.form.getlist(kind) for kind in Kind},
        )


def _given(page: Sheet, form: AnswerForm) -> dict[str, Answer]:
    if "keep" in request.form:
        return {line.item_id: line.previous for line in page.lines}
    return forms.answers(form, page)


def _moved(position: int) -> str:
    """Show what was typed beside what another device saved or typed meanwhile, to be chosen from, field by field."""
    spoken = _spoken(position)
    form = forms.form_for(spoken.page)
    there = differences.there(spoken.page, form)
    if "take" in request.form:
        differences.take(form, there, request.form["take"])
    form.basis.data, form.drafts.data = spoken.page.basis, drafts.mark(forms.drafted(spoken.page))
    reply_forms.seen(form, spoken.page)
    form.beside.data = "draft" if there.typed else ""
    return _render(spoken, form, moved=differences.between(form, there))


def given_back(position: int) -> Response:
    """Show what was typed in a session that is over to whoever opened the link again; it is not saved yet."""
    spoken = _spoken(position)
    same_round(_round(spoken.page).number)
    return make_response(_render(spoken, forms.form_for(spoken.page), again=True), 400)


def _acknowledge(page: Asked, given: dict[str, Answer], receipt: Receipt) -> None:
    left = forms.missing(page, given)
    at = zones.clock(receipt.at)
    if not left:
        flash(gettext("Saved at %(at)s: “%(title)s”. These answers count.", at=at, title=page.title), "ok")
        return
    sentence = gettext(
        "“%(title)s”: %(n)s of %(all)s answers saved at %(at)s. Left: %(left)s. You can come back to it.",
        title=page.title,
        n=receipt.ratings,
        all=len(page.lines),
        at=at,
        left="; ".join(f"“{one}”" for one in left),
    )
    flash(sentence, "warn")
