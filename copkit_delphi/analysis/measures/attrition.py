"""Whom a study lost from round to round, and whether that could have made its results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.attrition_schema import SCHEMA
from copkit_delphi.analysis.data import RoundData
from copkit_delphi.analysis.measure import Measure, Options, Outcome, Rules
from copkit_delphi.analysis.measures.leavers import NO_SPREAD, agreement_bounds, hedges_g, width_bounds
from copkit_delphi.analysis.measures.retention import retention
from copkit_delphi.analysis.measures.shares import bounds, inside
from copkit_delphi.analysis.measures.stability import pairs_of
from copkit_delphi.analysis.measures.two_groups import ALIKE, compare
from copkit_delphi.analysis.sample import SLACK, Floats, Ints, Sample, count, divide
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain, round_half_up
from copkit_delphi.domain.protocol import Criterion, thresholds_for
from copkit_delphi.domain.scale import Scale

ONE_ROUND = N_("there is one round only")
NOBODY_LEFT = N_("nobody who rated this item left")
NOBODY_RATED = N_("nobody rated this item in the earlier round")
NOBODY_STAYED = N_("nobody who rated this item stayed")
FEW = N_("fewer than two leavers or stayers")
NO_RATINGS_NOW = N_("nobody rated this item in the later round")
NO_ANSWER = N_("nobody answered the earlier round")
LARGE_V, LARGE_G = 0.2, 0.5
UNEQUAL = N_("groups stayed unequally: Cramér's V is %(value)s, above %(limit)s")
APART = N_("leavers had rated differently: Hedges' g is %(value)s, beyond %(limit)s")
STRADDLES = N_("the answers of those who left could have changed whether the criterion is met")


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """Two rounds: who of the earlier one (P) answered and stayed, and their ratings of the items that stand in both."""

    earlier: RoundData
    later: RoundData
    answered: NDArray[np.bool_]
    stayed: NDArray[np.bool_]
    items: Ints  # places in the later round
    kept: Floats  # earlier ratings of those who rated the item again
    lost: Floats  # of those who did not


def attrition(rounds: Sequence[RoundData], rules: Rules, options: Options) -> Outcome:
    """Return {steps}: for each round after the first, who stayed, leavers against stayers, and worst cases.

    A step: {from_round, to_round, n, stayed, share, groups, chi2, df, p, fisher_p, fisher_simulated, cramers_v,
    items, flags, reason}; an item: how leavers differed (above 0: stayers rated higher), and whether the criterion
    could have been met or missed had they stayed (``flips``).

    >>> from copkit_delphi.analysis.small import round_of
    >>> first, second = round_of([[3], [4], [4], [5]]), round_of([[3], [4], [4], [None]], number=2)
    >>> step = attrition([first, second], Rules(), Options()).value["steps"][0]
    >>> step["n"], step["stayed"], step["items"][0]["n_left"], step["items"][0]["flips"]
    (4, 3, 1, False)
    """
    if len(rounds) < 2:
        return Outcome(None, ONE_ROUND)
    steps = [_told(_step(*pair), rules.criterion, options) for pair in pairwise(rounds)]
    return Outcome({"steps": steps})


def _step(earlier: RoundData, later: RoundData) -> _Step:
    again = pairs_of(later, earlier)  # the later ratings in the rows and columns of the earlier round
    refused = pairs_of(replace(later, values=later.cannot_judge.astype(np.float64)), earlier).before == 1
    here = {item.name: place for place, item in enumerate(later.items)}
    columns = [place for place, item in enumerate(earlier.items) if item.name in here]
    was, now = again.after[:, columns], again.before[:, columns]
    back = {name for name, held in zip(later.panellists, _answered(later), strict=True) if held}
    answered = _answered(earlier)
    return _Step(
        earlier,
        later,
        answered,
        answered & np.array([name in back for name in earlier.panellists], dtype=bool),
        np.array([here[earlier.items[place].name] for place in columns], dtype=np.int64),
        np.where(np.isnan(now), np.nan, was),
        np.where(np.isnan(now) & ~refused[:, columns], was, np.nan),
    )


def _answered(data: RoundData) -> NDArray[np.bool_]:
    return np.asarray((~np.isnan(data.values) | data.cannot_judge).any(axis=1))


def _told(step: _Step, criterion: Criterion, options: Options) -> dict[str, object]:
    names = step.earlier.group_names
    n, stayed = (
        np.array([held[step.earlier.rows_of(name)].sum() for name in names], dtype=np.int64)
        for held in (step.answered, step.stayed)
    )
    test = asdict(retention(stayed, n - stayed, options))
    why = test.pop("reason")
    items = _items(step, criterion)
    total = int(n.sum())
    return {
        "from_round": step.earlier.number,
        "to_round": step.later.number,
        **_share(total, int(stayed.sum())),
        "groups": {name: _share(int(a), int(b)) for name, a, b in zip(names, n, stayed, strict=True)},
        **test,
        "items": items,
        "flags": _flags(test["cramers_v"], items),
        "reason": ({} if total else {"share": NO_ANSWER})
        | (dict.fromkeys(("chi2", "df", "p", "fisher_p", "cramers_v"), why) if why else {}),
    }


def _share(n: int, stayed: int) -> dict[str, object]:
    return {"n": n, "stayed": stayed, "share": stayed / n if n else None}


def _items(step: _Step, criterion: Criterion) -> list[dict[str, object]]:
    compared, (g, low, high) = compare(step.kept, step.lost), hedges_g(step.kept, step.lost)
    both = np.where(np.isnan(step.kept), step.lost, step.kept)
    mean_stayed, mean_all = (
        divide(np.nansum(values, axis=0), count(~np.isnan(values))) for values in (step.kept, both)
    )
    delta_low, delta_high = compared.interval()
    columns: dict[str, Floats] = {
        "mean_stayed": mean_stayed,
        "mean_all": mean_all,
        "bias": mean_stayed - mean_all,
        "cliff_delta": compared.delta,
        "ci_low": delta_low,
        "ci_high": delta_high,
        "a12": compared.a12,
        "hedges_g": g,
        "hedges_low": low,
        "hedges_high": high,
        "mannwhitney_p": compared.p(),
    }
    cases = _cases(step, criterion, compared.n_b)
    sizes = zip(step.items, compared.n_a, compared.n_b, cases, strict=True)
    return [
        {"item": step.later.items[item].name, "n_stayed": int(stay), "n_left": int(left)}
        | _explained(int(stay), int(left), {k: float(v[at]) for k, v in columns.items()}, case)
        for at, (item, stay, left, case) in enumerate(sizes)
    ]


def _explained(
    stayed: int, left: int, figures: dict[str, float], case: dict[str, object]
) -> dict[str, object]:
    shown = {key: None if np.isnan(value) else value for key, value in figures.items()}
    reason = dict.fromkeys((key for key, value in case.items() if value is None), NO_RATINGS_NOW)
    for key in (key for key, value in shown.items() if value is None):
        if not stayed or (not left and key not in {"mean_stayed", "mean_all", "bias"}):
            reason[key] = NOBODY_LEFT if stayed else NOBODY_STAYED if left else NOBODY_RATED
        elif key in {"ci_low", "ci_high"}:
            reason[key] = FEW
        else:
            reason[key] = ALIKE if key == "mannwhitney_p" else NO_SPREAD
    return {**shown, **case, "reason": reason}


def _cases(step: _Step, criterion: Criterion, gone: Ints) -> list[dict[str, object]]:
    """Return agreement, its bounds and whether these straddle the criterion, per item."""
    scales = tuple(step.later.scales[item] for item in step.items)
    sample = Sample.of(step.later.values[:, step.items], scales, (), criterion)
    agree = inside(sample, *bounds(sample))
    share, (low, high) = divide(agree, sample.n), agreement_bounds(agree, sample.n, gone)
    found: list[dict[str, object]] = []
    for at, scale in enumerate(scales):
        ratings = sample.ordered[: sample.n[at], at]
        if len(ratings):
            span = {"share": float(share[at]), "share_low": float(low[at]), "share_high": float(high[at])}
            found.append(_case(span, ratings, int(gone[at]), scale, criterion))
        else:
            found.append(dict.fromkeys(_CASES))
    return found


_CASES = ("share", "share_low", "share_high", "width", "width_low", "width_high", "flips")


def _case(
    span: dict[str, float], ratings: Floats, gone: int, scale: Scale, criterion: Criterion
) -> dict[str, object]:
    width = width_bounds(ratings, gone, scale)
    if criterion.share is not None:
        flips = span["share_low"] < criterion.share - SLACK <= span["share_high"]
    else:
        limit = thresholds_for(scale).consensus if criterion.width is None else criterion.width
        flips = width.low <= limit + SLACK * scale.range < width.high
    return {
        **span, "width": width.now, "width_low": width.low, "width_high": width.high, "flips": bool(flips),
    }  # fmt: skip


def _flags(cramers_v: object, items: list[dict[str, object]]) -> list[dict[str, object]]:
    flags = []
    if isinstance(cramers_v, float) and cramers_v > LARGE_V:
        flags.append(_flag("groups", [], _limit(UNEQUAL, cramers_v, LARGE_V)))
    for item in items:
        g = item["hedges_g"]
        if isinstance(g, float) and abs(g) > LARGE_G:
            flags.append(_flag("leavers", [item["item"]], _limit(APART, g, LARGE_G)))
        if item["flips"]:
            flags.append(_flag("criterion", [item["item"]], STRADDLES))
    return flags


def _flag(kind: str, items: list[object], why: str) -> dict[str, object]:
    return {"kind": kind, "items": items, "why": why}


def _limit(template: str, value: float, limit: float) -> str:
    return template % {"value": plain(round_half_up(value, 0.01)), "limit": plain(limit)}


MEASURES = (
    Measure(
        "attrition",
        "study",
        N_("Who left, and what it could have changed"),
        "Pearson, 1900; Freeman and Halton, 1951; Cramér, 1946; Cliff, 1993; Hedges, 1981; bounds: Manski, 1990",
        "retention by group: chi2, V, exact p; leavers against stayers: delta, A12, g, U; a / (n + d) to (a + d) / (n + d)",
        N_("After every round: a consensus may come from people leaving rather than from people agreeing."),
        N_("Not to prove that nothing was lost: with few leavers every test is quiet. Read the bounds."),
        N_(
            "Nothing is filled in. Leavers of an item rated it in the earlier round and neither rated nor could not judge it in the later."
        ),
        attrition,
        ("attrition__three_groups",),
        undefined=(ONE_ROUND,),
        schema=SCHEMA,
        convention=N_(
            "V above 0.2, g beyond 0.5 (this engine's flags; 0.5 is Cohen's medium, 1988): conventions."
        ),
        options={"large_v": LARGE_V, "large_g": LARGE_G},
    ),
)
