"""What may be shown of a closed round. The one place of these rules; everything served reads what it returns.

By number of ratings of an item in a set: 0-4 nothing; 5-9 median; 10-14 also quartiles; 15-19 also columns
(whole panel only); 20-29 also the 5th to 95th percentile, to the nearest 5 points; 30 and more also mean and SD.
Median + agreement word reveal no rating of a group of five; quartiles or a box plot of five do (exhaustive
enumeration, ethics note 0.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from copkit_delphi.analysis.measure import COMPLETE
from copkit_delphi.analysis.results import GroupAnalysis, ItemAnalysis, ItemStability, RoundAnalysis
from copkit_delphi.domain.figures import round_half_up
from copkit_delphi.domain.results import Coefficients, Column, Figures, GroupFigures, StabilityFigures
from copkit_delphi.domain.scale import Scale

QUARTILES_FROM, COLUMNS_FROM, LINE_FROM, MOMENTS_FROM = 10, 15, 20, 30
COEFFICIENTS_FROM = 10
UNDEFINED = "not defined for these ratings"


def countable(count: int, total: int, k: int) -> bool:
    """Tell whether ``count`` of ``total`` may be printed: it and its complement are 0 or at least ``k``."""
    return all(part == 0 or part >= k for part in (count, total - count))


def merged_columns(histogram: Sequence[tuple[float, float, int]], k: int) -> tuple[Column, ...]:
    """Merge neighbouring columns until each holds 0 or at least ``k`` ratings, and none holds all of them.

    A column with all ratings would announce unanimity, and with it what everybody gave: it becomes one with
    its empty neighbours.
    """
    columns: list[Column] = []
    for low, high, count in histogram:
        columns.append(Column(low, high, count))
        while len(columns) > 1 and 0 < columns[-2].count < k:
            _join_last(columns)
    while len(columns) > 1 and 0 < columns[-1].count < k:
        _join_last(columns)
    total = sum(column.count for column in columns)
    while len(columns) > 1 and any(column.count == total for column in columns):
        _join_last(columns)
    return tuple(columns)


def _join_last(columns: list[Column]) -> None:
    right, left = columns.pop(), columns.pop()
    columns.append(Column(left.low, right.high, left.count + right.count))


def hidden_groups(counts: Mapping[str, int], k: int) -> frozenset[str]:
    """Return the groups to hide: those below ``k``, then the smallest others until the hidden hold 0 or ``k``.

    Otherwise the panel figure less the shown groups would tell the hidden ones.
    """
    order = sorted(counts, key=lambda name: (counts[name], name))
    hidden = [name for name in order if counts[name] < k]
    rest = order[len(hidden) :]
    while 0 < sum(counts[name] for name in hidden) < k and rest:
        hidden.append(rest.pop(0))
    return frozenset(hidden)


def panel_figures(item: ItemAnalysis, k: int) -> Figures:
    """Return the figures of the whole panel that may be shown."""
    scale = item.item.scale
    if item.n < k or item.median is None:
        return Figures()
    values = _central(scale, item.n, item.median, item.q1, item.q3)
    if item.n >= COLUMNS_FROM:
        values["columns"] = merged_columns(item.histogram, k)
    if item.n >= LINE_FROM and item.p05 is not None and item.p95 is not None:
        step = 1.0 if scale.points else scale.range / 20
        values["p05"], values["p95"] = (
            round_half_up(end - scale.low, step) + scale.low for end in (item.p05, item.p95)
        )
    if item.n >= MOMENTS_FROM and item.mean is not None and item.sd is not None:
        step = scale.display_step / 10
        mean, sd = round_half_up(item.mean, step), round_half_up(item.sd, step)
        if sd > 0:  # none would announce unanimity
            values["mean"], values["sd"] = mean, sd
    return Figures(**values)


def group_figures(
    groups: Sequence[GroupAnalysis], scale: Scale, kinds: Mapping[str, str], k: int
) -> tuple[GroupFigures, ...]:
    """Return every group of the study in its order, with the figures that may be shown."""
    found = {group.name: group for group in groups}
    hidden = hidden_groups({name: found[name].n if name in found else 0 for name in kinds}, k)
    return tuple(
        GroupFigures(name, kind, Figures() if name in hidden else _group(found[name], scale))
        for name, kind in kinds.items()
    )


def _group(group: GroupAnalysis, scale: Scale) -> Figures:
    if group.median is None:
        return Figures()
    return Figures(**_central(scale, group.n, group.median, group.q1, group.q3))


def _central(scale: Scale, n: int, median: float, q1: float | None, q3: float | None) -> dict[str, Any]:
    values: dict[str, Any] = {"n": n, "median": scale.rounded(median)}
    if n >= QUARTILES_FROM and q1 is not None and q3 is not None:
        values |= {"q1": scale.rounded(q1), "q3": scale.rounded(q3)}
    return values


def share(value: float | None, total: int, k: int) -> float | None:
    """Return a share to two decimals where its count and complement may be printed."""
    if value is None or total < k or not countable(int(round_half_up(value * total)), total, k):
        return None
    return round_half_up(value, 0.01)


def movement(figures: ItemStability | None, k: int, frozen_n: int | None = None) -> StabilityFigures | None:
    """Return the movement of an item as it may be shown.

    Figures about those who rated in both rounds, beside those of each whole round, tell what was given by the
    few who stopped or joined: where nobody else changed, one round's columns are the other's less the one who
    left. So they are shown only where nobody did, or at least ``k``. Net change and Wilcoxon's p are never shown:
    beside shares and columns they tell that a whole round was unanimous, and they decide nothing. ``frozen_n`` is
    how many ratings the round before was frozen with: whoever withdrew since has left too.
    """
    if figures is None:
        return None
    n = figures.n_paired
    if n < k:
        return StabilityFigures(figures.from_round, reason="fewer than 5 pairs")
    before, now = figures.n_once
    left = before if frozen_n is None else frozen_n - n
    if any(0 < once < k for once in (left, now)):
        return StabilityFigures(figures.from_round, reason="fewer than 5 rated in one of the two rounds only")
    return StabilityFigures(
        from_round=figures.from_round,
        n_paired=n,
        share_within_tolerance=share(figures.share_within_tolerance, n, k),
        share_changed=share(figures.share_changed, n, k),
    )


def _decimals(value: float | None, step: float) -> float | None:
    return None if value is None else round_half_up(value, step)


def coefficients(analysis: RoundAnalysis) -> Coefficients:
    """Return panel coefficients to two decimals, where ten panellists rated one item; "cannot judge" is no rating."""
    found = analysis.coefficients
    if max((item.n for item in analysis.items), default=0) < COEFFICIENTS_FROM:
        return Coefficients(reason={"all": "fewer than 10 panellists"})
    complete = found.kendall_panellists >= COEFFICIENTS_FROM
    return Coefficients(
        kendall_w=_decimals(found.kendall_w, 0.01) if complete else None,
        kendall_panellists=found.kendall_panellists if complete else None,
        alpha_ordinal=_decimals(found.alpha_ordinal, 0.01),
        alpha_interval=_decimals(found.alpha_interval, 0.01),
        reason=_reasons(found.reason, {} if complete else {"kendall_w": "fewer than 10 rated every item"}),
    )


def _reasons(found: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Return why a coefficient is missing; unanimity is not announced, since it would tell every rating."""
    quiet = {name: UNDEFINED if why == COMPLETE else why for name, why in found.items()}
    return {**quiet, **more}


