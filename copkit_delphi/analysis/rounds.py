"""From a tidy file to the rounds that the engine takes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from copkit_delphi.analysis.data import ItemSpec, RoundData
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.tidy import TidyRatings, TidyRow

MAX_CELLS = 20_000_000


def rounds_of(tidy: TidyRatings) -> tuple[RoundData, ...]:
    """Return the rounds of a tidy file in order of number; panellists and items as they first appear.

    Raises ``Invalid`` beyond 20 million pairs of panellist and item. An item belongs to a round when a row of that round names it, be it with an empty value.
    """
    numbers = sorted({row.round for row in tidy.rows})
    return tuple(
        _round(number, [row for row in tidy.rows if row.round == number], tidy) for number in numbers
    )


def _round(number: int, rows: list[TidyRow], tidy: TidyRatings) -> RoundData:
    groups = {row.panellist: row.group for row in rows}
    items = _places(row.item for row in rows)
    panellists = _places(groups)
    if len(panellists) * len(items) > MAX_CELLS:
        raise Invalid(
            N_(
                "Round %(round)s has %(panellists)s panellists and %(items)s items: too many at once. Split the file."
            ),
            round=number,
            panellists=len(panellists),
            items=len(items),
        )
    values = np.full((len(panellists), len(items)), np.nan)
    cannot_judge = np.zeros(values.shape, dtype=bool)
    weights = np.full(values.shape, np.nan)
    for row in rows:
        place = panellists[row.panellist], items[row.item]
        values[place] = np.nan if row.value is None else row.value
        cannot_judge[place] = row.cannot_judge
        weights[place] = np.nan if row.weight is None else row.weight
    specs = tuple(ItemSpec(name, tidy.scale, tidy.item_titles.get(name, "")) for name in items)
    weighted = None if np.isnan(weights).all() else weights
    return RoundData(number, tuple(panellists), tuple(groups.values()), specs, values, cannot_judge, weighted)


def _places(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(names))}
