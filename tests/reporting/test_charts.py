"""Charts draw what is shown and nothing else, in every mark, title and table."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copkit_delphi.domain.calibration import Band, Judged, bands
from copkit_delphi.domain.decisions import DecidedItem, DecisionRecord
from copkit_delphi.domain.results import Column, Figures, GroupFigures, ItemResult
from copkit_delphi.domain.scale import PERCENT, Scale
from copkit_delphi.reporting import phrases
from copkit_delphi.reporting.charts import (
    CHARTS,
    badge,
    confidence_bars,
    distribution,
    group_styles,
    pin,
    risk_mark,
    table_twin,
)
from tests.reporting.decided import decided, record
from tests.reporting.factory import brief

HIDDEN = "Not shown: fewer than 5 answers"
# Values that no tick, count or coordinate of a chart writes as a word of its own.
FIELDS = ("median", "q1", "q3", "p05", "p95")


def item(panel: Figures, groups: tuple[GroupFigures, ...] = (), **changes: object) -> ItemResult:
    base = brief().snapshot.item("S04.likelihood")
    return replace(base, panel=panel, groups=groups, **changes)


def spoken(markup: str) -> str:
    """Return what a reader or a screen reader gets: texts, titles and labels, no coordinates."""
    labels = re.findall(r'aria-label="([^"]*)"', markup)
    return " ".join([re.sub(r"<[^>]+>", " ", markup), *labels])


@settings(deadline=None, max_examples=150)
@given(
    values=st.permutations([61, 62, 63, 64, 66]),
    kept=st.sets(st.sampled_from(FIELDS)),
    shown=st.booleans(),
    in_group=st.booleans(),
)
def test_a_hidden_figure_is_in_no_text_title_or_table(values, kept, shown, in_group):
    given_figures = dict(zip(FIELDS, values, strict=True))
    visible = {name: value for name, value in given_figures.items() if name in kept and shown}
    if "median" not in visible:
        visible = {}
    partial = Figures(n=34 if visible else None, **visible)
    plain = Figures(n=34, median=7)
    result = item(plain, (GroupFigures("Police", "lea", partial),)) if in_group else item(partial)
    said = " ".join(spoken(chart.draw(result, None)) for chart in CHARTS.values() if chart.of is ItemResult)
    said += " ".join(str(row) for row in table_twin(result)) + str(phrases.likelihood(result))
    allowed = {str(value) for value in visible.values()}
    for value in map(str, values):
        if value not in allowed:
            assert not re.search(rf"\b{value}\b", said), (value, said)


@settings(deadline=None)
@given(left_out=st.sampled_from(("q1", "q3", "p05", "p95", "columns")))
def test_what_is_not_given_moves_no_pixel(left_out):
    one = Figures(
        n=30, median=50, q1=40, q3=60, p05=20, p95=80, columns=(Column(0, 50, 10), Column(50, 100, 20))
    )
    pair = {"q1": "q3", "p05": "p95"}
    hidden = {left_out: None}
    for low, high in pair.items():
        if left_out in {low, high}:
            hidden = {low: None, high: None}
    with_it, without = item(one), item(replace(one, **hidden))
    if left_out == "columns":
        assert 'fill="#9FB4C7"' in distribution(with_it)
        assert 'fill="#9FB4C7"' not in distribution(without)
    else:
        assert pin(with_it.panel, PERCENT) != pin(without.panel, PERCENT)


def test_below_five_a_sentence_stands_in_the_place_of_the_chart():
    assert HIDDEN in pin(Figures(), PERCENT)
    assert HIDDEN in distribution(item(Figures()))
    assert "<svg" not in pin(Figures(), PERCENT)


def test_a_group_below_five_says_so_in_its_row():
    panel = Figures(n=12, median=50, q1=40, q3=60)
    drawn = distribution(item(panel, (GroupFigures("Academia", "aca", Figures()),)))
    assert ">Not shown: too few answers<" in drawn
    assert "Academia: Not shown: too few answers, here or in another group" in spoken(drawn)


def test_five_to_nine_answers_show_a_median_without_a_middle_half():
    drawn = pin(Figures(n=8, median=58), PERCENT)
    assert "median 58%" in drawn
    assert "middle half" not in drawn
    assert "#6885A0" not in drawn


def test_own_answer_is_a_purple_diamond_and_only_where_given():
    figures = Figures(n=12, median=58, q1=44, q3=70)
    assert "You 80%" in pin(figures, PERCENT, own=80)
    assert "#86198F" in distribution(item(figures), own=80)
    assert "#86198F" not in distribution(item(figures))


def test_the_round_before_is_dashed_and_hollow():
    groups = (GroupFigures("Police", "lea", Figures(n=12, median=60, q1=50, q3=70)),)
    earlier = (GroupFigures("Police", "lea", Figures(n=12, median=40, q1=20, q3=55)),)
    now, then = (
        item(Figures(n=12, median=60, q1=50, q3=70), groups),
        item(Figures(n=12, median=40, q1=30, q3=50), earlier),
    )
    drawn = distribution(now, before=then)
    assert "stroke-dasharray" in drawn
    assert 'fill="#FFFFFF" stroke="#1F3F77"' in drawn
    assert "stroke-dasharray" not in distribution(now)


def test_a_hidden_round_before_is_not_drawn():
    now = item(Figures(n=12, median=60, q1=50, q3=70))
    assert distribution(now, before=item(Figures())) == distribution(now)


def drawn_of(chart):
    """Return what a chart may be given to draw."""
    if chart.of is DecisionRecord:
        return [(record(items),) for items in (1, 12, 18)]
    if chart.of is DecidedItem:
        return [(decided("S04.likelihood"),)]
    if chart.of is Band:
        answered = [Judged(value, value > 30) for value in (5, 25, 30, 60, 95)]
        return [(bands(answered[:last]),) for last in range(1, 6)]
    document = brief()
    return [(document.item(one.item), document.item_before(one.item)) for one in document.judgements]


@pytest.mark.parametrize("name", CHARTS)
def test_every_picture_has_a_title_and_a_label_and_nothing_a_strict_policy_refuses(name):
    chart = CHARTS[name]
    for shown in drawn_of(chart):
        drawn = chart.draw(*shown)
        assert chart.twin(*shown)
        assert drawn.count("<svg") == drawn.count("<title>") == drawn.count("aria-label=")
        assert " style=" not in drawn
        assert " id=" not in drawn
        assert "<script" not in drawn


def test_hostile_text_is_written_as_text():
    hostile = '"><script>alert(1)</script>&'
    figures = Figures(n=12, median=50, q1=40, q3=60)
    drawn = distribution(item(figures, (GroupFigures(hostile, "other", figures),)))
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_groups_of_any_number_and_name_keep_their_shapes_apart():
    styles = group_styles((f"Team {n}", "other") for n in range(8))
    assert len({style.shape for style in styles.values()}) == 8
    assert len(group_styles((f"Team {n}", "other") for n in range(20))) == 20
    assert (
        group_styles([("Police", "lea"), ("Makers", "ind"), ("Rights", "cso")])["Rights"].shape == "triangle"
    )


@pytest.mark.parametrize("scale", [Scale(1, 5), Scale(1, 9), Scale(0, 1, 0), Scale(-10, 250, 0)])
def test_other_scales_keep_marks_inside_and_in_order(scale):
    low, median, high = (
        scale.low,
        scale.low + scale.range // 2 if scale.points else scale.range / 2,
        scale.high,
    )
    drawn = pin(Figures(n=30, median=median, q1=low, q3=high), scale, unit="")
    xs = [float(x) for x in re.findall(r' x="([-\d.]+)"', drawn)]
    assert all(0 <= x <= 190 for x in xs)
    assert "%" not in drawn


def test_marks_say_their_word():
    assert "Polarised" in badge("polarised")
    assert badge(None) == ""
    assert "Moderate" in confidence_bars("moderate")
    assert "Not graded" in confidence_bars(None)
    assert "not assessed" in risk_mark(None)


def test_the_table_twin_has_a_row_for_each_set_and_leaves_hidden_cells_empty():
    groups = (
        GroupFigures("Police", "lea", Figures(n=12, median=60, q1=50, q3=70)),
        GroupFigures("Few", "cso", Figures()),
    )
    rows = table_twin(item(Figures(n=16, median=55, q1=45, q3=66), groups))
    assert [row.label for row in rows] == ["All panellists", "Police", "Few"]
    assert rows[0].middle_half == "45 to 66%"
    assert not rows[2].shown
    assert rows[2].median == rows[2].n == ""
