"""On the map no label covers another label, a disc or a group mark, or leaves the plot."""

from __future__ import annotations

import random

import pytest

from copkit_delphi.domain.results import Figures, GroupFigures
from copkit_delphi.reporting.charts import MatrixPoint, matrix, matrix_svg

WORDS = ("Fraud", "synthetic", "identity", "in", "ports", "navigation", "weapons", "recruitment")
STUDIES = 200


def study(seed: int) -> list[MatrixPoint]:
    """Return 4 to 12 points; most studies crowd at two impact levels, as real ones do."""
    draw = random.Random(seed)
    levels = draw.choice([(3, 3, 3, 4), (0, 1, 2, 3, 4), (2, 3), (4,)])
    return [point(draw, number, draw.choice(levels)) for number in range(1, draw.randint(4, 12) + 1)]


def point(draw: random.Random, number: int, level: int) -> MatrixPoint:
    median = draw.choice([draw.randint(0, 100), 50, 85])
    q1, q3 = max(0, median - draw.randint(0, 45)), min(100, median + draw.randint(0, 45))
    quartiles = {"n": 30, "q1": q1, "q3": q3} if draw.random() < 0.9 else {"n": 7}
    groups = tuple(
        GroupFigures(kind, kind, Figures(n=10, median=draw.randint(0, 100))) for kind in ("lea", "ind", "cso")
    )
    title = " ".join(draw.choice(WORDS) for _ in range(draw.randint(1, 9)))
    return MatrixPoint(
        number,
        title,
        "Realistic possibility, 44%",
        Figures(median=median, **quartiles),
        level,
        draw.random() < 0.3,
        groups,
    )


@pytest.mark.parametrize("width", [676, 420])
def test_no_label_covers_anything_on_two_hundred_studies(width):
    for seed in range(STUDIES):
        points = study(seed)
        layout = matrix(points, width=width)
        assert [p.point.number for p in sorted(layout.placed, key=lambda p: p.point.number)] == [
            p.number for p in points
        ]
        for one in layout.placed:
            assert one.label.within(layout.plot), seed
            assert one.disc.within(layout.plot), seed
            for other in layout.placed:
                assert not one.label.overlaps(other.disc), seed
                assert not any(one.label.overlaps(box) for _, box in other.groups), seed
                if one is not other:
                    assert not one.label.overlaps(other.label), seed
                    assert not one.disc.overlaps(other.disc), seed


def test_discs_stand_in_the_strip_of_their_headline_impact():
    layout = matrix(study(3))
    strips = {band.level: band for band in layout.bands}
    assert [band.level for band in layout.bands] == [4, 3, 2, 1, 0]
    for placed in layout.placed:
        strip = strips[placed.point.level]
        assert strip.top <= placed.disc.top
        assert placed.disc.bottom <= strip.bottom


def test_a_point_without_likelihood_is_left_out():
    hidden = MatrixPoint(1, "Hidden", "", Figures(), 3)
    assert matrix([hidden]).placed == ()


def test_group_medians_are_drawn_for_a_split_panel_only():
    groups = (GroupFigures("Police", "lea", Figures(n=12, median=70)), GroupFigures("Few", "cso", Figures()))
    figures = Figures(n=30, median=50, q1=30, q3=61)
    split = matrix_svg([MatrixPoint(1, "Split", "x", figures, 3, True, groups)], "31 December 2028")
    agreed = matrix_svg([MatrixPoint(1, "Agreed", "x", figures, 3, False, groups)], "31 December 2028")
    assert "#1F3F77" in split
    assert "#C2640F" not in split
    assert 'stroke-dasharray="4 2.5"' in split
    assert "#1F3F77" not in agreed
    assert "stroke-dasharray" not in agreed


def test_the_map_says_it_is_no_ranking_and_names_no_quadrant():
    drawn = matrix_svg(study(5), "31 December 2028")
    assert "not for ranking on its own" in drawn
    for name in ("act now", "watch", "manage", "prepare"):
        assert name not in drawn.lower()
