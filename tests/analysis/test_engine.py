"""The engine's words and figures, by the rules of the protocol."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit_delphi.analysis.engine import analyse_round, analyse_rounds
from copkit_delphi.domain.protocol import Criterion, StoppingRule
from copkit_delphi.domain.scale import PERCENT, Scale
from copkit_delphi.domain.verdict import Agreement, Stability, Verdict

FIVE, NINE, UNIT = Scale(1, 5), Scale(1, 9), Scale(0, 1, 0)
TOP = Criterion(share=0.75, low=7, high=9)


def wide(width, low=40):
    """Nine ratings whose middle half spans ``width``."""
    return [low] * 3 + [low + width / 2] * 3 + [low + width] * 3


def only(analysis):
    (item,) = analysis.items
    return item


@pytest.mark.parametrize(
    ("scale", "low", "consensus", "partial", "step"),
    [(PERCENT, 40, 15, 25, 1), (NINE, 3, 2, 3, 1), (FIVE, 1, 1, 2, 1), (UNIT, 0.2, 0.15, 0.25, 0.01)],
)
def test_width_of_the_middle_half_makes_the_word_on_each_scale(
    round_of, scale, low, consensus, partial, step
):
    def word(width):
        return only(analyse_round(round_of(wide(width, low), scale=scale))).agreement

    assert word(consensus) is Agreement.CONSENSUS
    assert word(consensus + step) is Agreement.PARTIAL
    assert word(partial) is Agreement.PARTIAL
    assert word(partial + step) is Agreement.DIVIDED


def test_words_are_judged_on_the_quartiles_people_see(round_of):
    item = only(analyse_round(round_of(wide(15.4, 40))))
    assert item.iqr == pytest.approx(15.4)
    assert item.agreement is Agreement.CONSENSUS  # 40 to 55
    assert only(analyse_round(round_of(wide(15.6, 40)))).agreement is Agreement.PARTIAL


@given(st.lists(st.integers(0, 100), min_size=5, max_size=30), st.floats(0, 100), st.floats(0, 50))
def test_a_wider_criterion_is_never_harder_to_meet(round_of, ratings, width, more):
    data = round_of(ratings)
    narrow = only(analyse_round(data, criterion=Criterion(width=width)))
    broad = only(analyse_round(data, criterion=Criterion(width=width + more)))
    assert broad.consensus or not narrow.consensus


def groups(**ratings):
    labels = [name for name, values in ratings.items() for _ in values]
    return [value for values in ratings.values() for value in values], labels


def test_a_group_far_from_the_panel_makes_consensus_partial(round_of):
    values, labels = groups(lea=[50] * 20, civil=[66] * 5)
    item = only(analyse_round(round_of(values, groups=labels)))
    assert (item.agreement, item.group_guard, item.consensus) == (Agreement.PARTIAL, True, False)
    assert "the median of civil lies more than 15 from the panel's" in item.reasons
    values, labels = groups(lea=[50] * 20, civil=[65] * 5)
    item = only(analyse_round(round_of(values, groups=labels)))
    assert (item.agreement, item.group_guard, item.consensus) == (Agreement.CONSENSUS, False, True)


def test_a_group_below_five_neither_guards_nor_polarises(round_of):
    values, labels = groups(lea=[50] * 20, civil=[90] * 4)
    item = only(analyse_round(round_of(values, groups=labels)))
    assert (item.agreement, item.group_guard) == (Agreement.CONSENSUS, False)
    values, labels = groups(lea=[20] * 5, civil=[80] * 4)
    assert only(analyse_round(round_of(values, groups=labels))).agreement is Agreement.DIVIDED


@pytest.mark.parametrize(("gap", "word"), [(30, Agreement.POLARISED), (29, Agreement.DIVIDED)])
def test_two_groups_thirty_apart_polarise_a_wide_panel(round_of, gap, word):
    values, labels = groups(lea=[20] * 6, industry=[20 + gap] * 6)
    assert only(analyse_round(round_of(values, groups=labels))).agreement is word


def test_two_groups_apart_do_not_polarise_a_panel_that_agrees(round_of):
    values, labels = groups(lea=[50] * 30, industry=[50] * 2 + [80] * 4)
    item = only(analyse_round(round_of(values, groups=labels)))
    assert (item.agreement, item.group_guard) == (Agreement.PARTIAL, True)


def test_share_in_a_range_meets_the_criterion_only_with_every_group(round_of):
    values, labels = groups(lea=[8] * 14 + [2], civil=[8] * 3 + [6] * 2)
    met = only(analyse_round(round_of(values, groups=labels, scale=NINE), criterion=TOP))
    assert (met.consensus, met.percent_agreement.share) == (True, 17 / 20)
    assert met.balanced_share == pytest.approx((14 / 15 + 3 / 5) / 2)

    values, labels = groups(lea=[8] * 15, civil=[8] * 2 + [6] * 3)
    short = only(analyse_round(round_of(values, groups=labels, scale=NINE), criterion=TOP))
    assert short.consensus is False
    assert short.percent_agreement.share == 17 / 20
    assert short.reasons[:2] == (
        "with each group counting the same, fewer than 75% lie in 7 to 9",
        "fewer than half of civil lie in 7 to 9",
    )


def test_agreement_outside_the_wanted_range_is_no_consensus(round_of):
    item = only(analyse_round(round_of([2] * 9, scale=NINE), criterion=TOP))
    assert (item.consensus, item.agreement) == (False, Agreement.PARTIAL)
    assert item.reasons[0] == "fewer than 75% of ratings lie in 7 to 9"


def test_groups_apart_do_not_polarise_a_narrow_panel_outside_the_range(round_of):
    values, labels = groups(lea=[2] * 30, civil=[5] * 5)
    item = only(analyse_round(round_of(values, groups=labels, scale=NINE), criterion=TOP))
    assert item.agreement is Agreement.PARTIAL


def test_a_group_below_five_has_no_say_in_the_balanced_share(round_of):
    values, labels = groups(lea=[8] * 16, civil=[2] * 4)
    item = only(analyse_round(round_of(values, groups=labels, scale=NINE), criterion=TOP))
    assert (item.consensus, item.balanced_share) == (True, 1.0)
    values, labels = groups(lea=[8] * 4, civil=[2] * 4)
    item = only(analyse_round(round_of(values, groups=labels, scale=NINE), criterion=TOP))
    assert (item.balanced_share, item.reason["balanced_share"]) == (None, "no group has five ratings")


def test_percent_agreement_lies_around_the_unrounded_median(round_of):
    item = only(analyse_round(round_of([10, 20, 21.5, 31.5, 32])))
    assert item.percent_agreement.share == 3 / 5  # 11.5 to 31.5; rounded to 22 it would hold 32
    assert item.percent_agreement.ci_low < 3 / 5 < item.percent_agreement.ci_high


PEOPLE = {
    Agreement.CONSENSUS: wide(10),
    Agreement.PARTIAL: wide(20),
    Agreement.DIVIDED: wide(40),
}
TABLE = {
    (Agreement.CONSENSUS, Stability.STABLE): Verdict.CONSENSUS,
    (Agreement.PARTIAL, Stability.STABLE): Verdict.MAJORITY,
    (Agreement.DIVIDED, Stability.STABLE): Verdict.STABLE_DISSENT,
    (Agreement.POLARISED, Stability.STABLE): Verdict.STABLE_DISSENT,
    **{
        (word, unstable): Verdict.NOT_YET_STABLE
        for word in Agreement
        for unstable in (Stability.MOVING, Stability.NOT_ASSESSABLE)
    },
}


@pytest.mark.parametrize(
    ("cell", "verdict"), TABLE.items(), ids=lambda cell: "-".join(cell) if isinstance(cell, tuple) else ""
)
def test_every_cell_of_the_verdict_table(round_of, cell, verdict):
    word, stability = cell
    values = np.array(PEOPLE.get(word, [20] * 6 + [60] * 6), dtype=float)
    labels = ["a"] * 6 + ["b"] * 6 if word is Agreement.POLARISED else None
    before = {
        Stability.STABLE: values + 10,
        Stability.MOVING: values + 11,
        Stability.NOT_ASSESSABLE: np.where(np.arange(len(values)) < 4, values, math.nan),
    }[stability]
    item = only(
        analyse_round(
            round_of(values, groups=labels, number=2),
            previous=round_of(before, groups=labels),
            required_groups=(),
        )
    )
    assert (item.agreement, item.stability, item.verdict) == (word, stability, verdict)


def test_four_ratings_are_too_few_whatever_they_say(round_of):
    item = only(analyse_round(round_of([50] * 4, number=2), previous=round_of([50] * 4)))
    assert (item.verdict, item.agreement, item.consensus) == (Verdict.TOO_FEW_ANSWERS, None, None)
    assert item.reason["consensus"] == "fewer than five ratings"
    assert item.median == 50  # the engine itself holds nothing back


def test_a_short_required_group_makes_consensus_a_majority_and_is_named(round_of):
    values, labels = groups(lea=[50] * 10, civil=[50] * 4)
    data = round_of(values, groups=labels)
    item = only(analyse_round(dataclasses.replace(data, number=2), previous=data))
    assert (item.agreement, item.verdict) == (Agreement.CONSENSUS, Verdict.MAJORITY)
    assert "fewer than five ratings from civil" in item.reasons
    assert only(analyse_round(data, previous=data, required_groups=["lea"])).verdict is Verdict.CONSENSUS
    absent = only(analyse_round(data, previous=data, required_groups=["lea", "industry"]))
    assert absent.verdict is Verdict.MAJORITY
    assert "fewer than five ratings from industry" in absent.reasons


@pytest.mark.parametrize(("kept", "stability"), [(6, Stability.STABLE), (5, Stability.MOVING)])
def test_three_quarters_of_pairs_within_tolerance_are_stable(round_of, kept, stability):
    before = np.full(8, 50.0)
    after = np.where(np.arange(8) < kept, 60.0, 61.0)
    item = only(analyse_round(round_of(after, number=2), previous=round_of(before)))
    assert item.stability is stability
    assert item.movement.share_within_tolerance == kept / 8
    assert item.movement.share_changed == 1


def test_a_move_by_exactly_the_tolerance_is_within_it_in_binary_fractions_too(round_of):
    before, after = round_of([0.7] * 5, scale=UNIT), round_of([0.8] * 5, scale=UNIT, number=2)
    assert only(analyse_round(after, previous=before)).stability is Stability.STABLE


def test_the_stopping_rule_of_the_study_is_used(round_of):
    before, after = round_of([50.0] * 4 + [0.0] * 4), round_of([50.0] * 8, number=2)
    assert only(analyse_round(after, previous=before)).stability is Stability.MOVING
    lenient = StoppingRule(stable_share=0.5)
    assert only(analyse_round(after, previous=before, stopping=lenient)).stability is Stability.STABLE
    strict = StoppingRule(stable_share=0.5, min_pairs=9)
    item = only(analyse_round(after, previous=before, stopping=strict))
    assert (item.stability, item.reasons[-1]) == (
        Stability.NOT_ASSESSABLE,
        "fewer than 9 panellists rated this item in both rounds",
    )


def test_pairs_are_found_by_name_whatever_the_order(round_of):
    before = round_of([10.0, 20, 30, 40, 50], names="abcde")
    after = round_of([50.0, 40, 30, 20, 99], names="edcbz", number=2)
    movement = only(analyse_round(after, previous=before)).movement
    assert (movement.n_paired, movement.share_changed, movement.wilcoxon_p) == (4, 0, None)
    assert movement.reason == {"wilcoxon_p": "no paired rating changed"}


def test_an_item_new_in_round_two_is_not_assessable(round_of):
    item = analyse_round(round_of([[1, 2]] * 5, number=2), previous=round_of([[1]] * 5)).items[1]
    assert (item.movement, item.stability) == (None, Stability.NOT_ASSESSABLE)
    assert item.reason["movement"] == "not rated in an earlier round"


def test_cannot_judge_is_in_no_figure_but_counts_as_an_answer(round_of):
    values = [[10, math.nan], [20, math.nan], [math.nan, math.nan], [math.nan, math.nan]]
    refused = [[False, True], [False, False], [True, True], [False, False]]
    analysis = analyse_round(round_of(values, cannot_judge=refused))
    assert analysis.n_panellists == 3
    first, second = analysis.items
    assert (first.n, first.n_cannot_judge, first.median) == (2, 1, 15)
    assert (second.n, second.n_cannot_judge, second.median) == (0, 2, None)
    assert second.reason["median"] == "no ratings"
    assert first.groups[0].n == 2


def walk(value, path=""):
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from walk(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, tuple):
        for part in value:
            yield from walk(part, path)
    else:
        yield path, value


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=3, max_size=3), min_size=0, max_size=12
    ),
    st.data(),
)
def test_no_panel_gives_nan_or_numpy_numbers_and_every_none_has_its_reason(round_of, rows, data):
    values = [[math.nan if value is None else value for value in row] for row in rows]
    labels = data.draw(st.lists(st.sampled_from("ab"), min_size=len(rows), max_size=len(rows)))
    matrix = np.array(values, dtype=float).reshape(len(rows), 3)
    first = round_of(matrix, scale=FIVE, groups=labels)
    for analysis in analyse_rounds((first, dataclasses.replace(first, number=2, values=matrix[::-1].copy()))):
        for path, value in walk(analysis):
            assert type(value).__module__ != "numpy", path
            assert not (isinstance(value, float) and not math.isfinite(value)), path
        for item in analysis.items:
            missing = {name for name in ("median", "iqr", "mean", "sd", "percent_agreement", "balanced_share",
                                         "consensus", "agreement", "movement") if getattr(item, name) is None}  # fmt: skip
            assert missing <= item.reason.keys()
            for part in filter(None, [item.movement, analysis.coefficients]):
                gaps = {field.name for field in dataclasses.fields(part) if getattr(part, field.name) is None}
                assert gaps == part.reason.keys()


@given(st.permutations(range(12)))
def test_the_order_of_panellists_changes_nothing(round_of, order):
    random = np.random.default_rng(3)
    values = random.integers(0, 101, (12, 4)).astype(float)
    values[random.random(values.shape) < 0.2] = math.nan
    first = round_of(values, groups=["a", "b", "c"] * 4)
    second = dataclasses.replace(first, number=2, values=values[::-1].copy())
    mixed = tuple(
        dataclasses.replace(
            one,
            panellists=tuple(one.panellists[place] for place in order),
            groups=tuple(one.groups[place] for place in order),
            values=one.values[list(order)],
        )
        for one in (first, second)
    )
    for straight, shuffled in zip(analyse_rounds((first, second)), analyse_rounds(mixed), strict=True):
        for (path, one), (_, other) in zip(walk(straight), walk(shuffled), strict=True):
            assert one == (pytest.approx(other, abs=1e-12) if isinstance(other, float) else other), path


@given(st.lists(st.integers(0, 80), min_size=5, max_size=20), st.integers(1, 20))
def test_a_constant_shifts_location_and_leaves_spread_and_word(round_of, ratings, shift):
    plain, moved = (only(analyse_round(round_of(np.array(ratings, dtype=float) + by))) for by in (0, shift))
    assert moved.median == pytest.approx(plain.median + shift)
    assert moved.mean == pytest.approx(plain.mean + shift)
    assert (moved.iqr, moved.sd) == pytest.approx((plain.iqr, plain.sd))
    assert moved.agreement is plain.agreement


def test_a_round_must_fit_its_panellists_and_items(round_of):
    data = round_of([1.0, 2.0])
    with pytest.raises(ValueError, match="must fit 2 panellists x 1 items"):
        dataclasses.replace(data, values=np.zeros((3, 1)))
    with pytest.raises(ValueError, match="stands once"):
        dataclasses.replace(data, panellists=("a", "a"))
