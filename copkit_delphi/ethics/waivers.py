"""Waiver of representation: written by the ethics reviewer, confirmed by the accountable owner, printed on page 1.

It holds for the last closed ethics round and for no later one. It clears the flag on representation and no other stop.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Forbidden, Invalid
from copkit_delphi.ethics import flags, results
from copkit_delphi.ethics.models import EthicsWaiver
from copkit_delphi.people import audit

MAX_REASON = 400  # it stands on page 1


def of_study(session: Session, study_id: str) -> EthicsWaiver | None:
    """Return what is written, confirmed or not, for the last closed ethics round; None when nothing is."""
    row = session.get(EthicsWaiver, study_id)
    return row if row is not None and row.round_number == _last(session, study_id) else None


def _last(session: Session, study_id: str) -> int:
    frozen = results.of_study(session, study_id)
    return frozen[-1].round if frozen else 0


def against(session: Session, study_id: str) -> str:
    """Return why nothing is to be waived, as an untranslated sentence; empty where a group is missing."""
    frozen = results.of_study(session, study_id)
    if frozen and frozen[-1].represented:
        return N_("Every group that has to be heard rated every headline risk: nothing is to be waived.")
    return ""


def write(session: Session, *, study_id: str, reason: str, name: str, actor: str, at: datetime) -> None:
    """Write the waiver, or write it anew; the owner then confirms it."""
    refusal = against(session, study_id)
    if refusal:
        raise Conflict(refusal)
    text = reason.strip()
    if not text or len(text) > MAX_REASON or "\x00" in text:
        raise Invalid(N_("Write why it is waived, in at most %(n)s characters."), n=MAX_REASON)
    row = session.get(EthicsWaiver, study_id) or EthicsWaiver(study_id=study_id)
    row.round_number, row.reason = _last(session, study_id), text
    row.written_by, row.writer_id, row.written_on = name, actor, at.date()
    row.confirmed_by, row.confirmer_id, row.confirmed_on = "", "", None
    session.add(row)
    audit.record(session, actor=actor, action="waiver:write", at=at, study_id=study_id)


def confirm(session: Session, *, study_id: str, reason: str, name: str, actor: str, at: datetime) -> None:
    """Confirm the waiver as it was read, with another account; the flag on representation is cleared by it."""
    row = of_study(session, study_id)
    if row is None or not row.writer_id or against(session, study_id):
        raise Conflict(N_("There is no waiver to confirm. The ethics reviewer writes it first."))
    if row.confirmed_on is not None:
        raise Conflict(N_("This waiver is confirmed already."))
    if row.reason != reason:
        raise Conflict(N_("The waiver has changed since you opened it. Read it again before you confirm."))
    if actor == row.writer_id:
        raise Forbidden(N_("Somebody else has to confirm a waiver that you wrote."))
    row.confirmed_by, row.confirmer_id, row.confirmed_on = name, actor, at.date()
    flags.waive(session, row)
    audit.record(session, actor=actor, action="waiver:confirm", at=at, study_id=study_id)
