"""A panellist's answers in an ethics round: risk ratings and stop questions, appended; the close shuts late ones out."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid, Moved, NotFound
from copkit_delphi.domain.lifecycle import Progress
from copkit_delphi.domain.protocol import digest
from copkit_delphi.domain.risk import Burden, RiskRating
from copkit_delphi.elicitation import holding, ratings, seals
from copkit_delphi.elicitation.holding import Clock
from copkit_delphi.elicitation.ratings import MAX_REASON, Reason
from copkit_delphi.ethics import bank
from copkit_delphi.ethics.checks import REASON_FROM
from copkit_delphi.ethics.models import EthicsAnswer, EthicsParticipation, EthicsRating, EthicsRound
from copkit_delphi.ethics.sealing import ETHICS

CONFIDENCE = (1, 2, 3)
NO_REASON = Reason()


@dataclass(frozen=True, slots=True)
class RiskAnswer:
    """One headline risk as a panellist rates it; neither a rating nor "cannot judge" means left open."""

    rating: RiskRating | None = None
    confidence: int | None = None
    cannot_judge: bool = False
    reason: Reason = NO_REASON

    @property
    def given(self) -> bool:
        """Tell whether this is kept."""
        return self.rating is not None or self.cannot_judge


@dataclass(frozen=True, slots=True)
class StopAnswer:
    """One stop question as a panellist answers it."""

    value: str | None = None
    cannot_judge: bool = False

    @property
    def given(self) -> bool:
        """Tell whether this is kept."""
        return self.value is not None or self.cannot_judge


Given = RiskAnswer | StopAnswer


def order(round_: EthicsRound, panellist_id: str) -> tuple[bank.Question, ...]:
    """Return the questions in the panellist's own order: risks at random from the stored seed, then stop questions."""
    risks = list(bank.headline_risks())
    random.Random(f"{round_.seed}:{panellist_id}").shuffle(risks)  # noqa: S311 - an order that can be repeated
    return (*risks, *bank.stop_questions())


def own(session: Session, *, panellist_id: str, round_id: str) -> dict[str, Given]:
    """Return what the panellist saved in a round, by question."""
    risks = select(EthicsRating).where(
        EthicsRating.panellist_id == panellist_id, EthicsRating.round_id == round_id, EthicsRating.is_current
    )
    stops = select(EthicsAnswer).where(
        EthicsAnswer.panellist_id == panellist_id, EthicsAnswer.round_id == round_id, EthicsAnswer.is_current
    )
    rated: dict[str, Given] = {row.question_id: _read(row) for row in session.scalars(risks)}
    said = {row.question_id: StopAnswer(row.value, row.cannot_judge) for row in session.scalars(stops)}
    return rated | said


def _read(row: EthicsRating) -> RiskAnswer:
    reason = Reason(row.reason, row.visibility)
    if row.cannot_judge:
        return RiskAnswer(None, row.confidence, cannot_judge=True, reason=reason)
    numbers: dict[str, Any] = {part: int(getattr(row, part)) for part in bank.PARTS}
    return RiskAnswer(RiskRating(**numbers, burden=Burden(row.burden or "")), row.confidence, reason=reason)


def progress(session: Session, *, panellist_id: str, round_id: str) -> Progress:
    """Return how far a panellist is in an ethics round."""
    row = session.get(EthicsParticipation, (panellist_id, round_id))
    return Progress(row.progress) if row else Progress.NOT_STARTED


def mark(round_id: str, question_id: str, answer: Given) -> str:
    """Return a mark of a saved answer: a form made from an older one is recognised by it."""
    return digest([round_id, question_id, asdict(answer)])[:16]


def asks_reason(rating: RiskRating | None) -> bool:
    """Tell whether a reason is asked for a rating."""
    return rating is not None and max(rating.gravity, rating.likelihood) >= REASON_FROM


