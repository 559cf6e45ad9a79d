"""What goes on beside a brief: warning levels, readings of indicators, steps of early actions."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("register", __name__, url_prefix="/studies/<study_id>")

from copkit_delphi.web.register import actions, indicators, levels  # noqa: E402, F401 - they add the routes
