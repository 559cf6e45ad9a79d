"""Released briefs: what the public sees, what was released to a reader, and what stands after a retraction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from copkit_delphi.domain.documents import CATEGORY_LABELS, FLAG_LABELS, Flag
from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.marking import MEANINGS, USES, Marking, PermittedUse
from copkit_delphi.domain.permission import Identity
from copkit_delphi.domain.register import STATUS_LABELS
from copkit_delphi.domain.results import Figures
from copkit_delphi.domain.risk import LEVEL_LABELS, RiskLevel
from copkit_delphi.domain.scale import PERCENT
from copkit_delphi.elicitation import integrity, studies
from copkit_delphi.elicitation.integrity import Fault
from copkit_delphi.network import reading, recipients
from copkit_delphi.network.models import Recipient, Release
from copkit_delphi.network.recipients import RELEASED, RETRACTED
from copkit_delphi.reporting import charts, phrases
from copkit_delphi.warning import progress, released
from copkit_delphi.warning.released import Released
from copkit_delphi.web.briefs.documents import as_pdf
from copkit_delphi.web.briefs.drawings import Judged, judged
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.network.forms import AcknowledgeForm
from copkit_delphi.web.security import limiter
from copkit_delphi.web.zones import day

blueprint = Blueprint("reader", __name__, url_prefix="/briefs")

FEATURED = 3
EXAMPLE = Figures(n=24, median=65, q1=54, q3=75, p05=37, p95=90)
PAGES, FILES = "300 per minute", "120 per minute"


@dataclass(frozen=True, slots=True)
class Shown:
    """A released brief with its judgements drawn."""

    released: Released
    judgements: list[Judged]

    @property
    def brief(self) -> Any:
        """Return the row of the brief."""
        return self.released.brief


def _reader() -> Identity | None:
    """Return who is signed in; None is the public."""
    found: Identity | None = g.get("identity")
    return found


def _shown(found: Released) -> Shown:
    return Shown(found, judged((row.number, row.title, row.item) for row in found.judgements))


def _named(brief_id: str) -> Recipient | None:
    reader = _reader()
    return recipients.get(db(), brief_id=brief_id, account_id=reader.account_id) if reader else None


@blueprint.get("", endpoint="briefs")
@limiter.limit(PAGES)
def all_briefs() -> str:
    """The briefs that whoever asks may see, the latest first and in full."""
    wanted = request.args.get("q", "").strip()[:100]
    every = reading.listed(db(), _reader())
    latest = next((found for found in every if not found.withdrawn), None)
    hits = [found for found in every if found.holds(wanted)]
    return render_template(
        "reader/briefs.html",
        latest=_shown(latest) if latest and not wanted else None,
        found=[_shown(one) for one in hits],
        every=len(every),
        wanted=wanted,
        featured=FEATURED,
        summaries=[] if _reader() else reading.summaries(db()),
        example=charts.pin(EXAMPLE, PERCENT, width=360, say=gettext),
    )


@blueprint.get("/<brief_id>")
@limiter.limit(PAGES)
def brief(brief_id: str) -> str:
    """One released brief on the screen, or what stands in its place after a retraction."""
    release = reading.get(db(), brief_id=brief_id, reader=_reader())
    to = _named(brief_id)
    if to is not None and to.opened_on is None:
        with context().database.writing() as noting:
            recipients.opened(noting, brief_id=brief_id, account_id=to.account_id, on=now().date())
    return _brief_page(release, to, AcknowledgeForm(formdata=None))


def _brief_page(release: Release, to: Recipient | None, form: AcknowledgeForm) -> str:
    found = released.get(db(), release.brief_id)
    form.of.data = RETRACTED if found.withdrawn else RELEASED
    newer = released.newer(db(), found.brief)
    return render_template(
        "reader/brief.html",
        one=_shown(found),
        release=release,
        to=to,
        form=form,
        waiting=to is not None and recipients.waiting(to, found.brief),
        faults=_faults(found.brief.study_id),
        newer=newer,
        newer_open=newer is not None and _sees(newer.id),
        permitted=USES[PermittedUse(release.permitted_use)],
        contact=studies.get(db(), found.brief.study_id).ethics_contact,
        impacts={row.number: phrases.impact(row.headline, gettext) for row in found.judgements},
        grades={row.number: row.grade for row in found.judgements},
        days={decision["by"]: day(date.fromisoformat(decision["by"])) for decision in found.brief.decisions},
        flags=[gettext(FLAG_LABELS[Flag(flag)]) for flag in found.flags],
        example=charts.pin(EXAMPLE, PERCENT, width=360, say=gettext),
        marking=found.brief.marking,
        synthetic=Flag.SYNTHETIC in found.flags,
        practice=Flag.PRACTICE in found.flags,
        exercise=Flag.EXERCISE in found.flags,
    )


def _faults(study_id: str) -> list[Fault]:
    """Return what those who work on the study are told of its stored answers; readers cannot act on it."""
    reader = _reader()
    return integrity.faults(db(), study_id=study_id) if reader and reader.belongs_to(study_id) else []


@blueprint.get("/<brief_id>/actions")
def actions(brief_id: str) -> str:
    """How far the early actions of a released brief have come, with no name and no reason."""
    release = reading.get(db(), brief_id=brief_id, reader=me())
    found = released.get(db(), brief_id)
    reading.refuse_retracted(release, found.brief, found.issued_by)
    tracked = {one.action.id: one for one in progress.of_study(db(), found.brief.study_id)}
    return render_template(
        "reader/actions.html",
        brief=found.brief,
        rows=[(row, tracked.get(row.key)) for row in found.actions],
        words=STATUS_LABELS,
        categories=CATEGORY_LABELS,
        marking=found.brief.marking,
        synthetic=Flag.SYNTHETIC in found.flags,
        practice=Flag.PRACTICE in found.flags,
        exercise=Flag.EXERCISE in found.flags,
    )


def _sees(brief_id: str) -> bool:
    try:
        reading.get(db(), brief_id=brief_id, reader=_reader())
    except NotFound:
        return False
    return True


@blueprint.get("/<brief_id>/<any(brief, annex):kind>.pdf")
@limiter.limit(FILES)
def pdf(brief_id: str, kind: str) -> Response:
    """The bytes of a released document; under a marking for named persons, the reader's own copy."""
    release, reader = reading.get(db(), brief_id=brief_id, reader=_reader()), _reader()
    issued = reading.issue(db(), release=release, kind=kind, account_id=reader.account_id if reader else "")
    return as_pdf(issued.content, issued.name)


