"""Tables of people. Nothing here stands beside an answer: studies are named by an id without a key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime


class Account(Base):
    """A member of staff or a reader who signs in with a password."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    organisation: Mapped[str] = mapped_column(String(160), default="", server_default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())


class RoleAssignment(Base):
    """A role of an account, in one study or (study_id empty) everywhere.

    Triggers refuse two roles that exclude each other in one study (revision 0004).
    """

    __tablename__ = "role_assignment"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    study_id: Mapped[str] = mapped_column(String(16), primary_key=True, default="")


class StaffSession(Base):
    """A signed-in browser, known only by the hash of its token; ``rights`` are the roles it was given for."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime())
    with_factor: Mapped[bool] = mapped_column(default=False)
    rights: Mapped[str] = mapped_column(String(16))


class PasswordLink(Base):
    """A mailed link that sets a password once, known only by its hash: an invitation or a reset."""

    __tablename__ = "password_link"
    __table_args__ = (CheckConstraint("purpose IN ('invitation', 'reset')", name="purpose"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime())


class SecondFactor(Base):
    """The authenticator of an account: its secret is sealed; ``last_step`` is the latest code that was used."""

    __tablename__ = "second_factor"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    seal: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int]


class RecoveryCode(Base):
    """A code that stands in for the authenticator once, known only by its hash."""

    __tablename__ = "recovery_code"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)


class SealedIdentity(Base):
    """A panellist's name and address, encrypted with a key outside the database.

    The code it belongs to is inside the seal too, so that no join leads from a name to an answer.
    Rows are stored by random id: neither their order nor a time tells who was invited first.
    """

    __tablename__ = "sealed_identity"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    study_id: Mapped[str] = mapped_column(String(16), index=True)
    seal: Mapped[bytes] = mapped_column(LargeBinary)


class OutboxMessage(Base):
    """A mail waiting to leave. Address and text are sealed, and erased once it has left."""

    __tablename__ = "outbox_message"
    __table_args__ = (CheckConstraint("state IN ('queued', 'sent', 'failed')", name="state"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    seal: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    error: Mapped[str | None] = mapped_column(String(200))
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class MailServer(Base):
    """Whether mail leaves this installation: since when it does not, and when that is tried again. One row."""

    __tablename__ = "mail_server"

    name: Mapped[str] = mapped_column(String(10), primary_key=True)
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    down_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(40), default="")


class AuditEvent(Base):
    """One entry of the audit chain: who did what, never an answer."""

    __tablename__ = "audit_event"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    actor: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(60))
    study_id: Mapped[str] = mapped_column(String(16), default="", index=True)
    detail: Mapped[str] = mapped_column(Text, default="{}")
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