def counts(pairs: Iterable[tuple[int, int]], k: int) -> list[tuple[int | None, int | None]]:
    """Return ``(invited, responded)`` of each group, with what may not be printed as None.

    The panel's own numbers are printed too, so that what is hidden must hold 0 or ``k`` together as well.
    """
    groups = list(pairs)
    few_invited = _closed_over([not (0 < invited < k) for invited, _ in groups], [[n for n, _ in groups]], k)
    parts = [[done for _, done in groups], [invited - done for invited, done in groups]]
    few_done = _closed_over([countable(done, invited, k) for invited, done in groups], parts, k)
    return [
        (None if i in few_invited else invited, None if i in few_invited | few_done else done)
        for i, (invited, done) in enumerate(groups)
    ]


def retained(
    known: Sequence[bool], pairs: Iterable[tuple[int, int]], k: int
) -> list[tuple[int | None, int | None]]:
    """Return ``(answered before, again)`` of each group, with what may not be printed as None.

    ``known`` tells whether the number before is printed anyway. All groups are held back where one is not known:
    how many left of the others could then be had from the panel's numbers.
    """
    groups = list(pairs)
    if not all(known):
        return [(None, None)] * len(groups)
    parts = [[again for _, again in groups], [before - again for before, again in groups]]
    few = _closed_over([countable(again, before, k) for before, again in groups], parts, k)
    return [(None, None) if i in few else pair for i, pair in enumerate(groups)]


def _closed_over(shown: Sequence[bool], parts: Sequence[Sequence[int]], k: int) -> set[int]:
    """Return what to hide: all not ``shown``, then the smallest others until each part hidden is 0 or ``k``."""
    hidden = {index for index, may in enumerate(shown) if not may}
    rest = sorted(set(range(len(shown))) - hidden, key=lambda index: sum(part[index] for part in parts))
    while rest and any(0 < sum(part[index] for index in hidden) < k for part in parts):
        hidden.add(rest.pop(0))
    return hidden


def printable_reasons(
    reasons: Sequence[str], groups: Sequence[GroupAnalysis], shown: Sequence[GroupFigures], k: int
) -> tuple[str, ...]:
    """Drop the reasons that tell of a group whose figures are hidden although it has ``k`` ratings."""
    counted = {group.name for group in groups if group.n >= k}
    secret = [group.name for group in shown if not group.figures.shown and group.name in counted]
    return tuple(reason for reason in reasons if not any(name in reason for name in secret))


def agreement_share(value: float | None, n: int, k: int) -> float | None:
    """Return percent agreement where it may be printed; unanimity, which would tell every rating, is not."""
    printed = share(value, n, k)
    return None if printed in (0.0, 1.0) else printed
