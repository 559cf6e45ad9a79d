"""In which order a panellist is asked: as the study was built, or drawn for each from the study's recorded seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.protocol import BY_PANELLIST
from copkit_delphi.elicitation.models import Scenario

_PLACES = select(Scenario.id, Scenario.position).where(Scenario.study_id == bindparam("study"))


def drawn(scenario_ids: Iterable[str], *, seed: int, panellist_id: str, number: int) -> list[str]:
    """Return scenarios in the order of one panellist in round ``number``: the same on each device and each visit.

    Leaving one out moves no other: each has a key of its own.
    """

    def key(scenario_id: str) -> bytes:
        return hashlib.sha256(f"{seed}:{panellist_id}:{number}:{scenario_id}".encode()).digest()

    return sorted(scenario_ids, key=key)


def built(session: Session, study: Any, *, study_id: str, panellist_id: str, number: int) -> list[int] | None:
    """Return the built positions in the order of one panellist, None where everybody is asked as built.

    ``study`` has the ``seed`` and the ``protocol`` of the study.
    """
    if study.protocol.get("order") != BY_PANELLIST:
        return None
    places = {row.id: row.position for row in session.execute(_PLACES, {"study": study_id})}
    order = drawn(places, seed=study.seed, panellist_id=panellist_id, number=number)
    return [places[scenario_id] for scenario_id in order]
