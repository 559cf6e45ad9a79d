"""What was decided on each reason, and by which policy. Read by use cases alone: it joins arguments to codes."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base

_ROUND = "round.id"
_ITEM = "item.id"


class ModeratedReason(Base):
    """A reason that was decided on: part of an argument, or left out on a ground of the policy.

    ``redacted`` is the reason as written with marks in the place of removed words; ``answer`` is what its author
    said to another wording. No time stands here.
    """

    __tablename__ = "moderated_reason"
    __table_args__ = (
        CheckConstraint("answer IN ('open', 'agreed', 'refused')", name="answer"),
        CheckConstraint("(argument_id IS NULL) = (left_out <> '')", name="argument_or_ground"),
        {"sqlite_with_rowid": False},
    )

    rationale_id: Mapped[str] = mapped_column(
        ForeignKey("rationale.id", ondelete="CASCADE"), primary_key=True
    )
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND), index=True)
    item_id: Mapped[str] = mapped_column(ForeignKey(_ITEM))
    argument_id: Mapped[str | None] = mapped_column(ForeignKey("argument.id", ondelete="CASCADE"), index=True)
    redacted: Mapped[str] = mapped_column(Text, default="")
    left_out: Mapped[str] = mapped_column(String(12), default="")
    answer: Mapped[str] = mapped_column(String(7), default="open")


class ModerationStep(Base):
    """How an item stood before the last act of its moderation, for one step back; gone once the feedback is open."""

    __tablename__ = "moderation_step"
    __table_args__ = {"sqlite_with_rowid": False}

    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey(_ITEM, ondelete="CASCADE"), primary_key=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)


class ModerationPolicy(Base):
    """The policy of a study in its own words; without a row the default holds."""

    __tablename__ = "moderation_policy"

    study_id: Mapped[str] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class WordingRequest(Base):
    """Until which day the authors of a round were asked to look at edited wordings."""

    __tablename__ = "wording_request"

    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    until: Mapped[date]
    mails: Mapped[int] = mapped_column(default=0)
