"""Several counts in one binary fraction: a matrix product adds them all at once, and exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copkit_delphi.analysis.sample import Floats


@dataclass(frozen=True, slots=True)
class Packing:
    """Several whole numbers below ``base`` in one binary fraction, so that one product adds them all exactly."""

    kind: type[np.float32 | np.float64]
    base: int
    fields: int

    def into(self, parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
        """Return the sum of ``parts`` times rising powers of the base."""
        whole: NDArray[Any] = np.zeros(parts[0].shape, dtype=self.kind)
        for power, part in enumerate(parts):
            whole = whole + part.astype(self.kind) * self.kind(self.base**power)  # type: ignore[operator]
        return whole

    def out_of(self, whole: NDArray[Any], parts: int) -> list[Floats]:
        """Return the parts of sums of packed numbers."""
        found = []
        for _ in range(parts - 1):
            above = np.floor(whole * self.kind(1 / self.base))  # a power of two: exact
            found.append((whole - above * self.kind(self.base)).astype(np.float64))
            whole = above
        return [*found, whole.astype(np.float64)]


def packing_of(most: float) -> Packing:
    """Return how numbers up to ``most`` share the 24 bits of a short or the 53 of a long binary fraction."""
    if most < 2**12:
        return Packing(np.float32, 2**12, 2)
    return Packing(np.float64, 2**17, 3) if most < 2**17 else Packing(np.float64, 2**26, 2)
