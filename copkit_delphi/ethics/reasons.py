"""Reasons written in a closed ethics round, for those who run the study and for its reviewer; never printed.

They come in an order of chance, without a code, a group or a rating. A reason is asked at gravity or likelihood 4 or 5:
where a risk has fewer than five, its reasons stand among those of other risks, without the risk. Reasons on a risk that
fewer than five rated stand nowhere.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import studies
from copkit_delphi.ethics import bank, results
from copkit_delphi.ethics.models import EthicsRating, EthicsRound

FOR_ALL, FOR_FACILITATORS = "panel", "facilitators"


@dataclass(frozen=True, slots=True)
class Reasons:
    """Reasons by risk, and those of risks with too few; ``held_back`` when there are some that nobody may see."""

    by_risk: dict[str, tuple[str, ...]]
    others: tuple[str, ...]
    held_back: bool


def of_round(session: Session, round_: EthicsRound, *, facilitator: bool) -> Reasons:
    """Return the reasons of a closed round; those meant for facilitators alone go to nobody else."""
    if round_.state != RoundState.CLOSED:
        raise Conflict(N_("Reasons are read after the close of the ethics round."))
    k = Protocol.from_dict(studies.get(session, round_.study_id).protocol).k
    shown = (FOR_ALL, FOR_FACILITATORS) if facilitator else (FOR_ALL,)
    query = select(EthicsRating.question_id, EthicsRating.panellist_id, EthicsRating.reason).where(
        EthicsRating.round_id == round_.id,
        EthicsRating.is_current,
        EthicsRating.reason != "",
        EthicsRating.visibility.in_(shown),
    )
    rows = [(question, author, text) for question, author, text in session.execute(query)]
    (frozen,) = (one for one in results.of_study(session, round_.study_id) if one.round == round_.number)
    rated = {risk.question for risk in frozen.risks if risk.parts}  # medians are there from k ratings
    unrated = any(question not in rated for question, _, _ in rows)
    rows = [row for row in rows if row[0] in rated]
    enough = {risk.id for risk in bank.headline_risks() if sum(q == risk.id for q, _, _ in rows) >= k}
    rest = [(author, text) for question, author, text in rows if question not in enough]
    open_ = len({author for author, _ in rest}) >= k
    return Reasons(
        by_risk={
            risk.id: _shuffled(round_, [text for question, _, text in rows if question == risk.id])
            for risk in bank.headline_risks()
            if risk.id in enough
        },
        others=_shuffled(round_, [text for _, text in rest]) if open_ else (),
        held_back=unrated or (bool(rest) and not open_),
    )


def _shuffled(round_: EthicsRound, texts: Sequence[str]) -> tuple[str, ...]:
    """Return texts in an order that follows from them and the stored seed, not from who wrote when."""
    found = sorted(texts)
    random.Random(f"{round_.seed}:{round_.id}:{len(found)}").shuffle(found)  # noqa: S311 - an order that can be repeated
    return tuple(found)
