"""What a panellist answered to practice questions, under the code alone; it enters nothing."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base

_PERCENT = "said BETWEEN 1 AND 99 AND low IS NULL AND high IS NULL"
_INTERVAL = "said IS NULL AND low >= 0 AND low <= high"


class PracticeAnswer(Base):
    """One practice answer: a percentage or an interval, given in which turn.

    It goes with its code, on withdrawal and with the answers of the study.
    """

    __tablename__ = "practice_answer"
    __table_args__ = (
        CheckConstraint(f"({_PERCENT}) OR ({_INTERVAL})", name="said"),
        {"sqlite_with_rowid": False},
    )

    panellist_id: Mapped[str] = mapped_column(
        ForeignKey("panellist.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[str] = mapped_column(String(10), primary_key=True)
    turn: Mapped[int]
    said: Mapped[int | None]
    low: Mapped[int | None]
    high: Mapped[int | None]
