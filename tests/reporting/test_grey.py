"""Printed in grey: what differs by colour on paper differs by shape, letter or word too."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from copkit_delphi.domain.alert import Level
from copkit_delphi.domain.documents import Grade
from copkit_delphi.domain.risk import RiskLevel
from copkit_delphi.domain.verdict import Agreement
from copkit_delphi.reporting import marks

_COLOUR = re.compile(r"#[0-9A-Fa-f]{3,6}\b|risk-\w+|badge-\w+")  # a class paints, too


def grey(drawn: object) -> str:
    return _COLOUR.sub("grey", str(drawn))


@pytest.mark.parametrize(
    "drawn",
    [
        lambda: [marks.shape(style, 6, 6) for style in marks.SHAPES.values()],
        lambda: [marks.badge(one) for one in Agreement],
        lambda: [marks.level_mark(one) for one in Level],
        lambda: [marks.risk_mark(one) for one in [*RiskLevel, None]],
        lambda: [marks.confidence_bars(one) for one in Grade],
    ],
    ids=["groups", "badges", "warning levels", "risk levels", "confidence"],
)
def test_without_its_colours_no_mark_is_another(drawn: Callable[[], list[object]]) -> None:
    made = [grey(one) for one in drawn()]
    assert len(set(made)) == len(made) > 2
