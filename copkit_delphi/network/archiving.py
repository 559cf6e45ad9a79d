"""The archive of a study with what was released of it: the briefs, and the ethics rounds that stand in them.

A brief that was retracted is not in it, nor one under a marking that makes each copy a named recipient's own. The
bytes come from ``reading.issue``, as every other copy does.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.domain.marking import ADDRESSED
from copkit_delphi.domain.protocol import canonical_json
from copkit_delphi.elicitation import archived_releases as parts
from copkit_delphi.elicitation import archives
from copkit_delphi.ethics.models import EthicsRound, EthicsSnapshot
from copkit_delphi.network import reading
from copkit_delphi.network.models import Release
from copkit_delphi.warning import released
from copkit_delphi.warning.models import Brief


def write(session: Session, study_id: str) -> bytes:
    """Return the archive of a study with its releases; the same study makes the same bytes. Raises as ``archives.write``."""
    return archives.write(session, study_id, released=of_study(session, study_id))


def of_study(session: Session, study_id: str) -> dict[str, bytes]:
    """Return the parts of standing releases by name."""
    query = (
        select(Release, Brief)
        .join(Brief, Brief.id == Release.brief_id)
        .where(
            Brief.study_id == study_id,
            Brief.state == BriefState.PUBLISHED,
            Release.marking.not_in([str(one) for one in ADDRESSED]),
        )
    )
    rows = session.execute(query.order_by(Brief.version)).all()
    found: dict[str, bytes] = {}
    for release, brief in rows:
        place = f"briefs/v{brief.version}/"
        found |= {place + name: part for name, part in _brief(session, release, brief).items()}
    if rows:
        found |= _ethics(session, study_id, max(release.released_at for release, _ in rows))
    return found


def _brief(session: Session, release: Release, brief: Brief) -> dict[str, bytes]:
    head = {
        "reference": brief.reference,
        "version": brief.version,
        "title": brief.title,
        "marking": release.marking,
        "community": brief.community,
        "permitted_use": release.permitted_use,
        "issued_on": brief.issued_on.isoformat(),
        "review_on": brief.review_on.isoformat(),
        "released_on": release.released_at.date().isoformat(),
    }
    documents = {
        name: reading.issue(session, release=release, kind=kind).content
        for kind, name in parts.DOCUMENTS.items()
    }
    return documents | {
        parts.HEAD: canonical_json(head).encode(),
        parts.FIGURES: canonical_json(released.figures(session, brief.id)).encode(),
        parts.SUMMARY: canonical_json(released.ethics(session, brief.id)).encode(),
    }


def _ethics(session: Session, study_id: str, until: datetime) -> dict[str, bytes]:
    """Return the frozen ethics rounds that had closed by the last release: its annex prints them."""
    query = (
        select(EthicsRound.number, EthicsSnapshot.payload)
        .join(EthicsSnapshot, EthicsSnapshot.round_id == EthicsRound.id)
        .where(EthicsRound.study_id == study_id, EthicsRound.closed_at <= until)
    )
    return {f"ethics/round-{number}.json": payload.encode() for number, payload in session.execute(query)}
