"""A study on its way to a released brief: who acts in it, an assessment without faults, a written brief."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Identity, Role
from copkit_delphi.domain.risk import RiskRating
from copkit_delphi.ethics import assessments, bank, mitigations, waivers
from copkit_delphi.ethics.assessments import AssessmentPlan, RiskPlan
from copkit_delphi.ethics.plans import MeasurePlan
from copkit_delphi.people.models import Account
from copkit_delphi.warning import briefs
from copkit_delphi.warning.briefs import BriefText
from copkit_delphi.warning.models import Brief
from tests import factories

LATER = factories.NOW + timedelta(days=15)  # more than ten working days after the last close
REVIEW = (LATER + timedelta(days=170)).date()
LOW = RiskRating(1, 1, 1, 1)
HIGH = RiskRating(3, 3, 3, 4)
VERY_HIGH = RiskRating(5, 5, 5, 5)
PDFS = {"brief": b"%PDF-1.7 brief", "annex": b"%PDF-1.7 annex"}
DOCUMENTS = PDFS | {
    "brief-page": b"<p>brief <!-- for whom --></p>",
    "annex-page": b"<p>annex <!-- for whom --></p>",
}
STAFF = {
    Role.FACILITATOR: "Fatima Facilitator",
    Role.ANALYST: "Anna Analyst",
    Role.ETHICS_REVIEWER: "Erik Ethics",
    Role.DPO: "Dora Data",
    Role.OWNER: "Otto Owner",
}
READERS = {"reader_1": "Victim support adviser", "reader_2": "Port security adviser"}
MISUSE: dict[str, list[dict[str, str]]] = {
    "criminals": [
        {"scenario": "S02", "route": "Stay below", "gain": "Time", "removed": "Values", "release": "With it"}
    ],
    "authorities": [
        {
            "scenario": "S02",
            "use": "Freeze critics",
            "who": "A government",
            "limit": "Fraud only",
            "sign": "No complaint",
            "watcher": "Supervisor",
        }
    ],
}


@dataclass(frozen=True)
class Made:
    """A closed study with its staff."""

    study_id: str
    people: Mapping[Role, Account]

    def __getitem__(self, role: Role) -> str:
        return self.people[role].id

    def who(self, role: Role) -> Identity:
        """Return who holds a role, as a page would know them."""
        return Identity(self[role], STAFF[role], by_study={self.study_id: frozenset({role})})


def staffed_study(place: factories.Place, session: Session, *, closed: bool = True, **changes: Any) -> Made:
    """Make a study of two closed rounds (or a draft) with one person in every role."""
    lead = factories.make_account(session, STAFF[Role.FACILITATOR], None)
    make = partial(factories.closed_study, place) if closed else factories.draft_study
    study = make(session, lead.id, **changes)
    people = {
        role: factories.make_account(session, name, role, study_id=study.id)
        for role, name in STAFF.items()
        if role is not Role.FACILITATOR
    }
    session.flush()
    return Made(study.id, {Role.FACILITATOR: lead, **people})


def screening(**answers: str) -> list[dict[str, str]]:
    """Return the screening with harmless answers but for those given, all with a reply."""
    harmless = {"SCR-01": "no", "SCR-02": "none", "SCR-03": "no", "SCR-04": "awareness"}
    given = harmless | {key.replace("_", "-"): value for key, value in answers.items()}
    return [{"question": key, "answer": value, "reason": "Checked."} for key, value in given.items()]


@dataclass(frozen=True)
class Plan(AssessmentPlan):
    """An assessment with the measures that stand in the register before it is saved."""

    measures: Sequence[MeasurePlan] = ()


def assessment_plan(
    *,
    ratings: Mapping[str, RiskRating] | None = None,
    residuals: Mapping[str, RiskRating] | None = None,
    **changes: Any,
) -> Plan:
    """Return an assessment with every headline risk rated low but for those given."""
    rated = {question.id: LOW for question in bank.headline_risks()} | dict(ratings or {})
    plan = Plan(
        review_on=REVIEW,
        scope={"objects": "Threats and actions", "place": "European Union", **READERS},
        screening=screening(),
        risks=[
            RiskPlan(key, rating, "For a reason.", (residuals or {}).get(key))
            for key, rating in rated.items()
        ],
        misuse=MISUSE,
        who_carries="Recruited minors.",
        not_assessed="Covert work.",
    )
    return replace(plan, **changes)


def assess(session: Session, made: Made, plan: AssessmentPlan | None = None, *, at: datetime = LATER) -> None:
    """Save an assessment in the reviewer's name, and its measures if the register is empty."""
    actor = made[Role.ETHICS_REVIEWER]
    if not mitigations.of_study(session, made.study_id):
        for measure in plan.measures if isinstance(plan, Plan) else ():
            mitigations.add(session, study_id=made.study_id, plan=measure, actor=actor, at=at)
    assessments.save(
        session,
        study_id=made.study_id,
        plan=plan or assessment_plan(),
        assessor=STAFF[Role.ETHICS_REVIEWER],
        actor=actor,
        at=at,
    )
    session.flush()


