"""Released briefs as readers see them: what was released, read from what was stored then, never made again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.brief_parts import Category, Grade
from copkit_delphi.domain.documents import AnnexDocument, BriefDocument
from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.impact import Headline
from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.domain.protocol import canonical_json
from copkit_delphi.domain.results import ItemResult, RoundSnapshot
from copkit_delphi.warning.models import Brief, PublishedDocument

SUMMARY, ETHICS = "summary", "ethics"
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
class ReleasedAction:
    """An early action as a released brief prints it; ``key`` is its place in the register, which goes on."""

    key: str
    category: Category
    text: str
    owner: str
    judgements: tuple[int, ...]


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
    actions: tuple[ReleasedAction, ...] = ()

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
            "actions": [
                {name: getattr(action, name) for name in ("key", "category", "text", "owner", "judgements")}
                for action in document.actions
            ],
            "flags": [str(flag) for flag in document.flags],
            "horizon": document.horizon.isoformat(),
            "issued_by": document.issued_by,
        }
    ).encode()


def ethics_summary(brief: BriefDocument, annex: AnnexDocument) -> bytes:
    """Return the ethics summary of a release, TLP:CLEAR whatever the brief's marking: no text that people wrote."""
    glance = brief.ethics
    return canonical_json(
        {
            "reference": annex.reference,
            "version": brief.version,
            "issued_by": brief.issued_by,
            "issued_on": brief.issued_on.isoformat(),
            "result": glance.result if glance else "",
            "highest_residual": str(glance.highest_residual) if glance and glance.highest_residual else "",
            "flags_open": glance.flags_open if glance else 0,
            "flags_answered": glance.flags_answered if glance else 0,
            "waiver": bool(brief.ethics and brief.ethics.waiver),
            "gates": [[gate.code, gate.label] for gate in brief.gates],
            "signed": [[one.role, one.on.isoformat()] for one in annex.sign_offs if one.on],
            "prohibited_uses": list(annex.prohibited_uses),
            "review_on": brief.review_on.isoformat() if brief.review_on else "",
            "contact": brief.ethics_contact,
        }
    ).encode()


def _headline(document: BriefDocument, scenario: str) -> dict[str, Any] | None:
    found = document.snapshot.headline(scenario)
    return asdict(found) if found else None


def listed(session: Session, brief_ids: Sequence[str]) -> list[Released]:
    """Return the newest version of every brief among ``brief_ids``, newest first, retracted ones too."""
    query = select(Brief).where(Brief.state.in_(_SEEN), Brief.id.in_(brief_ids)).order_by(Brief.version)
    newest = {brief.reference: brief for brief in session.scalars(query)}
    found = _read(session, list(newest.values()))
    return sorted(found, key=lambda one: (one.brief.published_at, one.brief.reference), reverse=True)


def get(session: Session, brief_id: str) -> Released:
    """Return a brief that was released, withdrawn ones too; raises ``NotFound`` for any other."""
    brief = session.get(Brief, brief_id)
    if brief is None or brief.state not in _SEEN:
        raise NotFound(N_("There is no such brief."))
    return _read(session, [brief])[0]


def studies(session: Session, study_ids: Collection[str]) -> frozenset[str]:
    """Return those of the studies whose brief went out in some version, retracted or not."""
    query = select(Brief.study_id).where(Brief.study_id.in_(study_ids), Brief.state.in_(_SEEN))
    return frozenset(session.scalars(query))


def newer(session: Session, brief: Brief) -> Brief | None:
    """Return the newest released version of a brief when it is not ``brief`` itself."""
    query = select(Brief).where(
        Brief.study_id == brief.study_id, Brief.state == BriefState.PUBLISHED, Brief.version > brief.version
    )
    return session.scalars(query.order_by(Brief.version.desc())).first()


def pdf(session: Session, *, brief_id: str, kind: str) -> bytes:
    """Return the stored PDF of a document, ``brief`` or ``annex``."""
    return _stored(session, brief_id, kind)


def page(session: Session, *, brief_id: str, kind: str) -> bytes:
    """Return the stored page that a PDF was typeset from."""
    return _stored(session, brief_id, f"{kind}-page")


def ethics(session: Session, brief_id: str) -> dict[str, Any]:
    """Return the stored ethics summary."""
    found: dict[str, Any] = json.loads(_stored(session, brief_id, ETHICS))
    return found


def figures(session: Session, brief_id: str) -> dict[str, Any]:
    """Return the stored summary: judgements, actions and the part of the frozen result they rest on."""
    found: dict[str, Any] = json.loads(_stored(session, brief_id, SUMMARY))
    return found


def issued_by(session: Session, brief_id: str) -> str:
    """Return the organisation that a released brief names as its issuer."""
    return str(figures(session, brief_id)["issued_by"])


def _stored(session: Session, brief_id: str, kind: str) -> bytes:
    row = session.get(PublishedDocument, (brief_id, kind))
    if row is None:
        raise NotFound(N_("There is no such document."))
    return row.content


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
        actions=tuple(_action(row) for row in data.get("actions", ())),
    )


def _action(row: Mapping[str, Any]) -> ReleasedAction:
    return ReleasedAction(
        row["key"], Category(row["category"]), row["text"], row["owner"], tuple(row["judgements"])
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
