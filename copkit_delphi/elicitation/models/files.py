"""What comes in and goes out as a file: uploads on their way, mappings of columns, replication files, archived copies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_STUDY = "study.id"
_ROUND = "round.id"
_ACCOUNT = "account.id"


class UploadedRatings(Base):
    """A table that somebody uploaded and has not joined yet: sealed, its owner's alone, deleted after a day."""

    __tablename__ = "uploaded_ratings"
    __table_args__ = (Index("ix_uploaded_ratings_at", "at"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey(_ACCOUNT, ondelete="CASCADE"), index=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    seal: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UTCDateTime())


class ColumnMapping(Base):
    """Which column of a foreign table is what, kept under a name; with ``shared`` every facilitator may use it."""

    __tablename__ = "column_mapping"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey(_ACCOUNT, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)


class JoinedRound(Base):
    """A round that was run elsewhere: from which file, and whether its people can answer the next one here."""

    __tablename__ = "joined_round"

    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    filename: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(Text)
    linked: Mapped[bool]


class ReplicationRequest(Base):
    """Somebody asks for ratings row by row: why, for whom; a second person agrees; the file is kept for an hour."""

    __tablename__ = "replication_request"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'approved', 'refused', 'made')", name="state"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_people"),
        CheckConstraint("(state = 'asked') = (decided_by IS NULL)", name="decided"),
        CheckConstraint("content IS NULL OR state = 'made'", name="content"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(String(200))
    asked_by: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime())
    state: Mapped[str] = mapped_column(String(10), default="asked")
    decided_by: Mapped[str | None] = mapped_column(String(16))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    refusal: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    content: Mapped[bytes | None] = mapped_column(LargeBinary)


class ArchivedCopy(Base):
    """A study that came as an archive: what of it no table holds, so that it leaves again as it came."""

    __tablename__ = "archived_copy"

    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), primary_key=True)
    manifest: Mapped[str] = mapped_column(String(64))
    record: Mapped[dict[str, Any]] = mapped_column(JSON)


class ArchivedSnapshot(Base):
    """The frozen result of a round that came in an archive, as its bytes were. The same may come twice."""

    __tablename__ = "archived_snapshot"

    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    payload: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class ArchivedPart(Base):
    """A part of an archive that leaves again as it came: released documents, ethics results, decisions."""

    __tablename__ = "archived_part"

    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
