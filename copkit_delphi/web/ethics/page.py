"""What the pages on ethics share: the study of the address and levels as marks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.risk import RiskLevel
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.reporting import charts
from copkit_delphi.web.context import db

blueprint = Blueprint("ethics", __name__, url_prefix="/studies")


def study_of(study_id: str) -> Study:
    """Return the study of the address; an imported one has no such page."""
    study = studies.get(db(), study_id)
    if study.origin == "imported":
        raise NotFound(N_("The ethics of an imported study are not assessed here."))
    return study


def mark(level: RiskLevel | None) -> Any:
    """Return a level as letter, shape and word."""
    return charts.risk_mark(level, gettext)
