"""The panellist of a personal link: link, desk, one scenario a page, review, own copy, results."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("panellist", __name__)

from copkit_delphi.web.panellist import (  # noqa: E402, F401 - they add the routes
    calendar,
    concern,
    copies,
    desk,
    enquiries,
    ethics,
    expertise,
    kept,
    leaving,
    link,
    lost,
    moving,
    pages,
    practice,
    proposals,
    records,
    recruiting,
    wordings,
)
