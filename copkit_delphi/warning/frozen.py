"""Is what was frozen still what it was: results of closed rounds and released documents against the audit chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.protocol import digest
from copkit_delphi.elicitation.models import Snapshot, SupersededSnapshot
from copkit_delphi.ethics.models import EthicsSnapshot
from copkit_delphi.people.models import AuditEvent
from copkit_delphi.warning.models import PublishedDocument

_RESULT = N_("The frozen result of a closed round is not the one of its close.")
_DOCUMENT = N_("A document of a released brief is not the one that was released.")


def root(hashes: Iterable[tuple[str, str]]) -> str:
    """Return the hash over all documents of a brief, each given as kind and hash; it enters the chain at the release."""
    return digest(sorted(list(pair) for pair in hashes))


def faults(session: Session) -> list[str]:
    """Return in sentences what differs from the chain."""
    results, documents = _chain(session)
    return [*_results(session, results), *_documents(session, documents)]


def _chain(session: Session) -> tuple[set[str], set[str]]:
    results, documents = set[str](), set[str]()
    for detail in map(json.loads, session.scalars(select(AuditEvent.detail))):
        results.update(filter(None, [detail.get("snapshot"), *detail.get("snapshots", [])]))
        documents.update(filter(None, [detail.get("documents")]))
    return results, documents


def _results(session: Session, known: set[str]) -> Iterator[str]:
    standing = set[str]()
    for table in (Snapshot, SupersededSnapshot, EthicsSnapshot):
        for payload, stored in session.execute(select(table.payload, table.hash)):
            standing.add(stored)
            if stored not in known or digest(json.loads(payload)) != stored:
                yield _RESULT
    yield from (_RESULT for _ in known - standing)


def _documents(session: Session, known: set[str]) -> Iterator[str]:
    released: dict[str, list[tuple[str, str]]] = {}
    for row in session.scalars(select(PublishedDocument).execution_options(yield_per=10)):
        made = hashlib.sha256(row.content).hexdigest()
        released.setdefault(row.brief_id, []).append((row.kind, made))
    standing = {root(hashes) for hashes in released.values()}
    yield from (_DOCUMENT for _ in standing ^ known)
