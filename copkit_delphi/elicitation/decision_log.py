"""The decision log as it is read: what was decided, by whom and in which role, on which advice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.decisions import Choice
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import archived_decisions
from copkit_delphi.elicitation.archived_decisions import Line
from copkit_delphi.elicitation.models import ArchivedCopy, DecisionEntry
from copkit_delphi.people import accounts


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the decision log; ``advice`` is None where the round has no record.

    ``who`` is empty for an account that is gone, and where the line came with an archive.

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


NOTHING = N_("Nothing has been decided yet.")
NONE_CAME = N_(
    "The log of decisions is not part of the archive that this study came as: it was written before it went along."
)
NONE_WRITTEN = N_("No decision was written into the log.")


def nothing(session: Session, study_id: str) -> str:
    """Return the sentence, untranslated, for a log without a line."""
    if session.get(ArchivedCopy, study_id) is None:
        return NOTHING
    return NONE_CAME if archived_decisions.lines(session, study_id) is None else NONE_WRITTEN


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
    if not rows:
        came = archived_decisions.lines(session, study_id) or ()
        return tuple(_logged(one, date.fromisoformat(one.on)) for one in came)
    return tuple(_logged(row, row.on, names.get(row.actor, "")) for row in rows)


def _logged(row: DecisionEntry | Line, on: date, who: str = "") -> Logged:
    return Logged(
        on=on,
        who=who,
        role=Role(row.role) if row.role else None,
        round=row.round,
        choice=Choice(row.choice),
        advice=Choice(row.advice) if row.advice else None,
        reason=row.reason,
    )
