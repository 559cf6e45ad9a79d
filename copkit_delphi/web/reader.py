"""Readers: released briefs, each as it was released, with both PDFs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from copkit_delphi.domain.documents import FLAG_LABELS, Flag
from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Action
from copkit_delphi.domain.results import Figures
from copkit_delphi.domain.scale import PERCENT
from copkit_delphi.reporting import charts, phrases
from copkit_delphi.warning import briefs, released
from copkit_delphi.warning.released import Released
from copkit_delphi.web.briefs.documents import as_pdf, file_name
from copkit_delphi.web.briefs.drawings import Judged, judged
from copkit_delphi.web.context import db, me
from copkit_delphi.web.filters import day

blueprint = Blueprint("reader", __name__, url_prefix="/briefs")

FEATURED = 3
EXAMPLE = Figures(n=24, median=65, q1=54, q3=75, p05=37, p95=90)


@dataclass(frozen=True, slots=True)
class Shown:
    """A released brief with its judgements drawn."""

    released: Released
    judgements: list[Judged]

    @property
    def brief(self) -> Any:
        """Return the row of the brief."""
        return self.released.brief


def may_read(found: Released) -> bool:
    """Readers see every brief but RED ones, which name their recipients; staff see those of their studies."""
    study_id = found.brief.study_id
    if found.brief.marking == Marking.RED:
        return me().belongs_to(study_id) and me().may(Action.BRIEF_READ, study_id)
    return me().may(Action.BRIEF_READ, study_id)


def _shown(found: Released) -> Shown:
    return Shown(found, judged((row.number, row.title, row.item) for row in found.judgements))


def _open(brief_id: str) -> Released:
    found = released.get(db(), brief_id)
    if not may_read(found):
        raise NotFound(N_("There is no such brief."))
    return found


@blueprint.get("", endpoint="briefs")
def all_briefs() -> str:
    """All released briefs, the latest first and in full."""
    wanted = request.args.get("q", "").strip()[:100]
    every = [found for found in released.listed(db()) if may_read(found)]
    latest = next((found for found in every if not found.withdrawn), None)
    hits = [found for found in every if found.holds(wanted)]
    return render_template(
        "reader/briefs.html",
        latest=_shown(latest) if latest and not wanted else None,
        found=[_shown(one) for one in hits],
        every=len(every),
        wanted=wanted,
        featured=FEATURED,
        example=charts.pin(EXAMPLE, PERCENT, width=360, say=gettext),
    )


@blueprint.get("/<brief_id>")
def brief(brief_id: str) -> str:
    """One released brief on the screen."""
    found = _open(brief_id)
    return render_template(
        "reader/brief.html",
        one=_shown(found),
        newer=released.newer(db(), found.brief),
        impacts={row.number: phrases.impact(row.headline, gettext) for row in found.judgements},
        grades={row.number: row.grade for row in found.judgements},
        days={decision["by"]: day(date.fromisoformat(decision["by"])) for decision in found.brief.decisions},
        flags=[gettext(FLAG_LABELS[Flag(flag)]) for flag in found.flags],
        example=charts.pin(EXAMPLE, PERCENT, width=360, say=gettext),
        marking=found.brief.marking,
        synthetic=Flag.SYNTHETIC in found.flags,
        practice=Flag.PRACTICE in found.flags,
    )


@blueprint.get("/<brief_id>/<any(brief, annex):kind>.pdf")
def pdf(brief_id: str, kind: str) -> Response:
    """The stored bytes of a released document."""
    row = _open(brief_id).brief
    content = briefs.released_pdf(db(), brief=row, kind=kind)
    return as_pdf(content, file_name(row.reference, row.version, kind, row.marking))
