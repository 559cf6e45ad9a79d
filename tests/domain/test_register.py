"""States of indicators and actions: the words of the vocabulary, reachable, and readings that go stale."""

from __future__ import annotations

from datetime import date

import pytest

from copkit_delphi.domain.register import MOVES, OWNED, Observed, Status, stale_after

DAY = date(2026, 1, 31)


def test_every_state_can_be_reached_and_only_decided_ones_need_an_owner() -> None:
    assert set(MOVES) == set(Status)
    reached = {Status.PROPOSED, Status.RECOMMENDED}
    for _ in Status:
        reached |= {after for before in reached for after in MOVES[before]}
    assert reached == set(Status)
    assert OWNED.isdisjoint(
        {Status.PROPOSED, Status.RECOMMENDED, Status.CONSIDERED, Status.DEFERRED, Status.REJECTED}
    )
    assert not any(Status.ADOPTED in MOVES[before] for before in OWNED), "nothing is adopted twice"


def test_the_words_are_those_of_the_field() -> None:
    assert [str(one) for one in Observed][3:5] == ["threshold crossed", "lapsed"]
    assert str(Status.REVIEWED) == "effect reviewed"


@pytest.mark.parametrize(
    ("cadence", "expiry", "until"),
    [
        ("monthly", None, date(2026, 3, 3)),
        ("Quarterly ", None, date(2026, 5, 3)),
        ("quarterly", date(2026, 2, 15), date(2026, 2, 15)),
        ("", date(2026, 2, 15), date(2026, 2, 15)),
        ("when it happens", None, None),
    ],
)
def test_a_reading_counts_until_the_next_is_due_and_never_beyond_the_expiry(
    cadence: str, expiry: date | None, until: date | None
) -> None:
    assert stale_after(DAY, cadence, expiry) == until
