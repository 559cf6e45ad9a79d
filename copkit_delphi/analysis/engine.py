"""One round in, one analysis out. Knows no disclosure: what may be shown is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from copkit_delphi.analysis import registry
from copkit_delphi.analysis.data import RoundData
from copkit_delphi.analysis.groups import Groups, groups_of, number
from copkit_delphi.analysis.judgement import FIRST_ROUND, Evidence, Judgement, judge, missing_groups, steady
from copkit_delphi.analysis.measure import NO_PAIRS, Rules
from copkit_delphi.analysis.measures import shares, spread
from copkit_delphi.analysis.measures.alpha import krippendorff_alpha
from copkit_delphi.analysis.measures.balance import NO_GROUP_COUNTS
from copkit_delphi.analysis.measures.concordance import concordance
from copkit_delphi.analysis.measures.stability import pairs_of
from copkit_delphi.analysis.results import (
    ItemAnalysis,
    ItemStability,
    PanelCoefficients,
    RoundAnalysis,
    Share,
)
from copkit_delphi.analysis.sample import DEFAULT_CRITERION, Floats, Sample
from copkit_delphi.domain.protocol import Criterion, StoppingRule
from copkit_delphi.domain.verdict import Agreement, decide

# What results name as fields: computed at every close, without anything that is drawn at random.
OF_ITEMS = ("median", "q1", "q3", "iqr", "mean", "sd", "p05", "p95", "percent_agreement")
OF_MOVEMENTS = ("share_changed", "share_within_tolerance", "net_change", "wilcoxon_p")
DEFAULT_STOPPING = StoppingRule()


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """All items of a round at once, and the rules."""

    data: RoundData
    figures: Mapping[str, Floats]
    groups: Groups
    moves: Mapping[str, ItemStability]
    criterion: Criterion
    required: tuple[str, ...]
    stopping: StoppingRule


def analyse_round(
    data: RoundData,
    *,
    criterion: Criterion = DEFAULT_CRITERION,
    required_groups: Sequence[str] | None = None,
    previous: RoundData | None = None,
    stopping: StoppingRule = DEFAULT_STOPPING,
) -> RoundAnalysis:
    """Analyse one round; movement and stability are against ``previous``.

    ``required_groups`` (None: all groups present) need five ratings of an item for a consensus
    verdict. Coefficients are computed over the items of ``data``: pass what belongs together.
    """
    sample = Sample.of(data.values, data.scales, data.groups, criterion)
    work = _Work(
        data=data,
        figures={measure.name: measure.compute(sample) for measure in registry.named(*OF_ITEMS)},
        groups=groups_of(data, sample),
        moves=movements(previous, data) if previous is not None else {},
        criterion=criterion,
        required=data.group_names if required_groups is None else tuple(required_groups),
        stopping=stopping,
    )
    items = tuple(_item(work, index) for index in range(len(data.items)))
    answered = (~np.isnan(data.values) | data.cannot_judge).any(axis=1)
    return RoundAnalysis(data.number, int(answered.sum()), items, coefficients_of(data.values))


def analyse_under(rules: Rules, data: RoundData, previous: RoundData | None) -> RoundAnalysis:
    """Analyse one round under the rules of a study."""
    return analyse_round(
        data,
        previous=previous,
        criterion=rules.criterion,
        required_groups=rules.required_groups,
        stopping=rules.stopping,
    )


def analyse_rounds(
    rounds: Iterable[RoundData],
    *,
    criterion: Criterion = DEFAULT_CRITERION,
    required_groups: Sequence[str] | None = None,
    stopping: StoppingRule = DEFAULT_STOPPING,
) -> tuple[RoundAnalysis, ...]:
    """Analyse successive rounds, each against the one before."""
    return tuple(
        analyse_round(
            current, criterion=criterion, required_groups=required_groups, previous=before, stopping=stopping
        )
        for before, current in pairwise((None, *rounds))
        if current is not None
    )


def coefficients_of(values: Floats) -> PanelCoefficients:
    """Return the panel coefficients of ratings P x I."""
    order = concordance(values)
    ordinal, interval = krippendorff_alpha(values, "ordinal"), krippendorff_alpha(values, "interval")
    reason = {"kendall_w": order.reason, "alpha_ordinal": ordinal.reason, "alpha_interval": interval.reason}
    return PanelCoefficients(
        kendall_w=order.w,
        kendall_panellists=order.panellists,
        alpha_ordinal=ordinal.value,
        alpha_interval=interval.value,
        reason={name: why for name, why in reason.items() if why is not None},
    )


def movements(previous: RoundData, current: RoundData) -> dict[str, ItemStability]:
    """Return the movement of each item that stands in both rounds, by item name."""
    pairs = pairs_of(previous, current)
    figures = {measure.name: measure.compute(pairs) for measure in registry.named(*OF_MOVEMENTS)}
    rounds = (previous.number, current.number)
    before, now = _rated(previous), _rated(current)
    return {
        spec.name: _movement(
            spec.name,
            rounds,
            int(n),
            (before[spec.name] - int(n), now[spec.name] - int(n)),
            _plain(figures, index),
        )
        for index, (spec, n) in enumerate(zip(current.items, pairs.n, strict=True))
        if spec.name in before
    }


def _rated(data: RoundData) -> dict[str, int]:
    counts = (~np.isnan(data.values)).sum(axis=0)
    return {item.name: int(n) for item, n in zip(data.items, counts, strict=True)}


def _movement(
    item: str, rounds: tuple[int, int], n: int, once: tuple[int, int], figures: Mapping[str, float | None]
) -> ItemStability:
    return ItemStability(
        item,
        *rounds,
        n_paired=n,
        n_once=once,
        share_changed=figures["share_changed"],
        share_within_tolerance=figures["share_within_tolerance"],
        net_change=figures["net_change"],
        wilcoxon_p=figures["wilcoxon_p"],
        reason=_why_none(figures) if n else dict.fromkeys(figures, NO_PAIRS),
    )


def _why_none(figures: Mapping[str, float | None]) -> dict[str, str]:
    missing = registry.named(*(name for name, value in figures.items() if value is None))
    return {measure.name: measure.undefined[-1] for measure in missing}


def _plain(figures: Mapping[str, Floats], index: int) -> dict[str, float | None]:
    return {name: number(values[index]) for name, values in figures.items()}


def _item(work: _Work, index: int) -> ItemAnalysis:
    spec, values = work.data.items[index], work.data.values[:, index]
    figures, n = _plain(work.figures, index), int(np.count_nonzero(~np.isnan(values)))
    movement = work.moves.get(spec.name)
    judgement = judge(_evidence(work, index, figures, n), work.criterion)
    stability, why = steady(movement, spec.scale, work.stopping)
    missing = missing_groups(work.groups.counts(index), work.required)
    reasons = (*judgement.reasons, *(missing if judgement.agreement is Agreement.CONSENSUS else ()), why)
    balanced = number(work.groups.balanced[index])
    return ItemAnalysis(
        item=spec,
        n=n,
        n_cannot_judge=int(np.count_nonzero(work.data.cannot_judge[:, index])),
        **{name: value for name, value in figures.items() if name != "percent_agreement"},
        histogram=spread.histogram(values, spec.scale),
        percent_agreement=_share(figures["percent_agreement"], n),
        balanced_share=balanced,
        consensus=judgement.consensus,
        agreement=judgement.agreement,
        stability=stability,
        verdict=decide(judgement.agreement, stability, n=n, required_group_short=bool(missing)),
        reasons=reasons,
        group_guard=judgement.group_guard,
        groups=work.groups.rows(index),
        movement=movement,
        reason=_reasons_for_none(figures, balanced, judgement, movement),
        more={},
    )


def _share(share: float | None, n: int) -> Share | None:
    return None if share is None else shares.wilson(share, n)


def _evidence(work: _Work, index: int, figures: Mapping[str, float | None], n: int) -> Evidence:
    return Evidence(
        scale=work.data.items[index].scale,
        n=n,
        median=figures["median"] or 0.0,
        q1=figures["q1"] or 0.0,
        q3=figures["q3"] or 0.0,
        share=figures["percent_agreement"] or 0.0,
        balanced_share=number(work.groups.balanced[index]),
        group_medians=work.groups.counting(work.groups.median, index),
        group_shares=work.groups.counting(work.groups.share, index),
    )


def _reasons_for_none(
    figures: Mapping[str, float | None],
    balanced: float | None,
    judgement: Judgement,
    movement: ItemStability | None,
) -> dict[str, str]:
    reason = _why_none(figures)
    if balanced is None:
        reason["balanced_share"] = NO_GROUP_COUNTS
    if judgement.agreement is None:
        reason |= dict.fromkeys(("consensus", "agreement"), judgement.reasons[0])
    if movement is None:
        reason["movement"] = FIRST_ROUND
    return reason
