"""Names of the panel for the data protection officer: opened on purpose, erased on request, answers staying coded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.elicitation import names, withdrawals
from copkit_delphi.elicitation.links import Links
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.people import audit, vault
from copkit_delphi.people.vault import Contact, Vault


def opened(session: Session, seals: Vault, *, study_id: str, actor: str, at: datetime) -> list[Contact]:
    """Return who is on the list of a study, by name; the opening is recorded."""
    names.note(session, study_id=study_id, actor=actor, at=at)
    return vault.contacts(session, seals, study_id=study_id)


def erase(
    session: Session,
    seals: Vault,
    links: Links,
    *,
    study_id: str,
    contact_id: str,
    answers_too: bool,
    actor: str,
    at: datetime,
) -> None:
    """Erase one person's name, address and links; with ``answers_too`` everything, as in a withdrawal."""
    found = vault.contacts(session, seals, study_id=study_id)
    contact = next((one for one in found if one.id == contact_id), None)
    if contact is None:
        raise NotFound(N_("There is no such person on the list."))
    panellist = session.get(Panellist, contact.panellist_id) if contact.panellist_id else None
    audit.record(
        session, actor=actor, action="panel:erase-name", at=at, study_id=study_id, answers=answers_too
    )
    if panellist is not None and answers_too:
        withdrawals.withdraw(
            session, seals, links, panellist_id=panellist.id, clock=lambda _session: at, actor=actor
        )
        return
    if panellist is not None:
        withdrawals.erase_name(session, seals, links, panellist=panellist, at=at)
        return
    vault.remove(session, contact_id=contact.id, study_id=study_id)