def text_of(brief: Brief, **changes: Any) -> BriefText:
    """Return the text of a complete brief."""
    graded = {
        "grade": "moderate",
        "information": "Two sources.",
        "rigour": "Checked.",
        "volatility": "Months.",
    }
    text = BriefText(
        title="Threats to watch",
        lede="What the panel expects, and what to do first.",
        bottom_line="Act first on the first threat. It is likely.",
        decisions=[{"text": "Fund it.", "owner": "Ministry", "by": "2027-03-31", "waiting": "It grows."}],
        confidence={"S02": graded},
        settle={"S13": "A shared test of the parts."},
        limits=["The panel is synthetic."],
        analyst=STAFF[Role.ANALYST],
        marking=Marking(brief.marking),
        review_on=REVIEW,
    )
    return replace(text, **changes)


WAIVER = "No ethics round was part of this study. Reviewer and owner accept that."


def waive(session: Session, made: Made, reason: str = WAIVER, *, at: datetime = LATER) -> None:
    """Waive representation: the reviewer writes it, the owner confirms it."""
    for verb, role in ((waivers.write, Role.ETHICS_REVIEWER), (waivers.confirm, Role.OWNER)):
        verb(session, study_id=made.study_id, reason=reason, name=STAFF[role], actor=made[role], at=at)
        session.flush()


def written_brief(
    session: Session, made: Made, *, at: datetime = LATER, waiver: bool = True, **changes: Any
) -> Brief:
    """Start a version and write it; ``waiver``: representation is waived where a group is missing."""
    if waiver and not waivers.against(session, made.study_id):
        waive(session, made, at=at)
    actor = made[Role.ANALYST]
    brief = briefs.propose(session, study_id=made.study_id, analyst=STAFF[Role.ANALYST], actor=actor, at=at)
    briefs.edit(session, brief=brief, text=text_of(brief, **changes), actor=actor, at=at)
    session.flush()
    return brief


def sent_brief(session: Session, made: Made, *, at: datetime = LATER) -> Brief:
    """Make an assessed brief that is up for signature."""
    assess(session, made, at=at)
    brief = written_brief(session, made, at=at)
    briefs.send_for_signature(session, brief=brief, actor=made[Role.ANALYST], at=at)
    return brief


def sign(session: Session, made: Made, brief: Brief, role: Role, *, at: datetime = LATER) -> None:
    """Sign what stands in a role."""
    shown = briefs.prepare(session, brief, at=at)
    briefs.sign(
        session,
        brief=brief,
        role=role,
        account_id=made[role],
        name=STAFF[role],
        content_hash=shown.content_hash,
        at=at,
    )
    session.flush()


def signed_brief(session: Session, made: Made, *, at: datetime = LATER) -> Brief:
    """Make a brief signed by reviewer and owner."""
    brief = sent_brief(session, made, at=at)
    for role in (Role.ETHICS_REVIEWER, Role.OWNER):
        sign(session, made, brief, role, at=at)
    return brief


def published_brief(
    session: Session, made: Made, *, documents: Mapping[str, bytes] = DOCUMENTS, at: datetime = LATER
) -> Brief:
    """Make a published brief whose documents are ``documents``, released to nobody."""
    brief = signed_brief(session, made, at=at)
    shown = briefs.prepare(session, brief, at=at)
    briefs.publish(
        session,
        brief=brief,
        content_hash=shown.content_hash,
        documents=documents,
        actor=made[Role.ANALYST],
        at=at,
    )
    session.flush()
    return brief
