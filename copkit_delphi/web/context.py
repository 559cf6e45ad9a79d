"""What a request needs: settings, database, vault, links and the clock, made once by ``create_app``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app, g
from sqlalchemy.orm import Session

from copkit_delphi.database import Database
from copkit_delphi.domain.permission import Identity
from copkit_delphi.elicitation.links import Links
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.elicitation.ratings import Clock
from copkit_delphi.people.vault import Vault
from copkit_delphi.settings import Settings

KEY = "copkit"


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of the product that adapters hand to use cases."""

    settings: Settings
    database: Database
    vault: Vault
    links: Links
    clock: Clock


def make_context(settings: Settings, clock: Clock) -> Context:
    """Return the context of one installation."""
    return Context(
        settings=settings,
        database=Database(settings.database),
        vault=Vault(settings.secret("vault")),
        links=Links(settings.secret("links"), settings.base_url),
        clock=clock,
    )


def context() -> Context:
    """Return the context of the running application."""
    return cast("Context", current_app.extensions[KEY])


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
