"""How well a panellist says to know a topic, under the code alone: what a question starts from, and no answer."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base


class TopicExpertise(Base):
    """One own rating of a topic; it goes with its code, on withdrawal and with the answers of the study."""

    __tablename__ = "topic_expertise"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 5", name="level"), {"sqlite_with_rowid": False})

    panellist_id: Mapped[str] = mapped_column(
        ForeignKey("panellist.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[str] = mapped_column(String(140), primary_key=True)
    level: Mapped[int]
