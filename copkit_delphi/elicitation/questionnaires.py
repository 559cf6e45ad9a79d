"""Writing the items of a scenario anew whenever its wording, the rules or the own questions change."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import LIKELIHOOD
from copkit_delphi.elicitation.items import planned
from copkit_delphi.elicitation.models import Item, Question, Scenario, Study

A_PAGE = 100  # positions of items a scenario has room for


def statement(session: Session, scenario: Scenario) -> str:
    """Return the wording of a scenario's likelihood item, empty for a page that has none."""
    query = select(Item.wording).where(Item.scenario_id == scenario.id, Item.kind == LIKELIHOOD)
    return session.scalar(query) or ""


def questions_of(session: Session, scenario: Scenario) -> list[Question]:
    """Return the own questions asked on a scenario, in order: those of every scenario first."""
    wanted = or_(Question.scenario_id.is_(None), Question.scenario_id == scenario.id)
    query = select(Question).where(Question.study_id == scenario.study_id, wanted)
    return list(session.scalars(query.order_by(Question.scenario_id.is_not(None), Question.position)))


def write_items(session: Session, study: Study, scenario: Scenario, *, statement: str) -> None:
    """Replace the items of a scenario of a draft study by what is planned for it."""
    session.execute(delete(Item).where(Item.scenario_id == scenario.id))
    plan = list(
        planned(
            Protocol.from_dict(study.protocol),
            statement,
            scenario.track_record,
            questions_of(session, scenario),
        )
    )
    if len(plan) >= A_PAGE:
        raise Conflict(N_("A page has room for fewer than %(n)s answers. Take a question off it."), n=A_PAGE)
    for index, (suffix, one) in enumerate(plan):
        session.add(
            Item(
                id=secrets.token_hex(8),
                study_id=study.id,
                scenario_id=scenario.id,
                name=f"{scenario.name}.{suffix}",
                kind=one.kind,
                dimension=one.dimension,
                wording=one.wording,
                low=one.scale.low,
                high=one.scale.high,
                step=one.scale.step,
                options=dict(one.options) or None,
                position=scenario.position * A_PAGE + index,
            )
        )


def pages_without_items(session: Session, study_id: str) -> list[str]:
    """Return, as an untranslated sentence, that a page asks nothing."""
    asked = select(Item.id).where(Item.scenario_id == Scenario.id).exists()
    empty = session.scalars(select(Scenario.id).where(Scenario.study_id == study_id, ~asked).limit(1)).first()
    return [N_("Add a question to each page, or remove the page.")] if empty else []
