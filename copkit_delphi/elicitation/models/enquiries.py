"""Questions of panellists to the facilitators, and how many answers each panellist has seen."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base


class Enquiry(Base):
    """A question under a code, without a time: waiting, answered to the whole panel, or left out with a reason.

    ``number`` counts the answered ones in the order in which they were shown. The code goes when its panellist
    withdraws; words that are removed are gone.
    """

    __tablename__ = "enquiry"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    panellist_id: Mapped[str | None] = mapped_column(
        ForeignKey("panellist.id", ondelete="SET NULL"), index=True
    )
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    left_out: Mapped[str] = mapped_column(Text, default="")
    number: Mapped[int | None]


class EnquiriesSeen(Base):
    """Up to which number a panellist has read the answers; no time."""

    __tablename__ = "enquiries_seen"
    __table_args__ = {"sqlite_with_rowid": False}

    panellist_id: Mapped[str] = mapped_column(
        ForeignKey("panellist.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(default=0)