def save(
    session: Session,
    *,
    panellist_id: str,
    round_id: str,
    question_id: str,
    answer: Given,
    clock: Clock,
    basis: str | None = None,
) -> datetime:
    """Append one answer; an answer that was taken back leaves no current one. Returns the time of storing.

    ``basis`` is the mark of what the form was made from; raises ``Moved`` when something else was saved meanwhile.
    """
    panellist = ratings.answering(session, panellist_id)
    _check(question_id, answer)
    at = holding.hold(session, EthicsRound, round_id=round_id, panellist=panellist, clock=clock)
    taking = holding.begin(session, EthicsParticipation, panellist_id=panellist_id, round_id=round_id)
    table: type[Any] = EthicsRating if isinstance(answer, RiskAnswer) else EthicsAnswer
    mine = {"panellist_id": panellist_id, "round_id": round_id, "question_id": question_id}
    if basis is not None:
        _check_basis(session, mine, answer, basis)
    _append(session, table, mine, _columns(answer) if answer.given else None)
    if taking.progress == Progress.NOT_STARTED:
        taking.progress = Progress.IN_PROGRESS
    session.flush()  # writes must be inside the hold
    return at


def _check_basis(session: Session, mine: Mapping[str, str], answer: Given, basis: str) -> None:
    """Raise ``Moved`` for another answer than the one that stands, from a form that was made before it."""
    saved = own(session, panellist_id=mine["panellist_id"], round_id=mine["round_id"])
    stands = saved.get(mine["question_id"], type(answer)())
    if answer != stands and basis != mark(mine["round_id"], mine["question_id"], stands):
        raise Moved(N_("Something else was saved to this question meanwhile. Look at it again."))


def _check(question_id: str, answer: Given) -> None:
    known = bank.headline_risks() if isinstance(answer, RiskAnswer) else bank.stop_questions()
    question = next((one for one in known if one.id == question_id), None)
    if question is None:
        raise NotFound(N_("This question is not part of the ethics round."))
    if isinstance(answer, StopAnswer):
        _check_stop(question, answer)
    else:
        _check_risk(answer)


def _check_stop(question: bank.Question, answer: StopAnswer) -> None:
    if answer.cannot_judge and answer.value is not None:
        raise Invalid(N_("Give an answer or choose “I cannot judge this”, not both."))
    if answer.value is not None and answer.value not in {option.value for option in question.options}:
        raise Invalid(N_("Choose one of the answers."))


def _check_risk(answer: RiskAnswer) -> None:
    if answer.cannot_judge and answer.rating is not None:
        raise Invalid(N_("Give a rating or choose “I cannot judge this”, not both."))
    if answer.confidence is not None and answer.confidence not in CONFIDENCE:
        raise Invalid(N_("How sure you are is 1, 2 or 3."))
    if len(answer.reason.text) > MAX_REASON or "\x00" in answer.reason.text:
        raise Invalid(N_("A reason has at most %(n)s characters."), n=MAX_REASON)
    if asks_reason(answer.rating) and not answer.reason.given:
        raise Invalid(
            N_("Give a reason, or choose “I prefer not to say”. It is asked at gravity or likelihood 4 or 5.")
        )


def _columns(answer: Given) -> dict[str, Any]:
    if isinstance(answer, StopAnswer):
        return asdict(answer)
    parts = {part: getattr(answer.rating, part) if answer.rating else None for part in bank.PARTS}
    return {
        **parts,
        "burden": str(answer.rating.burden) if answer.rating else None,
        "confidence": answer.confidence,
        "cannot_judge": answer.cannot_judge,
        "reason": answer.reason.text,
        "visibility": answer.reason.visibility,
    }


def _append(
    session: Session, table: type[Any], mine: Mapping[str, str], values: Mapping[str, Any] | None
) -> None:
    """Put ``values`` in place of the current row, which stays as an earlier revision; None leaves none current."""
    where = [getattr(table, name) == value for name, value in mine.items()]
    standing = session.scalars(select(table).where(*where, table.is_current)).first()
    if standing is not None and values is not None and _same(standing, values):
        return
    if standing is not None:
        standing.is_current = False
        session.flush()  # the partial unique index allows one current row
    if values is not None:
        last = session.scalar(select(func.max(table.revision)).where(*where)) or 0
        row = {"id": secrets.token_hex(16), "revision": last + 1, "is_current": True, **mine, **values}
        seals.add(session, [row], ETHICS, table)
        session.add(table(**row))


def _same(row: Any, values: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def submit(session: Session, *, panellist_id: str, round_id: str, clock: Clock) -> None:
    """Mark a panellist as done with the ethics round; answers may still change until the deadline."""
    panellist = ratings.answering(session, panellist_id)
    holding.hold(session, EthicsRound, round_id=round_id, panellist=panellist, clock=clock)
    taking = holding.begin(session, EthicsParticipation, panellist_id=panellist_id, round_id=round_id)
    taking.progress = Progress.DONE
    session.flush()  # inside the hold
