"""Two consents beside taking part: to be named among the participants, and to be asked again. Nobody is taken to agree.

They are kept with the name in the vault, with the version of the information and the day, and go with the name. Only
after the study's end are those who agreed listed, and nothing about answers stands beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.elicitation.recruiting import interests
from copkit_delphi.people import vault
from copkit_delphi.people.vault import Contact, Vault

OVER = (StudyState.ENDED, StudyState.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Agreed:
    """Those who may be named, and those who may be asked again; each by name."""

    named: tuple[Contact, ...]
    recontact: tuple[Contact, ...]


def choose(
    session: Session, seals: Vault, *, panellist: Panellist, named: bool, recontact: bool, on: date
) -> None:
    """Keep what a panellist agrees to; whoever has no name here any more has nothing to keep it with."""
    contact = interests.of_panellist(session, seals, panellist)
    if contact is None or (contact.chosen and (contact.named, contact.recontact) == (named, recontact)):
        return
    chosen = f"{panellist.consent_version} {on.isoformat()}"
    vault.keep(session, seals, replace(contact, named=named, recontact=recontact, chosen=chosen))


def is_listed(session: Session, study_id: str) -> bool:
    """Tell whether the lists are open: after the end, for nobody can be told by them who is at work."""
    return studies.get(session, study_id).state in OVER


def agreed(session: Session, seals: Vault, *, study_id: str) -> Agreed:
    """Return who agreed to what; raises ``Conflict`` before the study's end."""
    if not is_listed(session, study_id):
        raise Conflict(N_("These lists open when the study has ended."))
    people = [one for one in vault.contacts(session, seals, study_id=study_id) if one.panellist_id]
    return Agreed(tuple(one for one in people if one.named), tuple(one for one in people if one.recontact))
