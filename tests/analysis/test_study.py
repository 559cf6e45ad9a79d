"""What is about a study as a whole: order of items, verdicts under other rules, advice to stop."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from copkit_delphi.analysis.data import ItemSpec, RoundData
from copkit_delphi.analysis.engine import analyse_round
from copkit_delphi.analysis.measure import Options, Rules
from copkit_delphi.analysis.measures.ranking import rank_items, ranking
from copkit_delphi.analysis.small import round_of
from copkit_delphi.analysis.studies.sensitivity import rule_sensitivity, variants
from copkit_delphi.analysis.studies.stopping import stop_advice
from copkit_delphi.domain.protocol import Criterion, StoppingRule
from copkit_delphi.domain.scale import PERCENT, Scale
from tests.analysis.proofs import property_of

FEW = Options(resamples=200)


def split(*columns, **more):
    return round_of(np.array(columns, dtype=float).T.tolist(), **more)


# Order ---------------------------------------------------------------------------------------------------------------


def test_far_apart_items_are_ranked_and_separable():
    found = ranking(
        [split([90, 85, 95, 90, 92], [50, 55, 45, 50, 52], [5, 1, 9, 5, 4], scale="0:100")], Rules(), FEW
    )
    assert [(one["item"], one["rank"], one["ci_low"], one["ci_high"]) for one in found.value["items"]] == [
        ("I1", 1, 1, 1), ("I2", 2, 2, 2), ("I3", 3, 3, 3),
    ]  # fmt: skip
    assert found.value["not_separable"] == []


def test_alike_items_share_a_rank_and_are_not_separable():
    found = ranking([split([3, 4, 2, 5, 3], [3, 4, 2, 5, 3])], Rules(), FEW)
    assert [one["rank"] for one in found.value["items"]] == [1, 1]
    assert found.value["not_separable"] == [["I1", "I2"]]


def test_a_likely_mild_and_an_unlikely_grave_thing_are_not_put_in_an_order():
    likely = [[90.0, 95, 90, 92, 91], [10.0, 5, 10, 8, 9]]
    grave = [[1.0, 0, 1, 1, 0], [4.0, 4, 3, 4, 4]]
    found = rank_items([[np.array(one) for one in criterion] for criterion in (likely, grave)], resamples=200)
    assert found.rank.tolist() == [1, 1]
    assert not found.separable[0, 1]


def test_likelihood_and_impact_of_a_scenario_are_two_criteria_and_impact_counts_by_its_highest_dimension():
    names = ["A.likelihood", "A.impact.rights", "A.impact.physical", "B.likelihood", "B.impact.rights"]
    scales = [PERCENT, Scale(0, 4), Scale(0, 4), PERCENT, Scale(0, 4)]
    values = np.tile([60.0, 1, 4, 50, 3], (6, 1))
    items = tuple(ItemSpec(name, scale) for name, scale in zip(names, scales, strict=True))
    people = tuple("abcdef")
    data = RoundData(1, people, ("all",) * 6, items, values, np.zeros(values.shape, dtype=bool))
    found = ranking([data], Rules(), FEW).value
    assert found["criteria"] == ["likelihood", "impact"]
    assert [(one["item"], one["rank"]) for one in found["items"]] == [("A", 1), ("B", 2)]


def test_what_nobody_rated_has_no_rank():
    found = ranking([split([3, 4, 5], [None] * 3, [1, 1, 2])], Rules(), FEW).value
    assert [one["item"] for one in found["items"]] == ["I1", "I3"]
    assert ranking([split([3, 4], [None] * 2)], Rules(), FEW).reason


RATINGS = arrays(float, (8, 4), elements=st.integers(0, 10).map(float))


@property_of("ranking")
@given(RATINGS, st.permutations(range(4)))
def test_ranks_follow_their_items_and_any_rising_change_of_the_scale_keeps_them(values, order):
    def rank(matrix):
        return rank_items([list(matrix.T)], resamples=20)

    found, moved, stretched = rank(values), rank(values[:, order]), rank(3 * values + 5)
    assert moved.rank.tolist() == found.rank[list(order)].tolist()
    assert moved.resampled.tolist() == found.resampled[:, list(order)].tolist()
    assert stretched.rank.tolist() == found.rank.tolist()
    assert found.rank.min() == 1
    low, high = found.interval
    assert (low <= high).all()


def test_the_same_seed_draws_the_same_panels():
    data = split([3, 4, 2, 5, 3, 1], [2, 2, 4, 4, 3, 5], groups="aaabbb")
    assert ranking([data], Rules(), FEW) == ranking([data], Rules(), FEW)
    assert ranking([data], Rules(), Options(seed=5, resamples=200)) != ranking([data], Rules(), FEW)


# Rules ---------------------------------------------------------------------------------------------------------------

ROUND = arrays(float, (9, 3), elements=st.integers(1, 9).map(float))


@property_of("rule_sensitivity")
@given(ROUND, ROUND)
def test_each_flip_is_what_the_engine_says_under_that_rule(first, second):
    rounds = [round_of(first.tolist(), "1:9"), round_of(second.tolist(), "1:9", number=2)]
    found = rule_sensitivity(rounds, Rules(), FEW).value
    by_rule = {variant.text: variant.rules for variant in variants(Rules(), Scale(1, 9))}
    assert [one["rule"] for one in found["rules"]] == list(by_rule)
    own = analyse_round(rounds[1], previous=rounds[0])
    for rule, rules in by_rule.items():
        other = analyse_round(
            rounds[1], previous=rounds[0], criterion=rules.criterion, stopping=rules.stopping
        )
        for place, one in enumerate(found["items"]):
            flips = {flip["rule"]: flip["verdict"] for flip in one["flips"]}
            assert one["verdict"] == str(own.items[place].verdict)
            assert flips.get(rule, one["verdict"]) == str(other.items[place].verdict)
    assert found["n_flipping"] == sum(bool(one["flips"]) for one in found["items"])


def test_the_study_s_own_range_is_kept_when_shares_vary():
    rules = Rules(criterion=Criterion(share=0.75, low=7, high=9))
    texts = [variant.text for variant in variants(rules, Scale(1, 9)) if variant.kind == "share"]
    assert texts[0] == "share>=0.51 in 7..9"


# Stopping ------------------------------------------------------------------------------------------------------------


@property_of("stop_advice")
@given(st.integers(1, 5), st.integers(2, 3), st.integers(3, 4), ROUND, ROUND)
def test_the_advice_is_the_stopping_rule(number, least, most, first, second):
    rule = StoppingRule(min_rounds=least, max_rounds=most)
    rounds = [round_of(first.tolist(), "1:9"), round_of(second.tolist(), "1:9", number=number)]
    found = stop_advice(rounds, Rules(stopping=rule), FEW).value
    everything = sorted([*found["stable"], *found["moving"], *found["not_assessable"]])
    assert everything == ["I1", "I2", "I3"]
    ends = number >= most or (number >= least and len(found["stable"]) == 3)
    assert found["advice"] == ("end" if ends else "another_round")


def test_leavers_are_named_as_a_share_and_a_first_round_has_none():
    first = round_of([[1], [2], [3], [4]])
    second = replace(round_of([[1], [2], [None], [4]], number=2))
    assert stop_advice([first], Rules(), FEW).value["response"] is None
    found = stop_advice([first, second], Rules(), FEW).value
    assert found["response"] == 0.75
    assert found["reasons"][-1] == "at least 70% of the earlier round answered again"


@pytest.mark.parametrize("measure", [rule_sensitivity, stop_advice])
def test_a_round_without_items_gives_a_reason(measure):
    nothing = RoundData(1, ("a",), ("g",), (), np.zeros((1, 0)), np.zeros((1, 0), dtype=bool))
    found = measure([nothing], Rules(), FEW)
    assert (found.value, bool(found.reason)) == (None, True)
