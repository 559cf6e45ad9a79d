"""What a request needs, made once by ``create_app``."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import current_app, g
from sqlalchemy.orm import Session

from copkit_delphi.domain.permission import Identity
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.installation import Installation

KEY = "copkit"


def context() -> Installation:
    """Return the installation this application serves."""
    return cast("Installation", current_app.extensions[KEY])


def db() -> Session:
    """Return the session of this request: reading for GET, writing otherwise."""
    return cast("Session", g.session)


def now(looking: Session | None = None) -> datetime:
    """Return the time by the application's clock, once per request, read in ``looking`` or a session of its own."""
    if "now" not in g and looking is not None:
        g.now = context().clock(looking)
    elif "now" not in g:
        with context().database.reading() as own:  # asking for the time takes no write lock
            g.now = context().clock(own)
    return cast("datetime", g.now)


def me() -> Identity:
    """Return who is signed in; only behind a door that asks for staff."""
    return cast("Identity", g.identity)


def panellist() -> Panellist:
    """Return the panellist of the personal link, detached from any session; only behind a panellist's door."""
    return cast("Panellist", g.panellist)
