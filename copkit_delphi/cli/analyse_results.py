"""An analysis in the form that charts draw: everything in it, since the file's owner reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from copkit_delphi.domain.results import RATING_KIND, Column, Figures, GroupFigures, ItemResult
from copkit_delphi.domain.scale import Scale

if TYPE_CHECKING:
    from copkit_delphi.analysis.results import GroupAnalysis, ItemAnalysis, RoundAnalysis

MOST_GROUPS = 24


def results_of(analysis: RoundAnalysis) -> dict[str, ItemResult]:
    """Return the items of a round by name; of more than ``MOST_GROUPS`` groups the largest, in their order."""
    return {found.item.name: result_of(found) for found in analysis.items}


def result_of(found: ItemAnalysis) -> ItemResult:
    """Return one item with all of its figures, rounded as people see them."""
    scale = found.item.scale
    return ItemResult(
        name=found.item.name,
        kind=RATING_KIND,
        scenario="",
        wording=found.item.title or found.item.name,
        low=scale.low,
        high=scale.high,
        step=scale.step,
        panel=_panel(found, scale),
        groups=tuple(_groups(found, scale)),
        agreement=None if found.agreement is None else str(found.agreement),
        stability=str(found.stability),
        verdict=str(found.verdict),
        reasons=found.reasons,
        criterion_met=found.consensus,
        share=found.percent_agreement.share if found.percent_agreement else None,
        group_guard=found.group_guard,
    )


def _panel(found: ItemAnalysis, scale: Scale) -> Figures:
    names = ("median", "q1", "q3", "p05", "p95", "mean", "sd")
    if not found.n:
        return Figures()
    figures = {name: getattr(found, name) for name in names}
    seen = {
        name: scale.rounded(value)
        for name, value in figures.items()
        if value is not None and name not in {"mean", "sd"}
    }
    columns = tuple(Column(*column) for column in found.histogram)
    return Figures(n=found.n, mean=found.mean, sd=found.sd, columns=columns, **seen)


def _groups(found: ItemAnalysis, scale: Scale) -> Iterator[GroupFigures]:
    largest = sorted(found.groups, key=lambda group: -group.n)[:MOST_GROUPS]
    kept = {group.name for group in largest}
    for group in found.groups:
        if group.name in kept:
            yield GroupFigures(group.name, "", _figures(group, scale))


def _figures(group: GroupAnalysis, scale: Scale) -> Figures:
    if group.median is None or group.q1 is None or group.q3 is None:
        return Figures()
    return Figures(
        n=group.n,
        median=scale.rounded(group.median),
        q1=scale.rounded(group.q1),
        q3=scale.rounded(group.q3),
    )
