"""Deciding after a close: the frozen record of what speaks for a decision, and the log of what was decided."""

from __future__ import annotations

import json
import secrets
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.decisions import (
    JUDGED,
    Camp,
    Choice,
    DecidedItem,
    DecisionRecord,
    advice_on,
    stopping,
)
from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.lifecycle import RoundState, StudyState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import ItemResult, RoundSnapshot
from copkit_delphi.elicitation import amendments, archived_decisions, departures, studies
from copkit_delphi.elicitation.deciding import evidence as ratings
from copkit_delphi.elicitation.deciding import groups, leavers, sensitivity, wishes
from copkit_delphi.elicitation.matrices import Matrices
from copkit_delphi.elicitation.models import Decision, DecisionEntry, Round, Snapshot
from copkit_delphi.people import accounts

MAX_REASON = 600
NO_RECORD = N_("There is no decision record of this round. One is made only when a round closes.")  # fmt: skip


# The record -------------------------------------------------------------------------------------------------------


def freeze(session: Session, round_: Round, frozen: RoundSnapshot, *, given: Matrices | None = None) -> str:
    """Compute, disclose and store the record of a round whose result is ``frozen``; return its hash.

    Belongs into the transaction that closes the round.
    """
    record = build(session, round_, frozen, given=given)
    session.add(Decision(round_id=round_.id, payload=record.to_json(), hash=record.hash))
    return record.hash


def build(
    session: Session, round_: Round, frozen: RoundSnapshot, *, given: Matrices | None = None
) -> DecisionRecord:
    """Return the record of a round, already disclosed; ``given`` is what its result read the ratings with."""
    study = studies.get(session, round_.study_id)
    protocol = Protocol.from_dict(study.protocol)
    found = ratings.gather(
        session,
        round_,
        frozen=frozen,
        before=_before(session, round_),
        protocol=protocol,
        withdrew=_withdrew(session, round_),
        given=given or Matrices(session, study.id),
    )
    return assemble(study.id, found)


def assemble(study_id: str, found: ratings.Evidence) -> DecisionRecord:
    """Put the record together from the ratings and the frozen results behind them."""
    frozen, protocol = found.frozen, found.protocol
    attrition, leaving = leavers.told(found)
    wished, leaning = wishes.told(found)
    apart, camps = groups.gaps(found), groups.two_camps(found)
    advice, rule = stopping(frozen, protocol.stopping), protocol.stopping
    return DecisionRecord(
        study=study_id,
        round=frozen.round,
        closed_on=frozen.closed_on,
        snapshot=frozen.hash,
        criterion=str(protocol.criterion),
        min_rounds=rule.min_rounds,
        max_rounds=rule.max_rounds,
        stable_share=rule.stable_share,
        response_share=rule.response_share,
        advice=advice.choice,
        stable=advice.stable,
        items=tuple(
            _item(item, protocol, apart[item.name], leaving[item.name], camps.get(item.name), leaning.get(item.name))
            for item in frozen.items
            if item.kind in JUDGED
        ),
        attrition=attrition,
        wishes=wished,
    )  # fmt: skip


def _item(
    item: ItemResult,
    protocol: Protocol,
    gaps: tuple[groups.Gap, ...],
    leaving: leavers.Leaving,
    camp: Camp | None,
    leaning: str | None,
) -> DecidedItem:
    return DecidedItem(
        name=item.name,
        scenario=item.scenario,
        verdict=item.verdict,
        agreement=item.agreement,
        stability=item.stability,
        reasons=item.reasons,
        advice=advice_on(item),
        rules=sensitivity.rules_of(item, protocol),
        gaps=gaps,
        leaving=leaving,
        dissent=groups.dissent(item, camp),
        camp=camp,
        leaning=leaning,
    )


def _before(session: Session, round_: Round) -> RoundSnapshot | None:
    payload = session.scalar(
        select(Snapshot.payload)
        .join(Round, Round.id == Snapshot.round_id)
        .where(Round.study_id == round_.study_id, Round.number == round_.number - 1)
    )
    return RoundSnapshot.from_dict(json.loads(payload)) if payload else None


def _withdrew(session: Session, round_: Round) -> dict[str, int]:
    counted = departures.counted(session, round_id=round_.id)
    return {group.name: counted.get(group.id, 0) for group in studies.groups(session, round_.study_id)}


def of_round(session: Session, round_id: str) -> DecisionRecord | None:
    """Return the frozen record of a round, None where it closed before records were made."""
    row = session.get(Decision, round_id)
    return DecisionRecord.from_dict(json.loads(row.payload)) if row else None


