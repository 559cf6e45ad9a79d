"""Seeded snapshots for document tests: ratings drawn, then shown by the rules of numbers alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from statistics import quantiles

from copkit_delphi.domain.figures import round_half_up
from copkit_delphi.domain.impact import DIMENSIONS
from copkit_delphi.domain.results import (
    IMPACT_KIND,
    LIKELIHOOD,
    Coefficients,
    Column,
    Figures,
    GroupFigures,
    GroupResponse,
    ItemResult,
    RoundSnapshot,
    StabilityFigures,
)

GROUPS = (("Law enforcement", "lea", 14), ("Industry", "ind", 12), ("Civil society", "cso", 8))
CENTRES = {
    "S02": (88, 86, 84),
    "S12": (83, 79, 85),
    "S14": (72, 66, 70),
    "S04": (66, 60, 57),
    "S06": (47, 41, 45),
    "S13": (72, 41, 29),
    "S15": (34, 41, 28),
    "S17": (28, 24, 33),
}
IMPACTS = {"S02": 3.0, "S12": 3.6, "S14": 2.6, "S04": 2.9, "S06": 2.1, "S13": 3.2, "S15": 2.0, "S17": 3.4}


def columns(values: Sequence[float], low: int, high: int, step: int) -> tuple[Column, ...]:
    """Return columns of ``step``, neighbours merged until each holds 0 or at least 5."""
    last = high - step if step > 1 else high
    rows: list[list[int]] = []
    for start in range(low, last + 1, step):
        end = start + step if step > 1 else start
        top = value_in(start, end, step, end == high)
        count = sum(top(value) for value in values)
        if rows and 0 < rows[-1][2] < 5:
            rows[-1] = [rows[-1][0], end, rows[-1][2] + count]
        else:
            rows.append([start, end, count])
    while len(rows) > 1 and 0 < rows[-1][2] < 5:
        spare = rows.pop()
        rows[-1] = [rows[-1][0], spare[1], rows[-1][2] + spare[2]]
    return tuple(Column(*row) for row in rows)


def value_in(start: int, end: int, step: int, final: bool):
    """Return the test of a column's members; the last column holds its upper end."""
    if step == 1:
        return lambda value: value == start
    return lambda value: start <= value < end or (final and value == end)


def figures(values: Sequence[float], low: int = 0, high: int = 100, *, panel: bool = False) -> Figures:
    """Return what the rules of numbers leave of ``values``."""
    n = len(values)
    if n < 5:
        return Figures()
    q1, median, q3 = (round_half_up(value) for value in quantiles(sorted(values), n=4, method="inclusive"))
    shown: dict[str, object] = {"n": n, "median": median}
    if n >= 10:
        shown |= {"q1": q1, "q3": q3}
    if panel and n >= 15:
        shown["columns"] = columns(values, low, high, 10 if high - low > 20 else 1)
    if panel and n >= 20:
        cuts = quantiles(sorted(values), n=20, method="inclusive")
        step = 5 if high - low > 20 else 1
        shown |= {"p05": round_half_up(cuts[0], step), "p95": round_half_up(cuts[-1], step)}
    return Figures(**shown)


def agreement(item: Figures, groups: Sequence[GroupFigures], percent: bool) -> str | None:
    """Return the agreement word of the default thresholds."""
    if item.q1 is None or item.q3 is None:
        return None
    consensus, partial, apart = (15, 25, 30) if percent else (1, 2, 2)
    medians = [group.figures.median for group in groups if group.figures.median is not None]
    width = item.q3 - item.q1
    if width > consensus and medians and max(medians) - min(medians) >= apart:
        return "polarised"
    if width <= consensus:
        return "consensus"
    return "partial" if width <= partial else "divided"


def likelihood_item(
    draw: random.Random, scenario: str, wording: str, spread: float, missing: int
) -> ItemResult:
    """Return a likelihood item drawn around the scenario's group centres."""
    groups, whole = [], []
    for (name, kind, size), centre in zip(GROUPS, CENTRES[scenario], strict=True):
        values = [
            min(99, max(1, int(draw.gauss(centre, spread))))
            for _ in range(size - (missing if size > 8 else 0))
        ]
        groups.append(GroupFigures(name, kind, figures(values)))
        whole += values
    panel = figures(whole, panel=True)
    word = agreement(panel, groups, percent=True)
    split = word in {"divided", "polarised"}
    return ItemResult(
        name=f"{scenario}.likelihood",
        kind=LIKELIHOOD,
        scenario=scenario,
        wording=wording,
        low=0,
        high=100,
        step=1,
        panel=panel,
        groups=tuple(groups),
        agreement=word,
        stability="stable",
        verdict="stable_dissent" if split else ("majority" if word == "partial" else "consensus"),
        movement=StabilityFigures(1, n_paired=28, share_within_tolerance=0.82),
    )


def impact_item(draw: random.Random, scenario: str, dimension: str, centre: float) -> ItemResult:
    """Return an impact item, 0 to 4."""
    groups, whole = [], []
    for name, kind, size in GROUPS:
        values = [min(4, max(0, int(draw.gauss(centre, 0.7) + 0.5))) for _ in range(size)]
        groups.append(GroupFigures(name, kind, figures(values, 0, 4)))
        whole += values
    panel = figures(whole, 0, 4, panel=True)
    return ItemResult(
        name=f"{scenario}.impact.{dimension}",
        kind=IMPACT_KIND,
        scenario=scenario,
        wording=dimension,
        low=0,
        high=4,
        step=1,
        panel=panel,
        groups=tuple(groups),
        agreement=agreement(panel, groups, percent=False),
        stability="stable",
        verdict="consensus",
        dimension=dimension,
    )


def snapshot(number: int, wordings: dict[str, str], *, seed: int = 7) -> RoundSnapshot:
    """Return round ``number`` of the demonstration-like panel of 34; round 1 is wider."""
    draw = random.Random(f"{seed}:{number}")
    items: list[ItemResult] = []
    for scenario, wording in wordings.items():
        items.append(likelihood_item(draw, scenario, wording, 13 if number == 1 else 8, 1))
        for index, dimension in enumerate(DIMENSIONS):
            items.append(
                impact_item(draw, scenario, dimension.key, IMPACTS[scenario] - 0.35 * ((index * 3) % 7))
            )
    response = tuple(
        GroupResponse(name, kind, size, size - (1 if number == 2 and size > 8 else 0))
        for name, kind, size in GROUPS
    )
    return RoundSnapshot(
        study="DEMO",
        round=number,
        closed_on=f"2026-{8 + number:02d}-16",
        n_panellists=34 if number == 1 else 32,
        items=tuple(items),
        response=response,
        coefficients=Coefficients(
            kendall_w=0.61, kendall_panellists=29, alpha_ordinal=0.58, alpha_interval=0.55
        ),
        protocol_hash="5f0c" * 16,
        synthetic=True,
    )
