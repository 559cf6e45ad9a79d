"""A study's own questions: asked on one scenario or on each, and pages that ask nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.item_types.shapes import STATEMENT
from copkit_delphi.elicitation.items import ITEM_TYPES
from copkit_delphi.elicitation.models import Question, Scenario, Study
from copkit_delphi.elicitation.questionnaires import write_items

MAX_TITLE, MAX_SUMMARY = 200, 4000
MOST = 200  # questions of one study


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as a facilitator writes it: a kind of the registry, words, what its type asks for, and where.

    ``scenario_id`` is None for a question that is asked on every scenario.
    """

    kind: str
    wording: str
    said: Mapping[str, str]
    scenario_id: str | None = None


def listed(session: Session, study_id: str) -> list[Question]:
    """Return the own questions of a study, in order."""
    query = select(Question).where(Question.study_id == study_id)
    return list(session.scalars(query.order_by(Question.position, Question.id)))


def get(session: Session, *, study_id: str, question_id: str) -> Question:
    """Return a question; raises ``NotFound`` for one of another study."""
    found = session.get(Question, question_id)
    if found is None or found.study_id != study_id:
        raise NotFound(N_("There is no such question in this study."))
    return found


def add(session: Session, *, study_id: str, asking: Asking) -> Question:
    """Add a question to a draft study; raises ``Invalid``, ``NotFound`` or ``Conflict``."""
    study = _draft(session, study_id)
    kind = ITEM_TYPES.get(asking.kind)
    if kind is None or not kind.authored:
        raise Invalid(N_("Choose a kind of question from the list."))
    if asking.scenario_id is not None:
        studies.scenario_of(session, study_id=study_id, scenario_id=asking.scenario_id)
    taken = listed(session, study_id)
    if len(taken) >= MOST:
        raise Conflict(N_("A study has at most %(n)s own questions."), n=MOST)
    number = max((int(one.key[1:]) for one in taken), default=0) + 1
    question = Question(
        id=secrets.token_hex(8),
        study_id=study_id,
        scenario_id=asking.scenario_id,
        key=f"q{number}",
        kind=asking.kind,
        wording=asking.wording.strip(),
        options=kind.define(asking.wording.strip(), asking.said),
        position=max((one.position for one in taken), default=0) + 1,
    )
    session.add(question)
    _rewrite(session, study, asking.scenario_id)
    return question


def edit(session: Session, *, study_id: str, question_id: str, wording: str, said: Mapping[str, str]) -> None:
    """Change the words and the definition of a question of a draft study; its kind and place stay."""
    study = _draft(session, study_id)
    question = get(session, study_id=study_id, question_id=question_id)
    question.options = ITEM_TYPES[question.kind].define(wording.strip(), said)
    question.wording = wording.strip()
    _rewrite(session, study, question.scenario_id)


def remove(session: Session, *, study_id: str, question_id: str) -> None:
    """Take a question out of a draft study."""
    study = _draft(session, study_id)
    question = get(session, study_id=study_id, question_id=question_id)
    place = question.scenario_id
    session.delete(question)
    _rewrite(session, study, place)


def move(session: Session, *, study_id: str, question_id: str, by: int) -> None:
    """Move a question up (-1) or down (1) among those asked in the same place; at an end nothing changes."""
    study = _draft(session, study_id)
    question = get(session, study_id=study_id, question_id=question_id)
    beside = [one for one in listed(session, study_id) if one.scenario_id == question.scenario_id]
    at = beside.index(question) + by
    if not 0 <= at < len(beside):
        return
    other = beside[at]
    question.position, other.position = other.position, question.position
    _rewrite(session, study, question.scenario_id)


def add_page(session: Session, *, study_id: str, title: str, summary: str) -> Scenario:
    """Add a page without a statement to a draft study: it asks own questions only."""
    _draft(session, study_id)
    _check_page(title, summary)
    names = {one.name for one in studies.scenarios(session, study_id)}
    number = next(n for n in range(1, len(names) + 2) if f"P{n:02}" not in names)
    last = session.scalar(select(func.max(Scenario.position)).where(Scenario.study_id == study_id))
    page = Scenario(
        id=secrets.token_hex(8),
        study_id=study_id,
        name=f"P{number:02}",
        position=(last or 0) + 1,
        title=title.strip(),
        short=title.strip()[:40],
        summary=summary.strip(),
    )
    session.add(page)
    session.flush()  # items refer to the page
    _rewrite(session, studies.get(session, study_id), page.id)
    return page


def edit_page(session: Session, *, study_id: str, scenario_id: str, title: str, summary: str) -> None:
    """Change title and text of a page without a statement."""
    _draft(session, study_id)
    page = page_of(session, study_id=study_id, scenario_id=scenario_id)
    _check_page(title, summary)
    page.title, page.short, page.summary = title.strip(), title.strip()[:40], summary.strip()


def page_of(session: Session, *, study_id: str, scenario_id: str) -> Scenario:
    """Return a page without a statement; raises ``NotFound`` for a scenario that is judged."""
    page = studies.scenario_of(session, study_id=study_id, scenario_id=scenario_id)
    if studies.statement(session, page):
        raise NotFound(N_("There is no such page in this study."))
    return page


def _check_page(title: str, summary: str) -> None:
    if not title.strip():
        raise Invalid(N_("Give the page a title."))
    if len(title.strip()) > MAX_TITLE or len(summary.strip()) > MAX_SUMMARY:
        raise Invalid(
            N_("A title has at most %(n)s characters, a text %(most)s."), n=MAX_TITLE, most=MAX_SUMMARY
        )


def _draft(session: Session, study_id: str) -> Study:
    study = studies.get(session, study_id)
    if study.state != StudyState.DRAFT:
        raise Conflict(N_("Round 1 has opened: this is locked. Write a dated amendment instead."))
    return study


def _rewrite(session: Session, study: Study, scenario_id: str | None) -> None:
    """Write the items anew on the scenarios that a question is asked on."""
    session.flush()  # they are planned from the questions as they now stand
    pages: Sequence[Scenario] = studies.scenarios(session, study.id)
    statements: dict[str, Any] = {
        item.scenario_id: item.wording
        for item in studies.items(session, study.id)
        if ITEM_TYPES[item.kind].place == STATEMENT
    }
    for page in pages:
        if scenario_id in (None, page.id):
            write_items(session, study, page, statement=statements.get(page.id, ""))
    session.flush()
