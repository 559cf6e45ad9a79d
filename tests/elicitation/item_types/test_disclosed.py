"""What the types without numbers freeze, looked at as somebody would who knows n and some of the answers."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copkit_delphi.elicitation.item_types import ITEM_TYPES
from copkit_delphi.elicitation.item_types.answers import Given
from tests.elicitation.item_types.samples import items

K = 5
SINGLE, MULTIPLE, RANKING, TEXT = (items(kind)[0] for kind in ("single", "multiple", "ranking", "text"))


def frozen(one, details: list) -> dict:
    rows = [Given(None, None, None, detail) for detail in details]
    return ITEM_TYPES[one.kind].summarise(one, rows, k=K)


def counts(found: dict) -> list[int | None]:
    return [option["count"] for option in found["options"]]


@given(st.lists(st.integers(1, 4), min_size=0, max_size=60))
@settings(max_examples=300, deadline=None)
def test_hidden_counts_of_a_choice_hold_none_or_five(chosen: list[int]) -> None:
    found = counts(frozen(SINGLE, [(one,) for one in chosen]))
    n = len(chosen)
    hidden = n - sum(count for count in found if count is not None)
    if n < 15:
        assert found == [None] * 4
    assert hidden == 0 or hidden >= K or found == [None] * 4
    for count in found:
        assert count is None or count == 0 or (count >= K and n - count >= K)
    assert n not in found


@pytest.mark.parametrize("n", [15, 16, 20, 33])
def test_a_unanimous_choice_looks_like_others(n: int) -> None:
    alone = frozen(SINGLE, [(1,)] * n)
    others = [
        frozen(SINGLE, [(1,)] * (n - len(rest)) + [(one,) for one in rest])
        for size in (2, 3, 4)
        for rest in combinations_with_replacement((2, 3, 4), size)
    ]
    assert sum(other == alone for other in others) >= 3
    assert alone["leading"] == 0


@pytest.mark.parametrize("n", [15, 16, 20])
def test_a_unanimous_choice_of_two_looks_like_others(n: int) -> None:
    kind = ITEM_TYPES["single"]
    two = type(SINGLE)("single", "S.q1", "x", 1, 2, options=kind.define("x", {"options": "Yes\nNo"}))
    alone = frozen(two, [(1,)] * n)
    assert all(frozen(two, [(1,)] * (n - few) + [(2,)] * few) == alone for few in range(1, 5))


@given(st.lists(st.sets(st.integers(1, 4), min_size=1), min_size=0, max_size=60))
@settings(max_examples=200, deadline=None)
def test_ticks_are_counted_where_both_sides_hold_five(ticked: list[set[int]]) -> None:
    n = len(ticked)
    for count in counts(frozen(MULTIPLE, [tuple(sorted(one)) for one in ticked])):
        assert count is None or (n >= 15 and K <= count <= n - K)


def test_the_option_chosen_most_is_named_from_ten_and_never_a_tie() -> None:
    assert "leading" not in frozen(SINGLE, [(1,)] * 9)
    assert frozen(SINGLE, [(2,)] * 6 + [(1,)] * 4)["leading"] == 1
    assert "leading" not in frozen(SINGLE, [(1,)] * 6 + [(2,)] * 6)
    assert "leading" not in frozen(SINGLE, [(1,), (2,), (3,)] * 3 + [(4,)] * 4)


def test_ranking_shows_medians_from_five_quartiles_and_w_from_ten_and_means_from_thirty() -> None:
    orders = [(1, 2, 3, 4), (2, 1, 3, 4), (1, 3, 2, 4), (4, 3, 2, 1), (1, 2, 4, 3)]
    assert all(set(option) == {"text"} for option in frozen(RANKING, orders[:4])["options"])
    five, ten, thirty = (frozen(RANKING, orders * times) for times in (1, 2, 6))
    assert [option["median"] for option in five["options"]] == [1, 2, 3, 4]
    assert all(set(option) == {"text", "median"} for option in five["options"])
    assert "kendall_w" not in five
    assert all(set(option) == {"text", "median", "q1", "q3"} for option in ten["options"])
    assert 0 < ten["kendall_w"] < 0.9
    assert all("mean" in option for option in thirty["options"])


def test_an_order_that_all_gave_is_not_announced() -> None:
    alone = frozen(RANKING, [(1, 2, 3, 4)] * 12)
    one_swapped = frozen(RANKING, [(1, 2, 3, 4)] * 11 + [(2, 1, 3, 4)])
    assert alone == one_swapped
    assert alone["kendall_w"] == 0.9


def test_a_text_is_in_no_result() -> None:
    assert frozen(TEXT, ["Secret words"] * 40) == {}


def test_bounds_are_medians_of_at_least_five() -> None:
    (one,) = items("probability")
    kind = ITEM_TYPES["probability"]
    rows = [Given(50.0, low, 80.0, None) for low in (10.0, 20.0, 30.0, 40.0)]
    assert kind.summarise(one, rows, k=K) == {}
    found = kind.summarise(one, [*rows, Given(50.0, 45.0, 90.0, None)], k=K)
    assert found == {"bounds": {"lowest": 30.0, "highest": 80.0}}
