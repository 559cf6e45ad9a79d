"""A personal link was opened: noted on the side of codes, without a time."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import Progress
from copkit_delphi.elicitation.holding import dialect
from copkit_delphi.elicitation.models import Panellist, Participation, Round


def note_opened(session: Session, *, panellist: Panellist) -> None:
    """Note that a panellist pressed Continue in the round that is open, if one is; no time is kept."""
    open_round = select(Round.id).where(Round.study_id == panellist.study_id, Round.state == "open")
    for round_id in session.scalars(open_round):
        row = {
            "panellist_id": panellist.id,
            "round_id": round_id,
            "progress": Progress.NOT_STARTED,
            "opened": True,
        }
        statement = dialect(session).insert(Participation).values(row)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["panellist_id", "round_id"], set_={"opened": True}
            )
        )
