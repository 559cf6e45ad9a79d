"""Who wrote one reason: asked by a facilitator, agreed by two, shown to the data protection officer alone, for a day.

There is no other way from an answer to a name. Every step is in the audit, and the person is told unless law forbids.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Forbidden, Gone, Invalid, NotFound
from copkit_delphi.domain.mail import REVEAL
from copkit_delphi.domain.permission import Identity, Role
from copkit_delphi.elicitation import letters
from copkit_delphi.elicitation.letters import Addressee
from copkit_delphi.elicitation.models import Rationale, Round, Study
from copkit_delphi.elicitation.traces import RevealRequest
from copkit_delphi.people import audit, vault
from copkit_delphi.people.vault import Contact, Vault

REASONS = {
    "safety": N_("Somebody may be in danger"),
    "court_order": N_("A court or an authority orders it"),
    "incident": N_("An incident of security or conduct"),
    "request": N_("The person asks for it"),
}
OPEN_FOR = timedelta(hours=24)
MOST = 2000
_GONE = N_("The person withdrew, or the names of this study are deleted. There is nobody to show.")


def ask(
    session: Session, *, study_id: str, rationale_id: str, reason: str, text: str, actor: str, at: datetime
) -> RevealRequest:
    """Ask who wrote one reason of a closed round; nobody's name is opened by asking."""
    if reason not in REASONS or not 0 < len(text.strip()) <= MOST:
        raise Invalid(N_("Choose a ground and say in your own words why the name is needed."))
    text_of(session, study_id=study_id, rationale_id=rationale_id)
    row = RevealRequest(
        id=secrets.token_hex(8),
        study_id=study_id,
        rationale_id=rationale_id,
        reason=reason,
        text=text.strip(),
        asked_by=actor,
        asked_at=at,
        untold_because="",
    )
    session.add(row)
    audit.record(
        session, actor=actor, action="reveal:ask", at=at, study_id=study_id, reveal=row.id, ground=reason
    )
    return row


def text_of(session: Session, *, study_id: str, rationale_id: str) -> str:
    """Return the reason that is asked about; raises ``NotFound`` when it is of another study or erased."""
    query = (
        select(Rationale.text)
        .join(Round, Round.id == Rationale.round_id)
        .where(Rationale.id == rationale_id, Round.study_id == study_id, Round.closed_at.is_not(None))
    )
    found = session.scalar(query)
    if not found:
        raise NotFound(N_("There is no such reason in a closed round of this study, or it is erased."))
    return found


def shown(session: Session, row: RevealRequest) -> str:
    """Return the reason a request is about, for those who decide; empty once it is erased."""
    return session.scalar(select(Rationale.text).where(Rationale.id == row.rationale_id)) or ""


def of_study(session: Session, study_id: str) -> list[RevealRequest]:
    """Return the requests of a study, the newest first."""
    query = select(RevealRequest).where(RevealRequest.study_id == study_id)
    return list(session.scalars(query.order_by(RevealRequest.asked_at.desc(), RevealRequest.id)))


def get(session: Session, *, study_id: str, reveal_id: str) -> RevealRequest:
    """Return a request of a study, held against a second decision; raises ``NotFound``."""
    query = select(RevealRequest).where(RevealRequest.id == reveal_id, RevealRequest.study_id == study_id)
    row = session.scalars(query.with_for_update()).first()
    if row is None:
        raise NotFound(N_("There is no such request in this study."))
    return row


def approve(
    session: Session,
    seals: Vault,
    *,
    row: RevealRequest,
    by: Identity,
    at: datetime,
    untold_because: str = "",
) -> None:
    """Agree, as data protection officer or ethics reviewer; with the second of both the day begins.

    That the person is not told is agreed to by both: a reviewer who agreed before it was asked is asked again.
    """
    _undecided(row)
    roles = by.roles(row.study_id)
    if by.account_id in (row.dpo, row.reviewer, row.asked_by):
        raise Conflict(N_("One person cannot agree twice. The other of the two has to decide."))
    if Role.DPO in roles and row.dpo is None:
        row.dpo, row.untold_because = by.account_id, untold_because.strip()
        row.reviewer = None if row.untold_because else row.reviewer
    elif Role.ETHICS_REVIEWER in roles and row.reviewer is None:
        row.reviewer = by.account_id
    else:
        raise Forbidden(N_("The data protection officer and the ethics reviewer decide, each once."))
    audit.record(
        session, actor=by.account_id, action="reveal:approve", at=at, study_id=row.study_id, reveal=row.id
    )
    if row.dpo and row.reviewer:
        _grant(session, seals, row, at)


def refuse(session: Session, *, row: RevealRequest, by: Identity, at: datetime) -> None:
    """Say no: one of both is enough, and the name stays sealed."""
    _undecided(row)
    row.refused_by = by.account_id
    audit.record(
        session, actor=by.account_id, action="reveal:refuse", at=at, study_id=row.study_id, reveal=row.id
    )


def _undecided(row: RevealRequest) -> None:
    if row.refused_by or row.granted_at:
        raise Conflict(N_("This request is decided."))


def _grant(session: Session, seals: Vault, row: RevealRequest, at: datetime) -> None:
    contact = _contact(session, seals, row)
    row.granted_at = at
    told = not row.untold_because
    if told:
        letters.send_unlogged(
            session,
            seals,
            study=session.get_one(Study, row.study_id),
            kind=REVEAL,
            to=Addressee(contact.name, contact.email, contact.language),
            at=at,
        )
    audit.record(
        session,
        actor="system",
        action="reveal:grant",
        at=at,
        study_id=row.study_id,
        reveal=row.id,
        told=told,
        untold_because=row.untold_because,
    )


def open_name(session: Session, seals: Vault, *, row: RevealRequest, by: Identity, at: datetime) -> Contact:
    """Return who wrote the reason, to the data protection officer who agreed, within a day; each look is recorded."""
    if by.account_id != row.dpo:
        raise Forbidden(N_("Only the data protection officer who agreed sees the name."))
    if row.granted_at is None or row.refused_by:
        raise Conflict(N_("The name stays sealed until both have agreed."))
    if at >= row.granted_at + OPEN_FOR:
        raise Gone(N_("The 24 hours are over. The name is sealed again."))
    contact = _contact(session, seals, row)
    audit.record(
        session, actor=by.account_id, action="reveal:open", at=at, study_id=row.study_id, reveal=row.id
    )
    return contact


def _contact(session: Session, seals: Vault, row: RevealRequest) -> Contact:
    code = session.scalar(select(Rationale.panellist_id).where(Rationale.id == row.rationale_id))
    found = vault.of_panellist(session, seals, study_id=row.study_id, panellist_id=code) if code else None
    if found is None:
        raise Gone(_GONE)
    return found


def count(session: Session, study_id: str) -> int:
    """Return how often a name was opened in a study: printed in section 16 of the annex."""
    query = select(func.count()).select_from(RevealRequest)
    granted = query.where(RevealRequest.study_id == study_id, RevealRequest.granted_at.is_not(None))
    return session.scalar(granted) or 0
