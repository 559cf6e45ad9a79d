"""What remains of a risk: the rules of residuals as vectors, and that no order of events goes round them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit_delphi.domain.ethics_results import RiskResult
from copkit_delphi.domain.risk import RiskLevel, RiskRating
from copkit_delphi.ethics import residuals
from copkit_delphi.ethics.models import Mitigation
from copkit_delphi.ethics.residuals import Judged

LOW, MODERATE, HIGH, VERY_HIGH = RiskLevel
LEVELS = tuple(RiskLevel)
RATED, LOWER = RiskRating(4, 4, 3, 4), RiskRating(1, 1, 1, 1)  # very high, and whatever an assessor hopes for


def measure(status: str, kind: str = "avoid", **changes: Any) -> Mitigation:
    values: dict[str, Any] = {
        "owner": "Ministry",
        "due": date(2027, 1, 1),
        "evidence": "Report 7",
        "code": "",
    }
    return Mitigation(status=status, kind=kind, **{**values, "rounds_before": 1, **changes})


def result(gate: RiskLevel, **parts: int) -> RiskResult:
    whole = {"gravity": 4, "reach": 4, "irreversibility": 3, "likelihood": 4} | parts
    return RiskResult("MAU-01", (), gate, gate, parts=whole)


def rated(*gates: RiskResult) -> tuple[tuple[int, RiskResult], ...]:
    return tuple(enumerate(gates, 1))


@pytest.mark.parametrize(
    ("measures", "remains"),
    [
        ([], VERY_HIGH),
        ([measure("planned")], VERY_HIGH),
        ([measure("dropped")], VERY_HIGH),
        ([measure("in_place", owner="")], VERY_HIGH),
        ([measure("in_place", due=None)], VERY_HIGH),
        ([measure("verified", evidence=" ")], VERY_HIGH),
        ([measure("in_place", kind="inform")], VERY_HIGH),
        ([measure("in_place", kind="restore")], VERY_HIGH),  # irreversibility alone changes no level here
        ([measure("in_place")], HIGH),
        ([measure("verified")], HIGH),
        ([measure("in_place"), measure("in_place"), measure("verified")], HIGH),  # one level, however many
        ([measure("in_place", kind="reduce")], HIGH),
    ],
)
@pytest.mark.parametrize("panel", [(), rated(result(VERY_HIGH))])
def test_measures_lower_by_one_level_at_most_once_they_are_in_place(
    measures: list[Mitigation], remains: RiskLevel, panel: Any
) -> None:
    judged = Judged(RATED, LOWER, panel, tuple(measures))
    assert (residuals.before(judged), residuals.after(judged)) == (VERY_HIGH, remains)


@pytest.mark.parametrize(
    ("measures", "second", "before", "after"),
    [
        # verified before the second round: as re-rated, and no level beside that
        ([measure("verified")], result(LOW, gravity=1), VERY_HIGH, LOW),
        ([measure("verified")], result(VERY_HIGH), VERY_HIGH, VERY_HIGH),
        # verified after it: in place, until the panel has seen it
        ([measure("verified", rounds_before=2)], result(HIGH, likelihood=2), HIGH, MODERATE),
        # a measure that does not avoid leaves gravity as it was first rated
        ([measure("verified", kind="reduce")], result(LOW, gravity=1, likelihood=2), VERY_HIGH, HIGH),
        ([], result(LOW, gravity=1, likelihood=2), HIGH, HIGH),
        ([measure("planned")], result(LOW, gravity=1, likelihood=2), HIGH, HIGH),
        # likelihood falls without one
        ([measure("verified", kind="reduce")], result(MODERATE, likelihood=1), VERY_HIGH, MODERATE),
    ],
)
def test_a_later_round_says_what_verified_measures_are_worth(
    measures: list[Mitigation], second: RiskResult, before: RiskLevel, after: RiskLevel
) -> None:
    judged = Judged(RATED, LOWER, rated(result(VERY_HIGH), second), tuple(measures))
    assert (residuals.before(judged), residuals.after(judged)) == (before, after)


parts = st.integers(1, 5)
ratings = st.builds(RiskRating, parts, parts, parts, parts)
statuses = st.sampled_from(["planned", "in_place", "verified", "dropped"])
kinds = st.sampled_from(["avoid", "reduce", "restore", "compensate", "inform"])
registers = st.lists(st.builds(measure, statuses, kinds), max_size=4)


@given(ratings, ratings, registers, st.sampled_from(LEVELS))
def test_nothing_remains_more_than_one_level_below_the_panel_or_the_assessor(
    rating: RiskRating, residual: RiskRating, register: list[Mitigation], gate: RiskLevel
) -> None:
    for panel in ((), rated(result(gate))):
        judged = Judged(rating, residual, panel, tuple(register))
        base, left = residuals.before(judged), residuals.after(judged)
        assert base is not None
        assert left is not None
        assert 0 <= LEVELS.index(base) - LEVELS.index(left) <= 1
        if not residuals.in_effect(register):
            assert left == base


@given(ratings, ratings, registers)
def test_gravity_falls_by_avoid_measures_alone(
    rating: RiskRating, residual: RiskRating, register: list[Mitigation]
) -> None:
    left = residuals.clipped(rating, residual, residuals.in_effect(register))
    if left.gravity < rating.gravity:
        assert any(one.kind == "avoid" for one in residuals.in_effect(register))
