"""What the engine takes: one round of ratings as a matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.domain.scale import Scale


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """One rated item and its scale."""

    name: str
    scale: Scale
    title: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RoundData:
    """The ratings of one round, P panellists by I items.

    ``groups`` holds one label per panellist. ``values`` is NaN where an item was not rated or could
    not be judged; ``cannot_judge`` tells the two apart. ``weights`` (P x I) are carried for pools that
    ask for them; no figure of the engine is weighted.
    """

    number: int
    panellists: tuple[str, ...]
    groups: tuple[str, ...]
    items: tuple[ItemSpec, ...]
    values: NDArray[np.float64]
    cannot_judge: NDArray[np.bool_]
    weights: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        shape = (len(self.panellists), len(self.items))
        if len(self.groups) != shape[0] or self.values.shape != shape or self.cannot_judge.shape != shape:
            raise ValueError(
                f"values, cannot_judge and groups must fit {shape[0]} panellists x {shape[1]} items"
            )
        if len(set(self.panellists)) != shape[0] or len({item.name for item in self.items}) != shape[1]:
            raise ValueError("each panellist and each item stands once")

    @property
    def scales(self) -> tuple[Scale, ...]:
        """Return the scale of each item."""
        return tuple(item.scale for item in self.items)

    @property
    def group_names(self) -> tuple[str, ...]:
        """Return the groups present, sorted."""
        return tuple(sorted(set(self.groups)))

    def rows_of(self, group: str) -> NDArray[np.bool_]:
        """Return which panellists belong to ``group``."""
        return np.array([label == group for label in self.groups], dtype=bool)
