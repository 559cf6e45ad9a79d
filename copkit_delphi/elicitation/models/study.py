"""A study, its groups and the dated changes of its protocol."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_STUDY = "study.id"


class Study(Base):
    """A study with its protocol, locked and hashed when round 1 opens; ``asked_until`` is an ethics round's deadline."""

    __tablename__ = "study"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'running', 'ended', 'archived')", name="state"),
        CheckConstraint("origin IN ('elicited', 'imported')", name="origin"),
        CheckConstraint("(state = 'draft') = (protocol_hash IS NULL)", name="locked"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    title: Mapped[str] = mapped_column(String(160))
    purpose: Mapped[str] = mapped_column(Text, default="")
    commissioned_by: Mapped[str] = mapped_column(String(200), default="")
    paid_by: Mapped[str] = mapped_column(String(200), default="")
    received_by: Mapped[str] = mapped_column(String(200), default="")
    ethics_contact: Mapped[str] = mapped_column(String(200), default="")
    controller: Mapped[str] = mapped_column(String(200), default="")
    legal_basis: Mapped[str] = mapped_column(String(200), default="")
    horizon: Mapped[date | None]
    marking: Mapped[str] = mapped_column(String(20), default="TLP:AMBER")
    time_zone: Mapped[str] = mapped_column(String(40), default="UTC", server_default="UTC")
    state: Mapped[str] = mapped_column(String(10), default="draft")
    origin: Mapped[str] = mapped_column(String(10), default="elicited")
    synthetic: Mapped[bool] = mapped_column(default=False)
    practice: Mapped[bool] = mapped_column(default=False)
    exercise: Mapped[bool] = mapped_column(default=False, server_default=false())
    pilot: Mapped[bool] = mapped_column(default=False, server_default=false())
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["en"], server_default='["en"]')
    attribution: Mapped[str] = mapped_column(Text, default="")
    protocol: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    protocol_hash: Mapped[str | None] = mapped_column(String(64))
    locked: Mapped[str | None] = mapped_column(Text)  # the bytes that the hash was taken over
    seed: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    asked_until: Mapped[datetime | None] = mapped_column(UTCDateTime())


class StakeholderGroup(Base):
    """A group of the panel with its target size."""

    __tablename__ = "stakeholder_group"
    __table_args__ = (UniqueConstraint("study_id", "name"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(5), default="other")
    target: Mapped[int] = mapped_column(default=0)
    position: Mapped[int]


class Amendment(Base):
    """A dated change of a locked protocol, with its reason, printed in the brief."""

    __tablename__ = "amendment"
    __table_args__ = (Index("uq_amendment_number", "study_id", "number", unique=True,
                            sqlite_where=sql("number > 0"), postgresql_where=sql("number > 0")),)  # fmt: skip

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # 0: made before amendments were chained
    hash: Mapped[str | None] = mapped_column(String(64))  # over this amendment and the hash before it
