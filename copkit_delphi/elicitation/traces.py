"""Tables of what privacy leaves behind: erasures without content, closed links, seals of closed rounds, reveals."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_STUDY = "study.id"


class Erasure(Base):
    """Lets the append-only triggers pass the deletes of one code; an erased identity lets nothing pass.

    ``round_id`` and ``progress`` keep the numbers of invited and done of the last round that had opened as they were.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint("kind IN ('withdrawal', 'identity', 'retention')", name="kind"),
        {"sqlite_with_rowid": False},
    )

    panellist_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    group_id: Mapped[str] = mapped_column(String(16))
    round_id: Mapped[str | None] = mapped_column(String(16))
    progress: Mapped[str] = mapped_column(String(15), default="not_started")
    on: Mapped[date]
    seals: Mapped[list[str]] = mapped_column(JSON, default=list)


class RetiredLink(Base):
    """A personal link of somebody who withdrew: it says so, and leads to no code."""

    __tablename__ = "retired_link"
    __table_args__ = {"sqlite_with_rowid": False}

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"))


class SealedRound(Base):
    """The keyed hashes of all ratings that stood at a close, sorted; their root is in the audit chain."""

    __tablename__ = "sealed_round"

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    root: Mapped[str] = mapped_column(String(64))
    seals: Mapped[list[str]] = mapped_column(JSON)


class RevealRequest(Base):
    """A question who wrote one reason: asked by a facilitator, answered to the data protection officer by two."""

    __tablename__ = "reveal_request"
    __table_args__ = (
        CheckConstraint("reason IN ('safety', 'court_order', 'incident', 'request')", name="reason"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    rationale_id: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime())
    dpo: Mapped[str | None] = mapped_column(String(16))
    reviewer: Mapped[str | None] = mapped_column(String(16))
    refused_by: Mapped[str | None] = mapped_column(String(16))
    granted_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    untold_because: Mapped[str] = mapped_column(Text, default="")
