"""Tables of the library. A version of an entry never changes; a study copies what it takes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_SCENARIO = "library_scenario.id"


class LibraryScenario(Base):
    """One version of an entry; one version of each name is the current one."""

    __tablename__ = "library_scenario"
    __table_args__ = (
        UniqueConstraint("name", "version"),
        CheckConstraint("origin IN ('shipped', 'own')", name="origin"),
        CheckConstraint("hazard IN ('low', 'medium', 'high')", name="hazard"),
        Index("uq_library_scenario_current", "name", unique=True,
              sqlite_where=text("is_current"), postgresql_where=text("is_current")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
    origin: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))
    retired_because: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime())
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    horizon: Mapped[str] = mapped_column(String(10))
    evidence: Mapped[str] = mapped_column(String(20))
    hazard: Mapped[str] = mapped_column(String(10))
    technology: Mapped[str] = mapped_column(String(200), default="")
    family: Mapped[str] = mapped_column(String(120), default="")
    maturity: Mapped[str] = mapped_column(String(120), default="")
    accessibility: Mapped[str] = mapped_column(String(120), default="")
    actor: Mapped[str] = mapped_column(String(200), default="")
    motivation: Mapped[str] = mapped_column(String(200), default="")
    capability: Mapped[str] = mapped_column(String(120), default="")
    method: Mapped[str] = mapped_column(Text, default="")
    target: Mapped[str] = mapped_column(Text, default="")
    crime_area: Mapped[str] = mapped_column(String(200), default="")
    counter_view: Mapped[str] = mapped_column(Text, default="")
    track_record: Mapped[str] = mapped_column(Text, default="")
    rights: Mapped[list[str]] = mapped_column(JSON, default=list)
    short: Mapped[str] = mapped_column(String(40), default="")
    claim: Mapped[str] = mapped_column(String(160), default="")
    statement: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    counts: Mapped[list[str]] = mapped_column(JSON, default=list)
    counts_not: Mapped[list[str]] = mapped_column(JSON, default=list)


class LibraryIndicator(Base):
    """Something observable that speaks for an entry, or against it."""

    __tablename__ = "library_indicator"
    __table_args__ = (UniqueConstraint("scenario_id", "position"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    scenario_id: Mapped[str] = mapped_column(ForeignKey(_SCENARIO, ondelete="CASCADE"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(40), default="")
    threshold: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    cadence: Mapped[str] = mapped_column(String(40), default="")
    diagnosticity: Mapped[str] = mapped_column(String(10), default="medium")
    disconfirming: Mapped[bool] = mapped_column(default=False)


class CandidateAction(Base):
    """An early action proposed under one of the four categories."""

    __tablename__ = "candidate_action"
    __table_args__ = (
        UniqueConstraint("scenario_id", "position"),
        CheckConstraint(
            "category IN ('preparedness', 'mitigation', 'prevention', 'policy')", name="category"
        ),
        CheckConstraint("months_from <= months_to", name="lead_time"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    scenario_id: Mapped[str] = mapped_column(ForeignKey(_SCENARIO, ondelete="CASCADE"))
    position: Mapped[int]
    category: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(160), default="")
    trigger: Mapped[str] = mapped_column(String(200), default="")
    months_from: Mapped[int]
    months_to: Mapped[int]
    rights_level: Mapped[str] = mapped_column(String(10), default="")
    rights_note: Mapped[str] = mapped_column(String(200), default="")


class LibrarySource(Base):
    """An open source behind an entry with its Admiralty grade."""

    __tablename__ = "library_source"
    __table_args__ = (UniqueConstraint("scenario_id", "position"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    scenario_id: Mapped[str] = mapped_column(ForeignKey(_SCENARIO, ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    publisher: Mapped[str] = mapped_column(String(200), default="")
    year: Mapped[int] = mapped_column(default=0)
    grade: Mapped[str] = mapped_column(String(5), default="")
    url: Mapped[str] = mapped_column(String(300), default="")
