"""A panel by name: how far each invitation and each person's answers came.

Names and codes meet in memory alone, in a fixed number of queries for a panel of any size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import Progress
from copkit_delphi.domain.mail import InvitationState
from copkit_delphi.domain.protocol import BY_NAME, Protocol
from copkit_delphi.elicitation.invitations import taken_back
from copkit_delphi.elicitation.models import (
    Invitation,
    Letter,
    Panellist,
    Participation,
    Round,
    StakeholderGroup,
    Study,
)
from copkit_delphi.people import vault
from copkit_delphi.people.vault import Contact, Vault


@dataclass(frozen=True, slots=True)
class Standing:
    """One person of a panel by name: how far the invitation and the round came, never a code or an answer.

    ``progress`` is None where the study promised that nobody sees of a person whether it answered; then nothing else
    that would tell it is here either.
    """

    contact_id: str
    name: str
    group: str
    state: InvitationState
    progress: Progress | None
    asked: bool
    reminders: int
    mail: str
    error: str
    language: str
    why: str

    @property
    def followed(self) -> bool:
        """Tell whether it is said how far the person is: not of somebody who is not asked, or asked no more."""
        return self.asked and self.state not in (InvitationState.DECLINED, InvitationState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class _Code:
    """What the side of codes tells of one code."""

    accepted: bool = False
    declined: bool = False
    opened: bool = False
    progress: str = Progress.NOT_STARTED
    why: str = ""


def of_round(session: Session, seals: Vault, *, study_id: str, round_: Round) -> list[Standing]:
    """Return everybody on the list by name with how far the invitation to ``round_`` and the answers came."""
    groups = dict(
        session.execute(
            select(StakeholderGroup.id, StakeholderGroup.name).where(StakeholderGroup.study_id == study_id)
        ).all()
    )
    codes = _codes(session, study_id, round_.id)
    rows = _rows(session, round_.id)
    back = taken_back(session, study_id)
    found = [
        _standing(one, groups, codes, rows.get(one.id), taken_back=one.id in back)
        for one in vault.contacts(session, seals, study_id=study_id)
    ]
    if by_name(session, study_id):
        return found
    return [replace(one, progress=None, reminders=0) for one in found]


def by_name(session: Session, study_id: str) -> bool:
    """Tell whether facilitators of a study see by name how far somebody is."""
    protocol = session.scalars(select(Study.protocol).where(Study.id == study_id)).one()
    return Protocol.from_dict(protocol).privacy == BY_NAME


def _codes(session: Session, study_id: str, round_id: str) -> dict[str, _Code]:
    query = (
        select(
            Panellist.id,
            Panellist.consent_version.is_not(None),
            Panellist.declined,
            Participation.opened,
            Participation.progress,
            Panellist.decline_reason,
        )
        .outerjoin(
            Participation,
            (Participation.panellist_id == Panellist.id) & (Participation.round_id == round_id),
        )
        .where(Panellist.study_id == study_id, ~Panellist.synthetic)
    )
    return {
        code: _Code(accepted, declined, bool(opened), progress or Progress.NOT_STARTED, why)
        for code, accepted, declined, opened, progress, why in session.execute(query)
    }


def _rows(session: Session, round_id: str) -> dict[str, Any]:
    query = (
        select(
            Invitation.contact_id,
            Invitation.state,
            Invitation.reminders,
            Letter.state.label("mail"),
            Letter.error,
        )
        .outerjoin(Letter, Letter.id == Invitation.letter_id)
        .where(Invitation.round_id == round_id)
    )
    return {row.contact_id: row for row in session.execute(query)}


def _standing(
    contact: Contact, groups: Mapping[str, str], codes: Mapping[str, _Code], row: Any, *, taken_back: bool
) -> Standing:
    code = codes.get(contact.panellist_id, _Code())
    asked = bool(contact.panellist_id) and row is not None
    return Standing(
        contact_id=contact.id,
        name=contact.name,
        group=groups.get(contact.group_id, ""),
        state=_state(contact, code, row, taken_back=taken_back),
        progress=Progress(code.progress),
        asked=asked,
        reminders=row.reminders if row is not None else 0,
        mail=(row.mail or "") if row is not None else "",
        error=(row.error or "") if row is not None else "",
        language=contact.language,
        why=code.why if code.declined else "",
    )


def _state(contact: Contact, code: _Code, row: Any, *, taken_back: bool) -> InvitationState:
    pressed = (
        (taken_back, InvitationState.WITHDRAWN),
        (not contact.panellist_id, InvitationState.NONE),
        (code.declined, InvitationState.DECLINED),
        (code.accepted, InvitationState.ACCEPTED),
        (code.opened, InvitationState.OPENED),
        (row is None, InvitationState.NONE),
    )
    return next((state for holds, state in pressed if holds), None) or InvitationState(row.state)
