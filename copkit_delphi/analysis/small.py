"""Small panels typed by hand: what the examples of the measures are run on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from copkit_delphi.analysis.data import ItemSpec, RoundData
from copkit_delphi.analysis.sample import Floats, Pairs, Sample
from copkit_delphi.domain.scale import parse_scale

Rating = float | None


def matrix(rows: Sequence[Sequence[Rating]]) -> Floats:
    """Return ratings, a row a panellist and a column an item; None is a gap."""
    return np.array(rows, dtype=np.float64)


def panel(rows: Sequence[Sequence[Rating]], scale: str = "1:5", groups: str = "") -> Sample:
    """Return a sample of ``rows``; ``groups`` holds one letter a panellist."""
    values = matrix(rows)
    return Sample.of(values, (parse_scale(scale),) * values.shape[1], tuple(groups))


def item(*ratings: Rating, scale: str = "1:5", groups: str = "") -> Sample:
    """Return a sample of one item."""
    return panel([[rating] for rating in ratings], scale, groups)


def moves(before: Sequence[Rating], after: Sequence[Rating], scale: str = "1:5") -> Pairs:
    """Return the ratings of one item by the same panellists in two rounds."""
    return Pairs(matrix([before]).T, matrix([after]).T, (parse_scale(scale),))


def round_of(
    rows: Sequence[Sequence[Rating]], scale: str = "1:5", groups: str = "", number: int = 1
) -> RoundData:
    """Return a round of panellists P1, P2, ... and items I1, I2, ...; ``groups`` holds one letter a panellist."""
    values = matrix(rows)
    return RoundData(
        number,
        tuple(f"P{place + 1}" for place in range(len(values))),
        tuple(groups) or ("all",) * len(values),
        tuple(ItemSpec(f"I{place + 1}", parse_scale(scale)) for place in range(values.shape[1])),
        values,
        np.zeros(values.shape, dtype=bool),
    )
