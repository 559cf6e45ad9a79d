"""Why an item has no figure: the first reason that holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.measure import Figures
from copkit_delphi.analysis.sample import Floats

Cases = Mapping[str, NDArray[np.bool_]]


def reasons(size: int, cases: Cases) -> list[str | None]:
    """Return for each of ``size`` items the first of ``cases`` (reason: where it holds), else None."""
    found: list[str | None] = [None] * size
    for reason, holds in reversed(tuple(cases.items())):
        for place in np.flatnonzero(holds):
            found[place] = reason
    return found


def explained(values: Floats, cases: Cases) -> Figures:
    """Return ``values`` (I), NaN where one of ``cases`` holds, with the first such reason."""
    holds = np.zeros(len(values), dtype=bool)
    for case in cases.values():
        holds |= case
    return Figures(np.where(holds, np.nan, values), reasons(len(values), cases))


def rows(columns: Mapping[str, Sequence[object]], cases: Cases, size: int) -> Figures:
    """Return one object an item from ``columns`` (name: values of all items), None where one of ``cases`` holds."""
    why = reasons(size, cases)
    made = zip(*columns.values(), strict=True)
    return Figures(
        [
            dict(zip(columns, values, strict=True)) if reason is None else None
            for reason, values in zip(why, made, strict=True)
        ],
        why,
    )
