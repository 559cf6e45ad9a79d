"""The register of measures: each against a risk or a flag, with owner, due date, status and evidence; edits are audited."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.annex_parts import MitigationStatus
from copkit_delphi.domain.errors import N_, Invalid, NotFound
from copkit_delphi.ethics import bank
from copkit_delphi.ethics.models import EthicsRound, Mitigation
from copkit_delphi.ethics.plans import MeasurePlan
from copkit_delphi.people import audit

MAX_TEXT, MAX_OWNER, MAX_EVIDENCE = 600, 120, 200
_DONE = frozenset({MitigationStatus.IN_PLACE, MitigationStatus.VERIFIED})


def of_study(session: Session, study_id: str) -> tuple[Mitigation, ...]:
    """Return the register of a study in the order in which measures were added."""
    query = select(Mitigation).where(Mitigation.study_id == study_id).order_by(Mitigation.position)
    return tuple(session.scalars(query))


def get(session: Session, *, study_id: str, measure_id: str) -> Mitigation:
    """Return a measure of a study; raises ``NotFound``."""
    found = session.get(Mitigation, measure_id)
    if found is None or found.study_id != study_id:
        raise NotFound(N_("There is no such measure in this study."))
    return found


def add(session: Session, *, study_id: str, plan: MeasurePlan, actor: str, at: datetime) -> Mitigation:
    """Put a measure into the register; whoever signed a brief before signs again."""
    _check(plan)
    last = session.scalar(select(func.max(Mitigation.position)).where(Mitigation.study_id == study_id))
    row = Mitigation(
        id=secrets.token_hex(8), study_id=study_id, position=0 if last is None else last + 1, status=""
    )
    _write(session, row, plan)
    session.add(row)
    session.flush()  # the next measure is numbered after it
    _record(session, "mitigation:add", row, actor, at)
    return row


def edit(session: Session, *, measure: Mitigation, plan: MeasurePlan, actor: str, at: datetime) -> None:
    """Change a measure. It stays in the register when it is dropped."""
    _check(plan)
    _write(session, measure, plan)
    _record(session, "mitigation:edit", measure, actor, at)


def _write(session: Session, row: Mitigation, plan: MeasurePlan) -> None:
    listed = next((one for one in bank.catalogue() if one.code == plan.code), None)
    row.code, row.against, row.owner, row.due = plan.code, plan.against, plan.owner.strip(), plan.due
    row.kind = listed.kind if listed else plan.kind
    row.text = plan.text.strip() or (listed.text if listed else "")
    row.evidence = plan.evidence.strip()
    if row.status != plan.status:
        opened = select(func.count()).where(EthicsRound.study_id == row.study_id)
        row.status, row.rounds_before = plan.status, session.scalar(opened) or 0


def _check(plan: MeasurePlan) -> None:
    if plan.code and plan.code not in {one.code for one in bank.catalogue()}:
        raise Invalid(N_("Choose a measure of the catalogue, or write one of your own."))
    if not plan.code and not (plan.text.strip() and plan.kind in bank.MEASURE_KINDS):
        raise Invalid(N_("A measure of your own needs a text and a kind."))
    if plan.against not in bank.texts():
        raise Invalid(N_("Choose the risk or the flag that the measure answers."))
    if plan.status not in set(MitigationStatus):
        raise Invalid(N_("A measure is planned, in place, verified or dropped."))
    if any(
        len(text) > most or "\x00" in text
        for text, most in ((plan.text, MAX_TEXT), (plan.owner, MAX_OWNER), (plan.evidence, MAX_EVIDENCE))
    ):
        raise Invalid(N_("Shorten the text, the owner or the evidence."))
    _check_status(plan)


def _check_status(plan: MeasurePlan) -> None:
    if plan.status in _DONE and not (plan.owner.strip() and plan.due):
        raise Invalid(N_("A measure that is in place or verified has an owner and a date."))
    if plan.status == MitigationStatus.VERIFIED and not plan.evidence.strip():
        raise Invalid(N_("A verified measure names its evidence."))
    if plan.status == MitigationStatus.DROPPED and not plan.evidence.strip():
        raise Invalid(N_("Say under evidence why the measure is dropped."))


def _record(session: Session, action: str, row: Mitigation, actor: str, at: datetime) -> None:
    audit.record(
        session, actor=actor, action=action, at=at, study_id=row.study_id,
        measure=row.id, against=row.against, status=row.status,
    )  # fmt: skip
