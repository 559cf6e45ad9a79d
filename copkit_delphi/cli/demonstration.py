"""The demonstration, made only through the use cases that people have: three studies, signed and released.

The first study lives in a calendar of its own, autumn 2026, so that its documents are the same on every
machine. The practice study lives now, open in round 2, for a visitor to answer and to close.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.risk import Burden, RiskRating
from copkit_delphi.domain.tidy import read_ratings
from copkit_delphi.elicitation import behaviours, feedback, imports, panels, rounds, studies
from copkit_delphi.elicitation.behaviours import Tendency
from copkit_delphi.elicitation.models import Round, Study
from copkit_delphi.elicitation.plans import About, GroupPlan, from_library
from copkit_delphi.elicitation.ratings import Clock
from copkit_delphi.ethics import assessments
from copkit_delphi.ethics.assessments import AssessmentPlan, MeasurePlan, RiskPlan
from copkit_delphi.installation import Installation
from copkit_delphi.library import scenarios as library
from copkit_delphi.people import accounts
from copkit_delphi.warning import briefs, planning, rendering
from copkit_delphi.warning.briefs import BriefText
from copkit_delphi.warning.models import Brief

SEED = 8  # three consensus, three partial, one divided, one polarised: what the written texts are about
GROUPS = (("Law enforcement", "lea", 14), ("Industry", "ind", 12), ("Civil society", "cso", 8))
START = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
ATTRIBUTION = (
    "repliCATS expert judgements, data sets of the R package aggreCAT (metamelb-repliCATS), "
    "MIT licence, copyright (c) 2020 Charles Gray. Codes replace names; reasons left out."
)


@dataclass(frozen=True, slots=True)
class Cast:
    """Account ids of those who act in the demonstration, by role."""

    ids: Mapping[Role, str]
    names: Mapping[Role, str]

    def __getitem__(self, role: Role) -> str:
        return self.ids[role]


@cache
def content() -> dict[str, Any]:
    """Return the written content of the demonstration."""
    data: dict[str, Any] = json.loads((library.DATA / "demonstration.json").read_text(encoding="utf-8"))
    return data


def tendencies() -> dict[str, Tendency]:
    """Return what the synthetic panel tends to say, by scenario."""
    written = content()
    return {
        name: Tendency(
            centre=values["centre"],
            spread=values["spread"],
            movement=values["movement"],
            impact=values["impact"],
            higher=written["scenarios"][name]["reasons"]["higher"],
            lower=written["scenarios"][name]["reasons"]["lower"],
            lone=written["scenarios"][name]["lone_reason"] or "",
        )
        for name, values in written["synthetic"].items()
    }


def at(day: int) -> Clock:
    """Return a clock that stands ``day`` days after the start of the demonstration's calendar."""
    moment = START + timedelta(days=day)
    return lambda _session: moment


def main_study(place: Installation, people: Cast, *, say: Callable[[str], None]) -> str:
    """Make the closed study of eight scenarios with its released brief and annex; return its id."""
    with place.database.writing() as session:
        study_id = _set_up(session, people)
    for number, opens, closes in ((1, 0, 14), (2, 21, 35)):
        say(f"round {number}: 34 synthetic panellists answer eight scenarios")
        with place.database.writing() as session:
            run_round(session, place, study_id, people, opens=at(opens), closes=at(closes), seed=SEED)
    with place.database.writing() as session:
        studies.end(session, study_id=study_id, actor=people[Role.FACILITATOR], at=at(36)(session))
        _plan(session, study_id)
        _assess(session, study_id, people)
        brief_id = _write(session, study_id, people).id
    say("brief and annex: signed by ethics reviewer, data protection officer and owner")
    _sign_and_release(place, brief_id, people)
    return study_id


def _set_up(session: Session, people: Cast) -> str:
    written = content()["study"]
    about = About(
        **{key: written[key] for key in ("title", "purpose", "commissioned_by", "paid_by", "received_by")},
        ethics_contact=written["ethics_contact"],
        controller=written["controller"],
        legal_basis=written["legal_basis"],
        horizon=date(2028, 12, 31),
        marking=Marking.AMBER,
    )
    study = studies.create(
        session,
        about=about,
        facilitator=people[Role.FACILITATOR],
        at=at(-7)(session),
        seed=SEED,
        synthetic=True,
    )
    prepare_study(session, study, library.DEMONSTRATION, content()["dimensions"], {name: size for name, _, size in GROUPS})
    for role in (Role.ANALYST, Role.ETHICS_REVIEWER, Role.DPO, Role.OWNER):
        accounts.give_role(
            session, account_id=people[role], role=role, study_id=study.id, at=at(-7)(session), actor=people[Role.FACILITATOR]
        )
    return study.id


def prepare_study(
    session: Session, study: Study, scenarios: tuple[str, ...], dimensions: list[str], seats: Mapping[str, int]
) -> None:
    """Give a draft study groups, rules, scenarios of the library and a synthetic panel."""
    targets = {name: (kind, size) for name, kind, size in GROUPS}
    plans = [GroupPlan(name, kind, size) for name, (kind, size) in targets.items()]
    studies.set_groups(session, study_id=study.id, plans=plans)
    session.flush()  # seats refer to groups
    protocol = Protocol(dimensions=tuple(dimensions), ask_track_record=not study.practice)
    studies.set_protocol(session, study_id=study.id, protocol=protocol)
    for name in scenarios:
        studies.add_scenario(session, study_id=study.id, plan=from_library(library.scenario(name)))
    behaviours.seat_panel(session, study_id=study.id, sizes=seats)


