"""Tables of ethics: the reviewer's assessment, the register of measures, flags, and the rounds of the panel.

Answers of the panel stand under random codes, without a name, an address or a time.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime
from copkit_delphi.elicitation.models.appended import appended

_ASSESSMENT = "assessment.study_id"
_STUDY = "study.id"
_PANELLIST = "panellist.id"
_ROUND = "ethics_round.id"


class Assessment(Base):
    """The assessment of a study: scope, screening, who carries the harm, what was left out."""

    __tablename__ = "assessment"

    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), primary_key=True)
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
    """A measure against a headline risk or a flag; ``code`` is empty for one of the study's own.

    ``rounds_before`` is how many ethics rounds had opened when the status was set: a later one has seen it.
    """

    __tablename__ = "mitigation"
    __table_args__ = (
        CheckConstraint("status IN ('planned', 'in_place', 'verified', 'dropped')", name="status"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(4), default="")
    against: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(12))
    owner: Mapped[str] = mapped_column(String(120), default="")
    due: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(10), default="planned")
    evidence: Mapped[str] = mapped_column(String(200), default="")
    rounds_before: Mapped[int] = mapped_column(default=0, server_default="0")


class EthicsFlag(Base):
    """A point that a person must answer before release; never by whom it was raised, how many or which group."""

    __tablename__ = "ethics_flag"
    __table_args__ = (
        CheckConstraint("level IN ('stop', 'major', 'minor')", name="level"),
        CheckConstraint("source IN ('panel', 'risk', 'response')", name="source"),
        CheckConstraint("state IN ('open', 'answered', 'cleared')", name="state"),
        CheckConstraint("(state = 'cleared') = (cleared_on IS NOT NULL)", name="cleared"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    question_id: Mapped[str] = mapped_column(String(10))
    level: Mapped[str] = mapped_column(String(5))
    source: Mapped[str] = mapped_column(String(9))
    state: Mapped[str] = mapped_column(String(8), default="open")
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_by: Mapped[str] = mapped_column(String(120), default="")
    replier_id: Mapped[str] = mapped_column(String(32), default="")
    cleared_by: Mapped[str] = mapped_column(String(120), default="")
    cleared_reason: Mapped[str] = mapped_column(Text, default="")
    cleared_on: Mapped[date | None]


class EthicsPrecedent(Base):
    """The reviewer's decision that a comparable case of a headline risk is documented; the reason is printed."""

    __tablename__ = "ethics_precedent"

    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[str] = mapped_column(String(10), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(120))
    decided_on: Mapped[date]


class EthicsWaiver(Base):
    """Why a group that has to be heard may be missing: the reviewer writes it, the owner confirms it.

    ``round_number`` is the last closed ethics round it was written on, 0 before any.
    """

    __tablename__ = "ethics_waiver"
    __table_args__ = (
        CheckConstraint("(confirmed_on IS NULL) = (confirmer_id = '')", name="confirmed"),
        CheckConstraint("confirmer_id = '' OR confirmer_id <> writer_id", name="two"),
    )

    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), primary_key=True)
    round_number: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(120))
    writer_id: Mapped[str] = mapped_column(String(32))
    written_on: Mapped[date]
    confirmed_by: Mapped[str] = mapped_column(String(120), default="")
    confirmer_id: Mapped[str] = mapped_column(String(32), default="")
    confirmed_on: Mapped[date | None]


class EthicsRound(Base):
    """A round in which the whole panel rates the headline risks: open, closed. ``subject`` says of what."""

    __tablename__ = "ethics_round"
    __table_args__ = (
        UniqueConstraint("study_id", "number"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index("uq_ethics_round_open", "study_id", unique=True, sqlite_where=text("state = 'open'"),
              postgresql_where=text("state = 'open'")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="open")
    subject: Mapped[str] = mapped_column(Text)
    seed: Mapped[int]
    deadline: Mapped[datetime] = mapped_column(UTCDateTime())
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    close_reason: Mapped[str] = mapped_column(Text, default="")


class EthicsParticipation(Base):
    """How far a panellist is in an ethics round; no time."""

    __tablename__ = "ethics_participation"
    __table_args__ = {"sqlite_with_rowid": False}

    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    progress: Mapped[str] = mapped_column(String(15), default="not_started")


class EthicsRating(Base):
    """One panellist's rating of one headline risk in one round. Appended, never updated."""

    __tablename__ = "ethics_rating"
    __table_args__ = appended(
        "ethics_rating",
        "question_id",
        CheckConstraint(
            "(gravity IS NULL) = cannot_judge AND (reach IS NULL) = cannot_judge "
            "AND (irreversibility IS NULL) = cannot_judge AND (likelihood IS NULL) = cannot_judge "
            "AND (burden IS NULL) = cannot_judge",
            name="cannot_judge",
        ),
        CheckConstraint(
            "gravity BETWEEN 1 AND 5 AND reach BETWEEN 1 AND 5 "
            "AND irreversibility BETWEEN 1 AND 5 AND likelihood BETWEEN 1 AND 5",
            name="range",
        ),
        CheckConstraint("burden IN ('general', 'partly_vulnerable', 'mainly_vulnerable')", name="burden"),
        CheckConstraint("confidence BETWEEN 1 AND 3", name="confidence"),
        CheckConstraint("visibility IN ('panel', 'facilitators', 'declined')", name="visibility"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"))
    question_id: Mapped[str] = mapped_column(String(10))
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"))
    revision: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
    gravity: Mapped[int | None]
    reach: Mapped[int | None]
    irreversibility: Mapped[int | None]
    likelihood: Mapped[int | None]
    burden: Mapped[str | None] = mapped_column(String(20))
    confidence: Mapped[int | None]
    cannot_judge: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    visibility: Mapped[str] = mapped_column(String(12), default="panel")
    seal: Mapped[str | None] = mapped_column(String(32))  # keyed hash of the row, by elicitation.seals


class EthicsAnswer(Base):
    """One panellist's answer to a stop question in one round. Appended, never updated."""

    __tablename__ = "ethics_answer"
    __table_args__ = appended(
        "ethics_answer",
        "question_id",
        CheckConstraint("(value IS NULL) = cannot_judge", name="cannot_judge"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"))
    question_id: Mapped[str] = mapped_column(String(10))
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"))
    revision: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
    value: Mapped[str | None] = mapped_column(String(20))
    cannot_judge: Mapped[bool] = mapped_column(default=False)
    seal: Mapped[str | None] = mapped_column(String(32))


class EthicsSnapshot(Base):
    """The frozen, already disclosed result of a closed ethics round. Never updated, never recomputed."""

    __tablename__ = "ethics_snapshot"

    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    payload: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class SealedEthicsRound(Base):
    """The keyed hashes of all answers that stood at the close of an ethics round; their root is in the audit chain."""

    __tablename__ = "sealed_ethics_round"

    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    root: Mapped[str] = mapped_column(String(64))
    seals: Mapped[list[str]] = mapped_column(JSON)
