"""A study's design and disclosed results as one file, and back: the same archive leaves again as it came.

In it: the design with the files beside its scenarios; of every round whose feedback is open the frozen result and the
arguments the panel was shown, the decision record, and of the log what was decided by which role; amendments; what the room of the network adds of released briefs. Never people, codes,
ratings, reasons as written, keys, or anything hashed over them, as the head of the audit is: two archives that differ
in it would tell that somebody answered otherwise or withdrew.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.lifecycle import FeedbackState, RoundState, StudyState
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Protocol, canonical_json
from copkit_delphi.domain.results import RoundSnapshot
from copkit_delphi.elicitation import (
    archive_parts,
    archived_decisions,
    archived_files,
    archived_releases,
    arguments,
    designs,
    feedback,
    packed,
    results,
    rounds,
    studies,
)
from copkit_delphi.elicitation.archive_parts import (
    AMENDMENTS,
    DESIGN,
    FORMAT,
    MANIFEST,
    RECORD,
    SCHEMA,
    Archive,
)
from copkit_delphi.elicitation.models import (
    Amendment,
    ArchivedCopy,
    ArchivedSnapshot,
    Argument,
    Round,
    Study,
)
from copkit_delphi.people import accounts, audit

_NOTHING: Mapping[str, bytes] = {}


def copied(session: Session, study_id: str) -> bool:
    """Tell whether a study came as an archive."""
    return session.get(ArchivedCopy, study_id) is not None


# Out -----------------------------------------------------------------------------------------------------------------


def write(session: Session, study_id: str, *, released: Mapping[str, bytes] = _NOTHING) -> bytes:
    """Return the archive of a study, with parts of what was ``released``. The same study makes the same bytes.

    Raises ``Conflict`` for an exercise, and where the archive would be too large to come in again.
    """
    study = studies.get(session, study_id)
    if study.exercise:
        raise Conflict(N_("An exercise has no archive: nothing in it is a finding."))
    flags = {name: getattr(study, name) for name in archive_parts.FLAGS}
    parts = {DESIGN: canonical_json(designs.to_dict(session, study_id) | flags)}
    shown = [row for row in rounds.of_study(session, study_id) if row.feedback == FeedbackState.OPEN]
    if shown:
        parts |= _disclosed(session, study, shown)
    packable = {name: text.encode() for name, text in parts.items()} | archived_files.parts(session, study_id)
    if shown:
        packable |= archived_releases.of_study(session, study_id) if copied(session, study_id) else released
    packed.check_size(packable)
    return packed.pack({**packable, MANIFEST: _manifest(packable)})


def _manifest(parts: Mapping[str, bytes]) -> bytes:
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()}
    return canonical_json({"format": FORMAT, "schema": SCHEMA, "parts": sums}).encode()


def _disclosed(session: Session, study: Study, released: list[Round]) -> dict[str, str]:
    k, parts = Protocol.from_dict(study.protocol).k, {}
    for row in released:
        frozen = results.snapshot(session, row.id)
        shown = arguments.by_item(arguments.standing(session, [row], k=k, frozen={row.number: frozen}))
        parts[f"snapshots/round-{row.number}.json"] = frozen.to_json()
        parts[f"arguments/round-{row.number}.json"] = canonical_json(
            {name: {"higher": sorted(one.higher), "lower": sorted(one.lower)} for name, one in shown.items()}
        )
    query = select(Amendment).where(Amendment.study_id == study.id)
    changes = [
        {"on": one.on.isoformat(), "text": one.text, "reason": one.reason} for one in session.scalars(query)
    ]
    changes.sort(key=lambda one: (one["on"], one["text"], one["reason"]))
    if not copied(session, study.id):  # of a copy they stand among the parts that came
        parts |= archived_decisions.parts(session, study.id, released)
    return {**parts, AMENDMENTS: canonical_json(changes), RECORD: canonical_json(_record(session, study))}


def _record(session: Session, study: Study) -> dict[str, Any]:
    copy = session.get(ArchivedCopy, study.id)
    if copy is not None:
        return copy.record
    return {"protocol_hash": study.protocol_hash or "", "seed": study.seed}


# In ------------------------------------------------------------------------------------------------------------------


def bring_in(session: Session, data: bytes, *, facilitator: str, at: datetime, draft: bool) -> Study:
    """Make a draft of an archive's design, or a read-only copy with its results; raises ``Invalid``."""
    found = archive_parts.read(data)
    if draft:
        study = designs.draft_from(
            session, found.design, facilitator=facilitator, at=at, practice=found.flags["practice"]
        )
        study.attribution, study.synthetic = found.flags["attribution"], found.flags["synthetic"]
        archived_files.put(session, study_id=study.id, files=found.files)
    elif found.record is None:
        raise Invalid(N_("The archive holds a design and no results. Make a draft study of it."))
    else:
        study = _copy(session, found, facilitator, at)
    audit.record(
        session,
        actor=facilitator,
        action="archive:bring-in",
        at=at,
        study_id=study.id,
        manifest=found.manifest,
    )
    return study


def _copy(session: Session, found: Archive, facilitator: str, at: datetime) -> Study:
    assert found.record is not None  # noqa: S101 - asked by the caller
    about = designs.check(found.design, answerable=False)
    study = Study(
        id=secrets.token_hex(8),
        **studies.columns_of(about),
        attribution=found.flags["attribution"],
        practice=found.flags["practice"],
        synthetic=found.flags["synthetic"],
        state=StudyState.ARCHIVED,
        origin="imported",
        protocol=found.design["protocol"],
        languages=list(found.design.get("languages", ["en"])),
        protocol_hash=found.record["protocol_hash"][:64],
        seed=found.record["seed"],
        created_at=at,
    )
    session.add(study)
    session.flush()  # everything below refers to the study
    ids = designs.write(session, study, found.design)
    for frozen, told in zip(found.snapshots, found.arguments, strict=True):
        _closed_round(session, study, frozen, told, ids)
    for change in found.amendments:
        on = archive_parts.day(change["on"])
        session.add(
            Amendment(
                id=secrets.token_hex(8),
                study_id=study.id,
                on=on,
                text=change["text"],
                reason=change["reason"],
            )
        )
    archived_files.put(session, study_id=study.id, files=found.files)
    archived_releases.keep(session, study.id, found.kept)
    session.add(ArchivedCopy(study_id=study.id, manifest=found.manifest, record=dict(found.record)))
    accounts.give_role(
        session, account_id=facilitator, role=Role.FACILITATOR, study_id=study.id, at=at, actor=facilitator
    )
    return study


def _closed_round(
    session: Session,
    study: Study,
    frozen: RoundSnapshot,
    told: Mapping[str, Any],
    ids: Mapping[str, str],
) -> None:
    row = Round(
        id=secrets.token_hex(8),
        study_id=study.id,
        number=frozen.round,
        state=RoundState.CLOSED,
        feedback=FeedbackState.OPEN,
        closed_at=datetime.combine(archive_parts.day(frozen.closed_on), datetime.min.time(), UTC),
    )
    session.add(row)
    session.flush()  # result and arguments refer to the round
    session.add(ArchivedSnapshot(round_id=row.id, payload=frozen.to_json(), hash=frozen.hash))
    session.add_all(
        Argument(id=secrets.token_hex(16), round_id=row.id, item_id=ids[name], side=side, text=text)
        for name, sides in told.items()
        for side in feedback.SIDES
        for text in sides[side]
    )
