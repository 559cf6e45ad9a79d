"""Any figure of the engine reads as people read figures, whatever its shape."""

from __future__ import annotations

import pytest

from copkit_delphi.reporting.intervals import RankRow, rank_intervals
from copkit_delphi.reporting.values import Shown, chance, figure, percent, shown

PAIR = {
    "a": "police",
    "b": "industry",
    "n_a": 12,
    "n_b": 7,
    "cliff_delta": -0.4166,
    "ci_low": -0.71,
    "ci_high": 0.02,
}
PAIR = {**PAIR, "mannwhitney_p": 0.0312, "adjusted_p": None, "reason": {"adjusted_p": "all ratings are equal"}}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "written"),
    [(50.0, "50"), (54.04, "54"), (14.752, "14.8"), (0.8313, "0.83"), (-2.444, "−2.44"), (137.5, "138"),
     (0.0034, "0.003"), (1e-9, "≈0"), (0.0, "0"), (-0.0, "0"), (99.97, "100"), (1_234_567.0, "1234567")],
)  # fmt: skip
def test_numbers_are_rounded_for_people(value, written):
    assert figure(value) == written


def test_shares_are_percent_and_p_values_say_that_they_are():
    assert (percent(0.5625), percent(0.001), percent(0.0), percent(1.0)) == ("56%", "<1%", "0%", "100%")
    assert (chance(0.0312), chance(0.0042), chance(1e-5), chance(1.0)) == ("0.03", "0.004", "<0.001", "1")
    assert shown("share_changed", 0.48) == Shown("48%")
    assert shown("wilcoxon_p", 0.193) == Shown("p 0.19")


@pytest.mark.parametrize(
    ("value", "written"), [(True, "yes"), (False, "no"), (3, "3"), ("uncertain", "uncertain"), (None, "undefined")]
)  # fmt: skip
def test_plain_values_of_every_kind(value, written):
    assert shown("anything", value) == Shown(written)


def test_an_undefined_value_says_why():
    assert shown("mad", None, reason="no ratings") == Shown("undefined: no ratings")


def test_both_ends_of_an_interval_are_one_text():
    found = shown("percent_agreement", {"share": 0.56, "ci_low": 0.3707, "ci_high": 0.7333})
    assert found.parts == (("Share", Shown("56%")), ("Interval", Shown("37% to 73%")))
    assert found.short
    assert shown("ci_items", {"low": 0.51, "high": 0.8}) == Shown("0.51 to 0.8")


def test_reasons_stand_at_the_fields_they_explain():
    found = shown("alpha", {"ordinal": 0.5, "ratio": None, "reason": {"ratio": "ratings below zero", "groups": "left out: B"}})  # fmt: skip
    assert found.parts == (
        ("Ordinal", Shown("0.5")),
        ("Ratio", Shown("undefined: ratings below zero")),
        ("Groups", Shown("left out: B")),
    )


def test_pairs_of_groups_make_a_table_with_the_effect_first_and_p_last():
    found = shown(
        "group_test", {"kruskal_h": 8.1, "kruskal_p": 0.0174, "epsilon_squared": 0.31, "pairs": [PAIR]}
    )
    assert [name for name, _ in found.parts] == [
        "Epsilon squared",
        "Kruskal's H",
        "Kruskal-Wallis p",
        "Pairs",
    ]
    assert not found.short
    table = found.parts[-1][1]
    assert table.columns == (
        "Group",
        "Other group",
        "Cliff's delta",
        "Interval",
        "Ratings of the group",
        "Ratings of the other group",
        "Mann-Whitney p",
        "p, adjusted for the number of pairs",
    )
    assert table.rows == (("police", "industry", "−0.42", "−0.71 to 0.02", "12", "7", "0.03", "undefined: all ratings are equal"),)  # fmt: skip


def test_the_ends_of_an_interval_are_written_like_what_they_belong_to():
    row = {"delta": 0.3, "ci_low": -0.2, "ci_high": 0.6, "share": 0.5, "share_low": 0.25, "share_high": 1.0}
    assert dict(shown("anything", row).parts)["Interval"] == Shown("−0.2 to 0.6")
    assert dict(shown("anything", row).parts)["Share, worst to best case"] == Shown("25% to 100%")


def test_entries_with_names_are_rows_and_their_names_stay_as_written():
    found = shown("groups", {"task_force": {"n": 9, "share": 0.5}, "B": {"n": 3, "share": None}})
    assert found.columns == ("Groups", "Share", "Number")
    assert found.rows == (("task_force", "50%", "9"), ("B", "–", "3"))
    intervals = shown("ci", {"items": {"low": 0.1, "high": 0.2}, "panellists": {"low": 0.3, "high": 0.4}})
    assert intervals.parts == (("Items", Shown("0.1 to 0.2")), ("Panellists", Shown("0.3 to 0.4")))


def test_a_p_within_parts_is_named_once():
    assert shown("test", {"p": 0.0312, "statistic": 4.2}).parts == (
        ("Statistic", Shown("4.2")),
        ("p", Shown("0.03")),
    )


def test_lists_within_lists_are_named_parts_and_long_ones_are_cut():
    steps = [{"from_round": 1, "to_round": 2, "groups": [{"group": "A", "n": 5}]}]
    ((_, inner),) = shown("attrition", {"steps": steps}).parts
    ((label, step),) = inner.parts
    assert label == "Round 1 to round 2"
    assert dict(step.parts)["Groups"].rows == (("A", "5"),)
    assert shown("sizes", [12, 13]) == Shown("12, 13")
    assert shown("stable", [f"I{place}" for place in range(70)]).left == 10
    assert shown("not_separable", [["A", "B"], ["B", "C"]]) == Shown("A, B; B, C")
    assert shown("moving", []) == Shown("none")


def test_ranks_are_drawn_and_said():
    drawn = rank_intervals([RankRow("<b>Deepfakes</b>", 1, 1, 3), RankRow("Drones", 2, 2, 2)], places=2)
    assert "<b>" not in drawn
    assert "<title>Order of the items: rank of each with its 95% interval</title>" in drawn
    assert "<desc>&lt;b&gt;Deepfakes&lt;/b&gt;: 1 (1 to 3); Drones: 2</desc>" in drawn
