"""A snapshot as a table: the same disclosed figures as every page, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import cast

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

Cell = str | float | None


def as_csv(snapshot: RoundSnapshot, *, marking: str) -> str:
    """Return one row an item and set: ``all``, each option where it has some, each group; empty where not shown."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in table(snapshot, marking):
        writer.writerow([safe(_written(cell)) for cell in row])
    return out.getvalue()


def table(snapshot: RoundSnapshot, marking: str) -> Iterator[list[Cell]]:
    """Yield the rows below ``COLUMNS``: texts, figures, and None where a figure is not shown."""
    for item in snapshot.items:
        yield from _rows(snapshot, item, marking)


def _rows(snapshot: RoundSnapshot, item: ItemResult, marking: str) -> Iterator[list[Cell]]:
    start: list[Cell] = [
        marking,
        snapshot.round,
        item.scenario,
        item.name,
        item.kind,
        item.wording,
        str(item.scale),
    ]
    within = item.movement.share_within_tolerance if item.movement else None
    words: list[Cell] = [item.agreement or "", item.stability, item.verdict, item.share, within]
    yield [*start, ALL, *_figures(item.panel), *words, snapshot.hash]
    for label, figures in of(item.kind).export(item):
        shown: list[Cell] = [figures.get(name) for name in FIGURES]
        yield [*start, label, *shown, *[None] * len(words), snapshot.hash]
    for group in item.groups:
        yield [*start, group.name, *_figures(group.figures), *[None] * len(words), snapshot.hash]


def _figures(figures: Figures) -> list[Cell]:
    return [cast("float | None", getattr(figures, name)) for name in FIGURES]


def _written(cell: Cell) -> str:
    if cell is None or isinstance(cell, str):
        return cell or ""
    return plain(cell)
