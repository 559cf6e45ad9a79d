"""Is the record whole: the audit chain, its anchors beside the database, the seals of every closed round, what was frozen and released."""

from __future__ import annotations

from dataclasses import dataclass

from copkit_delphi.domain.errors import N_
from copkit_delphi.elicitation import integrity
from copkit_delphi.installation import Installation
from copkit_delphi.people import anchors, audit
from copkit_delphi.warning import frozen


@dataclass(frozen=True, slots=True)
class Record:
    """How long the audit chain is, and in sentences what was changed past the application."""

    entries: int
    faults: tuple[str, ...]


def examine(place: Installation) -> Record:
    """Check chain, anchors, ratings, frozen results and released documents, each against what was kept elsewhere."""
    with place.database.reading() as session:
        broken = audit.verify(session)
        anchor = anchors.missed(session, place.settings.data_dir / anchors.FILE)
        found = [*(_changed(fault) for fault in integrity.faults(session)), *frozen.faults(session)]
        entries = audit.count(session)
    if anchor is not None:
        cut = N_("The audit chain was cut or written anew: entry %(entry)s is not the one that was anchored.")
        found.insert(0, cut % {"entry": anchor})
    if broken is not None:
        found.insert(0, N_("The audit chain is broken at entry %(entry)s.") % {"entry": broken})
    return Record(entries, tuple(found))


def _changed(fault: integrity.Fault) -> str:
    kind = fault.kind.replace("-", " ")
    where = f"Study {fault.study_id}, {kind} {fault.round}" if fault.round else "A closed round"
    return f"{where}: {fault.why}."
