"""What holds a measure to its word: vectors that tests claim, and properties that tests prove, by name."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

VECTORS = Path(__file__).parents[1] / "vectors"
CLAIMED: set[str] = set()
PROPERTIES: dict[str, list[str]] = defaultdict(list)

Test = TypeVar("Test", bound=Callable[..., object])


def vector(name: str) -> dict[str, Any]:
    """Return one vector file and claim it: whoever asks compares all of its expectations at its tolerance."""
    CLAIMED.add(name)
    found: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def vectors_of(*families: str) -> list[Any]:
    """Return the cases of some families (what stands before the two underscores) as test parameters."""
    names = sorted(path.stem for path in VECTORS.glob("*.json") if path.stem.split("__")[0] in families)
    assert names, families
    return [pytest.param(vector(name), id=name) for name in names]


def property_of(*names: str) -> Callable[[Test], Test]:
    """Mark a test as a property test of the measures ``names``."""

    def mark(test: Test) -> Test:
        for name in names:
            PROPERTIES[name].append(getattr(test, "__name__", str(test)))
        return test

    return mark


def near(case: dict[str, Any], expected: Any) -> Any:
    """Return ``expected`` with the tolerance of its vector: relative, and absolute below one."""
    return pytest.approx(expected, rel=case["tolerance"], abs=case["tolerance"], nan_ok=True)
