"""The kinds of round: of threats here, of ethics in the room above, which puts itself on the list.

Whatever holds for every round, whoever asks in it, goes through the list: one open at a time, withdrawal, seals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.elicitation.models import Rating, Round, Study
from copkit_delphi.elicitation.traces import SealedRound

_RATING = ("id", "panellist_id", "item_id", "round_id", "revision", "value", "low", "high", "weight")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of round: its table, where the hashes of a close are kept, and the columns that a hash covers.

    ``name`` is how the audit and the command line call such a round, ``first`` what is said to whoever would open
    another kind beside an open one.
    """

    name: str
    first: str
    rounds: type[Any]
    sealed: type[Any]
    answers: Mapping[type[Any], tuple[str, ...]]


THREATS = Kind(
    "round",
    N_("Close the open round first."),
    Round,
    SealedRound,
    {Rating: (*_RATING, "cannot_judge", "detail")},
)
KINDS = [THREATS]


def hold_open(session: Session, study_id: Any) -> None:
    """Lock the open rounds of a study against their close, as a submission does."""
    for kind in KINDS:
        table = kind.rounds
        session.execute(
            select(table.id)
            .where(table.study_id == study_id, table.state == RoundState.OPEN)
            .with_for_update(read=True)
        )


def check_none_open(session: Session, study_id: str, *, besides: Kind) -> None:
    """Raise ``Conflict`` while a round of the study is open that is of another kind."""
    for kind in KINDS:
        table = kind.rounds
        query = select(table.id).where(table.study_id == study_id, table.state == RoundState.OPEN)
        if kind is not besides and session.scalars(query).first() is not None:
            raise Conflict(kind.first)


def hold_study(session: Session, study_id: str) -> None:
    """Lock a study against others who open, plan or remove its rounds."""
    session.execute(select(Study.id).where(Study.id == study_id).with_for_update())


def open_alone(session: Session, study_id: str, kind: Kind) -> None:
    """Let one kind of round open: of two people who open rounds of two kinds at once, one waits and is then refused."""
    hold_study(session, study_id)
    check_none_open(session, study_id, besides=kind)
