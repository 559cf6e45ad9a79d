"""Practice before answering: ten statements, a probability each, and the own score, seen by that person alone.

Nothing of it is read by anything else: no count, no export of a study, no page of the staff.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from copkit_delphi.domain import calibration
from copkit_delphi.domain.calibration import Band, Judged
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation.models import PracticeAnswer
from copkit_delphi.library import practice as bank
from copkit_delphi.library.practice import Statement

LEAST, MOST = 1, 99


@dataclass(frozen=True, slots=True)
class Scored:
    """Statements with what was said of each, in percent, and how well that met what is true."""

    rows: tuple[tuple[Statement, int], ...]
    brier: float | None
    bands: tuple[Band, ...]


def score(said: Mapping[str, int]) -> Scored:
    """Return how well ``said``, by statement, met what is true."""
    rows = tuple((one, said[one.id]) for one in bank.named(said))
    judged = [Judged(value, one.answer) for one, value in rows]
    return Scored(rows, calibration.brier(judged), tuple(calibration.bands(judged)))


def check(said: Mapping[str, int | None], asked: Sequence[Statement]) -> dict[str, int]:
    """Return what was said of the statements that were asked; raises ``Invalid`` where nothing or something else was."""
    given = {one.id: value for one in asked if (value := said.get(one.id)) is not None}
    if not given or any(not LEAST <= value <= MOST for value in given.values()):
        raise Invalid(N_("Give at least one probability, each from 1 to 99."))
    return given


def asked(panellist_id: str) -> list[Statement]:
    """Return the statements for a panellist: other ones, and in another order, than those for others."""
    return bank.drawn(panellist_id)


def save(session: Session, *, panellist_id: str, said: Mapping[str, int | None]) -> None:
    """Keep the answers in the place of earlier ones; raises ``Invalid``."""
    given = check(said, asked(panellist_id))
    forget(session, panellist_id=panellist_id)
    session.add_all(
        PracticeAnswer(panellist_id=panellist_id, statement=key, said=value) for key, value in given.items()
    )


def of_panellist(session: Session, panellist_id: str) -> dict[str, int]:
    """Return what somebody said, by statement; empty before."""
    query = select(PracticeAnswer.statement, PracticeAnswer.said).where(
        PracticeAnswer.panellist_id == panellist_id
    )
    return dict(session.execute(query.order_by(PracticeAnswer.statement)).all())


def forget(session: Session, *, panellist_id: str) -> None:
    """Delete the answers of somebody who starts again."""
    session.execute(delete(PracticeAnswer).where(PracticeAnswer.panellist_id == panellist_id))
