"""Replies of panellists to arguments, and what the labels of each thread are drawn from."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base


class Reply(Base):
    """What one panellist replied to one argument in one round, without a time; what is changed gets a new id.

    ``shown`` is what the panel reads, ``left_out`` the ground on which it reads nothing; both are empty while nothing
    is decided. ``label`` tells apart who speaks within the thread, from the opening of the feedback on. The code and
    the words as typed go when their panellist withdraws.
    """

    __tablename__ = "reply"
    __table_args__ = (
        UniqueConstraint("panellist_id", "argument_id", "round_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    panellist_id: Mapped[str | None] = mapped_column(ForeignKey("panellist.id", ondelete="SET NULL"))
    argument_id: Mapped[str] = mapped_column(ForeignKey("argument.id", ondelete="CASCADE"), index=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    shown: Mapped[str] = mapped_column(Text, default="")
    left_out: Mapped[str] = mapped_column(String(12), default="")
    label: Mapped[int | None]


class ReplyThread(Base):
    """What the labels of one argument's thread are drawn from: a thread tells nothing about another one."""

    __tablename__ = "reply_thread"

    argument_id: Mapped[str] = mapped_column(ForeignKey("argument.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(32))
