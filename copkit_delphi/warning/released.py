"""Released briefs as readers see them: what was released, read from what was stored then, never made again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.brief_parts import Grade
from copkit_delphi.domain.documents import BriefDocument
from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.impact import Headline
from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.domain.protocol import canonical_json
from copkit_delphi.domain.results import ItemResult, RoundSnapshot
from copkit_delphi.warning.models import Brief, PublishedDocument

SUMMARY = "summary"
_SEEN = (str(BriefState.PUBLISHED), str(BriefState.WITHDRAWN))


@dataclass(frozen=True, slots=True)
class ReleasedJudgement:
    """One judgement of a released brief with its frozen figures; ``grade`` None is "not graded"."""

    number: int
    title: str
    statement: str
    item: ItemResult
    headline: Headline | None
    grade: Grade | None


@dataclass(frozen=True, slots=True)
class Released:
    """A released brief: its row, which no longer changes, and the summary stored with it."""

    brief: Brief
    judgements: tuple[ReleasedJudgement, ...]
    flags: tuple[str, ...]
    horizon: date
    issued_by: str
    snapshot_hash: str
    sizes: Mapping[str, int]

    @property
    def withdrawn(self) -> bool:
        """Tell whether it was taken back."""
        return self.brief.state == BriefState.WITHDRAWN

    def holds(self, words: str) -> bool:
        """Tell whether title, bottom line or a judgement holds all of ``words``."""
        text = " ".join(
            (self.brief.title, self.brief.bottom_line, *(f"{j.title} {j.statement}" for j in self.judgements))
        )
        return all(word in text.lower() for word in words.lower().split())


def summary(document: BriefDocument) -> bytes:
    """Return what the reader's pages show of ``document``, to be stored beside its PDFs."""
    named = {judgement.item for judgement in document.judgements}
    items = tuple(item for item in document.snapshot.items if item.name in named)
    return canonical_json(
        {
            "judgements": [
                {
                    "number": judgement.number,
                    "title": judgement.title,
                    "statement": judgement.statement,
                    "item": judgement.item,
                    "headline": _headline(document, judgement.scenario),
                    "grade": judgement.confidence.grade if judgement.confidence else None,
                }
                for judgement in document.judgements
            ],
            "snapshot": asdict(replace(document.snapshot, items=items)),
            "snapshot_hash": document.snapshot_hash,
            "flags": [str(flag) for flag in document.flags],
            "horizon": document.horizon.isoformat(),
            "issued_by": document.issued_by,
        }
    ).encode()


def _headline(document: BriefDocument, scenario: str) -> dict[str, Any] | None:
    found = document.snapshot.headline(scenario)
    return asdict(found) if found else None


def listed(session: Session) -> list[Released]:
    """Return the newest released version of every brief of this installation, newest first, withdrawn ones too."""
    query = select(Brief).where(Brief.state.in_(_SEEN)).order_by(Brief.version)
    newest = {brief.reference: brief for brief in session.scalars(query)}
    found = _read(session, list(newest.values()))
    return sorted(found, key=lambda one: (one.brief.published_at, one.brief.reference), reverse=True)


def get(session: Session, brief_id: str) -> Released:
    """Return a brief that was released, withdrawn ones too; raises ``NotFound`` for any other."""
    brief = session.get(Brief, brief_id)
    if brief is None or brief.state not in _SEEN:
        raise NotFound(N_("There is no such brief."))
    return _read(session, [brief])[0]


def newer(session: Session, brief: Brief) -> Brief | None:
    """Return the newest released version of a brief when it is not ``brief`` itself."""
    query = select(Brief).where(
        Brief.study_id == brief.study_id, Brief.state == BriefState.PUBLISHED, Brief.version > brief.version
    )
    return session.scalars(query.order_by(Brief.version.desc())).first()


def _read(session: Session, briefs: list[Brief]) -> list[Released]:
    table = PublishedDocument
    ids = [brief.id for brief in briefs]
    stored = {
        brief_id: json.loads(content)
        for brief_id, content in session.execute(
            select(table.brief_id, table.content).where(table.brief_id.in_(ids), table.kind == SUMMARY)
        )
    }
    sizes: dict[str, dict[str, int]] = {}
    query = select(table.brief_id, table.kind, func.length(table.content)).where(table.brief_id.in_(ids))
    for brief_id, kind, size in session.execute(query):
        sizes.setdefault(brief_id, {})[kind] = size
    return [_released(brief, stored[brief.id], sizes[brief.id]) for brief in briefs]


def _released(brief: Brief, data: Mapping[str, Any], sizes: Mapping[str, int]) -> Released:
    snapshot = RoundSnapshot.from_dict(data["snapshot"])
    return Released(
        brief=brief,
        judgements=tuple(_judgement(row, snapshot) for row in data["judgements"]),
        flags=tuple(data["flags"]),
        horizon=date.fromisoformat(data["horizon"]),
        issued_by=data["issued_by"],
        snapshot_hash=data["snapshot_hash"],
        sizes=sizes,
    )


def _judgement(row: Mapping[str, Any], snapshot: RoundSnapshot) -> ReleasedJudgement:
    headline = row["headline"]
    return ReleasedJudgement(
        number=row["number"],
        title=row["title"],
        statement=row["statement"],
        item=snapshot.item(row["item"]),
        headline=Headline(headline["level"], tuple(headline["dimensions"]), headline["severe"])
        if headline
        else None,
        grade=Grade(row["grade"]) if row["grade"] else None,
    )
