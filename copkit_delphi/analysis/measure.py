"""What every measure of the engine tells about itself, and what it returns."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from copkit_delphi.analysis.sample import Floats
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.protocol import RESAMPLES, SEED, Criterion, StoppingRule

Level = Literal["item", "stability", "round", "study", "library"]

ORDINAL = ("ordinal",)
ANY = ("ordinal", "continuous")

NO_RATINGS = N_("no ratings")
ONE_RATING = N_("fewer than two ratings")
NO_PAIRS = N_("no panellist rated this item in both rounds")
NEEDS_ORDINAL = N_("needs a scale of whole points")
COMPLETE = N_("complete agreement")
NO_RATED_PAIR = N_("no item has two ratings")

NUMBER: Mapping[str, object] = {"type": "number"}
SHARE: Mapping[str, object] = {"type": "number", "minimum": 0, "maximum": 1}


@dataclass(frozen=True, slots=True)
class Options:
    """What a run of the engine fixes: the seed of every random draw, and how many resamples."""

    seed: int = SEED
    resamples: int = RESAMPLES


@dataclass(frozen=True, slots=True)
class Rules:
    """What a study fixed before round 1: criterion, groups that must be heard (None: all), stopping rule."""

    criterion: Criterion = field(default_factory=Criterion)
    required_groups: tuple[str, ...] | None = None
    stopping: StoppingRule = field(default_factory=StoppingRule)


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """One value for each item (NaN or None: undefined) and why it has none; a single reason stands for all."""

    values: Floats | Sequence[object]
    reason: str | Sequence[str | None] | None = None

    def at(self, index: int) -> tuple[object, str | None]:
        """Return the value of one item as plain data, or None with the reason."""
        value = plain(self.values[index])
        if value is not None:
            return value, None
        return None, self.reason if isinstance(self.reason, str) or self.reason is None else self.reason[
            index
        ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One value over all items of a round or study, or None with the reason."""

    value: object
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Coefficient(Outcome):
    """One number over all items, or None with the reason."""

    value: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """One measure: name in JSON, what it says, who defined it, when to use it, and what computes it.

    ``compute`` takes, by ``level``: item - a ``Sample``, returns ``Figures`` or an array with one value an
    item; stability - ``Pairs``, returns the same; round - a ``Sample`` and ``Options``, returns an
    ``Outcome``; study - the rounds (``RoundData``), ``Rules`` and ``Options``, returns an ``Outcome``; library -
    anything: it stands in the methods page and is called by name only. ``undefined`` names every reason for which there is no
    figure. ``schema`` is the JSON Schema of a value. ``proof`` names the vector files, or the derivation, that its tests hold it to.
    ``convention`` is a usual threshold with its author: a convention, never a verdict.
    """

    name: str
    level: Level
    title: str
    source: str
    formula: str
    use: str
    avoid: str
    missing: str
    compute: Callable[..., Any]
    proof: tuple[str, ...]
    undefined: tuple[str, ...] = ()
    scales: tuple[str, ...] = ANY
    schema: Mapping[str, object] = field(default_factory=lambda: NUMBER)
    convention: str = ""
    options: Mapping[str, object] = field(default_factory=dict)


def json_object(**fields: object) -> dict[str, object]:
    """Return the JSON Schema of an object that has exactly these fields."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def json_list(entry: object) -> dict[str, object]:
    """Return the JSON Schema of a list of ``entry``."""
    return {"type": "array", "items": entry}


def plain(value: object) -> object:
    """Return ``value`` as JSON takes it: numpy numbers as Python's, NaN as None."""
    item = getattr(value, "item", None)
    if item is not None and getattr(value, "ndim", 0) == 0:
        value = item()
    return None if isinstance(value, float) and math.isnan(value) else value
