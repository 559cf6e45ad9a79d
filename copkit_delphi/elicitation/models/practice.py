"""What a panellist answered to practice questions, under the code alone; it enters nothing."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base


class PracticeAnswer(Base):
    """One practice answer in percent; it goes with its code, on withdrawal and with the answers of the study."""

    __tablename__ = "practice_answer"
    __table_args__ = (CheckConstraint("said BETWEEN 1 AND 99", name="said"), {"sqlite_with_rowid": False})

    panellist_id: Mapped[str] = mapped_column(
        ForeignKey("panellist.id", ondelete="CASCADE"), primary_key=True
    )
    statement: Mapped[str] = mapped_column(String(10), primary_key=True)
    said: Mapped[int]
