"""The decision log as it is read: what was decided, by whom and in which role, on which advice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.decisions import Choice
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation.models import DecisionEntry
from copkit_delphi.people import accounts


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the decision log; ``advice`` is None where the round has no record.

    ``role`` is what whoever decided was in the study then, None where that is not known.
    """

    on: date
    who: str
    role: Role | None
    round: int
    choice: Choice
    advice: Choice | None
    reason: str

    @property
    def against(self) -> bool:
        """Tell whether the decision went against the advice of that day."""
        return self.advice is not None and self.choice is not self.advice


def log(session: Session, study_id: str) -> tuple[Logged, ...]:
    """Return the decision log of a study, first to last, with the names of who decided."""
    rows = list(
        session.scalars(
            select(DecisionEntry)
            .where(DecisionEntry.study_id == study_id)
            .order_by(DecisionEntry.position, DecisionEntry.id)
        )
    )
    names = accounts.names(session, (row.actor for row in rows))
    return tuple(
        Logged(
            on=row.on,
            who=names.get(row.actor, ""),
            role=Role(row.role) if row.role else None,
            round=row.round,
            choice=Choice(row.choice),
            advice=Choice(row.advice) if row.advice else None,
            reason=row.reason,
        )
        for row in rows
    )
