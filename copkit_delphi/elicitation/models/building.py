"""What helps to build a study: templates, pilots with the reasons for changes after them, files beside a scenario."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base, UTCDateTime

_STUDY = "study.id"


class DesignTemplate(Base):
    """A design with a name that new studies start from; shared with every facilitator, or its owner's alone."""

    __tablename__ = "design_template"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    shared: Mapped[bool] = mapped_column(default=False)
    marking: Mapped[str] = mapped_column(String(20))


class TemplateVersion(Base):
    """One saved state of a template, never changed."""

    __tablename__ = "template_version"

    template_id: Mapped[str] = mapped_column(
        ForeignKey("design_template.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    design: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(200), default="")
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime())


class Pilot(Base):
    """A study that tries out another one's set-up with test panellists; its answers are its own."""

    __tablename__ = "pilot"

    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), primary_key=True)
    pilot_of: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    number: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UTCDateTime())


class ChangeReason(Base):
    """Why something differs from what was piloted; ``change`` is the mark of the difference."""

    __tablename__ = "change_reason"

    pilot_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), primary_key=True)
    change: Mapped[str] = mapped_column(String(16), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)


class Attachment(Base):
    """A file that panellists may open beside a scenario: checked when it came in, re-encoded where it is a picture."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_scenario", "scenario_id"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    scenario_id: Mapped[str] = mapped_column(ForeignKey("scenario.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    mimetype: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