def of_study(session: Session, study_id: str) -> tuple[DecisionRecord, ...]:
    """Return the frozen records of a study, first round to last; rounds without one are left out.

    Those of an archived copy are the ones that came with it.
    """
    payloads = session.scalars(
        select(Decision.payload)
        .join(Round, Round.id == Decision.round_id)
        .where(Round.study_id == study_id)
        .order_by(Round.number)
    )
    found = tuple(DecisionRecord.from_dict(json.loads(payload)) for payload in payloads)
    return found or archived_decisions.records(session, study_id)


def told(session: Session, *, study_id: str, number: int) -> DecisionRecord:
    """Return the record of one round; raises ``NotFound`` with why there is none."""
    found = next((one for one in of_study(session, study_id) if one.round == number), None)
    if found is None:
        raise NotFound(NO_RECORD)
    return found


# The log ----------------------------------------------------------------------------------------------------------


def decide(
    session: Session,
    *,
    study_id: str,
    round_number: int,
    choice: Choice,
    actor: str,
    at: datetime,
    reason: str = "",
) -> None:
    """Write into the log what was decided after a round; against the advice only with a reason, as an amendment.

    Raises ``Invalid`` without one, ``Conflict`` unless that round was the last to close and another one may follow.
    """
    given = reason.strip()
    if len(given) > MAX_REASON or "\x00" in given:
        raise Invalid(N_("A reason has at most %(n)s characters."), n=MAX_REASON)
    _check_open(session, study_id, round_number)
    records = of_study(session, study_id)
    record = next((one for one in records if one.round == round_number), None)
    if record and record.advice != choice and not given:
        raise Invalid(N_("Give a reason for deciding against the advice. It is printed in the report."))
    if record and record.advice == Choice.END and choice == Choice.GO_ON:
        text = f"Round {round_number + 1} is held although the rule fixed before round 1 advised to end."
        amendments.record(session, studies.get(session, study_id), text=text, reason=given, at=at)
    note(
        session,
        study_id=study_id,
        round_number=round_number,
        choice=choice,
        actor=actor,
        on=at.date(),
        reason=given,
    )


def _check_open(session: Session, study_id: str, round_number: int) -> None:
    """Refuse a decision that is no longer open, or not yet."""
    study = studies.get(session, study_id)
    states = dict(session.execute(select(Round.number, Round.state).where(Round.study_id == study_id)).all())
    if round_number not in states:
        raise NotFound(N_("There is no such round in this study."))
    if study.state != StudyState.RUNNING or RoundState.OPEN in states.values():
        raise Conflict(N_("A decision is made after a round has closed and while the study runs."))
    closed = max((number for number, state in states.items() if state == RoundState.CLOSED), default=0)
    if round_number != closed:
        raise Conflict(N_("Another round was the last one to close. Decide on that one."))
    if round_number >= Protocol.from_dict(study.protocol).stopping.max_rounds:
        raise Conflict(N_("This was the last round that the protocol allows."))


def note(
    session: Session,
    *,
    study_id: str,
    round_number: int,
    choice: Choice,
    actor: str,
    on: date,
    reason: str = "",
) -> None:
    """Write a line of the log with the advice of that day, and the role in which it is decided."""
    advice = {one.round: one.advice for one in of_study(session, study_id)}.get(round_number, "")
    roles = {account: role for role, _, account in accounts.holders(session, study_id=study_id)}
    mine = DecisionEntry.study_id == study_id
    session.add(
        DecisionEntry(
            id=secrets.token_hex(8),
            study_id=study_id,
            round=round_number,
            position=(session.scalar(select(func.max(DecisionEntry.position)).where(mine)) or 0) + 1,
            choice=choice,
            advice=advice,
            reason=reason,
            actor=actor,
            role=roles.get(actor, ""),
            on=on,
        )
    )


def waits_for_a_reason(session: Session, study_id: str, round_number: int) -> bool:
    """Tell whether another round would go against the advice, and nobody has said yet why it is held."""
    advice = {one.round: one.advice for one in of_study(session, study_id)}.get(round_number)
    return advice == Choice.END and _last_choice(session, study_id, round_number) != Choice.GO_ON


def _last_choice(session: Session, study_id: str, round_number: int) -> str | None:
    return session.scalars(
        select(DecisionEntry.choice)
        .where(DecisionEntry.study_id == study_id, DecisionEntry.round == round_number)
        .order_by(DecisionEntry.position.desc())
        .limit(1)
    ).first()


def note_unless(
    session: Session, *, study_id: str, round_number: int, choice: Choice, actor: str, on: date
) -> None:
    """Write a line for what was done, unless the last line on this round says the same."""
    if _last_choice(session, study_id, round_number) != choice:
        note(session, study_id=study_id, round_number=round_number, choice=choice, actor=actor, on=on)
