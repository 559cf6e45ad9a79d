"""Who was asked to which round, and every mail to the panel: on the side of names, never beside a code.

A contact that is erased takes its invitations along; a mail that was sent stays in the count, and holds nobody.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_STUDY = "study.id"
_ROUND = "round.id"
_CONTACT = "sealed_identity.id"


class Invitation(Base):
    """One person asked to one round, of threats or of ethics: the state of the mail, and how often was reminded."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'failed', 'withdrawn')", name="state"),
        {"sqlite_with_rowid": False},
    )

    contact_id: Mapped[str] = mapped_column(ForeignKey(_CONTACT, ondelete="CASCADE"), primary_key=True)
    round_id: Mapped[str] = mapped_column(String(16), primary_key=True, index=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    letter_id: Mapped[str] = mapped_column(String(32), default="", index=True)
    reminders: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class Letter(Base):
    """One mail to one person of a panel, by the id of its row in the outbox: kind, day and what became of it."""

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'failed', 'dropped')", name="state"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    round_id: Mapped[str] = mapped_column(String(16), default="")
    contact_id: Mapped[str | None] = mapped_column(ForeignKey(_CONTACT, ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    day: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    error: Mapped[str] = mapped_column(String(40), default="")


class LetterText(Base):
    """The words of one kind of mail in one language, where a study changed the shipped ones."""

    __tablename__ = "letter_text"

    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    language: Mapped[str] = mapped_column(String(5), primary_key=True)
    subject: Mapped[str] = mapped_column(String(160))
    body: Mapped[str] = mapped_column(Text)


class MailChoice(Base):
    """The language of mails to people of a study who have none of their own."""

    __tablename__ = "mail_choice"

    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(5), default="en")


class ReminderPlan(Base):
    """A reminder that leaves by itself some days before the deadline of a round; sent once, by whoever marks it first."""

    __tablename__ = "reminder_plan"

    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    days_before: Mapped[int] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class ProgressDay(Base):
    """How many of a panel had begun and finished a round by the end of a day: two numbers, and nobody."""

    __tablename__ = "progress_day"

    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    begun: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)


class RoundQuality(Base):
    """How completely a closed round was answered, item by item: disclosed and frozen when it closed."""

    __tablename__ = "round_quality"

    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    payload: Mapped[str] = mapped_column(Text)
