"""States of indicators and early actions, and the moves between those of an action."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from copkit_delphi.domain.errors import N_


class Observed(StrEnum):
    """What the newest reading of an indicator says."""

    NOT_COLLECTED = "not collected"
    NOT_OBSERVED = "not observed"
    EMERGING = "emerging"
    CROSSED = "threshold crossed"
    LAPSED = "lapsed"
    NOT_COLLECTABLE = "cannot be collected"
    RETIRED = "retired"


OBSERVED_LABELS = {
    Observed.NOT_COLLECTED: N_("Not collected"),
    Observed.NOT_OBSERVED: N_("Not observed"),
    Observed.EMERGING: N_("Emerging"),
    Observed.CROSSED: N_("Threshold crossed"),
    Observed.LAPSED: N_("Lapsed"),
    Observed.NOT_COLLECTABLE: N_("Cannot be collected"),
    Observed.RETIRED: N_("Retired"),
}
TELLING = frozenset({Observed.NOT_OBSERVED, Observed.EMERGING, Observed.CROSSED})
_CADENCES = {"weekly": 7, "monthly": 31, "quarterly": 92, "half-yearly": 184, "yearly": 366}


def stale_after(read_on: date, cadence: str, expiry: date | None) -> date | None:
    """Return the last day on which a reading still counts: until the next is due, never beyond the expiry."""
    days = _CADENCES.get(cadence.strip().lower())
    ends = [day for day in (read_on + timedelta(days=days) if days else None, expiry) if day]
    return min(ends, default=None)


class Status(StrEnum):
    """How far an early action has come."""

    PROPOSED = "proposed"
    RECOMMENDED = "recommended"
    CONSIDERED = "considered"
    ADOPTED = "adopted"
    ADAPTED = "adapted"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    IN_PROGRESS = "in progress"
    IMPLEMENTED = "implemented"
    STOPPED = "stopped"
    REVIEWED = "effect reviewed"


STATUS_LABELS = {
    Status.PROPOSED: N_("Proposed"),
    Status.RECOMMENDED: N_("Recommended"),
    Status.CONSIDERED: N_("Considered"),
    Status.ADOPTED: N_("Adopted"),
    Status.ADAPTED: N_("Adapted"),
    Status.DEFERRED: N_("Deferred"),
    Status.REJECTED: N_("Rejected"),
    Status.IN_PROGRESS: N_("In progress"),
    Status.IMPLEMENTED: N_("Implemented"),
    Status.STOPPED: N_("Stopped"),
    Status.REVIEWED: N_("Effect reviewed"),
}
_DECIDED = frozenset({Status.ADOPTED, Status.ADAPTED, Status.DEFERRED, Status.REJECTED})
_UNDER_WAY = frozenset({Status.IN_PROGRESS, Status.IMPLEMENTED, Status.STOPPED, Status.DEFERRED})
MOVES: dict[Status, frozenset[Status]] = {
    Status.PROPOSED: _DECIDED | {Status.CONSIDERED},
    Status.RECOMMENDED: _DECIDED | {Status.CONSIDERED},
    Status.CONSIDERED: _DECIDED,
    Status.DEFERRED: _DECIDED - {Status.DEFERRED} | {Status.CONSIDERED},
    Status.REJECTED: frozenset({Status.CONSIDERED}),
    Status.ADOPTED: _UNDER_WAY | {Status.ADAPTED},
    Status.ADAPTED: _UNDER_WAY,
    Status.IN_PROGRESS: frozenset({Status.ADAPTED, Status.IMPLEMENTED, Status.STOPPED}),
    Status.IMPLEMENTED: frozenset({Status.REVIEWED, Status.STOPPED}),
    Status.STOPPED: frozenset({Status.REVIEWED, Status.CONSIDERED}),
    Status.REVIEWED: frozenset({Status.ADAPTED}),
}
OWNED = frozenset(
    {
        Status.ADOPTED,
        Status.ADAPTED,
        Status.IN_PROGRESS,
        Status.IMPLEMENTED,
        Status.STOPPED,
        Status.REVIEWED,
    }
)
