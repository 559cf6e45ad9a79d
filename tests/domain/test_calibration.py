"""What was said beside what was true."""

from __future__ import annotations

import pytest

from copkit_delphi.domain.calibration import KNOWS_NOTHING, Judged, bands, brier


def test_whoever_always_says_half_gets_the_score_of_knowing_nothing() -> None:
    assert brier([Judged(50, True), Judged(50, False)]) == KNOWS_NOTHING
    assert brier([]) is None


def test_the_score_is_the_mean_squared_distance() -> None:
    assert brier([Judged(80, True), Judged(30, False), Judged(60, False)]) == pytest.approx(
        (0.04 + 0.09 + 0.36) / 3
    )


def test_each_answer_is_in_one_band_and_empty_bands_are_left_out() -> None:
    said = [1, 19, 20, 79, 80, 99]
    found = bands([Judged(one, one > 50) for one in said])
    assert [(band.low, band.high, band.n) for band in found] == [
        (1, 19, 2),
        (20, 39, 1),
        (60, 79, 1),
        (80, 99, 2),
    ]
    assert [band.share for band in found] == [0, 0, 100, 100]
    assert found[0].said == 10
