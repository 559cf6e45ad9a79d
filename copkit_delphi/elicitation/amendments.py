"""Dated changes of a locked protocol: each has its reason, is chained to the one before, and is printed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.lifecycle import RoundState, StudyState
from copkit_delphi.domain.plan import BY_KEY, checked
from copkit_delphi.domain.protocol import Criterion, Protocol, StoppingRule, digest
from copkit_delphi.elicitation.models import Amendment, Round, Study
from copkit_delphi.people import audit

LONGEST = 600
# What an amendment may change once round 1 has opened; questions, groups, k and privacy were promised to the panel.
AMENDABLE = ("criterion", "stopping", "required_groups", "plan")


def of_study(session: Session, study_id: str) -> list[Amendment]:
    """Return the amendments of a study, first to last."""
    query = select(Amendment).where(Amendment.study_id == study_id)
    return list(session.scalars(query.order_by(Amendment.number, Amendment.on, Amendment.id)))


def head(session: Session, study: Study) -> str:
    """Return the hash that stands for the rules as they hold now: of the last amendment, else of the protocol."""
    query = select(Amendment.hash).where(Amendment.study_id == study.id, Amendment.number > 0)
    return session.scalar(query.order_by(Amendment.number.desc()).limit(1)) or study.protocol_hash or ""


def record(session: Session, study: Study, *, text: str, reason: str, at: datetime) -> Amendment:
    """Add an amendment to the chain of a study; raises ``Invalid`` without a text and a reason."""
    said, why = text.strip(), reason.strip()
    if not said or not why:
        raise Invalid(N_("An amendment says what changes and why. Both are printed."))
    before = head(session, study)
    last = session.scalar(select(func.max(Amendment.number)).where(Amendment.study_id == study.id)) or 0
    row = Amendment(
        id=secrets.token_hex(8),
        study_id=study.id,
        on=at.date(),
        text=said,
        reason=why,
        number=last + 1,
        hash=digest([before, at.date().isoformat(), said, why, study.protocol]),
    )
    session.add(row)
    session.flush()  # two who amend at once: the number decides
    return row


def verify(session: Session, study: Study) -> list[int]:
    """Return the numbers of amendments that do not fit the chain, as far as it can be told without old rules.

    The rules of all but the last amendment are no longer stored, so that only the last hash is recomputed; an
    amendment without a hash breaks the chain.
    """
    rows = [row for row in of_study(session, study.id) if row.number]
    wrong = [row.number for row in rows if not row.hash]
    if rows and rows[-1].hash:
        before = rows[-2].hash if len(rows) > 1 else study.protocol_hash
        last = rows[-1]
        if last.hash != digest([before, last.on.isoformat(), last.text, last.reason, study.protocol]):
            wrong.append(last.number)
    return wrong


def amend(
    session: Session,
    *,
    study_id: str,
    protocol: Protocol,
    reason: str,
    actor: str,
    at: datetime,
    note: str = "",
) -> Amendment:
    """Change the rules of a running study between rounds; ``note`` tells of what no rule holds.

    Raises ``Conflict`` while a round is open or before round 1, ``Invalid`` where nothing changes or more than
    ``AMENDABLE`` would.
    """
    study = session.scalars(select(Study).where(Study.id == study_id).with_for_update()).one()
    if study.state != StudyState.RUNNING:
        raise Conflict(
            N_("Only a running study has a protocol to amend: a draft can still be changed itself.")
        )
    if is_open(session, study_id):
        raise Conflict(N_("A round is open: its rules hold until it closes. Amend them afterwards."))
    before = Protocol.from_dict(study.protocol)
    kept = {name: getattr(protocol, name) for name in AMENDABLE}
    if replace(before, **kept) != protocol:
        raise Invalid(N_("Questions, groups and privacy were promised to the panel and cannot be amended."))
    sentences = [*changes(before, protocol), *([note.strip()] if note.strip() else [])]
    if not sentences:
        raise Invalid(N_("Nothing differs from the rules as they stand."))
    study.protocol = protocol.to_dict()
    row = record(session, study, text=" ".join(sentences), reason=reason, at=at)
    audit.record(session, actor=actor, action="protocol:amend", at=at, study_id=study_id, number=row.number)
    return row


def is_open(session: Session, study_id: str) -> bool:
    """Tell whether a round of the study is open."""
    query = select(Round.id).where(Round.study_id == study_id, Round.state == RoundState.OPEN)
    return session.scalars(query).first() is not None


def changes(before: Protocol, after: Protocol) -> Iterator[str]:
    """Yield one sentence for each rule that differs, in English as the brief prints it."""
    if before.criterion != after.criterion:
        yield f"Consensus criterion: {_criterion(after.criterion)} instead of {_criterion(before.criterion)}."
    if before.stopping != after.stopping:
        yield f"Stopping rule: {_stopping(after.stopping)} instead of {_stopping(before.stopping)}."
    if before.required_groups != after.required_groups:
        yield f"Groups that must be heard: {_groups(after)} instead of {_groups(before)}."
    old, new = checked(before.plan), checked(after.plan)
    for key in BY_KEY:
        if old.get(key) != new.get(key):
            yield f"{BY_KEY[key].label}: {new.get(key) or 'taken out'}"


def _criterion(criterion: Criterion) -> str:
    return "the default" if criterion.kind == "default" else str(criterion)


def _stopping(rule: StoppingRule) -> str:
    return f"all stable from round {rule.min_rounds} on, at most {rule.max_rounds} rounds"


def _groups(protocol: Protocol) -> str:
    return ", ".join(protocol.required_groups) or "all"


def facts(session: Session, study: Study) -> dict[str, Any]:
    """Return what the page of a protocol shows of its hashes: locked on, hash, bytes, head."""
    opened = session.scalar(select(Round.opened_at).where(Round.study_id == study.id, Round.number == 1))
    return {
        "opened": opened,
        "hash": study.protocol_hash,
        "locked": study.locked,
        "head": head(session, study),
    }
