"""The ethics round behind the same personal link: one risk a page, review, submit, and the levels after its close."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_, Invalid, Moved, NotFound, RoundClosed
from copkit_delphi.domain.ethics_results import CONTESTED_LABELS
from copkit_delphi.ethics import answers, bank, desks
from copkit_delphi.ethics.answers import Given
from copkit_delphi.ethics.desks import EthicsDesk
from copkit_delphi.reporting import charts
from copkit_delphi.web import zones
from copkit_delphi.web.context import context, db, now, panellist
from copkit_delphi.web.errors import said
from copkit_delphi.web.panellist import blueprint, ethics_forms
from copkit_delphi.web.panellist.desk import agreed, same_round, show


def _desk() -> EthicsDesk:
    agreed()
    found = desks.of_panellist(db(), panellist(), now())
    if found is None:
        raise NotFound(N_("There is no ethics round in this study yet."))
    return found


def _answering() -> EthicsDesk:
    found = _desk()
    if not found.answering:
        raise RoundClosed(
            N_("The ethics round is not open. Nothing was stored. What you saved before is kept.")
        )
    return found


def _show(template: str, **more: Any) -> str:
    return show(template, agreed(), scales=ethics_forms.SCALES, anchors=ethics_forms.anchors, **more)


@blueprint.get("/panel/ethics")
def ethics_review() -> str:
    """Everything the panellist said in the ethics round, and what is open."""
    return _show("ethics_review", burdens=ethics_forms.BURDENS, sure=ethics_forms.SURE, desk=_desk())


def _page(desk: EthicsDesk, position: int, form: ethics_forms.Form, *, moved: bool = False) -> str:
    question = desk.question(position)
    return _show(
        "ethics_sheet",
        desk=desk,
        position=position,
        question=question,
        about=bank.about(question.object),
        form=form,
        saved=desk.answer(question).given,
        moved=moved,
    )


@blueprint.get("/panel/ethics/<int:position>")
def ethics_sheet(position: int) -> str:
    """One headline risk, or one stop question."""
    desk = _answering()
    question = desk.question(position)
    form = ethics_forms.form_for(question, desk.answer(question), desk.basis(question))
    return _page(desk, position, form)


@blueprint.post("/panel/ethics/<int:position>")
def ethics_save(position: int) -> Response | tuple[str, int]:
    """Save the page and go on to the next; an empty page leaves the question open."""
    desk = _answering()
    same_round(desk.round.number)
    question = desk.question(position)
    form = ethics_forms.form_for(question, desk.answer(question), desk.basis(question))
    given = ethics_forms.read(form)
    if form.errors:
        return _page(desk, position, form), 422
    try:
        _save(desk, position, question, given, basis=form.basis.data or "")
    except Moved:
        desk = _answering()
        form.basis.data = desk.basis(question)
        return _page(desk, position, form, moved=True), 409
    except Invalid as error:
        field = form.answer if isinstance(form, ethics_forms.StopForm) else form.reason
        field.errors = [said(error)]
        return _page(desk, position, form), 422
    if position == len(desk.questions):
        return redirect(url_for("panellist.ethics_review"), 303)
    return redirect(url_for("panellist.ethics_sheet", position=position + 1), 303)


def _save(desk: EthicsDesk, position: int, question: bank.Question, given: Given, *, basis: str) -> None:
    at = answers.save(
        db(),
        panellist_id=panellist().id,
        round_id=desk.round.id,
        question_id=question.id,
        answer=given,
        basis=basis,
        clock=context().clock,
    )
    if given.given:
        flash(gettext("Question %(n)s is saved at %(at)s. It counts.", n=position, at=zones.clock(at)), "ok")
    else:
        flash(gettext("Question %(n)s is left open. You can come back to it.", n=position), "warn")


@blueprint.post("/panel/ethics/submit")
def ethics_submit() -> Response:
    """Mark the ethics round as done; answers may change until the deadline."""
    desk = _answering()
    same_round(desk.round.number)
    answers.submit(db(), panellist_id=panellist().id, round_id=desk.round.id, clock=context().clock)
    flash(gettext("Thank you. You are done with the ethics round. Everything you saved counts."), "ok")
    return redirect(url_for("panellist.desk"), 303)


@blueprint.get("/panel/ethics/results")
def ethics_results() -> str:
    """The frozen levels of the last ethics round, once it has closed."""
    desk = _desk()
    if desk.result is None:
        raise NotFound(N_("There is no result yet: it is made when the ethics round closes."))
    return _show(
        "ethics_results",
        desk=desk,
        result=desk.result,
        texts=bank.texts(),
        contested=CONTESTED_LABELS,
        mark=lambda level: charts.risk_mark(level, gettext),
    )