@blueprint.get("/<brief_id>/ethics")
@limiter.limit(PAGES)
def ethics(brief_id: str) -> str:
    """The ethics summary of a release: TLP:CLEAR whatever the brief's marking."""
    found = reading.ethics_summary(db(), brief_id=brief_id, reader=_reader())
    level = found["highest_residual"]
    return render_template(
        "reader/ethics.html",
        found=found,
        issued=day(date.fromisoformat(str(found["issued_on"]))),
        review=day(date.fromisoformat(str(found["review_on"]))) if found["review_on"] else "",
        residual=gettext(LEVEL_LABELS[RiskLevel(str(level))]) if level else "",
        marking=Marking.CLEAR,
        meaning=MEANINGS[Marking.CLEAR],
    )


@blueprint.get("/<brief_id>/for-you")
def arrive(brief_id: str) -> Answer:
    """Where letters lead: through the sign-in to the brief."""
    return redirect(url_for("reader.brief", brief_id=brief_id))


@blueprint.post("/<brief_id>/acknowledge")
def acknowledge(brief_id: str) -> Answer | tuple[str, int]:
    """A recipient has read the brief, or its retraction."""
    release = reading.get(db(), brief_id=brief_id, reader=me())
    found, form = released.get(db(), brief_id), AcknowledgeForm()
    if not form.validate():
        return _brief_page(release, _named(brief_id), form), 422
    recipients.acknowledge(
        db(),
        brief=found.brief,
        account_id=me().account_id,
        of=form.of.data or "",
        reply=form.reply.data or "",
        at=now(),
    )
    flash(gettext(N_("Thank you. Those who released it see that you have read it.")), "ok")
    return redirect(url_for("reader.brief", brief_id=brief_id), 303)
