"""All item measures of a large panel, against a peer's single coefficient on the same panel."""

from __future__ import annotations

import time
import tracemalloc

import krippendorff
import numpy as np
import pytest

from copkit_delphi.analysis import registry
from copkit_delphi.analysis.sample import Sample
from copkit_delphi.domain.scale import Scale

PANELLISTS, ITEMS, GAPS, TIMES = 5000, 500, 0.1, 10


def ratings():
    random = np.random.default_rng(1)
    values = random.integers(1, 10, (PANELLISTS, ITEMS)).astype(float)
    values[random.random(values.shape) < GAPS] = np.nan
    return values


def battery(values):
    groups = tuple(f"G{place % 5}" for place in range(len(values)))
    sample = Sample.of(values, (Scale(1, 9),) * values.shape[1], groups)
    return {measure.name: measure.compute(sample) for measure in registry.of("item")}


def seconds(call, runs):
    """The quickest of some runs after a warm-up: the machine may have other work."""
    call()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


@pytest.mark.long
def test_the_item_battery_takes_no_longer_than_ten_plain_alphas_of_a_peer():
    values = ratings()
    peer = seconds(lambda: krippendorff.alpha(values, level_of_measurement="ordinal"), 7)
    ours = seconds(lambda: battery(values), 5)
    print(f"battery {ours:.3f} s, alpha {peer:.4f} s: {ours / peer:.1f} alphas")
    assert ours <= TIMES * peer


@pytest.mark.long
def test_the_item_battery_needs_no_more_than_six_times_the_memory_of_its_ratings():
    values = ratings()
    battery(values)
    tracemalloc.start()
    battery(values)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"ratings {values.nbytes / 1e6:.0f} MB, peak {peak / 1e6:.0f} MB on top")
    assert peak <= 6 * values.nbytes
