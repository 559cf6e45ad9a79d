"""A snapshot as a table: the same disclosed figures as every page, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from copkit_delphi.domain.cells import safe
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.results import Figures, ItemResult, RoundSnapshot
from copkit_delphi.elicitation.items import of

FIGURES = ("n", "median", "q1", "q3", "p05", "p95", "mean", "sd")
COLUMNS = (
    "marking", "round", "scenario", "item", "kind", "wording", "scale", "set", *FIGURES,
    "agreement", "stability", "verdict", "share", "within_tolerance", "snapshot",
)  # fmt: skip
ALL = "all"


def as_csv(snapshot: RoundSnapshot, *, marking: str) -> str:
    """Return one row an item and set: ``all``, each option where it has some, each group; empty where not shown."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in snapshot.items:
        for row in _rows(snapshot, item, marking):
            writer.writerow([safe(cell) for cell in row])
    return out.getvalue()


def _rows(snapshot: RoundSnapshot, item: ItemResult, marking: str) -> Iterator[list[str]]:
    start = [marking, str(snapshot.round), item.scenario, item.name, item.kind, item.wording, str(item.scale)]
    within = item.movement.share_within_tolerance if item.movement else None
    words = [item.agreement or "", item.stability, item.verdict, _figure(item.share), _figure(within)]
    yield [*start, ALL, *_figures(item.panel), *words, snapshot.hash]
    for label, figures in of(item.kind).export(item):
        shown = [_figure(figures.get(name)) for name in FIGURES]
        yield [*start, label, *shown, *[""] * len(words), snapshot.hash]
    for group in item.groups:
        yield [*start, group.name, *_figures(group.figures), *[""] * len(words), snapshot.hash]


def _figures(figures: Figures) -> list[str]:
    return [_figure(getattr(figures, name)) for name in FIGURES]


def _figure(value: float | None) -> str:
    return "" if value is None else plain(value)
