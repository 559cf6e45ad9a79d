"""Workbench and text of a brief."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from copkit_delphi.domain.decisions import disputed
from copkit_delphi.domain.documents import BOTTOM_LINE_WORDS
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import BriefState, RoundState
from copkit_delphi.domain.permission import Action
from copkit_delphi.domain.wording import warned_words
from copkit_delphi.elicitation import rounds
from copkit_delphi.elicitation.models import Study
from copkit_delphi.warning import briefs, planning
from copkit_delphi.warning.briefs import Prepared
from copkit_delphi.warning.gathered import Gathered, gather
from copkit_delphi.web.briefs import blueprint
from copkit_delphi.web.briefs.drawings import Judged, judged
from copkit_delphi.web.briefs.forms import ConfirmForm, TextForm, text_form
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
from copkit_delphi.web.facilitator.editing import TOLD, Difference, begun, clash
from copkit_delphi.web.forms import done

STATES = {
    BriefState.DRAFT: N_("Draft"),
    BriefState.ASSESSED: N_("Up for signature"),
    BriefState.SIGNED: N_("Signed"),
    BriefState.PUBLISHED: N_("Released"),
    BriefState.WITHDRAWN: N_("Retracted"),
}


@dataclass(frozen=True, slots=True)
class Todo:
    """Something the text still lacks, and where it is written."""

    text: str
    href: str


@blueprint.get("/studies/<study_id>/brief")
def workbench(study_id: str) -> str:
    """Where a study's brief stands and what is missing."""
    study = study_of(study_id)
    versions = briefs.of_study(db(), study_id)
    brief = briefs.working(db(), study_id)
    closed = any(row.state == RoundState.CLOSED for row in rounds.of_study(db(), study_id))
    values: dict[str, Any] = {"versions": versions, "states": STATES, "closed": closed, "brief": brief}
    if brief is not None:
        values |= _standing(briefs.prepare(db(), brief, at=now()))
    may = {action.name.lower(): me().may(action, study_id) for action in Action}
    return show(
        "briefs/workbench.html",
        study,
        marking=brief.marking if brief else "",
        may=may,
        confirm=ConfirmForm(),
        **values,
    )


def _standing(prepared: Prepared) -> dict[str, Any]:
    return {
        "prepared": prepared,
        "gates": gate_rows(prepared),
        "todo": _todo(prepared.found),
        "void": prepared.found.brief.state == BriefState.SIGNED and not prepared.releasable,
    }


def _todo(found: Gathered) -> list[Todo]:
    """Return what is still advised, text first, then plans; nothing of it stops a draft."""
    text = url_for("briefs.text", study_id=found.study.id)
    plans = url_for("briefs.plans", study_id=found.study.id)
    said = [(sentence, text) for sentence in _text_gaps(found)] + [
        (sentence, plans) for sentence in _plan_gaps(found)
    ]
    said.append((_level_gap(found), url_for("register.levels", study_id=found.study.id)))
    return [Todo(sentence, href) for sentence, href in said if sentence]


def _text_gaps(found: Gathered) -> tuple[str, ...]:
    brief = found.brief
    low, high = BOTTOM_LINE_WORDS
    words = len(brief.bottom_line.split())
    ungraded = sum(not brief.confidence.get(one.scenario, {}).get("grade") for one in found.ranked)
    split = [one.scenario for one in found.ranked if disputed(one)]
    unsettled = sum(not brief.settle.get(scenario) for scenario in split)
    return (
        ""
        if low <= words <= high
        else gettext("The bottom line has %(n)s words. 60 to 90 are advised.", n=words),
        "" if brief.decisions else gettext("No decision is requested."),
        gettext("Scenarios without analytic confidence: %(n)s.", n=ungraded) if ungraded else "",
        gettext("Disputed items that do not say what would settle them: %(n)s.", n=unsettled)
        if unsettled
        else "",
    )


def _level_gap(found: Gathered) -> str:
    newest = {name: rows[-1] for name, rows in found.levels.items()}
    lacking = sum(
        name not in newest or newest[name].expires_on < found.brief.issued_on for name in found.numbers
    )
    return (
        gettext("Scenarios without a warning level, or with one that expired: %(n)s.", n=lacking)
        if lacking
        else ""
    )


def _plan_gaps(found: Gathered) -> tuple[str, ...]:
    partial = sum(bool(planning.incomplete(row)) for row in found.plans.indicators)
    lacking = len(planning.without_disconfirming(found.plans, found.scenarios))
    recommended = any(row.recommended for row in found.plans.actions)
    unanswered = gettext(
        "Scenarios without an indicator that would show they are not happening: %(n)s.", n=lacking
    )
    return (
        gettext("Indicators that lack something and stay out of the brief: %(n)s.", n=partial)
        if partial
        else "",
        "" if recommended else gettext("No early action is recommended."),
        unanswered if lacking else "",
    )


@blueprint.post("/studies/<study_id>/brief/propose")
def propose(study_id: str) -> Page:
    """Start a version from the frozen results."""
    study_of(study_id)
    briefs.propose(db(), study_id=study_id, analyst=me().name, actor=me().account_id, at=now())
    return go("briefs.text", study_id, N_("A version is started. Its text is a proposal: read and write it."))


@blueprint.get("/studies/<study_id>/brief/text")
def text(study_id: str) -> str:
    """The form of the text."""
    brief = working(study_id)
    found = gather(db(), brief)
    return _form_page(study_of(study_id), found, begun(text_form(brief, found.ranked)))


def _form_page(study: Study, found: Gathered, form: TextForm, clashes: tuple[Difference, ...] = ()) -> str:
    return show(
        "briefs/text.html",
        study,
        marking=found.brief.marking,
        brief=found.brief,
        form=form,
        clashes=clashes,
        problems=problems(form),
        rows=_rows(found),
        warned=warned_words(form.bottom_line.data or ""),
        words=len((form.bottom_line.data or "").split()),
        advised=BOTTOM_LINE_WORDS,
    )


def _rows(found: Gathered) -> list[Judged]:
    return judged(
        (number, found.scenarios[item.scenario].title, item) for number, item in enumerate(found.ranked, 1)
    )


@blueprint.post("/studies/<study_id>/brief/text")
def text_post(study_id: str) -> Page:
    """Write the text; signatures become void. Of two who write it the second is told."""
    brief = working(study_id)
    briefs.hold(db(), brief)
    found = gather(db(), brief)
    form = text_form(brief, found.ranked)
    if clashes := clash(form, text_form(brief, found.ranked, stands=True)):
        return _form_page(study_of(study_id), found, form, clashes), TOLD
    act = lambda: briefs.edit(  # noqa: E731
        db(), brief=brief, text=form.written(), actor=me().account_id, at=now()
    )
    if done(form, act):
        return go(
            "briefs.workbench", study_id, N_("The text is saved. Signatures on an earlier text are void.")
        )
    return _form_page(study_of(study_id), found, form), UNPROCESSABLE
