"""Groups of panellists who think alike across the items: how many and how large, never who."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from copkit_delphi.analysis.clusters import STARTS, k_means
from copkit_delphi.analysis.measure import COMPLETE, SHARE, Measure, Options, Outcome
from copkit_delphi.analysis.sample import Floats, Sample
from copkit_delphi.domain.errors import N_

SMALLEST = 5  # a smaller group could be told by name
MOST_GROUPS = 4
AXES = 10
SHUFFLES, LEVEL = 39, 0.05
RATED = 0.5
COMPARED = (
    500  # panellists, drawn from a larger panel: enough to tell, and 39 panels stay a matter of seconds
)

TOO_FEW_PANELLISTS = N_("fewer than ten panellists rated half of the items")
TOO_FEW_ITEMS = N_("fewer than three items were rated")


@dataclass(frozen=True, slots=True, eq=False)
class _Split:
    """The best split of a panel: sizes, how clear it is (Calinski and Harabasz), and the share of variance it explains."""

    sizes: tuple[int, ...]
    clarity: float
    explained: float


def opinion_groups(sample: Sample, options: Options) -> Outcome:
    """Return how many groups of like-minded panellists there are across all items, or None with the reason.

    ``count`` (1: no groups to be told apart), ``sizes`` (largest first, at least five each), ``unplaced``
    (panellists who rated fewer than half of the items), ``explained`` (share of the variance along the main axes that the clearest
    split explains, 0 to 1) and ``p`` (how often a panel without groups splits at least as clearly).

    Ratings are taken as places on their scales, less the item's mean; a gap counts as that mean, and what a
    panellist did rate is stretched for the gaps. On the ten main axes of that table the panel is split into two to
    four groups. The clearest split counts only if it is clearer than in nearly all of 39 panels in
    which the ratings of each item were dealt out anew among those who rated it (of a panel above 500, as many are drawn for that). Memory: a few times the panel.

    >>> blocs = [[1, 2, 1, 2]] * 12 + [[9, 8, 9, 8]] * 10
    >>> opinion_groups(panel(blocs, "1:9"), Options()).value["sizes"]
    [12, 10]
    """
    places, reason = _places(sample)
    if reason is not None:
        return Outcome(None, reason)
    random = np.random.default_rng(options.seed)
    found = _clearest(_axes(places), random)
    p = _chance(places, found, random)
    sizes = found.sizes if p <= LEVEL and found.sizes else (len(places),)
    return Outcome(
        {
            "count": len(sizes),
            "sizes": list(sizes),
            "unplaced": len(sample.values) - len(places),
            "explained": found.explained,
            "p": p,
        }
    )


def _chance(places: Floats, found: _Split, random: np.random.Generator) -> float:
    """Return how often a panel without groups splits at least as clearly, above 0 to 1; of a large panel, 500 are drawn."""
    if len(places) > COMPARED:
        places = places[np.sort(random.choice(len(places), COMPARED, replace=False))]
        found = _clearest(_axes(places), random)
    chance = [_clearest(_axes(_dealt(places, random)), random).clarity for _ in range(SHUFFLES)]
    return float((1 + sum(clarity >= found.clarity for clarity in chance)) / (SHUFFLES + 1))


def _places(sample: Sample) -> tuple[Floats, str | None]:
    """Return where the ratings lie on their scales, less the item's mean, of those who rated enough; or why not."""
    low, width = (np.array([getattr(scale, name) for scale in sample.scales]) for name in ("low", "range"))
    rated = sample.n > 0
    values = ((sample.values - low) / width)[:, rated]
    if values.shape[1] < 3:
        return values, TOO_FEW_ITEMS
    values = values[(~np.isnan(values)).mean(axis=1) >= RATED]
    if len(values) < 2 * SMALLEST:
        return values, TOO_FEW_PANELLISTS
    held = ~np.isnan(values)
    kept = held.any(axis=0)
    values = values[:, kept]
    places = values - np.nansum(values, axis=0) / held[:, kept].sum(axis=0)
    alike = np.nanmax(np.abs(places)) < 1e-9
    return places, COMPLETE if alike else None


