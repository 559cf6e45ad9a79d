"""Facilitator and other staff of a study: studies, set-up, panel, rounds, moderation, results."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("facilitator", __name__, url_prefix="/studies")

from copkit_delphi.web.facilitator import (  # noqa: E402, F401 - they add the routes
    moderation,
    people,
    results,
    rounds,
    scenarios,
    setup,
    staff,
    studies,
)
