"""Flags: raised by the panel or by a level; replied to by the team, cleared by the reviewer.

Flags never net off and are never counted by person: one answer raises one flag, and nobody is told whose it was.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Forbidden, Invalid, Moved, NotFound
from copkit_delphi.domain.ethics_results import EthicsRoundSnapshot
from copkit_delphi.domain.lifecycle import FlagState, check_move
from copkit_delphi.domain.risk import RiskLevel
from copkit_delphi.ethics import bank
from copkit_delphi.ethics.models import EthicsFlag, EthicsWaiver
from copkit_delphi.people import audit

PANEL, RISK, RESPONSE = "panel", "risk", "response"
REPRESENTATION = "STU-04"  # asked of the response, not of anybody
HIGH = frozenset({RiskLevel.HIGH, RiskLevel.VERY_HIGH})
MAX_TEXT = 2000


def of_study(session: Session, study_id: str) -> tuple[EthicsFlag, ...]:
    """Return the flags of a study, the gravest first."""
    rows = session.scalars(select(EthicsFlag).where(EthicsFlag.study_id == study_id))
    return tuple(
        sorted(rows, key=lambda row: (bank.FLAGS.index(row.level), row.question_id, row.source, row.id))
    )


def get(session: Session, *, study_id: str, flag_id: str) -> EthicsFlag:
    """Return a flag of a study; raises ``NotFound``."""
    flag = session.get(EthicsFlag, flag_id)
    if flag is None or flag.study_id != study_id:
        raise NotFound(N_("There is no such flag in this study."))
    return flag


def raise_from(session: Session, frozen: EthicsRoundSnapshot) -> None:
    """Raise what a closed ethics round calls for; a flag that is still open is not raised twice."""
    wanted = [(one.question, one.level, PANEL) for one in frozen.raised]
    wanted += [(risk.question, "major", RISK) for risk in frozen.risks if risk.gate in HIGH]
    wanted += [] if frozen.represented else [(REPRESENTATION, "stop", RESPONSE)]
    standing = {
        (flag.question_id, flag.level, flag.source)
        for flag in of_study(session, frozen.study)
        if flag.state != FlagState.CLEARED
    }
    for one in wanted:
        if one not in standing:
            _raise(session, frozen.study, *one)


def _raise(session: Session, study_id: str, question_id: str, level: str, source: str) -> None:
    flag = EthicsFlag(
        id=secrets.token_hex(8),
        study_id=study_id,
        question_id=question_id,
        level=level,
        source=source,
        state=FlagState.OPEN,
        reply="",
    )
    session.add(flag)


def reply(session: Session, *, flag: EthicsFlag, text: str, name: str, actor: str, at: datetime) -> None:
    """Answer a flag, or answer it anew, until it is cleared."""
    _hold(session, flag)
    if flag.state == FlagState.CLEARED:
        raise Conflict(N_("This flag is cleared already."))
    flag.reply, flag.replied_by, flag.replier_id = _text(text), name, actor
    flag.state = FlagState.ANSWERED
    _record(session, "ethics-flag:reply", flag, actor, at)


def clear(
    session: Session, *, flag: EthicsFlag, read: str, reason: str, name: str, actor: str, at: datetime
) -> None:
    """Clear an answered flag, with a reason that is printed; never by whoever wrote the reply.

    ``read`` is the version of the reply that was read; raises ``Moved`` where another one stands by now.
    """
    _hold(session, flag)
    check_move(FlagState(flag.state), FlagState.CLEARED)
    if actor == flag.replier_id:
        raise Forbidden(N_("Somebody else has to clear a flag that you replied to."))
    if read != version(flag):
        raise Moved(N_("The reply to this flag changed while you read it. Nothing was stored."))
    flag.cleared_reason, flag.cleared_by, flag.cleared_on = _text(reason), name, at.date()
    flag.state = FlagState.CLEARED
    _record(session, "ethics-flag:clear", flag, actor, at)


def version(flag: EthicsFlag) -> str:
    """Return what tells one reply to a flag from another one."""
    return hashlib.sha256(f"{flag.replier_id}\n{flag.reply}".encode()).hexdigest()


def _hold(session: Session, flag: EthicsFlag) -> None:
    """Let a reply and a clearing of the same moment come one after the other, each with the flag as it stands."""
    session.refresh(flag, with_for_update=True)


def waive(session: Session, waiver: EthicsWaiver) -> None:
    """Clear the flag on representation by a confirmed waiver, and no other."""
    for flag in of_study(session, waiver.study_id):
        if flag.question_id == REPRESENTATION and flag.state != FlagState.CLEARED:
            flag.state, flag.cleared_on = FlagState.CLEARED, waiver.confirmed_on
            flag.cleared_reason = waiver.reason
            flag.cleared_by = f"{waiver.written_by}, {waiver.confirmed_by}"[:120]


def _text(written: str) -> str:
    text = written.strip()
    if not text or len(text) > MAX_TEXT:
        raise Invalid(N_("Write a text of at most %(n)s characters."), n=MAX_TEXT)
    return text


def _record(session: Session, action: str, flag: EthicsFlag, actor: str, at: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        at=at,
        study_id=flag.study_id,
        question=flag.question_id,
        level=flag.level,
    )
