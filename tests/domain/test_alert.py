"""The rule that proposes a warning level: its table, its floor, and that more never proposes less."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit_delphi.domain.alert import CLOSING, CROSSED, Facts, Level, propose

maybe = st.sampled_from([None, False, True])
facts = st.builds(
    Facts,
    likelihood=st.none() | st.integers(0, 100),
    impact=st.none() | st.integers(0, 4),
    emerging=maybe,
    crossed=maybe,
    act_now=maybe,
    prepare_now=maybe,
    margin=st.none() | st.floats(-24, 24),
)


@pytest.mark.parametrize(
    ("likelihood", "impact", "level"),
    [
        (0, 0, 0), (99, 0, 0), (99, 1, 0), (9, 3, 0), (9, 2, 0),
        (10, 2, 1), (39, 2, 1), (0, 4, 1), (9, 4, 1),
        (10, 3, 2), (24, 3, 2), (40, 2, 2), (54, 2, 2), (10, 4, 2),
        (25, 3, 3), (55, 2, 3), (25, 4, 3), (99, 4, 3),
    ],
)  # fmt: skip
def test_likelihood_and_impact_propose(likelihood: int, impact: int, level: int) -> None:
    assert propose(Facts(likelihood=likelihood, impact=impact)).level == level


@pytest.mark.parametrize(
    ("known", "level"),
    [
        (Facts(), 0),
        (Facts(impact=4), 1),
        (Facts(emerging=True), 1),
        (Facts(crossed=True), 1),
        (Facts(act_now=True), 0),
        (Facts(prepare_now=True), 2),
        (Facts(crossed=True, act_now=True), 3),
        (Facts(crossed=True, act_now=True, margin=0), 4),
        (Facts(crossed=True, act_now=True, margin=0.5), 3),
        (Facts(prepare_now=True, margin=-3), 2),
        (Facts(likelihood=25, impact=3, margin=-1), 4),
    ],
)
def test_readings_actions_and_time_propose(known: Facts, level: int) -> None:
    assert propose(known).level == level


def test_a_proposal_names_its_grounds_and_what_was_not_assessed() -> None:
    made = propose(Facts(likelihood=5, impact=2, crossed=True, emerging=True, act_now=True, margin=0))
    assert made.grounds == (CROSSED, CLOSING)
    assert made.not_assessed == ()
    assert propose(Facts(likelihood=5, impact=2)).not_assessed == (
        "indicators",
        "whether acting now pays",
        "time left to act",
    )


@given(facts, st.integers(0, 100), st.integers(0, 4))
def test_a_higher_likelihood_or_impact_never_proposes_less(
    known: Facts, likelihood: int, impact: int
) -> None:
    more = replace(
        known, likelihood=max(likelihood, known.likelihood or 0), impact=max(impact, known.impact or 0)
    )
    assert propose(more).level >= propose(known).level


@given(facts, st.sampled_from(["emerging", "crossed", "act_now", "prepare_now"]))
def test_one_more_thing_that_holds_never_proposes_less(known: Facts, name: str) -> None:
    assert propose(replace(known, **{name: True})).level >= propose(known).level


@given(facts)
def test_urgent_needs_a_margin_and_systemic_impact_is_never_below_watch(known: Facts) -> None:
    assert propose(replace(known, margin=None)).level < Level.URGENT
    assert propose(replace(known, impact=4)).level >= Level.WATCH
