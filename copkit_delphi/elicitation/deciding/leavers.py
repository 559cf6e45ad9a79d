"""Who stayed since the round before, and whether those who left could have made the result. Words, never who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from copkit_delphi.analysis.measure import Options, Rules
from copkit_delphi.analysis.measures.attrition import LARGE_V, attrition
from copkit_delphi.analysis.measures.retention import retention
from copkit_delphi.domain.decisions import Attrition, Held, Kept, Leaving
from copkit_delphi.domain.results import ItemResult, StabilityFigures
from copkit_delphi.elicitation import disclosure
from copkit_delphi.elicitation.deciding import words
from copkit_delphi.elicitation.deciding.evidence import Evidence

WORST_CASE_FROM = 15  # ratings of an item: its columns are shown then, so that one more word tells little
UNEQUAL_FROM = 10  # panellists of the earlier round


def told(evidence: Evidence) -> tuple[Attrition, dict[str, Leaving]]:
    """Return what may be said of those who left: by group, and by item."""
    if evidence.earlier is None or not evidence.now.items:
        first = Leaving(held=Held.FIRST_ROUND)
        return Attrition(held=Held.FIRST_ROUND), {spec.name: first for spec in evidence.now.items}
    rules = Rules(evidence.protocol.criterion, evidence.protocol.required_groups or None)
    found = cast("Mapping[str, Any]", attrition([evidence.earlier, evidence.now], rules, Options()).value)
    step = found["steps"][0]
    items = {row["item"]: row for row in step["items"]}
    leaving = {
        spec.name: _leaving(evidence.results[spec.name], items.get(spec.name), evidence.k)
        for spec in evidence.now.items
    }
    return _by_group(evidence), leaving


def _leaving(item: ItemResult, row: Mapping[str, Any] | None, k: int) -> Leaving:
    held = _held(item.movement, row, k)
    if held or row is None:
        return Leaving(held=held or Held.FIRST_ROUND)
    delta, enough = row["cliff_delta"], (item.panel.n or 0) >= WORST_CASE_FROM
    size = None if delta is None else words.size_of(delta)
    return Leaving(
        size=size,
        side=None if size in {None, "negligible"} else "lower" if delta > 0 else "higher",
        could_change=row["flips"] if enough else None,
    )


def _held(moved: StabilityFigures | None, row: Mapping[str, Any] | None, k: int) -> Held | None:
    """Say why nothing is told of those who left an item: nobody did, or fewer than ``k``, or as few came or stayed.

    ``moved`` is None for all of these in the snapshot too (ADR 9), which counts those who withdrew since as gone.
    """
    if row is None or moved is None:
        return Held.FIRST_ROUND
    if moved.n_paired is None:
        return Held.FEW
    if row["n_left"] == 0:
        return Held.NOBODY_LEFT
    return None if min(row["n_left"], row["n_stayed"]) >= k else Held.FEW


def _by_group(evidence: Evidence) -> Attrition:
    printed = {row.name: row.responded for row in evidence.before.response} if evidence.before else {}
    rows = evidence.frozen.response
    pairs = [_pair(printed.get(row.name), *evidence.stayed.get(row.name, (0, 0))) for row in rows]
    counts = disclosure.retained([printed.get(row.name) is not None for row in rows], pairs, evidence.k)
    share = evidence.protocol.stopping.response_share
    kept = tuple(
        Kept(row.name, row.kind, *count, enough=_enough(pair, share, evidence.k))
        for row, count, pair in zip(rows, counts, pairs, strict=True)
    )
    return Attrition(kept, _alike(pairs, evidence.k))


def _pair(printed: int | None, counted: int, again: int) -> tuple[int, int]:
    """Return how many answered before and again: before as it was printed, whoever withdrew since included."""
    return max(counted if printed is None else printed, again), again


def _enough(pair: tuple[int, int], share: float, k: int) -> bool | None:
    n, stayed = pair
    return stayed >= share * n if n >= k else None


def _alike(pairs: Sequence[tuple[int, int]], k: int) -> bool | None:
    """Tell whether groups stayed alike (Cramér's V); None where too few answered, stayed or left to say."""
    stayed = np.array([again for _, again in pairs], dtype=np.int64)
    left = np.array([before - again for before, again in pairs], dtype=np.int64)
    if stayed.sum() + left.sum() < UNEQUAL_FROM or min(stayed.sum(), left.sum()) < k:
        return None
    found = retention(stayed, left).cramers_v
    return None if found is None else found <= LARGE_V
