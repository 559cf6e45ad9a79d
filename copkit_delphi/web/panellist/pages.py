"""One scenario a page: show it, keep drafts, save. Saved answers count at the close; drafts never do."""

from __future__ import annotations

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import format_datetime, gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_, RoundClosed
from copkit_delphi.domain.results import LIKELIHOOD
from copkit_delphi.elicitation import feedback, ratings, sheets
from copkit_delphi.elicitation.ratings import Answer, Receipt
from copkit_delphi.elicitation.sheets import Sheet
from copkit_delphi.web.context import context, db
from copkit_delphi.web.panellist import blueprint, forms
from copkit_delphi.web.panellist.desk import answering, show
from copkit_delphi.web.panellist.drawings import drawings
from copkit_delphi.web.panellist.forms import AnswerForm


def _page(position: int) -> Sheet:
    return sheets.sheet(db(), view=answering(), position=position)


def _render(page: Sheet, form: AnswerForm, *, moved: bool = False) -> str:
    anchor = page.of_kind(LIKELIHOOD)[0]
    result = anchor.result
    return show(
        "sheet" if page.desk.previous is None else "revise",
        page.desk,
        page=page,
        form=form,
        anchor=anchor,
        result=result,
        bounds=feedback.asked_outside(result.panel, result.scale) if result else None,
        field_name=forms.field_name,
        draw=drawings,
        moved=moved,
    )


@blueprint.get("/panel/<int:position>")
def sheet(position: int) -> str:
    """The page of one scenario."""
    page = _page(position)
    return _render(page, forms.form_for(page))


@blueprint.post("/panel/<int:position>/draft")
def draft(position: int) -> Response:
    """Keep what is typed on every device; it does not count."""
    page = _page(position)
    form = forms.form_for(page)
    _same_round(page)
    at = ratings.save_drafts(
        db(),
        panellist_id=page.desk.panellist_id,
        round_id=_round(page),
        typed=forms.drafts(form, page),
        clock=context().clock,
    )
    return jsonify(kept_at=gettext("%(time)s UTC", time=format_datetime(at, "HH:mm")))


def _round(page: Sheet) -> str:
    assert page.desk.round is not None  # noqa: S101 - a sheet is of a round
    return page.desk.round.id


def _same_round(page: Sheet) -> None:
    """Refuse a page that was opened in an earlier round: its answers were given without this round's feedback."""
    if request.form.get("round", "") != str(page.desk.round.number if page.desk.round else ""):
        raise RoundClosed(N_("This page is from a round that has closed. What is on it was not stored."))


@blueprint.post("/panel/<int:position>")
def save(position: int) -> Response | tuple[str, int]:
    """Save the page, or keep the own answers of the round before in one press; go on to the next page."""
    page = _page(position)
    _same_round(page)
    form = forms.form_for(page)
    given, reason = forms.answers(form, page), forms.reason(form)
    if "keep" in request.form:
        given = {line.item_id: line.previous for line in page.lines}
        for line in page.lines:
            form[forms.field_name(line)].errors = []
    if form.errors:
        return _render(page, form), 422
    standing = {line.item_id: line.own for line in page.lines}
    if form.basis.data != page.basis and (given, reason) != (standing, page.reason):
        form.basis.data = page.basis
        return _render(page, form, moved=True), 409
    receipt = ratings.save(
        db(),
        panellist_id=page.desk.panellist_id,
        round_id=_round(page),
        scenario_id=page.scenario_id,
        answers=given,
        reason=reason,
        clock=context().clock,
    )
    _acknowledge(page, given, receipt)
    return redirect(_next(page), 303)


def _acknowledge(page: Sheet, given: dict[str, Answer], receipt: Receipt) -> None:
    left = forms.missing(page, given)
    at = format_datetime(receipt.at, "HH:mm")
    if not left:
        flash(
            gettext("Saved at %(at)s UTC: “%(title)s”. These answers count.", at=at, title=page.title), "ok"
        )
        return
    sentence = gettext(
        "“%(title)s”: %(n)s of %(all)s answers saved at %(at)s UTC. Left: %(left)s. You can come back to it.",
        title=page.title,
        n=receipt.ratings,
        all=len(page.lines),
        at=at,
        left=", ".join(left),
    )
    flash(sentence, "warn")


def _next(page: Sheet) -> str:
    """Go to the next page; after the last one to the list of answers."""
    after = [step.position for step in page.desk.steps if step.position > page.step.position]
    if not after:
        return url_for("panellist.review")
    return url_for("panellist.sheet", position=after[0])
