"""What is asked: scenarios and the items rated on them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base

_STUDY = "study.id"


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
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")  # by language


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
    options: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class Question(Base):
    """A question of a facilitator's own: asked on one scenario, or on each where ``scenario_id`` is empty.

    It makes items named ``S04.q1`` or ``S04.q1.feasibility``; ``key`` is its part of the name and stays its own.
    """

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("study_id", "key"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"))
    scenario_id: Mapped[str | None] = mapped_column(ForeignKey("scenario.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(20))
    wording: Mapped[str] = mapped_column(Text, default="")
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    position: Mapped[int]