def _dealt(places: Floats, random: np.random.Generator) -> Floats:
    """Return a panel without groups: each item's ratings dealt out anew, gaps left where they are."""
    held = ~np.isnan(places)
    # Ranks of random numbers among those who rated, item by item, without a loop.
    order = np.argsort(np.where(held, random.random(places.shape), np.inf), axis=0)
    dealt = np.take_along_axis(places, order, axis=0)
    target = np.argsort(~held, axis=0, kind="stable")
    found = np.empty_like(places)
    np.put_along_axis(found, target, dealt, axis=0)
    return found


def _axes(places: Floats) -> Floats:
    """Return the panellists on the main axes (principal components), gaps as the mean and the rest stretched for them."""
    held = ~np.isnan(places)
    table = np.where(held, places, 0.0)
    table *= np.sqrt(places.shape[1] / np.maximum(held.sum(axis=1), 1))[:, None]
    wide = table.shape[1] > table.shape[0]
    square = table @ table.T if wide else table.T @ table
    values, vectors = np.linalg.eigh(square)
    main = vectors[:, ::-1][:, :AXES]
    if wide:
        return np.asarray(main * np.sqrt(np.maximum(values[::-1][:AXES], 0.0)))
    return np.asarray(table @ main)


def _clearest(rows: Floats, random: np.random.Generator) -> _Split:
    """Return the split into two to four groups of at least five with the highest ratio of Calinski and Harabasz (1974)."""
    total = float(((rows - rows.mean(axis=0)) ** 2).sum())
    best = _Split((), -1.0, 0.0)
    for k in range(2, min(MOST_GROUPS, len(rows) // SMALLEST) + 1):
        found = k_means(rows, k, random)
        sizes = np.bincount(found.labels, minlength=k)
        if sizes.min() < SMALLEST:
            continue
        left = max(found.within, 1e-12 * total)
        clarity = (total - found.within) / (k - 1) / (left / (len(rows) - k))
        if clarity > best.clarity:
            share = min(max(1 - found.within / total, 0.0), 1.0)
            best = _Split(tuple(sorted(sizes.tolist(), reverse=True)), clarity, share)
    return best


MEASURES = (
    Measure(
        "opinion_groups",
        "round",
        N_("Opinion groups"),
        "Small et al., 2021 (axes and k-means); number of groups: Calinski and Harabasz, 1974; test by dealing anew: Barnard, 1963",
        "k-means on ten principal components; k maximises (B / (k - 1)) / (W / (n - k)); called if at most 1 of 39 dealt panels is as clear",
        N_(
            "Whether the panel consists of camps that hold together over many items, also across the stakeholder groups."
        ),
        N_(
            "Fooled by a habit: panellists who tick high everywhere and others who tick low look like groups. A smooth row from one end to the other is cut in two, and a bloc of fewer than five stays hidden. With few items, or many gaps, groups are missed. Never to be asked who is in which."
        ),
        N_(
            "A gap counts as the item's mean and what was rated is stretched for it; who rated fewer than half of the items is not placed."
        ),
        opinion_groups,
        (
            "derivation: two blocs at opposite ends are two groups, three blocs with answers of their own are three, and ratings drawn without regard to each other are one",
        ),
        undefined=(TOO_FEW_ITEMS, TOO_FEW_PANELLISTS, COMPLETE),
        schema={
            "type": "object",
            "properties": {
                "count": {"type": "integer", "minimum": 1, "maximum": MOST_GROUPS},
                "sizes": {"type": "array", "items": {"type": "integer", "minimum": SMALLEST}},
                "unplaced": {"type": "integer", "minimum": 0},
                "explained": SHARE,
                "p": SHARE,
            },
            "required": ["count", "sizes", "unplaced", "explained", "p"],
        },
        options={
            "starts": STARTS,
            "axes": AXES,
            "shuffles": SHUFFLES,
            "level": LEVEL,
            "smallest": SMALLEST,
            "compared": COMPARED,
        },
    ),
)
