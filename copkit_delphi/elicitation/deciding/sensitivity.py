"""The verdict of an item under other usual rules, as far as figures that are shown anyway fix it.

The engine's own rules judge the disclosed figures, not the ratings: a rule is told only where every panel that could
stand behind those figures gets the same verdict from it. So this part of a record adds nothing to what a snapshot tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from copkit_delphi.analysis.judgement import GROUP_SHARE, Evidence, judge
from copkit_delphi.analysis.measure import Rules
from copkit_delphi.analysis.sample import SLACK
from copkit_delphi.analysis.studies.sensitivity import Variant, variants
from copkit_delphi.domain.decisions import RuleVerdict
from copkit_delphi.domain.figures import round_half_up
from copkit_delphi.domain.protocol import Criterion, Protocol, thresholds_for
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.verdict import Agreement, Stability, Verdict, decide


@dataclass(frozen=True)
class _Known:
    """What is shown of an item, and what is fixed about the groups behind it."""

    item: ItemResult
    protocol: Protocol

    @cached_property
    def n(self) -> int:
        """Return the number of ratings."""
        return self.item.panel.n or 0

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Return the ratings of each group that is shown."""
        return {group.name: group.figures.n for group in self.item.groups if group.figures.n is not None}

    @cached_property
    def whole(self) -> bool:
        """Tell whether no rating belongs to a group that is held back."""
        return sum(self.sizes.values()) == self.n

    @cached_property
    def short(self) -> set[bool]:
        """Return whether a required group may have fewer than five ratings."""
        required = self.protocol.required_groups or tuple(group.name for group in self.item.groups)
        if all(name in self.sizes for name in required):
            return {False}
        if self.item.stability == Stability.STABLE and self.item.agreement == Agreement.CONSENSUS:
            return {self.item.verdict == Verdict.MAJORITY}
        return {True} if self.whole else {True, False}


def rules_of(item: ItemResult, protocol: Protocol) -> tuple[RuleVerdict, ...]:
    """Return the verdict of ``item`` under each usual rule; None where what is shown does not fix it."""
    known = _Known(item, protocol)
    own = Rules(protocol.criterion, protocol.required_groups or None, protocol.stopping)
    return tuple(_told(known, variant) for variant in _usual(own, item.scale))


@lru_cache
def _usual(own: Rules, scale: Scale) -> tuple[Variant, ...]:
    return tuple(variants(own, scale))


def _told(known: _Known, variant: Variant) -> RuleVerdict:
    possible = _possible(known, variant)
    verdict = str(possible.pop()) if len(possible) == 1 else None
    return RuleVerdict(variant.kind, _threshold(variant), verdict)


def _threshold(variant: Variant) -> float:
    criterion = variant.rules.criterion
    if variant.kind == "stability":
        return variant.rules.stopping.stable_share
    return (criterion.width if variant.kind == "width" else criterion.share) or 0.0


def _possible(known: _Known, variant: Variant) -> set[Verdict]:
    """Return each verdict that some panel behind the shown figures would get."""
    if not known.n or known.item.agreement is None:
        few = known.item.verdict == Verdict.TOO_FEW_ANSWERS
        return {Verdict.TOO_FEW_ANSWERS} if few else set(Verdict)
    words, stable = {Agreement(known.item.agreement)}, {Stability(known.item.stability)}
    if variant.kind == "stability":
        stable = _stabilities(known, _threshold(variant))
    elif Stability.STABLE in stable:
        words = _agreements(known, variant.rules.criterion)
    return {
        decide(word, stability, n=known.n, required_group_short=short)
        for word in words
        for stability in stable
        for short in known.short
    }


