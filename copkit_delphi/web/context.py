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


def now() -> datetime:
    """Return the time by the application's clock, once per request."""
    if "now" not in g:
        g.now = context().clock(db())
    return cast("datetime", g.now)


def me() -> Identity:
    """Return who is signed in; only behind a door that asks for staff."""
    return cast("Identity", g.identity)


def panellist() -> Panellist:
    """Return the panellist of the personal link; only behind a panellist's door."""
    return cast("Panellist", g.panellist)
