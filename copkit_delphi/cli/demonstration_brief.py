"""The written side of the demonstration: indicators, actions, ethics assessment, brief, signatures, release."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from copkit_delphi.cli.demonstration_cast import Cast, at, content
from copkit_delphi.domain.alert import LASTS, Change, Level
from copkit_delphi.domain.marking import Marking, PermittedUse
from copkit_delphi.domain.permission import Identity, Role
from copkit_delphi.domain.risk import Burden, RiskRating
from copkit_delphi.ethics import assessments, mitigations
from copkit_delphi.ethics.assessments import AssessmentPlan, RiskPlan
from copkit_delphi.ethics.plans import MeasurePlan
from copkit_delphi.installation import Installation
from copkit_delphi.network import releases
from copkit_delphi.network.letters import Post
from copkit_delphi.network.recipients import Named
from copkit_delphi.network.releases import Plan
from copkit_delphi.warning import briefs, levels, planning
from copkit_delphi.warning.briefs import BriefText
from copkit_delphi.warning.levels import Chosen
from copkit_delphi.warning.models import Brief


def plan(session: Session, study_id: str) -> None:
    """Complete the indicators and actions that the written content names."""
    planning.take_from_library(session, study_id=study_id)
    rows = planning.of_study(session, study_id)
    indicators = {row.name: row for row in rows.indicators}
    actions = {(row.scenario, row.category): row for row in rows.actions}
    for scenario, written in content()["scenarios"].items():
        for entry in written["indicators"]:
            _indicator(session, study_id, scenario, entry, indicators)
        for category, entry in written["actions"].items():
            row = actions[scenario, category]
            planning.complete_action(
                session,
                study_id=study_id,
                action_id=row.id,
                owner=entry["owner"],
                trigger=row.trigger,
                stop_rule=entry["stop_rule"],
                recommended=entry["recommended"],
            )


def _indicator(
    session: Session, study_id: str, scenario: str, entry: dict[str, Any], known: Mapping[str, Any]
) -> None:
    row = known.get(entry["id"])
    if row is None:
        values = {name: entry[name] for name in ("text", "source", "cadence", "diagnosticity")}
        row = planning.add_indicator(
            session, study_id=study_id, scenario=scenario, name=entry["id"], values=values
        )
        session.flush()  # it is completed next
    planning.complete_indicator(
        session,
        study_id=study_id,
        indicator_id=row.id,
        owner=entry["owner"],
        baseline=entry["baseline"],
        threshold=entry["threshold"],
        source=row.source,
        expiry=date.fromisoformat(entry["expiry"]),
        disconfirming=entry["disconfirming"],
    )


def _rating(values: Mapping[str, Any], base: Mapping[str, Any]) -> RiskRating:
    return RiskRating(
        gravity=values["gravity"],
        reach=values["reach"],
        irreversibility=values["irreversibility"],
        likelihood=values["likelihood"],
        burden=Burden(base["burden"]),
        precedent=base["precedent"],
    )


def _risk(code: str, entry: Mapping[str, Any]) -> RiskPlan:
    residual = _rating(entry["residual"], entry) if entry["residual"] else None
    return RiskPlan(code, _rating(entry, entry), entry["reason"], residual)


def assess(session: Session, study_id: str, people: Cast) -> None:
    """Make the ethics assessment as its reviewer."""
    written = content()["ethics"]
    readers = {
        "reader_1": "Victim support adviser, Example Institute for Public Ethics",
        "reader_2": "Port security adviser, Example Ports Authority",
    }
    plan = AssessmentPlan(
        review_on=date.fromisoformat(written["review_on"]),
        scope={**written["scope"], **readers},
        screening=written["screening"],
        risks=[_risk(code, entry) for code, entry in written["risks"].items()],
        misuse={"criminals": written["misuse_criminals"], "authorities": written["misuse_authorities"]},
        acceptances=written["acceptances"],
        proportionality=written["proportionality"],
        who_carries=written["who_carries"],
        not_assessed=written["not_assessed"],
    )
    actor = people[Role.ETHICS_REVIEWER]
    name = people.names[Role.ETHICS_REVIEWER]
    for entry in written["mitigations"]:
        measure = MeasurePlan(
            code=entry["code"],
            against=entry["risk"],
            text=entry["text"],
            owner=entry["owner"],
            due=date.fromisoformat(entry["due"]),
            status=entry["status"],
            evidence=entry["evidence"],
        )
        mitigations.add(session, study_id=study_id, plan=measure, actor=actor, at=at(74)(session))
    assessments.save(session, study_id=study_id, plan=plan, assessor=name, actor=actor, at=at(74)(session))


def warn(session: Session, study_id: str, people: Cast) -> None:
    """Set the warning level of each scenario as the analyst, with the written reason."""
    now = at(74)(session)
    by = Identity(people[Role.ANALYST], people.names[Role.ANALYST])
    for stand in levels.standing(session, study_id=study_id, on=now.date()):
        written = content()["scenarios"][stand.scenario.name]["warning"]
        chosen = Chosen(
            Level(written["level"]), written["reason"], Change(written["changed"]), now.date() + LASTS
        )
        levels.set_level(session, stand=stand, chosen=chosen, seen=0, by=by, at=now)


def write(session: Session, study_id: str, people: Cast) -> Brief:
    """Write the brief as its analyst and hand it to those who sign."""
    written, now = content(), at(74)(session)
    actor = people[Role.ANALYST]
    brief = briefs.propose(
        session, study_id=study_id, analyst=people.names[Role.ANALYST], actor=actor, at=now
    )
    text = BriefText(
        title=brief.title,
        lede=written["study"]["lede"],
        bottom_line=written["brief"]["bottom_line"],
        decisions=written["brief"]["decisions"],
        confidence=written["brief"]["confidence"],
        settle={name: entry["settle"] for name, entry in written["scenarios"].items()},
        limits=written["brief"]["limits"],
        analyst=people.names[Role.ANALYST],
        marking=Marking.AMBER,
        review_on=date.fromisoformat(written["ethics"]["review_on"]),
    )
    briefs.edit(session, brief=brief, text=text, actor=actor, at=now)
    briefs.send_for_signature(session, brief=brief, actor=actor, at=now)
    return brief


def sign_and_release(place: Installation, brief_id: str, people: Cast) -> None:
    """Sign as three people, then release to a named reader."""
    clock = at(75)
    with place.database.writing() as session:
        brief = session.get_one(Brief, brief_id)
        for role in (Role.ETHICS_REVIEWER, Role.DPO, Role.OWNER):
            shown = briefs.prepare(session, brief, at=clock(session))
            briefs.sign(
                session,
                brief=brief,
                role=role,
                account_id=people[role],
                name=people.names[role],
                content_hash=shown.content_hash,
                at=clock(session),
            )
    with place.database.reading() as session:
        prepared = briefs.prepare(session, session.get_one(Brief, brief_id), at=clock(session))
        made = releases.make(prepared, plan_of(people), at=clock(session))
    with place.database.writing() as session:
        releases.release(
            session,
            Post(place.vault, place.settings.base_url),
            brief=session.get_one(Brief, brief_id),
            made=made,
            plan=plan_of(people),
            actor=people[Role.ANALYST],
            at=clock(session),
        )


def plan_of(people: Cast) -> Plan:
    """Return to whom the brief goes: the minister's adviser by name; its ethics summary to everybody."""
    reader = Named(people[Role.READER], "Example Ministry of the Interior")
    return Plan([reader], PermittedUse.PLANNING, summary_public=True)