def _stabilities(known: _Known, share: float) -> set[Stability]:
    """Return the stability words that are possible when ``share`` of the pairs had to stay."""
    word, own, moved = (
        Stability(known.item.stability),
        known.protocol.stopping.stable_share,
        known.item.movement,
    )
    if word is Stability.NOT_ASSESSABLE:
        return {word}
    if moved is None or moved.n_paired is None:  # not shown: only what follows from the own threshold
        fixed = share <= own if word is Stability.STABLE else share >= own
        return {word} if fixed else {Stability.STABLE, Stability.MOVING}
    n = moved.n_paired
    shares = [count / n for count in _counts(moved.share_within_tolerance, n, known.protocol.k)]
    fitting = [one for one in shares if (one >= own - SLACK) == (word is Stability.STABLE)]
    return {Stability.STABLE if one >= share - SLACK else Stability.MOVING for one in fitting}


def _counts(share: float | None, n: int, k: int) -> list[int]:
    """Return every count of ``n`` that prints as ``share``: None where it or its rest holds fewer than ``k``."""
    if share is None:
        return [count for count in range(n + 1) if count < k or n - count < k]
    near = range(max(0, int((share - 0.006) * n)), min(n, int((share + 0.006) * n) + 1) + 1)
    return [count for count in near if round_half_up(count / n, 0.01) == share]


def _agreements(known: _Known, criterion: Criterion) -> set[Agreement]:
    """Return the agreement words that are possible under ``criterion``."""
    figures, scale = known.item.panel, known.item.scale
    if figures.median is None or figures.q1 is None or figures.q3 is None:
        return set(Agreement)
    medians = {
        group.name: group.figures.median for group in known.item.groups if group.figures.median is not None
    }
    words = set()
    for met in _met(known, criterion):
        evidence = Evidence(
            scale, known.n, figures.median, figures.q1, figures.q3, share=float(met), balanced_share=None,
            group_medians=medians,
        )  # fmt: skip
        found = judge(evidence, criterion).agreement
        words |= {found} if found else set(Agreement)
    return words if known.whole else {other for word in words for other in _with_hidden(word)}


def _with_hidden(word: Agreement) -> set[Agreement]:
    """Return what ``word`` could become by the medians of groups that are held back."""
    if word is Agreement.CONSENSUS:
        return {word, Agreement.PARTIAL}
    return {word} if word is Agreement.POLARISED else {word, Agreement.POLARISED}


def _met(known: _Known, criterion: Criterion) -> set[bool]:
    """Return whether a share criterion may be met and missed; a width decides by the quartiles alone."""
    if criterion.share is None:
        return {True}
    if not known.whole:
        return {True, False}
    counts = _counts(known.item.share, known.n, known.protocol.k)
    least = known.n / 2 - 1 if _middle_half_inside(known.item, criterion) else 0
    return {met for count in counts if count >= least for met in _shares(count, known, criterion.share)}


def _middle_half_inside(item: ItemResult, criterion: Criterion) -> bool:
    """Tell whether the middle half lies in the range of the criterion for certain, whatever was rounded away."""
    figures, scale = item.panel, item.scale
    if figures.median is None or figures.q1 is None or figures.q3 is None:
        return False
    step, tolerance = scale.display_step, thresholds_for(scale).percent_agreement
    if criterion.low is None or criterion.high is None:
        return max(figures.q3 - figures.median, figures.median - figures.q1) + step <= tolerance
    return criterion.low + step / 2 <= figures.q1 and figures.q3 <= criterion.high - step / 2


def _shares(count: int, known: _Known, share: float) -> Iterator[bool]:
    """Yield whether the criterion may be met and missed with ``count`` ratings in its range, however they spread."""
    sizes = sorted(known.sizes.values())
    outside = known.n - count
    if count / known.n < share - SLACK:
        yield False
        return
    if _balanced(sizes[::-1], outside) >= share - SLACK:
        yield True
    least = min((size - min(size, outside)) / size for size in sizes)
    if least < GROUP_SHARE - SLACK or _balanced(sizes, outside) < share - SLACK:
        yield False


def _balanced(sizes: Sequence[int], outside: int) -> float:
    """Return the mean share inside when those ``outside`` fill the groups in this order."""
    inside = 0.0
    for size in sizes:
        taken = min(size, outside)
        outside -= taken
        inside += (size - taken) / size
    return inside / len(sizes)
