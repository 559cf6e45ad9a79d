"""A study's own questions: a kind of the registry, its words, and where it is asked. Knows no kind."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import request

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import items, questions, studies
from copkit_delphi.elicitation.item_types.interface import MAX_WORDING, ItemType
from copkit_delphi.elicitation.item_types.shapes import STATEMENT, Posing
from copkit_delphi.elicitation.models import Question, Scenario, Study
from copkit_delphi.elicitation.questions import Asking
from copkit_delphi.web.context import db
from copkit_delphi.web.facilitator.editing import TOLD, Difference, begun, clash, move
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.own_asked import choices
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused
from copkit_delphi.web.facilitator.question_forms import (
    EVERYWHERE,
    PREFIX,
    BoundsForm,
    PageForm,
    QuestionForm,
    form_of,
    said,
    say,
    start,
)
from copkit_delphi.web.facilitator.setup import SAVED, draft, held, page
from copkit_delphi.web.forms import done
from copkit_delphi.web.typed import clean


@dataclass(frozen=True, slots=True)
class Row:
    """One question of the list, in words."""

    question: Question
    kind: str
    wording: str
    choices: str


def _kind(name: str) -> ItemType:
    found = next((one for one in items.authored() if one.kind == name), None)
    if found is None:
        raise NotFound(N_("There is no such kind of question."))
    return found


def _row(question: Question) -> Row:
    kind = items.ITEM_TYPES[question.kind]
    first = next(kind.items(question.wording, question.options))
    posed = Posing(question.wording, first.scale.low, first.scale.high, first.dimension, question.options)
    return Row(question, say(kind.label), question.wording or kind.short(posed, say), choices(kind, posed))


def _list(study: Study, bounds: BoundsForm) -> str:
    pages = studies.scenarios(db(), study.id)
    rows = [_row(one) for one in questions.listed(db(), study.id)]
    judged = {
        one.scenario_id for one in studies.items(db(), study.id) if items.of(one.kind).place == STATEMENT
    }
    return page(
        "questions_",
        study,
        form=bounds,
        everywhere=[row for row in rows if row.question.scenario_id is None],
        pages=[
            (one, one.id in judged, [row for row in rows if row.question.scenario_id == one.id])
            for one in pages
        ],
        kinds=items.authored(),
        confirm=ConfirmForm(),
    )


@blueprint.get("/<study_id>/set-up/questions")
def questions_(study_id: str) -> str:
    """Own questions, page by page, and the kinds of which one can be added."""
    study = draft(study_id)
    return _list(study, BoundsForm(data={"interval": Protocol.from_dict(study.protocol).interval}))


@blueprint.post("/<study_id>/set-up/questions")
def questions_post(study_id: str) -> Page:
    """Save whether the likelihood is asked as three estimates."""
    study, form = draft(study_id), BoundsForm()
    protocol = replace(Protocol.from_dict(study.protocol), interval=bool(form.interval.data))
    if not done(form, lambda: studies.set_protocol(db(), study_id=study_id, protocol=protocol), "interval"):
        return refused(_list(study, form))
    return go("questions_", study_id, SAVED)


@blueprint.get("/<study_id>/set-up/questions/new/<kind>")
def new_question(study_id: str, kind: str) -> str:
    """The form of a new question of one kind."""
    study, made = draft(study_id), _kind(kind)
    pages = studies.scenarios(db(), study_id)
    wanted = clean(request.args.get("on"))
    on = wanted if wanted in {one.id for one in pages} else EVERYWHERE
    form = form_of(made, pages, {"scenario": on, **start(made, {})})
    return _one(study, form, made)


@blueprint.post("/<study_id>/set-up/questions/new/<kind>")
def new_question_post(study_id: str, kind: str) -> Page:
    """Add a question."""
    study, made = draft(study_id), _kind(kind)
    form = form_of(made, studies.scenarios(db(), study_id))
    asking = Asking(made.kind, form.wording.data or "", said(made, form), form.scenario.data or None)
    if not done(form, lambda: questions.add(db(), study_id=study_id, asking=asking), _blamed(made)):
        return refused(_one(study, form, made))
    return go("questions_", study_id, N_("The question is in the study."))


def _one(
    study: Study,
    form: QuestionForm,
    kind: ItemType,
    found: Question | None = None,
    clashes: tuple[Difference, ...] = (),
) -> str:
    shown = {"form": form, "kind": kind, "question": found, "clashes": clashes}
    return page("question", study, **shown, prefix=PREFIX, most=MAX_WORDING)


def _blamed(kind: ItemType) -> str:
    """Return the field that a refusal stands at: what only this kind asks for, else the words."""
    return PREFIX + kind.authoring[-1].key if kind.authoring else "wording"


@blueprint.get("/<study_id>/set-up/questions/<question_id>")
def question(study_id: str, question_id: str) -> str:
    """One question, to change."""
    study = draft(study_id)
    found = questions.get(db(), study_id=study_id, question_id=question_id)
    kind = items.ITEM_TYPES[found.kind]
    return _one(study, begun(_stands(found, kind)), kind, found)


def _stands(found: Question, kind: ItemType) -> QuestionForm:
    return form_of(kind, [], {"wording": found.wording, **start(kind, found.options)})


@blueprint.post("/<study_id>/set-up/questions/<question_id>")
def question_post(study_id: str, question_id: str) -> Page:
    """Save one question."""
    study = held(study_id)
    found = questions.get(db(), study_id=study_id, question_id=question_id)
    kind = items.ITEM_TYPES[found.kind]
    form = form_of(kind, [])
    if clashes := clash(form, _stands(found, kind)):
        return _one(study, form, kind, found, clashes), TOLD

    def act() -> None:
        questions.edit(
            db(),
            study_id=study_id,
            question_id=question_id,
            wording=form.wording.data or "",
            said=said(kind, form),
        )

    if not done(form, act, _blamed(kind)):
        return refused(_one(study, form, kind, found))
    return go("questions_", study_id, SAVED)


@blueprint.post("/<study_id>/set-up/questions/<question_id>/remove")
def remove_question(study_id: str, question_id: str) -> Page:
    """Take a question out."""
    draft(study_id)
    questions.remove(db(), study_id=study_id, question_id=question_id)
    return go("questions_", study_id, N_("The question is out of the study."))


@blueprint.post("/<study_id>/set-up/questions/<question_id>/move")
def move_question(study_id: str, question_id: str) -> Page:
    """Move a question up or down among those of the same page."""
    draft(study_id)
    questions.move(db(), study_id=study_id, question_id=question_id, by=move())
    return go("questions_", study_id)


def _page_form(
    study: Study, form: PageForm, found: Scenario | None, clashes: tuple[Difference, ...] = ()
) -> str:
    return page("page", study, form=form, found=found, clashes=clashes)


@blueprint.get("/<study_id>/set-up/questions/pages/new")
def new_page(study_id: str) -> str:
    """The form of a page without a statement."""
    return _page_form(draft(study_id), PageForm(), None)


@blueprint.post("/<study_id>/set-up/questions/pages/new")
def new_page_post(study_id: str) -> Page:
    """Add a page without a statement."""
    study, form = draft(study_id), PageForm()

    def act() -> None:
        questions.add_page(
            db(), study_id=study_id, title=form.title.data or "", summary=form.summary.data or ""
        )

    if not done(form, act, "title"):
        return refused(_page_form(study, form, None))
    return go("questions_", study_id, N_("The page is in the study. Add its questions."))


@blueprint.get("/<study_id>/set-up/questions/pages/<scenario_id>")
def question_page(study_id: str, scenario_id: str) -> str:
    """Title and text of a page without a statement."""
    study = draft(study_id)
    found = questions.page_of(db(), study_id=study_id, scenario_id=scenario_id)
    return _page_form(study, begun(PageForm(obj=found)), found)


@blueprint.post("/<study_id>/set-up/questions/pages/<scenario_id>")
def question_page_post(study_id: str, scenario_id: str) -> Page:
    """Save title and text of a page without a statement."""
    study, form = held(study_id), PageForm()
    found = questions.page_of(db(), study_id=study_id, scenario_id=scenario_id)
    if clashes := clash(form, PageForm(formdata=None, obj=found)):
        return _page_form(study, form, found, clashes), TOLD

    def act() -> None:
        questions.edit_page(
            db(),
            study_id=study_id,
            scenario_id=scenario_id,
            title=form.title.data or "",
            summary=form.summary.data or "",
        )

    if not done(form, act, "title"):
        return refused(_page_form(study, form, found))
    return go("questions_", study_id, SAVED)
