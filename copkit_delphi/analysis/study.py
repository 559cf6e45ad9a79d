"""All rounds of a study with every measure of the registry: what ``analyse`` and methodologists read.

A round's close computes less (``engine``), since the panel waits for it and less may be shown of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise

from copkit_delphi.analysis import registry
from copkit_delphi.analysis.data import RoundData
from copkit_delphi.analysis.engine import OF_ITEMS, OF_MOVEMENTS, analyse_under
from copkit_delphi.analysis.measure import NEEDS_ORDINAL, Figures, Level, Measure, Options, Rules
from copkit_delphi.analysis.measures.stability import pairs_of
from copkit_delphi.analysis.results import ItemAnalysis, ItemStability, RoundAnalysis, StudyAnalysis
from copkit_delphi.analysis.sample import Sample
from copkit_delphi.domain.scale import Scale

Told = Callable[[str], None]
_OWN_FIELDS = frozenset((*OF_ITEMS, *OF_MOVEMENTS, "balanced_share"))
DEFAULT_RULES = Rules()
DEFAULT_OPTIONS = Options()


def analyse_study(
    rounds: Sequence[RoundData],
    *,
    rules: Rules = DEFAULT_RULES,
    options: Options = DEFAULT_OPTIONS,
    tell: Told = lambda _step: None,
) -> StudyAnalysis:
    """Analyse all rounds, each against the one before, with every measure; ``tell`` hears each step's name."""
    work = _Work(tuple(rounds), rules, options, tell)
    analysed = tuple(work.round(before, now) for before, now in pairwise((None, *rounds)) if now is not None)
    more, reason = work.of_study()
    return StudyAnalysis(analysed, {**asdict(options), **_own_options()}, more, reason)


def _own_options() -> dict[str, object]:
    return {name: dict(one.options) for name, one in sorted(registry.everything().items()) if one.options}


@dataclass(frozen=True, slots=True)
class _Work:
    rounds: tuple[RoundData, ...]
    rules: Rules
    options: Options
    tell: Told = field(repr=False)

    def round(self, before: RoundData | None, now: RoundData) -> RoundAnalysis:
        core = analyse_under(self.rules, now, before)
        sample = Sample.of(now.values, now.scales, now.groups, self.rules.criterion)
        items = self._figures(f"round {now.number}", "item", sample)
        moves = self._figures(f"round {now.number}", "stability", pairs_of(before, now)) if before else {}
        more, reason = self._outcomes(
            f"round {now.number}", registry.of("round"), lambda measure: measure.compute(sample, self.options)
        )
        return replace(
            core,
            items=tuple(_with(item, items, moves, place) for place, item in enumerate(core.items)),
            more=more,
            reason=reason,
        )

    def of_study(self) -> tuple[dict[str, object], dict[str, str]]:
        return self._outcomes(
            "all rounds",
            registry.of("study"),
            lambda measure: measure.compute(self.rounds, self.rules, self.options),
        )

    def _figures(self, where: str, level: Level, shape: object) -> dict[Measure, Figures]:
        found = {}
        for measure in registry.of(level):
            if measure.name not in _OWN_FIELDS:
                self.tell(f"{where}: {measure.title}")
                found[measure] = _as_figures(measure.compute(shape), measure)
        return found

    def _outcomes(
        self, where: str, measures: Sequence[Measure], compute: Callable[[Measure], object]
    ) -> tuple[dict[str, object], dict[str, str]]:
        more: dict[str, object] = {}
        reason: dict[str, str] = {}
        for measure in measures:
            self.tell(f"{where}: {measure.title}")
            found = compute(measure)
            more[measure.name] = getattr(found, "value", None)
            if why := getattr(found, "reason", None):
                reason[measure.name] = why
        return more, reason


def _as_figures(found: object, measure: Measure) -> Figures:
    return found if isinstance(found, Figures) else Figures(found, measure.undefined[-1])  # type: ignore[arg-type]


def _with(
    item: ItemAnalysis, items: Mapping[Measure, Figures], moves: Mapping[Measure, Figures], place: int
) -> ItemAnalysis:
    more, reason = _at(items, place, item.item.scale)
    return replace(
        item, more=more, reason={**item.reason, **reason}, movement=_moved(item.movement, moves, place, item)
    )


def _moved(
    movement: ItemStability | None, moves: Mapping[Measure, Figures], place: int, item: ItemAnalysis
) -> ItemStability | None:
    if movement is None:
        return None
    more, reason = _at(moves, place, item.item.scale)
    return replace(movement, more=more, reason={**movement.reason, **reason})


def _at(
    figures: Mapping[Measure, Figures], place: int, scale: Scale
) -> tuple[dict[str, object], dict[str, str]]:
    more: dict[str, object] = {}
    reason: dict[str, str] = {}
    for measure, value, why in _each(figures, place, scale):
        more[measure] = value
        if value is None:
            reason[measure] = why or ""
    return more, reason


def _each(
    figures: Mapping[Measure, Figures], place: int, scale: Scale
) -> Iterator[tuple[str, object, str | None]]:
    kind = "ordinal" if scale.points else "continuous"
    for measure, found in figures.items():
        if kind in measure.scales:
            yield measure.name, *found.at(place)
        else:
            yield measure.name, None, NEEDS_ORDINAL
