"""What the decision record adds to a close, against the close without it."""

from __future__ import annotations

import time

import numpy as np
import pytest
from sqlalchemy import select

from copkit_delphi.database import Database
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.tidy import TidyRatings
from copkit_delphi.domain.tidy_checks import TidyRow
from copkit_delphi.elicitation import decisions, results
from copkit_delphi.elicitation.imports import import_ratings
from copkit_delphi.elicitation.matrices import Matrices
from copkit_delphi.elicitation.models import Round
from tests import factories as f
from tests.factories import migrated, sqlite_url

__all__ = ["migrated", "sqlite_url"]
PANELLISTS, ITEMS, TIMES = 1000, 200, 1.5


def panel() -> TidyRatings:
    """Two rounds of a whole panel in six groups; a tenth leaves."""
    random = np.random.default_rng(1)
    first = random.integers(1, 100, (PANELLISTS, ITEMS))
    second = np.clip(first + random.integers(-8, 9, first.shape), 1, 99)
    rows = [
        TidyRow(1, number, f"p{who}", f"Group {who % 6}", f"X{item}", float(values[who, item]))
        for number, values in ((1, first), (2, second))
        for who in range(PANELLISTS if number == 1 else PANELLISTS * 9 // 10)
        for item in range(ITEMS)
    ]
    return TidyRatings(tuple(rows), {}, Scale(0, 100, 0), scale_given=True)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_the_record_takes_at_most_half_as_much_again_as_the_close_without_it(sqlite_url: str) -> None:
    database = Database(sqlite_url, info=f.KEYS)
    with database.writing() as session:
        account = f.make_account(session).id
        made = import_ratings(session, panel(), title="Large", facilitator=account, at=f.NOW)
    with database.reading() as session:
        round_ = session.scalars(
            select(Round).where(Round.study_id == made.study_id, Round.number == 2)
        ).one()
        start = time.process_time()
        given = Matrices(session, made.study_id)  # as a close does: one reading for both
        frozen = results.build(session, round_, closed_on=f.NOW.date(), given=given)
        close = time.process_time() - start
        start = time.process_time()
        decisions.build(session, round_, frozen, given=given)
        record = time.process_time() - start
    database.engine.dispose()
    print(f"close {close:.2f} s, record {record:.2f} s: {record / close:.2f} times the close on top")
    assert record <= TIMES * close
