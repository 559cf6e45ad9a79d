"""Members of a panel as random codes, their links and browsers, and how far they are."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from copkit_delphi.database import Base

_STUDY = "study.id"
_PANELLIST = "panellist.id"
_ROUND = "round.id"


class Panellist(Base):
    """A member of the panel as a random code. Who it is stands in the vault alone.

    ``asked_again``: the text agreed to has a newer version, and nothing is answered before that is agreed to.
    ``nominated`` counts people proposed; whom is nowhere.
    """

    __tablename__ = "panellist"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"), index=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("stakeholder_group.id", ondelete="CASCADE"))
    consent_version: Mapped[str | None] = mapped_column(String(10))
    quoting: Mapped[str] = mapped_column(String(12), default="no")
    declined: Mapped[bool] = mapped_column(default=False)
    decline_reason: Mapped[str] = mapped_column(String(20), default="", server_default="")
    synthetic: Mapped[bool] = mapped_column(default=False)
    asked_again: Mapped[bool] = mapped_column(default=False, server_default=false())
    nominated: Mapped[int] = mapped_column(default=0, server_default="0")


class PersonalLink(Base):
    """The hash of a personal link. A link opens one panellist's pages of one study.

    ``replaced_by``: the hash of a newer link on whose first use this one stops.
    """

    __tablename__ = "personal_link"
    __table_args__ = {"sqlite_with_rowid": False}

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"), index=True)
    study_id: Mapped[str] = mapped_column(ForeignKey(_STUDY, ondelete="CASCADE"))
    revoked: Mapped[bool] = mapped_column(default=False)
    replaced_by: Mapped[str] = mapped_column(String(64), default="", server_default="")


class LostLink(Base):
    """An address for which a new link was asked, sealed, until the worker has looked whether it is on a panel."""

    __tablename__ = "lost_link"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seal: Mapped[bytes] = mapped_column(LargeBinary)


class PanellistSession(Base):
    """A browser in which a personal link was entered, known only by the hash of its token. It ends with its link."""

    __tablename__ = "panellist_session"
    __table_args__ = {"sqlite_with_rowid": False}

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"), index=True)
    link_hash: Mapped[str] = mapped_column(
        ForeignKey("personal_link.token_hash", ondelete="CASCADE"), index=True
    )
    day: Mapped[date]


class Participation(Base):
    """How far a panellist is in a round, whether the link was entered, and which form of feedback the page on which
    they saved showed; no time of day. Whoever is invited has a row.

    ``page_seconds`` holds, by scenario, how long its page was in view: coarse, and empty once the round has closed.
    """

    __tablename__ = "participation"
    __table_args__ = {"sqlite_with_rowid": False}

    panellist_id: Mapped[str] = mapped_column(ForeignKey(_PANELLIST, ondelete="CASCADE"), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey(_ROUND, ondelete="CASCADE"), primary_key=True)
    progress: Mapped[str] = mapped_column(String(15), default="not_started")
    opened: Mapped[bool] = mapped_column(default=False, server_default=false())
    shown: Mapped[str] = mapped_column(String(20), default="", server_default="")
    page_seconds: Mapped[dict[str, int]] = mapped_column(JSON, server_default="{}")
