"""Set up a study: purpose, groups, scenarios with their items, protocol. Locked when round 1 opens."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.impact import BY_KEY
from copkit_delphi.domain.lifecycle import RoundState, StudyState, check_move
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Protocol, canonical_json, digest
from copkit_delphi.elicitation import amendments, handling, locked
from copkit_delphi.elicitation.item_types.shapes import STATEMENT
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.models import (
    Item,
    Round,
    Scenario,
    StakeholderGroup,
    Study,
)
from copkit_delphi.elicitation.plans import KINDS, About, GroupPlan, ScenarioPlan, from_library
from copkit_delphi.elicitation.questionnaires import pages_without_items, statement, write_items
from copkit_delphi.people import accounts, audit

__all__ = ["KINDS", "About", "GroupPlan", "ScenarioPlan", "from_library", "statement"]


def frame(session: Session, study_id: str) -> tuple[list[str], str, str] | None:
    """Return the languages of a study, its time zone and its marking, None where there is none; every page asks."""
    columns = Study.__table__.c["languages", "time_zone", "marking"]
    found = session.execute(select(*columns).where(Study.__table__.c.id == study_id)).first()
    return (found.languages, found.time_zone, found.marking) if found else None


def get(session: Session, study_id: str) -> Study:
    """Return a study; raises ``NotFound``."""
    study = session.get(Study, study_id)
    if study is None:
        raise NotFound(N_("There is no such study."))
    return study


def draft(session: Session, study_id: str) -> Study:
    """Return a study that is still a draft; raises ``NotFound`` or ``Conflict``."""
    study = get(session, study_id)
    if study.state != StudyState.DRAFT:
        raise Conflict(N_("Round 1 has opened: this is locked. Leave it out of the next round, or amend."))
    return study


def create(
    session: Session,
    *,
    about: About,
    facilitator: str,
    at: datetime,
    seed: int | None = None,
    practice: bool = False,
    synthetic: bool = False,
) -> Study:
    """Create a draft study with its first round; ``facilitator`` is an account id and runs it."""
    about.check()
    study = Study(
        id=secrets.token_hex(8),
        created_at=at,
        seed=secrets.randbelow(2**31) if seed is None else seed,
        practice=practice,
        synthetic=synthetic,
        protocol=Protocol(dimensions=tuple(BY_KEY)).to_dict(),
        **columns_of(about),
    )
    session.add(study)
    session.flush()  # everything below refers to the study
    session.add(Round(id=secrets.token_hex(8), study_id=study.id, number=1))
    accounts.give_role(
        session, account_id=facilitator, role=Role.FACILITATOR, study_id=study.id, at=at, actor=facilitator
    )
    audit.record(session, actor=facilitator, action="study:create", at=at, study_id=study.id)
    return study


def columns_of(about: About) -> dict[str, Any]:
    values = {field.name: getattr(about, field.name) for field in fields(about)}
    return {name: value.strip() if type(value) is str else value for name, value in values.items()}


def describe(session: Session, *, study_id: str, about: About) -> None:
    """Change what a draft study says of itself."""
    about.check()
    study = draft(session, study_id)
    handling.check(session, study_id, about.marking)
    for name, value in columns_of(about).items():
        setattr(study, name, value)


def set_protocol(session: Session, *, study_id: str, protocol: Protocol) -> None:
    """Change the protocol of a draft study and rebuild the items that depend on it."""
    unknown = set(protocol.dimensions) - set(BY_KEY)
    if unknown or not protocol.dimensions:
        raise Invalid(N_("Choose at least one impact dimension of the list."))
    study = draft(session, study_id)
    study.protocol = protocol.to_dict()
    for scenario in scenarios(session, study_id):
        write_items(session, study, scenario, statement=statement(session, scenario))


def change_protocol(session: Session, *, study_id: str, **changed: Any) -> None:
    """Change what no item depends on in the protocol of a draft study."""
    study = draft(session, study_id)
    study.protocol = replace(Protocol.from_dict(study.protocol), **changed).to_dict()


def groups(session: Session, study_id: str) -> list[StakeholderGroup]:
    """Return the groups of a study in order."""
    query = select(StakeholderGroup).where(StakeholderGroup.study_id == study_id)
    return list(session.scalars(query.order_by(StakeholderGroup.position)))


def scenarios(session: Session, study_id: str) -> list[Scenario]:
    """Return the scenarios of a study in order."""
    return list(
        session.scalars(select(Scenario).where(Scenario.study_id == study_id).order_by(Scenario.position))
    )


def items(session: Session, study_id: str) -> list[Item]:
    """Return the items of a study in order."""
    return list(session.scalars(select(Item).where(Item.study_id == study_id).order_by(Item.position)))


def add_scenario(session: Session, *, study_id: str, plan: ScenarioPlan) -> Scenario:
    """Add a scenario with its items to a draft study; raises ``Invalid`` or ``Conflict``."""
    study = draft(session, study_id)
    if not plan.title.strip() or not plan.statement.strip():
        raise Invalid(N_("A scenario needs a title and a statement that says that the threat happens."))
    if session.scalar(select(Scenario.id).where(Scenario.study_id == study_id, Scenario.name == plan.name)):
        raise Conflict(N_("%(name)s is in the study already."), name=plan.name)
    last = session.scalar(select(func.max(Scenario.position)).where(Scenario.study_id == study_id))
    values = {field.name: getattr(plan, field.name) for field in fields(plan)}
    wording = values.pop("statement").strip()
    lists = {key: list(values[key]) for key in ("counts", "counts_not", "rights", "sources")}
    scenario = Scenario(
        id=secrets.token_hex(8), study_id=study_id, position=(last or 0) + 1, **{**values, **lists}
    )
    session.add(scenario)
    session.flush()  # items refer to the scenario
    handling.raise_marking(study, scenario)
    write_items(session, study, scenario, statement=wording)
    return scenario


def edit_scenario(session: Session, *, study_id: str, scenario_id: str, plan: ScenarioPlan) -> None:
    """Change the wording of a scenario of a draft study."""
    study = draft(session, study_id)
    scenario = scenario_of(session, study_id=study_id, scenario_id=scenario_id)
    if not plan.title.strip() or not plan.statement.strip():
        raise Invalid(N_("A scenario needs a title and a statement that says that the threat happens."))
    for name in ("title", "short", "claim", "summary", "place", "counter_view", "track_record"):
        setattr(scenario, name, getattr(plan, name).strip())
    scenario.counts, scenario.counts_not = list(plan.counts), list(plan.counts_not)
    write_items(session, study, scenario, statement=plan.statement.strip())


def remove_scenario(session: Session, *, study_id: str, scenario_id: str) -> None:
    """Take a scenario out of a draft study; the others close up."""
    study = draft(session, study_id)
    scenario = scenario_of(session, study_id=study_id, scenario_id=scenario_id)
    session.execute(delete(Item).where(Item.scenario_id == scenario_id))
    session.delete(scenario)
    session.flush()  # its position is free from here on
    _put_in_order(session, study, scenarios(session, study_id))


def move_scenario(session: Session, *, study_id: str, scenario_id: str, by: int) -> None:
    """Move a scenario of a draft study up (-1) or down (1); at an end nothing changes."""
    study = draft(session, study_id)
    order = scenarios(session, study_id)
    at = order.index(scenario_of(session, study_id=study_id, scenario_id=scenario_id))
    if 0 <= at + by < len(order):
        order.insert(at + by, order.pop(at))
        _put_in_order(session, study, order)


def _put_in_order(session: Session, study: Study, order: Sequence[Scenario]) -> None:
    moved = [(position, one) for position, one in enumerate(order, 1) if one.position != position]
    wordings = {one.id: statement(session, one) for _, one in moved}
    for position, one in moved:
        one.position = -position
    session.flush()  # positions are unique: all leave their old one first
    for position, one in moved:
        one.position = position
    session.flush()
    for _, one in moved:
        write_items(session, study, one, statement=wordings[one.id])


def scenario_of(session: Session, *, study_id: str, scenario_id: str) -> Scenario:
    """Return a scenario of a study; raises ``NotFound`` for one of another study."""
    scenario = session.get(Scenario, scenario_id)
    if scenario is None or scenario.study_id != study_id:
        raise NotFound(N_("There is no such scenario in this study."))
    return scenario


def statements(session: Session, study_id: str) -> dict[str, str]:
    """Return the wording of the statement of each scenario of a study that has one, by scenario id."""
    asked = items(session, study_id)
    return {item.scenario_id: item.wording for item in asked if of(item.kind).place == STATEMENT}


def missing(session: Session, study_id: str) -> list[str]:
    """Return what still has to be done before round 1 can open, as untranslated sentences."""
    study = get(session, study_id)
    said = {
        N_("Say what the study is for."): study.purpose,
        N_("Say who commissions it, who pays and who receives the result."): all(
            (study.commissioned_by, study.paid_by, study.received_by)
        ),
        N_("Name an ethics contact who is not the facilitator."): study.ethics_contact,
        N_("Name the controller and the legal basis of the data."): study.controller and study.legal_basis,
        N_("Give the date the statements look ahead to."): study.horizon,
        N_("Add at least one stakeholder group."): groups(session, study_id),
        N_("Add at least one scenario."): scenarios(session, study_id),
    }
    gaps = [sentence for sentence, done in said.items() if not done]
    return gaps + pages_without_items(session, study_id) + handling.missing(session, study_id)


def lock(session: Session, study: Study) -> None:
    """Hash what is fixed when round 1 opens, and move the study to running."""
    check_move(StudyState(study.state), StudyState.RUNNING)
    panel = groups(session, study.id)
    fixed = {
        "study": [study.title, study.purpose, study.commissioned_by, study.paid_by, study.received_by],
        "protocol": Protocol.from_dict(study.protocol).in_full([g.name for g in panel]),
        "groups": [[g.name, g.kind, g.target] for g in panel],
        "items": [
            [i.name, i.kind, i.wording, i.low, i.high, *([i.options] if i.options else [])]
            for i in items(session, study.id)
        ],
        "seed": study.seed,
    }
    whole = fixed | locked.beside(session, study)
    study.locked, study.protocol_hash = canonical_json(whole), digest(whole)
    study.state = StudyState.RUNNING


def end(session: Session, *, study_id: str, actor: str, at: datetime, against: str = "") -> None:
    """End a study whose rounds are closed; a planned round that never opened is dropped.

    ``against`` is the reason for ending against the stopping rule: kept as an amendment, which the brief prints.
    """
    study = get(session, study_id)
    check_move(StudyState(study.state), StudyState.ENDED)
    rounds = list(session.scalars(select(Round).where(Round.study_id == study_id)))
    if any(row.state == RoundState.OPEN for row in rounds):
        raise Conflict(N_("Close the open round first."))
    for row in rounds:
        if row.state == RoundState.DRAFT:
            session.delete(row)
    study.state = StudyState.ENDED
    if against:
        text = "The study ended before its stopping rule was met."
        amendments.record(session, study, text=text, reason=against, at=at)
    audit.record(session, actor=actor, action="study:end", at=at, study_id=study_id, reason=against)


def listed(session: Session, study_ids: Iterable[str]) -> list[Study]:
    """Return the studies with these ids, newest first."""
    query = select(Study).where(Study.id.in_(list(study_ids))).order_by(Study.created_at.desc(), Study.title)
    return list(session.scalars(query))
