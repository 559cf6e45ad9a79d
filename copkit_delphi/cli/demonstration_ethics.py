"""The ethics round of the demonstration: the synthetic panel rates what the written assessment is about."""

from __future__ import annotations

from sqlalchemy.orm import Session

from copkit_delphi.cli.demonstration_cast import Cast, at, content
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.risk import Burden
from copkit_delphi.elicitation import studies
from copkit_delphi.ethics import behaviours, precedents, rounds
from copkit_delphi.ethics.behaviours import RiskTendency
from copkit_delphi.warning import planning

OPENS, CLOSES = 42, 56


def run(session: Session, study_id: str, people: Cast, *, seed: int) -> None:
    """Open an ethics round, let the synthetic panel answer it, and close it."""
    opens, closes = at(OPENS), at(CLOSES)
    actor = people[Role.FACILITATOR]
    for code, entry in content()["ethics"]["risks"].items():
        if entry["precedent"]:
            precedents.decide(
                session,
                study_id=study_id,
                question_id=code,
                reason=entry["reason"],
                name=people.names[Role.ETHICS_REVIEWER],
                actor=people[Role.ETHICS_REVIEWER],
                at=opens(session),
            )
    opened = rounds.open_next(
        session,
        study_id=study_id,
        subject=_subject(session, study_id),
        deadline=closes(session),
        actor=actor,
        clock=opens,
    )
    behaviours.answer(session, opened, clock=opens, seed=seed, tendencies=_tendencies())
    rounds.close(session, round_id=opened.id, actor=actor, clock=closes)


def _subject(session: Session, study_id: str) -> str:
    threats = "; ".join(row.title for row in studies.scenarios(session, study_id))
    actions = "; ".join(row.text for row in planning.of_study(session, study_id).actions if row.recommended)
    return f"Threats: {threats}.\nEarly actions that may be advised: {actions}"[: rounds.MAX_SUBJECT]


def _tendencies() -> dict[str, RiskTendency]:
    return {
        code: RiskTendency(
            **{part: entry[part] for part in ("gravity", "reach", "irreversibility", "likelihood")},
            burden=Burden(entry["burden"]),
            shift={"cso": 0.2},
            reasons=(entry["reason"],),
        )
        for code, entry in content()["ethics"]["risks"].items()
    }
