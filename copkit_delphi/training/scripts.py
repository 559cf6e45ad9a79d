"""What played colleagues write: complete by the rules, plain, and marked as an exercise."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from copkit_delphi.domain import alert
from copkit_delphi.domain.alert import Change
from copkit_delphi.domain.ethics_results import EthicsRoundSnapshot
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Identity
from copkit_delphi.domain.risk import RiskRating
from copkit_delphi.elicitation import studies
from copkit_delphi.ethics import assessments, bank, results
from copkit_delphi.ethics.assessments import AssessmentPlan, RiskPlan
from copkit_delphi.warning import briefs, levels, planning
from copkit_delphi.warning.briefs import BriefText
from copkit_delphi.warning.levels import Chosen
from copkit_delphi.warning.models import Brief

REVIEW_AFTER = timedelta(days=170)
OWNER = "Analysis unit (played)"
LIMIT = "An exercise with a synthetic panel: nothing in it is a finding."


def plans(session: Session, *, study_id: str, at: datetime) -> None:
    """Complete the first indicator and the preparedness action of each scenario, and add one that shows the opposite."""
    found = planning.of_study(session, study_id)
    expiry = (at + REVIEW_AFTER).date()
    for scenario in studies.scenarios(session, study_id):
        watched = [row for row in found.indicators if row.scenario == scenario.name]
        opposite = [row for row in watched if row.disconfirming] or [
            planning.add_indicator(
                session,
                study_id=study_id,
                scenario=scenario.name,
                name=f"{scenario.name}-X1",
                values={"text": "A year of full reporting without a single case", "disconfirming": True},
            )
        ]
        session.flush()  # it is completed next
        for row in (*watched[:1], *opposite[:1]):
            planning.complete_indicator(
                session,
                study_id=study_id,
                indicator_id=row.id,
                owner=OWNER,
                baseline="Not counted so far",
                threshold=row.threshold or "None in four quarters",
                source=row.source or "National reporting",
                expiry=expiry,
                disconfirming=row.disconfirming,
            )
    for action in found.actions:
        ready = action.category == "preparedness"
        planning.complete_action(
            session,
            study_id=study_id,
            action_id=action.id,
            owner=OWNER,
            trigger=action.trigger or "When the first indicator crosses its threshold",
            stop_rule="After two quarters below the threshold",
            recommended=ready and bool(action.rights_level),
        )


def set_levels(session: Session, *, study_id: str, by: Identity, at: datetime) -> None:
    """Set every scenario's level as the rule proposes it."""
    for stand in levels.standing(session, study_id=study_id, on=at.date()):
        chosen = Chosen(
            level=stand.proposal.level,
            reason=f"As the rule proposes it: {stand.proposal.level.name.lower()}. An exercise.",
            changed=Change.JUDGEMENT,
            expires_on=at.date() + alert.LASTS,
        )
        levels.set_level(session, stand=stand, chosen=chosen, seen=len(stand.history), by=by, at=at)


def brief(session: Session, *, study_id: str, by: Identity, at: datetime) -> Brief:
    """Write the proposal out as a brief that keeps the rules of its text."""
    made = briefs.working(session, study_id) or briefs.propose(
        session, study_id=study_id, analyst=by.name, actor=by.account_id, at=at
    )
    asked = [{**row, "owner": row["owner"] or OWNER, "waiting": "It grows."} for row in made.decisions]
    text = BriefText(
        title=made.title,
        lede=made.lede,
        bottom_line=made.bottom_line,
        decisions=asked,
        confidence={name: {**row, "grade": row["grade"] or "low"} for name, row in made.confidence.items()},
        settle=dict.fromkeys(made.confidence, "One shared definition and a count."),
        limits=[*(row for row in made.limits if row != LIMIT), LIMIT],
        analyst=by.name,
        marking=Marking(made.marking),
        review_on=(at + REVIEW_AFTER).date(),
    )
    briefs.edit(session, brief=made, text=text, actor=by.account_id, at=at)
    return made


def _harmless(question: bank.Question) -> str:
    """Return an answer of a screening question that raises no flag."""
    return next((option.value for option in question.options if not option.flag), "")


def _rating(frozen: EthicsRoundSnapshot | None, question_id: str) -> RiskRating:
    """Return the panel's medians of a headline risk, low where it has none."""
    risk = frozen.risk(question_id) if frozen else None
    parts: dict[str, Any] = dict(risk.parts) if risk else {}
    return RiskRating(**parts) if parts else RiskRating(1, 1, 1, 1)


def assessment(session: Session, *, study_id: str, by: Identity, at: datetime) -> None:
    """Assess the study: harmless screening, the panel's ratings, misuse in both directions, two readers."""
    frozen = results.of_study(session, study_id)
    case = {"scenario": studies.scenarios(session, study_id)[0].name}
    misuse = {
        "criminals": [case | {"route": "Stay below", "gain": "Time", "removed": "Values", "release": "Yes"}],
        "authorities": [
            case
            | {
                "use": "Watch critics",
                "who": "A ministry",
                "limit": "Crime only",
                "sign": "No complaint",
                "watcher": "Supervisor",
            }
        ],
    }
    plan = AssessmentPlan(
        review_on=(at + REVIEW_AFTER).date(),
        scope={
            "objects": "Threats and actions of an exercise",
            "place": "European Union",
            "reader_1": "Victim support adviser (played)",
            "reader_2": "Port security adviser (played)",
        },
        screening=[
            {"question": question.id, "answer": _harmless(question), "reason": "Checked in the exercise."}
            for question in bank.screening()
        ],
        risks=[
            RiskPlan(
                question.id, _rating(frozen[-1] if frozen else None, question.id), "As the panel rated it."
            )
            for question in bank.headline_risks()
        ],
        misuse=misuse,
        who_carries="People named in reports by mistake.",
        not_assessed="Covert work.",
    )
    assessments.save(session, study_id=study_id, plan=plan, assessor=by.name, actor=by.account_id, at=at)
