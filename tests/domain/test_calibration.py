"""What was said beside what was true."""

from __future__ import annotations

import math

import pytest

from copkit_delphi.domain.calibration import (
    HALF_TO_DOUBLE,
    KNOWS_NOTHING,
    LEVEL,
    Judged,
    Ranged,
    bands,
    brier,
    interval_score,
)


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


def by_definition(low: float, high: float, true: float) -> float:
    """The interval score as Gneiting and Raftery print it, in logarithms of one more."""
    alpha = 1 - LEVEL / 100
    l, u, x = (math.log(value + 1) for value in (low, high, true))  # noqa: E741
    return (u - l) + 2 / alpha * (l - x) * (x < l) + 2 / alpha * (x - u) * (x > u)


@pytest.mark.parametrize(
    "given", [(10, 30, 20), (10, 30, 30), (10, 30, 5), (10, 30, 90), (0, 0, 0), (7, 7, 8)]
)
def test_an_interval_is_scored_by_its_width_and_ten_times_its_miss(given: tuple[int, int, int]) -> None:
    assert interval_score([Ranged(*given)]) == pytest.approx(by_definition(*given))


def test_half_to_double_scores_what_the_page_says() -> None:
    assert interval_score([Ranged(50, 200, 100)]) == pytest.approx(HALF_TO_DOUBLE, abs=0.05)


def test_intervals_are_averaged_and_none_has_no_score() -> None:
    one, other = Ranged(0, 3, 1), Ranged(1, 1, 3)
    single = [interval_score([each]) for each in (one, other)]
    assert interval_score([one, other]) == pytest.approx(sum(single) / 2)
    assert interval_score([]) is None
    assert [one.holds, other.holds, Ranged(2, 5, 5).holds] == [True, False, True]


def test_the_score_is_proper_nobody_gains_by_another_interval_than_the_one_believed_in() -> None:
    """Believed: 1 to 100, each as likely. The best interval of all then holds the middle 80 of them."""

    def cost(low: int, high: int) -> float:
        return interval_score([Ranged(low, high, true) for true in range(1, 101)])

    best = min(((low, high) for low in range(1, 40) for high in range(60, 101)), key=lambda ends: cost(*ends))
    assert best[0] in (10, 11)
    assert best[1] in (90, 91)
