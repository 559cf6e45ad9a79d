"""Agreement against its peers: ratios on the same data in one process, after a warm-up, best of several."""

from __future__ import annotations

import math
import time
import tracemalloc

import krippendorff
import numpy as np
import pandas as pd
import pingouin
import pytest

from copkit_delphi.analysis.measure import Options
from copkit_delphi.analysis.measures.alpha import (
    interval_over_items,
    interval_over_panellists,
    krippendorff_alpha,
)
from copkit_delphi.analysis.measures.concordance import concordance

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore")]
DRAWS = 1000  # resamples; a peer's loop is extrapolated from CALLS of them
CALLS = 8
OPTIONS = Options(resamples=DRAWS)


def ratings(panellists, items, missing=0.1):
    random = np.random.default_rng(7)
    values = random.integers(1, 10, (panellists, items)).astype(float)
    values[random.random(values.shape) < missing] = math.nan
    return values


def seconds(call):
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def ratio(name, theirs, ours, *, times=9, part=1.0):
    """Time both in turn, after a first call of each; theirs may be a ``part`` of what ours does."""
    theirs(), ours()
    pairs = [(seconds(theirs) / part, seconds(ours)) for _ in range(times)]
    slow, fast = (min(column) for column in zip(*pairs, strict=True))
    print(f"\n{name}: {slow:.4g} s against {fast:.4g} s, {slow / fast:.1f} times as fast")
    return slow / fast


def peer(values, level="ordinal"):
    return krippendorff.alpha(values, level_of_measurement=level)


def test_ordinal_alpha_is_five_times_as_fast_as_krippendorff():
    values = ratings(5000, 500)
    found = ratio(
        "ordinal alpha, 5000 x 500",
        lambda: peer(values),
        lambda: krippendorff_alpha(values, "ordinal"),
        times=15,
    )
    assert found >= 5


@pytest.mark.parametrize("level", ["ordinal", "interval"])
def test_a_thousand_item_resamples_are_a_thousand_times_as_fast_as_a_loop(level):
    values = ratings(5000, 500)
    random = np.random.default_rng(1)

    def loop():
        for _ in range(CALLS):
            peer(values[:, random.integers(0, 500, 500)], level)

    found = ratio(
        f"item resamples, {level}, 5000 x 500",
        loop,
        lambda: interval_over_items(values, level, OPTIONS),
        part=CALLS / DRAWS,
    )
    assert found >= 1000


@pytest.mark.parametrize("level", ["ordinal", "interval"])
def test_a_thousand_panellist_resamples_are_fifty_times_as_fast_as_a_loop(level):
    values = ratings(1000, 200)
    random = np.random.default_rng(1)

    def loop():
        for _ in range(CALLS):
            peer(values[random.integers(0, 1000, 1000)], level)

    found = ratio(
        f"panellist resamples, {level}, 1000 x 200",
        loop,
        lambda: interval_over_panellists(values, level, OPTIONS),
        times=25,
        part=CALLS / DRAWS,
    )
    assert found >= 50


def test_kendalls_w_is_five_times_as_fast_as_pingouin():
    values = ratings(1000, 200, missing=0.0)
    frame = pd.DataFrame(values).rename_axis("rater").reset_index()
    long = frame.melt("rater", var_name="item", value_name="rating")
    found = ratio(
        "Kendall's W, 1000 x 200",
        lambda: pingouin.friedman(long, dv="rating", within="item", subject="rater"),
        lambda: concordance(values),
    )
    assert found >= 5


@pytest.mark.parametrize("interval", [interval_over_items, interval_over_panellists])
@pytest.mark.parametrize("level", ["ordinal", "interval"])
def test_memory_stays_within_what_is_said(interval, level):
    values = ratings(5000, 500)
    tracemalloc.start()
    try:
        interval(values, level, OPTIONS)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
    print(f"\n{interval.__name__}, {level}, 5000 x 500: {peak:.0f} MB")
    assert peak < 160
