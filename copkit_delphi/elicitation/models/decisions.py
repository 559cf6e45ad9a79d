"""What speaks for a decision after a round, frozen at its close, and what was decided."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base


class Decision(Base):
    """The frozen decision record of a closed round. Never updated, never recomputed."""

    __tablename__ = "decision"

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    payload: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class DecisionEntry(Base):
    """A line of the decision log: who decided what on which day, and what the advice was. Never updated.

    ``role`` is what the actor was in the study then, "" where that is not known.
    """

    __tablename__ = "decision_entry"
    __table_args__ = (
        CheckConstraint("choice IN ('end', 'another_round')", name="choice"),
        CheckConstraint("advice IN ('end', 'another_round', '')", name="advice"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    round: Mapped[int]
    position: Mapped[int] = mapped_column(Integer)
    choice: Mapped[str] = mapped_column(String(15))
    advice: Mapped[str] = mapped_column(String(15), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[str] = mapped_column(String(16))
    role: Mapped[str] = mapped_column(String(20), default="", server_default="")
    on: Mapped[date]
