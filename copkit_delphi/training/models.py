"""Tables of training: exercises, the colleagues played in them, and what those did or refused."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_EXERCISE = "exercise.id"
_ACCOUNT = "account.id"


class Exercise(Base):
    """One trainee's run of a prepared exercise, in a practice study of its own."""

    __tablename__ = "exercise"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), unique=True)
    prepared: Mapped[str] = mapped_column(String(40))
    trainee: Mapped[str] = mapped_column(ForeignKey(_ACCOUNT, ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime())


class PlayedColleague(Base):
    """An account made for one exercise: it holds a role there and can never sign in."""

    __tablename__ = "played_colleague"

    exercise_id: Mapped[str] = mapped_column(ForeignKey(_EXERCISE, ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey(_ACCOUNT, ondelete="CASCADE"))


class PlayedAct(Base):
    """What a colleague did when asked, or why it was refused."""

    __tablename__ = "played_act"

    exercise_id: Mapped[str] = mapped_column(ForeignKey(_EXERCISE, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(String(20))
    refusal: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime())
