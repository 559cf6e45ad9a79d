"""All charts and marks behind one import, for pages and documents alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from copkit_delphi.domain.calibration import Band
from copkit_delphi.domain.decisions import DecidedItem, DecisionRecord
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import written
from copkit_delphi.domain.results import Figures, ItemResult
from copkit_delphi.reporting.apart import gap_axis, kept_bars, kept_words, wish_axis
from copkit_delphi.reporting.calibration import curve as calibration
from copkit_delphi.reporting.calibration import percent
from copkit_delphi.reporting.calibration import twin as calibration_twin
from copkit_delphi.reporting.geometry import Box, MatrixPoint
from copkit_delphi.reporting.marks import (
    badge,
    confidence_bars,
    group_styles,
    group_symbol,
    level_mark,
    risk_mark,
)
from copkit_delphi.reporting.matrix import matrix, matrix_svg
from copkit_delphi.reporting.narrow import on_screen
from copkit_delphi.reporting.panels import distribution
from copkit_delphi.reporting.phrases import EVERYBODY, Say, as_written, middle_half, ninety, unit_of
from copkit_delphi.reporting.pins import pin
from copkit_delphi.reporting.placement import MatrixLayout
from copkit_delphi.reporting.strips import round_map, rule_strip, rule_words, verdict_words
from copkit_delphi.reporting.yardsticks import yardstick

__all__ = [
    "CHARTS",
    "Box",
    "Chart",
    "MatrixLayout",
    "MatrixPoint",
    "TwinRow",
    "badge",
    "calibration",
    "calibration_twin",
    "confidence_bars",
    "distribution",
    "gap_axis",
    "group_styles",
    "group_symbol",
    "kept_bars",
    "kept_words",
    "level_mark",
    "matrix",
    "matrix_svg",
    "on_screen",
    "percent",
    "pin",
    "risk_mark",
    "round_map",
    "rule_strip",
    "table_twin",
    "wish_axis",
    "yardstick",
]


@dataclass(frozen=True, slots=True)
class TwinRow:
    """One row of the table that says what a chart shows; an empty cell is a figure that is not shown."""

    label: str
    n: str
    median: str
    middle_half: str
    ninety: str

    @property
    def shown(self) -> bool:
        """Tell whether the row has any figure; otherwise print the sentence in its place."""
        return bool(self.n)


def _row(label: str, figures: Figures, unit: str) -> TwinRow:
    if figures.n is None or figures.median is None:
        return TwinRow(label, "", "", "", "")
    median = written(figures.median, unit)
    return TwinRow(label, str(figures.n), median, middle_half(figures, unit), ninety(figures, unit))


def table_twin(item: ItemResult, *, before: ItemResult | None = None, say: Say = as_written) -> list[TwinRow]:
    """Return the rows of "Show as a table": all panellists, each group, then the round before."""
    unit = unit_of(item.kind)
    everybody = say(EVERYBODY)
    rows = [_row(everybody, item.panel, unit)]
    rows += [_row(group.name, group.figures, unit) for group in item.groups]
    if before is None:
        return rows
    suffix = say(N_("round before"))
    rows.append(_row(f"{everybody}, {suffix}", before.panel, unit))
    return rows + [_row(f"{group.name}, {suffix}", group.figures, unit) for group in before.groups]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with the table that says the same; ``of`` is what both draw: a result with the one before, or bands."""

    of: type
    draw: Callable[..., str]
    twin: Callable[..., Sequence[object]]


def _of_item(draw: Callable[[ItemResult, ItemResult | None], str]) -> Chart:
    return Chart(ItemResult, draw, lambda item, before: table_twin(item, before=before))


CHARTS: dict[str, Chart] = {
    "pin": _of_item(lambda item, _: pin(item.panel, item.scale, unit=unit_of(item.kind))),
    "distribution": _of_item(lambda item, before: distribution(item, before=before)),
    "on_screen": _of_item(lambda item, before: on_screen(item, before=before)),
    "badge": _of_item(lambda item, _: badge(item.agreement)),
    "gap_axis": _of_item(lambda item, _: gap_axis(item)),
    "rule_strip": Chart(
        DecidedItem,
        rule_strip,
        lambda item: [(rule_words(one), verdict_words(one.verdict)) for one in item.rules],
    ),
    "round_map": Chart(
        DecisionRecord,
        round_map,
        lambda record: [(one.name, verdict_words(one.verdict)) for one in record.items],
    ),
    "kept_bars": Chart(
        DecisionRecord,
        lambda record: kept_bars(record.attrition, record.response_share),
        lambda record: [
            (row.name, kept_words(row, record.response_share)) for row in record.attrition.groups
        ],
    ),
    "wish_axis": Chart(
        DecisionRecord,
        lambda record: wish_axis(record.wishes),
        lambda record: [(record.wishes.n, record.wishes.rho)],
    ),
    "calibration": Chart(Band, calibration, lambda bands: calibration_twin(bands)[1]),
}
"""Every chart of results, of deciding and of the own practice, for checks that walk them all."""
