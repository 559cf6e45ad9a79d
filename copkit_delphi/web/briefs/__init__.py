"""A study's brief: workbench, text, indicators and actions, preview, signatures; the analysis report."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("briefs", __name__)

from copkit_delphi.web.briefs import documents, plans, signing, writing  # noqa: E402, F401 - they add the routes
