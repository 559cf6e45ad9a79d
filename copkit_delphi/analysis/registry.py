"""Every measure of the engine once, collected from the families: one module each in ``measures``."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from copkit_delphi.analysis import measures
from copkit_delphi.analysis.measure import Level, Measure


@cache
def families() -> dict[str, tuple[Measure, ...]]:
    """Return the measures of each family, by the name of its module."""
    names = sorted(module.name for module in pkgutil.iter_modules(measures.__path__))
    return {name: import_module(f"{measures.__name__}.{name}").MEASURES for name in names}


@cache
def everything() -> dict[str, Measure]:
    """Return every measure by its name; raises ``ValueError`` where two share one."""
    found: dict[str, Measure] = {}
    for measure in (measure for family in families().values() for measure in family):
        if measure.name in found:
            raise ValueError(f"two measures are called {measure.name}")
        found[measure.name] = measure
    return found


@cache
def of(level: Level) -> tuple[Measure, ...]:
    """Return the measures of one level, in order of name."""
    return tuple(measure for _, measure in sorted(everything().items()) if measure.level == level)


def named(*names: str) -> tuple[Measure, ...]:
    """Return the measures of these names; raises ``KeyError`` for a name nobody has."""
    return tuple(everything()[name] for name in names)
