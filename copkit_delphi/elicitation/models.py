"""Tables of a study. Answers stand under random codes, without a name, an address or a time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_STUDY = "study.id"
_PANELLIST = "panellist.id"
_ITEM = "item.id"
_ROUND = "round.id"


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
    state: Mapped[str] = mapped_column(String(10), default="draft")
    origin: Mapped[str] = mapped_column(String(10), default="elicited")
    synthetic: Mapped[bool] = mapped_column(default=False)
    practice: Mapped[bool] = mapped_column(default=False)
    exercise: Mapped[bool] = mapped_column(default=False, server_default=false())
    attribution: Mapped[str] = mapped_column(Text, default="")
    protocol: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    protocol_hash: Mapped[str | None] = mapped_column(String(64))
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


class Scenario(Base):
    """A page of the questionnaire: one technology-threat scenario as this study words it."""

    __tablename__ = "scenario"
    __table_args__ = (UniqueConstraint("study_id", "name"), UniqueConstraint("study_id", "position"))

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    short: Mapped[str] = mapped_column(String(40), default="")
    claim: Mapped[str] = mapped_column(String(160), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    counts: Mapped[list[str]] = mapped_column(JSON, default=list)
    counts_not: Mapped[list[str]] = mapped_column(JSON, default=list)
    counter_view: Mapped[str] = mapped_column(Text, default="")
    rights: Mapped[list[str]] = mapped_column(JSON, default=list)
    hazard: Mapped[str] = mapped_column(String(10), default="low")
    evidence: Mapped[str] = mapped_column(String(20), default="")
    sources: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    library_id: Mapped[str] = mapped_column(String(20), default="")
    library_version: Mapped[int] = mapped_column(default=0, server_default="0")
    track_record: Mapped[str] = mapped_column(Text, default="")


class Item(Base):
    """One thing rated on a scenario, ``S04.likelihood``; its wording freezes when a round opens."""

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("study_id", "name"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"))
    scenario_id: Mapped[str] = mapped_column(ForeignKey("scenario.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    dimension: Mapped[str | None] = mapped_column(String(20))
    wording: Mapped[str] = mapped_column(Text, default="")
    low: Mapped[float]
    high: Mapped[float]
    step: Mapped[float] = mapped_column(default=1)
    position: Mapped[int]


class Round(Base):
    """A round: draft, open, closed; its feedback: in moderation, then open to the panel."""

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


class Panellist(Base):
    """A member of the panel as a random code. Who it is stands in the vault alone."""

    __tablename__ = "panellist"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("stakeholder_group.id", ondelete="CASCADE"))
    consent_version: Mapped[str | None] = mapped_column(String(10))
    quoting: Mapped[str] = mapped_column(String(12), default="no")
    declined: Mapped[bool] = mapped_column(default=False)
    synthetic: Mapped[bool] = mapped_column(default=False)


class PersonalLink(Base):
    """The hash of a personal link. A link opens one panellist's pages of one study."""

    __tablename__ = "personal_link"
    __table_args__ = {"sqlite_with_rowid": False}

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"), index=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"))
    revoked: Mapped[bool] = mapped_column(default=False)


class PanellistSession(Base):
    """A browser in which a personal link was entered, known only by the hash of its token. It ends with its link."""

    __tablename__ = "panellist_session"
    __table_args__ = {"sqlite_with_rowid": False}

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"), index=True)
    link_hash: Mapped[str] = mapped_column(
        ForeignKey("personal_link.token_hash", ondelete="CASCADE"), index=True
    )
    day: Mapped[date]


class Participation(Base):
    """How far a panellist is in a round; no time."""

    __tablename__ = "participation"
    __table_args__ = {"sqlite_with_rowid": False}

    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    progress: Mapped[str] = mapped_column(String(15), default="not_started")


class Draft(Base):
    """What was typed and not saved: one row per panellist, item and round, overwritten, never counted."""

    __tablename__ = "draft"
    __table_args__ = {"sqlite_with_rowid": False}

    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey(_ITEM, ondelete="CASCADE"), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    typed: Mapped[dict[str, Any]] = mapped_column(JSON)


class Rating(Base):
    """One judgement of one item by one panellist in one round. Appended, never updated."""

    __tablename__ = "rating"
    __table_args__ = (
        CheckConstraint("(value IS NULL) = cannot_judge", name="cannot_judge"),
        CheckConstraint("low IS NULL OR (value IS NOT NULL AND low <= value)", name="low"),
        CheckConstraint("high IS NULL OR (value IS NOT NULL AND value <= high)", name="high"),
        UniqueConstraint("panellist_id", "item_id", "round_id", "revision"),
        Index("uq_rating_current", "panellist_id", "item_id", "round_id", unique=True,
              sqlite_where=text("is_current"), postgresql_where=text("is_current")),
        Index("ix_rating_round", "round_id"),
        {"sqlite_with_rowid": False},
    )  # fmt: skip

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


class Rationale(Base):
    """A reason as written, for one likelihood item. Appended, never updated."""

    __tablename__ = "rationale"
    __table_args__ = (
        CheckConstraint("visibility IN ('panel', 'facilitators', 'declined')", name="visibility"),
        UniqueConstraint("panellist_id", "item_id", "round_id", "revision"),
        Index("uq_rationale_current", "panellist_id", "item_id", "round_id", unique=True,
              sqlite_where=text("is_current"), postgresql_where=text("is_current")),
        Index("ix_rationale_round", "round_id"),
        {"sqlite_with_rowid": False},
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST))
    item_id: Mapped[str] = mapped_column(ForeignKey(_ITEM))
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND))
    revision: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
    text: Mapped[str] = mapped_column(Text, default="")
    visibility: Mapped[str] = mapped_column(String(12), default="panel")


class Argument(Base):
    """A reason as edited for feedback, under "higher" or "lower"; it leads back to nobody."""

    __tablename__ = "argument"
    __table_args__ = (
        CheckConstraint("side IN ('higher', 'lower')", name="side"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND), index=True)
    item_id: Mapped[str] = mapped_column(ForeignKey(_ITEM))
    side: Mapped[str] = mapped_column(String(6))
    text: Mapped[str] = mapped_column(Text)
    quotable: Mapped[bool] = mapped_column(default=False)


class Snapshot(Base):
    """The frozen, already disclosed result of a closed round. Never updated, never recomputed."""

    __tablename__ = "snapshot"

    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND), primary_key=True)
    payload: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class Amendment(Base):
    """A dated change of a locked protocol, with its reason, printed in the brief."""

    __tablename__ = "amendment"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
