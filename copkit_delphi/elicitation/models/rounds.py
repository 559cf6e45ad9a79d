"""Rounds and their frozen results."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_STUDY = "study.id"
_ROUND = "round.id"


class Round(Base):
    """A round: draft, open, closed; its feedback: in moderation, then open to the panel.

    ``shown`` is the form of feedback that panellists see while they answer in it, empty in round 1.
    """

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("study_id", "number"),
        CheckConstraint("state IN ('draft', 'open', 'closed')", name="state"),
        CheckConstraint("feedback IN ('none', 'in_moderation', 'open')", name="feedback"),
        CheckConstraint("(state = 'closed') = (feedback <> 'none')", name="feedback_after_close"),
        Index("uq_round_open", "study_id", unique=True, sqlite_where=text("state = 'open'"),
              postgresql_where=text("state = 'open'")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="draft")
    feedback: Mapped[str] = mapped_column(String(15), default="none")
    deadline: Mapped[datetime | None] = mapped_column(UTCDateTime())
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    close_reason: Mapped[str] = mapped_column(Text, default="")
    shown: Mapped[str] = mapped_column(String(20), default="", server_default="")


class Snapshot(Base):
    """The frozen, already disclosed result of a closed round. Never updated, never recomputed."""

    __tablename__ = "snapshot"

    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND), primary_key=True)
    payload: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
