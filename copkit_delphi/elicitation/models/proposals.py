"""Round 0: what the panel proposes before anything is rated, and what was made of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_STUDY = "study.id"
_PANELLIST = "panellist.id"
_ROUND = "proposal_round.id"


class ProposalRound(Base):
    """Round 0 of a study: a question to the panel, before round 1. Open, then closed; there is one at most."""

    __tablename__ = "proposal_round"
    __table_args__ = (
        UniqueConstraint("study_id"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="open")
    deadline: Mapped[datetime] = mapped_column(UTCDateTime())
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    close_reason: Mapped[str] = mapped_column(Text, default="")
    took_part: Mapped[int | None]  # counted once, at the close

    @property
    def number(self) -> int:
        """Return 0: it comes before round 1."""
        return 0


class Proposing(Base):
    """How far a panellist is in round 0; no time."""

    __tablename__ = "proposing"
    __table_args__ = {"sqlite_with_rowid": False}

    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    progress: Mapped[str] = mapped_column(String(15), default="not_started")


class Proposal(Base):
    """A scenario or a statement that a panellist proposes; its author may change it until the round closes.

    ``always`` says that facilitators may read it even where so few took part that they might guess its author.
    """

    __tablename__ = "proposal"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), index=True)
    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    statement: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(Text, default="")
    always: Mapped[bool] = mapped_column(default=False)
    left_out: Mapped[str] = mapped_column(Text, default="")  # the reason, where nothing was made of it


class ProposalUse(Base):
    """A proposal went into a scenario: the trail from what was proposed to what is asked."""

    __tablename__ = "proposal_use"
    __table_args__ = {"sqlite_with_rowid": False}

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    scenario_id: Mapped[str] = mapped_column(
        ForeignKey("scenario.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    on: Mapped[date]