def run_round(
    session: Session, place: Installation, study_id: str, people: Cast, *, opens: Clock, closes: Clock, seed: int
) -> None:
    """Open the planned round, let the synthetic panel answer, close it, moderate and open the feedback."""
    round_ = open_round(session, place, study_id, people, opens=opens, deadline=closes(session))
    behaviours.answer_round(session, round_=round_, tendencies=tendencies(), clock=opens, seed=seed)
    close_round(session, round_, people, clock=closes)


def open_round(
    session: Session, place: Installation, study_id: str, people: Cast, *, opens: Clock, deadline: datetime
) -> Round:
    """Open the planned round and invite the panel."""
    actor = people[Role.FACILITATOR]
    round_ = rounds.open_next(session, study_id=study_id, deadline=deadline, actor=actor, clock=opens)
    panels.invite(session, place.vault, place.links, round_=round_, at=opens(session), actor=actor)
    return round_


def close_round(session: Session, round_: Round, people: Cast, *, clock: Clock) -> None:
    """Close a round, pass every reason meant for the panel, and open the feedback."""
    actor = people[Role.FACILITATOR]
    closed = rounds.close(session, round_id=round_.id, actor=actor, clock=clock)
    passed = [
        feedback.Edited(reason.key, reason.side, reason.text)
        for reason in _distinct(feedback.raw_reasons(session, round_=closed))
    ]
    feedback.moderate(session, round_=closed, edited=passed, actor=actor, at=clock(session))
    rounds.open_feedback(session, round_=closed, actor=actor, clock=clock)
    session.flush()  # the next round is planned


def _distinct(reasons: list[feedback.RawReason]) -> list[feedback.RawReason]:
    """Merge like reasons, as a facilitator would: one of each text."""
    return list({(reason.item_id, reason.text): reason for reason in reasons if reason.for_panel}.values())


def _plan(session: Session, study_id: str) -> None:
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


def _indicator(session: Session, study_id: str, scenario: str, entry: dict[str, Any], known: Mapping[str, Any]) -> None:
    row = known.get(entry["id"])
    if row is None:
        values = {name: entry[name] for name in ("text", "source", "cadence", "diagnosticity")}
        row = planning.add_indicator(session, study_id=study_id, scenario=scenario, name=entry["id"], values=values)
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


def _assess(session: Session, study_id: str, people: Cast) -> None:
    written = content()["ethics"]
    readers = {
        "reader_1": "Victim support adviser, Example Institute for Public Ethics",
        "reader_2": "Port security adviser, Example Ports Authority",
    }
    plan = AssessmentPlan(
        review_on=date.fromisoformat(written["review_on"]),
        scope={**written["scope"], **readers},
        screening=written["screening"],
        risks=[
            RiskPlan(
                question_id=code,
                rating=_rating(entry, entry),
                reason=entry["reason"],
                residual=_rating(entry["residual"], entry) if entry["residual"] else None,
            )
            for code, entry in written["risks"].items()
        ],
        misuse={"criminals": written["misuse_criminals"], "authorities": written["misuse_authorities"]},
        measures=[
            MeasurePlan(
                code=entry["code"],
                risk=entry["risk"],
                text=entry["text"],
                owner=entry["owner"],
                due=date.fromisoformat(entry["due"]),
                status=entry["status"],
                evidence=entry["evidence"],
            )
            for entry in written["mitigations"]
        ],
        acceptances=written["acceptances"],
        proportionality=written["proportionality"],
        who_carries=written["who_carries"],
        not_assessed=written["not_assessed"],
    )
    actor = people[Role.ETHICS_REVIEWER]
    name = people.names[Role.ETHICS_REVIEWER]
    assessments.save(session, study_id=study_id, plan=plan, assessor=name, actor=actor, at=at(74)(session))


def _write(session: Session, study_id: str, people: Cast) -> Brief:
    written, now = content(), at(74)(session)
    actor = people[Role.ANALYST]
    brief = briefs.propose(session, study_id=study_id, analyst=people.names[Role.ANALYST], actor=actor, at=now)
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
        waiver=WAIVER,
    )
    briefs.edit(session, brief=brief, text=text, actor=actor, at=now)
    briefs.send_for_signature(session, brief=brief, actor=actor, at=now)
    return brief


WAIVER = (
    "The panel has not rated the headline risks: an ethics round was not part of this study. "
    "One assessor judged them. Reviewer and owner accept this for the demonstration."
)


def _sign_and_release(place: Installation, brief_id: str, people: Cast) -> None:
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
        brief_document, annex_document = briefs.as_published(prepared)
        pdfs = {"brief": rendering.pdf(brief_document), "annex": rendering.pdf(annex_document)}
    with place.database.writing() as session:
        brief = session.get_one(Brief, brief_id)
        briefs.publish(
            session,
            brief=brief,
            content_hash=prepared.content_hash,
            pdfs=pdfs,
            actor=people[Role.ANALYST],
            at=clock(session),
        )


def imported_study(place: Installation, people: Cast) -> str:
    """Import the real repliCATS panel; return the study's id."""
    data = (library.DATA / "replicats" / "ratings.csv").read_bytes()
    with place.database.writing() as session:
        made = imports.import_ratings(
            session,
            read_ratings(data),
            title="repliCATS: will 25 published claims replicate?",
            facilitator=people[Role.FACILITATOR],
            at=at(40)(session),
            attribution=ATTRIBUTION,
            marking=Marking.CLEAR,
        )
        accounts.give_role(
            session,
            account_id=people[Role.ANALYST],
            role=Role.ANALYST,
            study_id=made.study_id,
            at=at(40)(session),
            actor=people[Role.FACILITATOR],
        )
    return made.study_id
