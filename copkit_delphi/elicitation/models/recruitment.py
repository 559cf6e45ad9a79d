"""How a panel comes about: uploaded lists, texts people agree to, proposals, and the page where people apply.

Whatever names a person is sealed. No row says who proposed whom, and rows stand by random ids without a time.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_STUDY = "study.id"


class StagedUpload(Base):
    """A list that was uploaded and is being looked at; its rows are sealed and go after a day at the latest."""

    __tablename__ = "staged_upload"
    __table_args__ = (CheckConstraint("state IN ('preview', 'running', 'done', 'failed')", name="state"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    actor: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(10), default="preview")
    people: Mapped[int] = mapped_column(default=0)
    refusal: Mapped[str] = mapped_column(Text, default="")
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime())
    seal: Mapped[bytes | None] = mapped_column(LargeBinary)


class ConsentText(Base):
    """One version of what a panellist of a study reads and agrees to, beside what every study says."""

    __tablename__ = "consent_text"

    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    information: Mapped[str] = mapped_column(Text, default="")
    agreement: Mapped[str] = mapped_column(String(300), default="")
    changed: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UTCDateTime())


class InterestHandling(Base):
    """What the facilitators do about declared interests, in their words; it is printed."""

    __tablename__ = "interest_handling"

    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")


class Nomination(Base):
    """Somebody whom a member of the panel proposed; by whom is nowhere."""

    __tablename__ = "nomination"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'declined')", name="state"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    seal: Mapped[bytes] = mapped_column(LargeBinary)


class EnrolmentPage(Base):
    """The page under an unguessable address where people may ask to join a panel."""

    __tablename__ = "enrolment_page"

    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(43), unique=True)
    is_open: Mapped[bool] = mapped_column(default=False)
    until: Mapped[date | None]
    most: Mapped[int] = mapped_column(default=50)
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text)
    group_ids: Mapped[list[str]] = mapped_column(JSON, default=list)


class Applicant(Base):
    """Somebody who asked to join; shown to facilitators once the address was confirmed by its owner."""

    __tablename__ = "applicant"
    __table_args__ = (
        CheckConstraint("(token_hash IS NULL) = (expires_at IS NULL)", name="confirmed"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    seal: Mapped[bytes] = mapped_column(LargeBinary)
