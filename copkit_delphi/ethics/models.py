"""Tables of an ethics assessment: one per study, made by its ethics reviewer."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base

_ASSESSMENT = "assessment.study_id"


class Assessment(Base):
    """The assessment of a study: scope, screening, who carries the harm, what was left out."""

    __tablename__ = "assessment"

    study_id: Mapped[str] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    assessor: Mapped[str] = mapped_column(String(120))
    assessed_on: Mapped[date]
    review_on: Mapped[date]
    scope: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    screening: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    who_carries: Mapped[str] = mapped_column(Text, default="")
    not_assessed: Mapped[str] = mapped_column(Text, default="")
    acceptances: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    proportionality: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)


class RiskJudgement(Base):
    """One headline risk as the assessor judged it, with the residual where a measure is in place."""

    __tablename__ = "risk_judgement"
    __table_args__ = (
        CheckConstraint(
            "gravity BETWEEN 1 AND 5 AND reach BETWEEN 1 AND 5 "
            "AND irreversibility BETWEEN 1 AND 5 AND likelihood BETWEEN 1 AND 5",
            name="range",
        ),
    )

    study_id: Mapped[str] = mapped_column(ForeignKey(_ASSESSMENT, ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(10), primary_key=True)
    gravity: Mapped[int]
    reach: Mapped[int]
    irreversibility: Mapped[int]
    likelihood: Mapped[int]
    burden: Mapped[str] = mapped_column(String(20), default="general")
    precedent: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    residual: Mapped[dict[str, int] | None] = mapped_column(JSON)


class MisuseCase(Base):
    """How a recommended action or the brief itself could be misused, by criminals or by authorities."""

    __tablename__ = "misuse_case"
    __table_args__ = (CheckConstraint("side IN ('criminals', 'authorities')", name="side"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_ASSESSMENT, ondelete="CASCADE"), index=True)
    side: Mapped[str] = mapped_column(String(12))
    position: Mapped[int]
    fields: Mapped[dict[str, str]] = mapped_column(JSON)


class Mitigation(Base):
    """A measure against a headline risk, with owner, date and status."""

    __tablename__ = "mitigation"
    __table_args__ = (
        CheckConstraint("status IN ('planned', 'in_place', 'verified', 'dropped')", name="status"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_ASSESSMENT, ondelete="CASCADE"), index=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(4))
    risk: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(12))
    owner: Mapped[str] = mapped_column(String(120), default="")
    due: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(10), default="planned")
    evidence: Mapped[str] = mapped_column(String(200), default="")
