"""People who come late: on the list while a round is open, and not invited yet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.elicitation import panels, rounds
from copkit_delphi.elicitation.links import Links
from copkit_delphi.elicitation.models import Round
from copkit_delphi.people import vault
from copkit_delphi.people.vault import Vault


def open_round(session: Session, study_id: str) -> Round | None:
    """Return the round that is open."""
    latest = rounds.latest(session, study_id)
    return latest if latest is not None and latest.state == RoundState.OPEN else None


def waiting(session: Session, seals: Vault, *, study_id: str) -> int:
    """Return how many on the list are not invited while a round is open."""
    if open_round(session, study_id) is None:
        return 0
    return sum(not one.panellist_id for one in vault.contacts(session, seals, study_id=study_id))


def invite(
    session: Session,
    seals: Vault,
    links: Links,
    *,
    study_id: str,
    at: datetime,
    actor: str,
    emails: Collection[str] | None = None,
) -> int:
    """Invite to the open round those who were not invited yet, or those of ``emails``; return how many.

    Whoever was invited before gets no further mail. Raises ``Conflict`` when no round is open.
    """
    round_ = open_round(session, study_id)
    if round_ is None:
        raise Conflict(N_("No round is open. Whoever is on the list is invited when the next one opens."))
    people = vault.contacts(session, seals, study_id=study_id)
    new = {one.id for one in people if not one.panellist_id and (emails is None or one.email in emails)}
    if not new:
        return 0
    return panels.invite(session, seals, links, round_=round_, at=at, actor=actor, only=new)
