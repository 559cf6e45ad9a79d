"""Whatever the panel, nothing served tells one panellist's rating: properties over random small panels."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement, product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copkit_delphi.analysis.data import ItemSpec, RoundData
from copkit_delphi.analysis.engine import analyse_round
from copkit_delphi.domain import cells
from copkit_delphi.domain.protocol import Criterion, Protocol
from copkit_delphi.domain.results import Figures, ItemResult
from copkit_delphi.domain.scale import PERCENT, Scale
from copkit_delphi.elicitation import disclosure, results

K = 5
NAMES = ("Law enforcement", "Industry", "Civil society")
KINDS = dict(zip(NAMES, ("lea", "ind", "cso"), strict=True))


def shown(
    values: list[float],
    groups: list[str],
    scale: Scale = PERCENT,
    *,
    before: list[float] | None = None,
    criterion: Criterion = Criterion(),  # noqa: B008 - frozen
) -> ItemResult:
    """Return what is frozen of one item with these ratings, by the code that freezes it."""
    spec = (ItemSpec("X.likelihood", scale, "It happens."),)
    codes = tuple(str(i) for i in range(len(values)))

    def data(number: int, column: list[float]) -> RoundData:
        ratings = np.array(column, dtype=float).reshape(-1, 1)
        return RoundData(number, codes, tuple(groups), spec, ratings, np.zeros(ratings.shape, dtype=bool))

    analysed = analyse_round(
        data(2, values),
        criterion=criterion,
        required_groups=tuple(KINDS),
        previous=data(1, before) if before else None,
    )
    item = SimpleNamespace(
        name="X.likelihood", kind="likelihood", wording="It happens.", scenario_id="x", dimension=None,
        low=scale.low, high=scale.high, step=scale.step,
    )  # fmt: skip
    ground = SimpleNamespace(protocol=Protocol(), kinds=KINDS, scenarios={"x": "X"})
    return results.disclosed(ground, item, analysed.items[0])  # type: ignore[arg-type]


@st.composite
def panels(draw: st.DrawFn, most: int = 40) -> tuple[list[float], list[float], list[str]]:
    """Ratings of two rounds (some missing) and groups of a small panel."""
    n = draw(st.integers(1, most))
    rating = st.one_of(st.just(float("nan")), st.integers(1, 99).map(float))
    column = st.lists(rating, min_size=n, max_size=n)
    return draw(column), draw(column), draw(st.lists(st.sampled_from(NAMES), min_size=n, max_size=n))


def sets(item: ItemResult) -> Iterator[Figures]:
    yield item.panel
    yield from (group.figures for group in item.groups)


def allowed(part: float | None, n: int | None) -> bool:
    """Tell whether a share of ``n`` and its complement are 0 or at least five."""
    count = None if part is None or n is None else round(part * n)
    return count is None or n is None or all(one == 0 or one >= K for one in (count, n - count))


@settings(max_examples=150, deadline=None)
@given(panels())
def test_each_figure_needs_its_number_of_ratings(panel: tuple[list[float], list[float], list[str]]) -> None:
    values, before, groups = panel
    item = shown(values, groups, before=before)
    rated = sum(not math.isnan(value) for value in values)
    assert (item.panel.n or 0) == (rated if rated >= K else 0)
    for figures in sets(item):
        n = figures.n or 0
        assert n == 0 or n >= K
        assert (figures.median is None) == (n == 0)
        assert (figures.q1 is None) == (figures.q3 is None) == (n < 10)
        assert figures.columns is None or n >= 15
        assert figures.p05 is None or n >= 20
        assert figures.mean is None or n >= 30
    assert all(group.figures.columns is None for group in item.groups)
    if rated < K:
        assert (item.agreement, item.criterion_met, item.share, item.reasons) == (None, None, None, ())


@settings(max_examples=150, deadline=None)
@given(panels())
def test_hidden_groups_and_columns_hold_none_or_five(
    panel: tuple[list[float], list[float], list[str]],
) -> None:
    values, before, groups = panel
    item = shown(values, groups, before=before)
    rated = {
        name: sum(not math.isnan(v) and g == name for v, g in zip(values, groups, strict=True))
        for name in NAMES
    }
    hidden = sum(rated[group.name] for group in item.groups if not group.figures.shown)
    if item.panel.shown:
        assert hidden == 0 or hidden >= K
    for column in item.panel.columns or ():
        assert column.count == 0 or column.count >= K
    assert allowed(item.share, item.panel.n)
    if item.movement:
        n = item.movement.n_paired
        assert n is None or n >= K
        assert allowed(item.movement.share_within_tolerance, n)
        assert allowed(item.movement.share_changed, n)


@settings(max_examples=150, deadline=None)
@given(panels())
def test_no_reason_names_a_group_that_is_hidden_to_protect_another(
    panel: tuple[list[float], list[float], list[str]],
) -> None:
    values, _, groups = panel
    item = shown(values, groups)
    rated = {
        name: sum(not math.isnan(v) and g == name for v, g in zip(values, groups, strict=True))
        for name in NAMES
    }
    for group in item.groups:
        if not group.figures.shown and rated[group.name] >= K:
            assert not any(group.name in reason for reason in item.reasons)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=5).flatmap(
    lambda sizes: st.tuples(*(st.tuples(st.just(n), st.integers(0, n)) for n in sizes))
))  # fmt: skip
def test_response_counts_cannot_be_subtracted(pairs: tuple[tuple[int, int], ...]) -> None:
    printed = disclosure.counts(pairs, K)
    hidden = [pair for pair, (_, done) in zip(pairs, printed, strict=True) if done is None]
    for (invited, done), (shown_invited, shown_done) in zip(pairs, printed, strict=True):
        assert shown_invited in (None, invited)
        if shown_done is not None:
            assert shown_done == done
            assert disclosure.countable(done, invited, K)
    if len(hidden) < len(pairs):
        for part in (sum(done for _, done in hidden), sum(invited - done for invited, done in hidden)):
            assert part == 0 or part >= K


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=12))
def test_columns_are_merged_without_losing_a_rating(counts: list[int]) -> None:
    merged = disclosure.merged_columns([(i * 10.0, i * 10.0 + 10, n) for i, n in enumerate(counts)], K)
    assert sum(column.count for column in merged) == sum(counts)
    if sum(counts) >= K:
        assert all(column.count == 0 or column.count >= K for column in merged)


def everything(item: ItemResult) -> tuple[object, ...]:
    """All that a page, a chart title, a table or an export can read of an item."""
    return (
        item.panel, tuple(group.figures for group in item.groups), item.agreement, item.stability, item.verdict,
        item.reasons, item.criterion_met, item.share, item.group_guard, item.movement,
    )  # fmt: skip


CRITERIA = (
    Criterion(),
    Criterion(width=0),
    Criterion(share=0.75, low=4, high=5),
    Criterion(share=0.8, low=5, high=5),
)


@pytest.mark.parametrize("criterion", CRITERIA, ids=str)
def test_a_panel_of_five_keeps_two_values_possible_for_everybody(criterion: Criterion) -> None:
    """Every panel of five on a scale of five: what a page shows fits at least two values of each member."""
    possible: Mapping[tuple[object, ...], list[set[float]]] = defaultdict(lambda: [set() for _ in range(5)])
    for multiset in combinations_with_replacement((1.0, 2.0, 3.0, 4.0, 5.0), 5):
        seen = everything(shown(list(multiset), [NAMES[0]] * 5, Scale(1, 5), criterion=criterion))
        for member in possible[seen]:
            member |= set(multiset)  # any member may hold any value of the panel
    assert all(len(values) >= 2 for members in possible.values() for values in members)


def test_a_member_of_five_who_knows_the_own_rating_learns_no_other() -> None:
    possible: dict[tuple[object, float], set[float]] = defaultdict(set)
    for multiset in combinations_with_replacement((1.0, 2.0, 3.0, 4.0, 5.0), 5):
        seen = everything(shown(list(multiset), [NAMES[0]] * 5, Scale(1, 5)))
        for own, other in product(range(5), repeat=2):
            if own != other:
                possible[seen, multiset[own]].add(multiset[other])
    assert all(len(values) >= 2 for values in possible.values())


def test_unanimity_is_not_announced() -> None:
    item = shown([3.0] * 20, [NAMES[0]] * 20, Scale(1, 5))
    assert item.share is None
    assert item.agreement == "consensus"


def test_an_export_holds_no_formula() -> None:
    dangerous = [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\ufeff=1",
        "＝1",
        "-1,5",
    ]
    assert [cells.safe(cell)[0] for cell in dangerous] == ["'"] * len(dangerous)
    assert [cells.safe(cell) for cell in ("-4", "-0.5", "58", "plain")] == ["-4", "-0.5", "58", "plain"]


def test_who_could_not_judge_does_not_help_a_coefficient_over_the_threshold() -> None:
    values = np.full((12, 2), np.nan)
    values[:3] = [[10, 20], [30, 60], [50, 90]]
    items = (ItemSpec("X", PERCENT, ""), ItemSpec("Y", PERCENT, ""))
    data = RoundData(1, tuple("abcdefghijkl"), ("g",) * 12, items, values, np.isnan(values))
    found = disclosure.coefficients(analyse_round(data))
    assert (found.alpha_ordinal, found.alpha_interval, found.kendall_w) == (None, None, None)


def test_a_unanimous_panel_is_not_announced() -> None:
    data = RoundData(
        1,
        tuple(f"p{n}" for n in range(12)),
        ("g",) * 12,
        tuple(ItemSpec(name, Scale(1, 5)) for name in ("a", "b")),
        np.full((12, 2), 3.0),
        np.zeros((12, 2), dtype=bool),
    )
    engine = analyse_round(data)
    assert "complete agreement" in engine.coefficients.reason.values()
    shown = disclosure.coefficients(engine)
    assert shown.alpha_ordinal is None
    assert "complete agreement" not in shown.reason.values()
