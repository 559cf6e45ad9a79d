"""The network's pages: releasing to recipients, who acknowledged, retraction, communities."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("network", __name__)

from copkit_delphi.web.network import communities, recipients, releasing  # noqa: E402, F401 - they add the routes
