"""Every measure of the engine once, collected from the families: one module each in ``measures`` or ``studies``."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType

from copkit_delphi.analysis.measure import Level, Measure

# Looked up when they are asked for: the studies use the engine, which uses this register.
PACKAGES = ("copkit_delphi.analysis.measures", "copkit_delphi.analysis.studies")


def modules() -> dict[str, ModuleType]:
    """Return the module of each family, by its name."""
    packages = [import_module(name) for name in PACKAGES]
    places = {one.name: package for package in packages for one in pkgutil.iter_modules(package.__path__)}
    return {name: import_module(f"{places[name].__name__}.{name}") for name in sorted(places)}


@cache
def families() -> dict[str, tuple[Measure, ...]]:
    """Return the measures of each family, by the name of its module."""
    return {name: module.MEASURES for name, module in modules().items()}


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
