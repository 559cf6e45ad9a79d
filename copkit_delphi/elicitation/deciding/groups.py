"""Where groups stand apart, and where a panel falls into two camps."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any, cast

import numpy as np

from copkit_delphi.analysis.measures.camps import camps
from copkit_delphi.analysis.measures.group_tests import group_test
from copkit_delphi.analysis.sample import Sample
from copkit_delphi.domain.decisions import Camp, Dissent, Gap
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.elicitation.deciding import words
from copkit_delphi.elicitation.deciding.evidence import Evidence

WORDS_FROM = 10  # ratings of each group, to compare their answers in a word; of the panel, for camps
NUMBERS_FROM = (
    20  # the same as a figure: with ten of each, effect and p together fixed single answers (ADR 14)
)


def shown(item: ItemResult) -> dict[str, float]:
    """Return the median of each group that is shown."""
    return {group.name: group.figures.median for group in item.groups if group.figures.median is not None}


def gaps(evidence: Evidence) -> dict[str, tuple[Gap, ...]]:
    """Return for each item the gaps between each two groups that are shown; what others rated plays no part."""
    values = evidence.now.values.copy()
    for place, spec in enumerate(evidence.now.items):
        seen = shown(evidence.results[spec.name])
        values[[name not in seen for name in evidence.now.groups], place] = np.nan
    found = group_test(Sample.of(values, evidence.now.scales, evidence.now.groups)).values
    return {
        spec.name: _gaps(evidence.results[spec.name], cast("Mapping[str, Any] | None", found[place]))
        for place, spec in enumerate(evidence.now.items)
    }


def _gaps(item: ItemResult, found: Mapping[str, Any] | None) -> tuple[Gap, ...]:
    medians, pairs = shown(item), (found or {}).get("pairs", ())
    by_names = {frozenset((row["a"], row["b"])): row for row in pairs}
    many = {group.name for group in item.groups if (group.figures.n or 0) >= WORDS_FROM}
    return tuple(
        _gap(item, (one, other), medians, by_names.get(frozenset((one, other))) if {one, other} <= many else None)
        for one, other in combinations(medians, 2)
    )  # fmt: skip


def _gap(
    item: ItemResult, names: tuple[str, str], medians: Mapping[str, float], row: Mapping[str, Any] | None
) -> Gap:
    """Return one gap: from the medians that are shown, and where ``row`` is given from the answers themselves."""
    one, other = names
    apart = round(medians[one] - medians[other], 9)
    distance = words.distance_of(apart, item.scale)
    if row is None:
        return Gap(one, other, apart, distance)
    delta = row["cliff_delta"] if row["a"] == one else -row["cliff_delta"]
    size, p = words.size_of(delta), row["adjusted_p"]
    if min(row["n_a"], row["n_b"]) < NUMBERS_FROM:
        return Gap(one, other, apart, distance, size)
    return Gap(one, other, apart, distance, size, words.printed(delta), None if p is None else words.below(p))


def two_camps(evidence: Evidence) -> dict[str, Camp]:
    """Return the smaller camp of each item on which the engine calls two, where each holds at least ``k``."""
    if not evidence.now.items:
        return {}
    found = camps(Sample.of(evidence.now.values, evidence.now.scales))
    told = {}
    for place, spec in enumerate(evidence.now.items):
        value = cast("Mapping[str, Any] | None", found.at(place)[0])
        sizes = value["sizes"] if value else [0]
        if len(sizes) == 2 and min(sizes) >= evidence.k and sum(sizes) >= WORDS_FROM:
            told[spec.name] = _camp(sizes[0], sizes[1])
    return told


def _camp(low: int, high: int) -> Camp:
    return Camp("lower" if low < high else "higher", words.part_of(min(low, high), low + high))


def dissent(item: ItemResult, camp: Camp | None) -> tuple[str, ...]:
    """Return why ``item`` stands in the dissent register; nothing where it does not."""
    why = [Dissent(item.agreement)] if item.split and item.agreement else []
    why += [Dissent.GROUP] if item.group_guard else []
    return tuple(str(one) for one in (*why, *([Dissent.CAMP] if camp else ())))
