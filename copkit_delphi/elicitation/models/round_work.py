"""What is done to rounds beside opening and closing: items asked, wordings changed, deadlines moved, reopenings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_ROUND = "round.id"
_ITEM = "item.id"


class RoundItem(Base):
    """An item that a round asks, in the version of its wording. No cascade: what was asked stays."""

    __tablename__ = "round_item"
    __table_args__ = {"sqlite_with_rowid": False}

    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey(_ITEM), primary_key=True, index=True)
    version: Mapped[int] = mapped_column(default=1)


class ItemVersion(Base):
    """A wording of an item that was changed between rounds; the last version is also the item's own wording."""

    __tablename__ = "item_version"
    __table_args__ = {"sqlite_with_rowid": False}

    item_id: Mapped[str] = mapped_column(ForeignKey(_ITEM), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    wording: Mapped[str] = mapped_column(Text)
    counts: Mapped[list[str]] = mapped_column(JSON, default=list)
    counts_not: Mapped[list[str]] = mapped_column(JSON, default=list)
    reason: Mapped[str] = mapped_column(Text, default="")
    on: Mapped[date | None]


class DeadlineMove(Base):
    """One move of a round's deadline, with its reason."""

    __tablename__ = "deadline_move"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND), index=True)
    before: Mapped[datetime | None] = mapped_column(UTCDateTime())
    after: Mapped[datetime] = mapped_column(UTCDateTime())
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime())


class Reopening(Base):
    """A closed round opened again: asked by one, confirmed by another.

    ``closing`` counts the close that is undone. ``standing`` holds which answers stood at the close before, by random id with the group, until the next close
    has been made; ``withheld`` are reasons that nobody reads, because too few gave new ones.
    """

    __tablename__ = "reopening"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'confirmed', 'dropped')", name="state"),
        CheckConstraint("(state = 'confirmed') = (confirmed_by IS NOT NULL)", name="confirmed"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_people"),
        Index("uq_reopening_asked", "round_id", unique=True, sqlite_where=text("state = 'asked'"),
              postgresql_where=text("state = 'asked'")),
        Index("ix_reopening_round_id", "round_id"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND))
    state: Mapped[str] = mapped_column(String(10), default="asked")
    closing: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text)
    deadline: Mapped[datetime] = mapped_column(UTCDateTime())
    asked_by: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime())
    confirmed_by: Mapped[str | None] = mapped_column(String(16))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    standing: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    withheld: Mapped[list[str]] = mapped_column(JSON, default=list)


class SupersededSnapshot(Base):
    """The result of a close that was undone: kept as it was, shown nowhere, never computed again."""

    __tablename__ = "superseded_snapshot"
    __table_args__ = (UniqueConstraint("round_id", "closing"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND))
    closing: Mapped[int]
    payload: Mapped[str] = mapped_column(Text)
