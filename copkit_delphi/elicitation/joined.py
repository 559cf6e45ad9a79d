"""Codes that came with the file of a round run elsewhere and lead to nobody: no later round can ask them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.elicitation.models import JoinedRound, Panellist, Rating, Round

UNLINKED = "imported"


def not_asked(session: Session, round_: Round) -> dict[str, str]:
    """Return the codes that were not asked in ``round_``, with their group ids. Empty where no round joined."""
    joined = select(JoinedRound.round_id).join(Round, Round.id == JoinedRound.round_id)
    if session.scalars(joined.where(Round.study_id == round_.study_id).limit(1)).first() is None:
        return {}
    rated = select(Rating.panellist_id).where(Rating.round_id == round_.id)
    query = select(Panellist.id, Panellist.group_id).where(
        Panellist.study_id == round_.study_id,
        Panellist.consent_version == UNLINKED,
        Panellist.id.not_in(rated),
    )
    return dict(session.execute(query).all())
