"""Tables of the network: communities, releases and their recipients."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_ACCOUNT = "account.id"


class Community(Base):
    """A named community for TLP:GREEN."""

    __tablename__ = "community"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(160), unique=True)


class CommunityMember(Base):
    """A reader who belongs to a community."""

    __tablename__ = "community_member"

    community_id: Mapped[str] = mapped_column(
        ForeignKey("community.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[str] = mapped_column(ForeignKey(_ACCOUNT, ondelete="CASCADE"), primary_key=True)


class Release(Base):
    """The release of one brief version. Whether it stands or was retracted, and why, the brief says."""

    __tablename__ = "release"

    brief_id: Mapped[str] = mapped_column(ForeignKey("brief.id", ondelete="CASCADE"), primary_key=True)
    marking: Mapped[str] = mapped_column(String(20))
    community_id: Mapped[str | None] = mapped_column(ForeignKey("community.id"))
    permitted_use: Mapped[str] = mapped_column(String(20), default="awareness")
    summary_public: Mapped[bool] = mapped_column(default=False)
    released_by: Mapped[str] = mapped_column(String(40))
    released_at: Mapped[datetime] = mapped_column(UTCDateTime())
    retracted_by: Mapped[str] = mapped_column(String(40), default="")
    retracted_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class Recipient(Base):
    """A person to whom a version was released by name, and what came back."""

    __tablename__ = "recipient"

    brief_id: Mapped[str] = mapped_column(
        ForeignKey("release.brief_id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[str] = mapped_column(
        ForeignKey(_ACCOUNT, ondelete="CASCADE"), primary_key=True, index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    organisation: Mapped[str] = mapped_column(String(160), default="")
    named_by: Mapped[str] = mapped_column(String(40))
    named_at: Mapped[datetime] = mapped_column(UTCDateTime())
    opened_on: Mapped[date | None]
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    reply: Mapped[str] = mapped_column(Text, default="")
    retraction_acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    reminders: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
