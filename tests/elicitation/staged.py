"""Studies between two rounds, for the tests of round work."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import DelphiError
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation.models import (
    Item,
    Panellist,
    Rating,
    Round,
)
from tests import factories as f

LATER = f.NOW + timedelta(days=3)
OPEN = Protocol(dimensions=("physical", "economic", "rights"), carry="open")


def two_rounds(place: f.Install, **changes: object) -> tuple[str, str]:
    """Return a study whose second round is closed with its feedback open, and its facilitator."""
    with place.database.writing() as session:
        account = f.make_account(session).id
        study = f.closed_study(place, session, account, n_rounds=2, end=False, **changes)  # type: ignore[arg-type]
        return study.id, account


def closed_round(place: f.Install, **changes: object) -> tuple[str, str, str]:
    """Return study, round and facilitator of a round 1 that is closed and still moderated."""
    with place.database.writing() as session:
        account = f.make_account(session).id
        study, round_ = f.running_study(place, session, account, **changes)  # type: ignore[arg-type]
        f.answer(session, round_)
        f.close_round(session, round_, open_feedback=False)
        return study.id, round_.id, account


def steady(session: Session, study_id: str, n_rounds: int) -> Panellist:
    """Return a panellist who rated the first statement in each of the first rounds."""
    query = (
        select(Rating.panellist_id)
        .join(Item, Item.id == Rating.item_id)
        .join(Round, Round.id == Rating.round_id)
        .where(Item.study_id == study_id, Item.name == "S02.likelihood", Round.number <= n_rounds)
        .group_by(Rating.panellist_id)
        .having(func.count() == n_rounds)
    )
    return session.get_one(Panellist, session.scalars(query).first())


def run_together(*acts: Callable[[], None]) -> list[str]:
    """Run acts at the same moment; return how each ended."""
    start, ended = threading.Barrier(len(acts)), list[str]()

    def run(act: Callable[[], None]) -> None:
        start.wait()
        try:
            act()
            ended.append("done")
        except DelphiError as refusal:
            ended.append(type(refusal).__name__)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(ended)
