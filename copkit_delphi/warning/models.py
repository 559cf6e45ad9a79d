"""Tables of warning: indicators, early actions, and briefs with their signatures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_STUDY = "study.id"


class Indicator(Base):
    """Something observable with owner, baseline, threshold, source and expiry."""

    __tablename__ = "indicator"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    scenario: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(120), default="")
    baseline: Mapped[str] = mapped_column(Text, default="")
    threshold: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    cadence: Mapped[str] = mapped_column(String(40), default="")
    expiry: Mapped[date | None]
    diagnosticity: Mapped[str] = mapped_column(String(10), default="medium")
    disconfirming: Mapped[bool] = mapped_column(default=False)


class EarlyAction(Base):
    """A candidate action under one of the four categories, with owner, trigger, lead time and stop rule."""

    __tablename__ = "early_action"
    __table_args__ = (
        CheckConstraint(
            "category IN ('preparedness', 'mitigation', 'prevention', 'policy')", name="category"
        ),
        CheckConstraint("months_from <= months_to", name="lead_time"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    scenario: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(12))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(160), default="")
    trigger: Mapped[str] = mapped_column(String(200), default="")
    months_from: Mapped[int]
    months_to: Mapped[int]
    stop_rule: Mapped[str] = mapped_column(Text, default="")
    rights_level: Mapped[str] = mapped_column(String(10), default="")
    rights_note: Mapped[str] = mapped_column(String(200), default="")
    recommended: Mapped[bool] = mapped_column(default=False)


class Brief(Base):
    """One version of a study's brief with its annex. A published version never changes."""

    __tablename__ = "brief"
    __table_args__ = (
        UniqueConstraint("study_id", "version"),
        CheckConstraint("state IN ('draft', 'assessed', 'signed', 'published', 'withdrawn')", name="state"),
        Index("uq_brief_working", "study_id", unique=True,
              sqlite_where=text("state IN ('draft', 'assessed', 'signed')"),
              postgresql_where=text("state IN ('draft', 'assessed', 'signed')")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"))
    version: Mapped[int]
    reference: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    marking: Mapped[str] = mapped_column(String(20))
    community: Mapped[str] = mapped_column(String(160), default="")
    title: Mapped[str] = mapped_column(String(160))
    lede: Mapped[str] = mapped_column(String(300), default="")
    bottom_line: Mapped[str] = mapped_column(Text, default="")
    decisions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    confidence: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict)
    settle: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    limits: Mapped[list[str]] = mapped_column(JSON, default=list)
    analyst: Mapped[str] = mapped_column(String(120), default="")
    issued_on: Mapped[date]
    review_on: Mapped[date]
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    withdrawn_because: Mapped[str] = mapped_column(Text, default="")


class Signature(Base):
    """A signature over the content of a brief version; any change of the content makes it void."""

    __tablename__ = "signature"
    __table_args__ = (CheckConstraint("role IN ('ethics_reviewer', 'dpo', 'owner')", name="role"),)

    brief_id: Mapped[str] = mapped_column(ForeignKey("brief.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    content_hash: Mapped[str] = mapped_column(String(64))


class PublishedDocument(Base):
    """The bytes of a published brief, annex or summary, as released; never made again."""

    __tablename__ = "published_document"

    brief_id: Mapped[str] = mapped_column(ForeignKey("brief.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    content: Mapped[bytes]
    hash: Mapped[str] = mapped_column(String(64))


class _Signed:
    """Who appended a row, and when."""

    account_id: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UTCDateTime())


class WarningLevel(_Signed, Base):
    """A level that a person set for a scenario; the newest position stands, none is ever changed."""

    __tablename__ = "warning_level"
    __table_args__ = (
        UniqueConstraint("study_id", "scenario", "position"),
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
        CheckConstraint("proposed BETWEEN 0 AND 4", name="proposed"),
        CheckConstraint("changed IN ('evidence', 'judgement', 'policy')", name="changed"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"))
    scenario: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    level: Mapped[int]
    proposed: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    changed: Mapped[str] = mapped_column(String(10))
    expires_on: Mapped[date]


class IndicatorReading(_Signed, Base):
    """What an indicator showed on a day; the newest position counts."""

    __tablename__ = "indicator_reading"
    __table_args__ = (UniqueConstraint("indicator_id", "position"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    indicator_id: Mapped[str] = mapped_column(ForeignKey("indicator.id", ondelete="CASCADE"))
    position: Mapped[int]
    value: Mapped[str] = mapped_column(String(120))
    on: Mapped[date]
    status: Mapped[str] = mapped_column(String(20))


class ActionChange(_Signed, Base):
    """A step of an early action: its new status, who owns it from then on, and why."""

    __tablename__ = "action_change"
    __table_args__ = (UniqueConstraint("action_id", "position"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    action_id: Mapped[str] = mapped_column(ForeignKey("early_action.id", ondelete="CASCADE"))
    position: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(String(160))
    reason: Mapped[str] = mapped_column(Text)
