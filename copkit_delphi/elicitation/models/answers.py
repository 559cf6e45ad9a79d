"""What panellists gave: drafts, ratings and reasons, and the arguments made of these."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base
from copkit_delphi.elicitation.models.appended import appended

_PANELLIST = "panellist.id"
_ITEM = "item.id"
_ROUND = "round.id"


class Draft(Base):
    """What was typed and not saved: one row per panellist, item and round, overwritten, never counted."""

    __tablename__ = "draft"
    __table_args__ = {"sqlite_with_rowid": False}

    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey(_ITEM, ondelete="CASCADE"), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    typed: Mapped[dict[str, Any]] = mapped_column(JSON)


class Rating(Base):
    """One judgement of one item by one panellist in one round. Appended, never updated.

    ``detail`` holds as canonical JSON what is no number: a text, the options chosen, the ranks given.
    """

    __tablename__ = "rating"
    __table_args__ = appended(
        "rating",
        "item_id",
        CheckConstraint("(value IS NULL AND detail IS NULL) = cannot_judge", name="cannot_judge"),
        CheckConstraint("low IS NULL OR (value IS NOT NULL AND low <= value)", name="low"),
        CheckConstraint("high IS NULL OR (value IS NOT NULL AND value <= high)", name="high"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST))
    item_id: Mapped[str] = mapped_column(ForeignKey(_ITEM))
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND))
    revision: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
    value: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    weight: Mapped[float | None]
    cannot_judge: Mapped[bool] = mapped_column(default=False)
    seal: Mapped[str | None] = mapped_column(String(32))  # keyed hash of the row, by elicitation.seals
    detail: Mapped[str | None] = mapped_column(Text)


class Rationale(Base):
    """A reason as written, for the first item of a page. Appended, never updated."""

    __tablename__ = "rationale"
    __table_args__ = appended(
        "rationale",
        "item_id",
        CheckConstraint("visibility IN ('panel', 'facilitators', 'declined')", name="visibility"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST))
    item_id: Mapped[str] = mapped_column(ForeignKey(_ITEM))
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND))
    revision: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
    text: Mapped[str] = mapped_column(Text, default="")
    visibility: Mapped[str] = mapped_column(String(12), default="panel")


class Argument(Base):
    """Reasons as edited for feedback, under "higher" or "lower"; which ones stands in ``moderated_reason`` alone.

    ``fallback`` says what the panel reads without the authors' yes to another wording: the originals with their
    marks, or nothing.
    """

    __tablename__ = "argument"
    __table_args__ = (
        CheckConstraint("side IN ('higher', 'lower')", name="side"),
        CheckConstraint("fallback IN ('redacted', 'none')", name="fallback"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND), index=True)
    item_id: Mapped[str] = mapped_column(ForeignKey(_ITEM))
    side: Mapped[str] = mapped_column(String(6))
    text: Mapped[str] = mapped_column(Text)
    fallback: Mapped[str] = mapped_column(String(8), default="redacted", server_default="redacted")
    quotable: Mapped[bool] = mapped_column(default=False)


class ArgumentMark(Base):
    """What one panellist said of an argument while a round was open: it was useful, or it changed a mind."""

    __tablename__ = "argument_mark"
    __table_args__ = (
        CheckConstraint("kind IN ('useful', 'changed')", name="kind"),
        {"sqlite_with_rowid": False},
    )

    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"), primary_key=True)
    argument_id: Mapped[str] = mapped_column(ForeignKey("argument.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(7), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), index=True)
