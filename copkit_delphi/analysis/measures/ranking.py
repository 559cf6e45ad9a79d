"""The order of items with its uncertainty: ranks by resampling panellists, never a product of ordinal scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.data import RoundData
from copkit_delphi.analysis.measure import Measure, Options, Outcome, Rules
from copkit_delphi.analysis.sample import Floats, Ints
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.protocol import RESAMPLES, SEED

CERTAIN = 0.95
PAIRS_UP_TO = 60  # items: beyond that the list of pairs would be longer than the rest of the result
TOO_FEW = N_("fewer than two items have ratings")
LIKELIHOOD, IMPACT = "likelihood", "impact"


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """Ranks of I items: of the panel as it is, in each of B resamples (B x I), and who is how often ahead (I x I)."""

    rank: Ints
    resampled: Ints
    ahead: Floats

    @property
    def interval(self) -> tuple[Ints, Ints]:
        """Return the 95 % interval of each rank."""
        low, high = np.quantile(self.resampled, (0.025, 0.975), axis=0, method="inverted_cdf")
        return low.astype(np.int64), high.astype(np.int64)

    @property
    def separable(self) -> NDArray[np.bool_]:
        """Return I x I: one of the two is ahead of the other in 95 % of the resamples."""
        sure = self.ahead >= CERTAIN - 1e-12
        return np.asarray(sure | sure.T)


def rank_items(
    criteria: Sequence[Sequence[Floats]],
    groups: Sequence[str] = (),
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Ranks:
    """Rank items by one or more criteria; an item is ahead of another if no criterion says otherwise and one says so.

    ``criteria`` holds, for each criterion, one array of ratings (P, or P x dimensions, NaN = none) an item; an
    item's score is its median, the highest one over dimensions. The rank of an item is 1 + the number of
    items ahead of it, so that items that no criterion separates share a rank. Panellists are drawn with
    replacement within their group. Own method, after the rank intervals of Goldstein and
    Spiegelhalter (1996) and Pareto dominance; holds B x P numbers at a time.

    >>> likely = [np.array([90.0, 80, 85, 95, 90]), np.array([10.0, 20, 15, 5, 10])]
    >>> rank_items([likely], resamples=200).rank
    array([1, 2])
    """
    panellists = len(criteria[0][0])
    weights = _draws(tuple(groups) or ("",) * panellists, resamples, np.random.default_rng(seed))
    scores = np.stack([_scores(items, weights) for items in criteria])
    resampled = np.empty((resamples, scores.shape[2]), dtype=np.int64)
    ahead = np.zeros((scores.shape[2],) * 2)
    for place in range(resamples):
        before = _dominates(scores[:, place + 1])
        resampled[place] = 1 + before.sum(axis=0)
        ahead += before
    return Ranks(1 + _dominates(scores[:, 0]).sum(axis=0), resampled, ahead / resamples)


def _draws(groups: tuple[str, ...], resamples: int, random: np.random.Generator) -> Ints:
    """Return how often each panellist is drawn, (1 + B) x P; the first row is the panel as it is."""
    labels = np.array(groups)
    drawn = np.ones((resamples + 1, len(groups)), dtype=np.int64)
    for name in dict.fromkeys(groups):
        members = np.flatnonzero(labels == name)
        drawn[1:, members] = random.multinomial(
            len(members), np.full(len(members), 1 / len(members)), resamples
        )
    return drawn


def _scores(items: Sequence[Floats], weights: Ints) -> Floats:
    """Return the highest median over the dimensions of each item under each row of ``weights``, (1 + B) x I."""
    return np.stack([_highest(ratings, weights) for ratings in items], axis=1)


def _highest(ratings: Floats, weights: Ints) -> Floats:
    columns = ratings.reshape(len(ratings), -1).T
    medians = np.stack([_medians(column, weights) for column in columns])
    return np.asarray(np.nanmax(np.where(np.isnan(medians), -np.inf, medians), axis=0))


def _medians(ratings: Floats, weights: Ints) -> Floats:
    order = np.argsort(ratings)[: int(np.count_nonzero(~np.isnan(ratings)))]
    if not order.size:
        return np.full(len(weights), np.nan)
    reached = np.cumsum(weights[:, order], axis=1)
    total = reached[:, -1:]
    low = (reached > (total - 1) // 2).argmax(axis=1)
    high = (reached > total // 2).argmax(axis=1)
    middle = (ratings[order[low]] + ratings[order[high]]) / 2
    return np.where(total[:, 0] > 0, middle, np.nan)


def _dominates(scores: Floats) -> NDArray[np.bool_]:
    """Return I x I: whether the row's item is ahead of the column's, by scores criteria x I."""
    least = (scores[:, :, None] >= scores[:, None, :]).all(axis=0)
    more = (scores[:, :, None] > scores[:, None, :]).any(axis=0)
    return np.asarray(least & more)


def ranking(rounds: Sequence[RoundData], rules: Rules, options: Options) -> Outcome:
    """Rank what the last round rated; likelihood and impact of one scenario are two criteria.

    Items named ``S1.likelihood`` and ``S1.impact`` or ``S1.impact.rights`` are taken together as S1; else each item
    stands for itself.

    >>> from copkit_delphi.analysis.small import round_of
    >>> found = ranking([round_of([[1, 5], [1, 4], [2, 5], [1, 5], [1, 4]])], Rules(), Options(resamples=200))
    >>> [(one["item"], one["rank"]) for one in found.value["items"]]
    [('I2', 1), ('I1', 2)]
    """
    del rules
    data = rounds[-1]
    things = {name: columns for name, columns in things_of(data).items() if _rated(data, columns)}
    if len(things) < 2:
        return Outcome(None, TOO_FEW)
    kinds = sorted({kind for columns in things.values() for kind in columns}, reverse=True)
    criteria = [[data.values[:, columns[kind]] for columns in things.values()] for kind in kinds]
    found = rank_items(criteria, data.groups, resamples=options.resamples, seed=options.seed)
    return Outcome({"round": data.number, "criteria": kinds, **_listed(tuple(things), found, options)}, None)


def things_of(data: RoundData) -> Mapping[str, Mapping[str, list[int]]]:
    """Return the columns of each thing to rank by criterion: scenarios where items are named so, else the items."""
    found: dict[str, dict[str, list[int]]] = {}
    for place, item in enumerate(data.items):
        thing, kind = _split(item.name)
        found.setdefault(thing, {}).setdefault(kind, []).append(place)
    if all(set(columns) == {LIKELIHOOD, IMPACT} for columns in found.values()):
        return found
    return {item.name: {"rating": [place]} for place, item in enumerate(data.items)}


def _split(name: str) -> tuple[str, str]:
    parts = name.split(".")
    kind = parts[1] if len(parts) > 1 else ""
    return parts[0], kind if kind in (LIKELIHOOD, IMPACT) else ""


def _rated(data: RoundData, columns: Mapping[str, list[int]]) -> bool:
    return all(not np.isnan(data.values[:, places]).all() for places in columns.values())


def _listed(names: tuple[str, ...], found: Ranks, options: Options) -> dict[str, object]:
    low, high = found.interval
    order = sorted(range(len(names)), key=lambda place: (found.rank[place], names[place]))
    apart = found.separable
    return {
        "items": [
            {
                "item": names[place],
                "rank": int(found.rank[place]),
                "ci_low": int(min(low[place], found.rank[place])),
                "ci_high": int(max(high[place], found.rank[place])),
            }
            for place in order
        ],
        "not_separable": [[names[one], names[other]] for one, other in _pairs(order, len(names)) if not apart[one, other]],
        "pairs": "all" if len(names) <= PAIRS_UP_TO else "neighbours",
        "certain": CERTAIN,
        "resamples": options.resamples,
        "seed": options.seed,
    }  # fmt: skip


def _pairs(order: Sequence[int], count: int) -> Iterator[tuple[int, int]]:
    reach = count if count <= PAIRS_UP_TO else 1
    for place, one in enumerate(order):
        for other in order[place + 1 : place + 1 + reach]:
            yield one, other


_RANK = {"type": "integer", "minimum": 1}
_ITEM = {"item": {"type": "string"}, "rank": _RANK, "ci_low": _RANK, "ci_high": _RANK}
_FIELDS = {
    "round": _RANK,
    "criteria": {"type": "array", "items": {"enum": ["rating", LIKELIHOOD, IMPACT]}},
    "items": {
        "type": "array",
        "items": {"type": "object", "properties": _ITEM, "required": list(_ITEM), "additionalProperties": False},
    },
    "not_separable": {"type": "array", "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}},
    "pairs": {"enum": ["all", "neighbours"]},
    "certain": {"type": "number"},
    "resamples": _RANK,
    "seed": {"type": "integer"},
}  # fmt: skip
MEASURES = (
    Measure(
        "ranking",
        "study",
        N_("Order of items"),
        "own method, after Goldstein and Spiegelhalter, 1996, and Pareto dominance",
        "rank = 1 + number of items that are at least as high on every criterion and higher on one, by medians; 95 % interval and pairs from panellists drawn with replacement within their group",
        N_(
            "To see which items may honestly be put before others. Two items that are not separable share a place, whatever their ranks."
        ),
        N_(
            "Never as a product of likelihood and impact. Fooled by few points: with five answers to choose from many medians are equal, and by a panel that is not the whole picture: drawing from it cannot show who was never asked."
        ),
        N_("Each median is over the ratings given; an item nobody rated is left out."),
        ranking,
        ("derivation: three hand-made panels with an obvious order",),
        undefined=(TOO_FEW,),
        schema={
            "type": "object",
            "properties": _FIELDS,
            "required": list(_FIELDS),
            "additionalProperties": False,
        },
    ),
)
