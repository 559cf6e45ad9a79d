"""Why a closed round has no decision record, told as it is."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_
from copkit_delphi.elicitation.models import ArchivedCopy, JoinedRound, Round, Study

ARCHIVED = N_(
    "Decision records are not part of the archive that this study came as: it was written before they went along. They may exist where it was written."
)
JOINED = N_(
    "Its answers joined from a file, at a time when no record was made of a round that was run elsewhere. A record is made at the close only, so that no page computes figures anew."
)
BEFORE = N_(
    "It closed before records were made. A record is made at the close only, so that no page computes figures anew."
)


def why(session: Session, study: Study, number: int) -> str:
    """Return the sentence, untranslated, for a round without a record."""
    if session.get(ArchivedCopy, study.id) is not None:
        return ARCHIVED
    joined = select(JoinedRound.round_id).join(Round, Round.id == JoinedRound.round_id)
    found = session.scalar(joined.where(Round.study_id == study.id, Round.number == number))
    return BEFORE if found is None else JOINED
