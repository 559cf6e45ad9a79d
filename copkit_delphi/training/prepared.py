"""The exercises that can be chosen: scenarios of the library, a synthetic panel, an objective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from copkit_delphi.domain.errors import N_, NotFound

GROUPS = (("Law enforcement", "lea"), ("Industry", "ind"), ("Civil society", "cso"))


@dataclass(frozen=True, slots=True)
class Prepared:
    """One exercise; ``seats`` by group, ``stop`` names a stop question that the synthetic panel answers with a flag."""

    key: str
    title: str
    objective: str
    minutes: int
    scenarios: tuple[str, ...]
    seats: Mapping[str, int]
    seed: int
    dimensions: tuple[str, ...] = ("physical", "economic", "rights")
    stop: str = ""


PREPARED = (
    Prepared(
        key="first-brief",
        title=N_("Your first study, from set-up to brief"),
        objective=N_(
            "Run three threats through two rounds, keep both sides of a dispute, and release a brief that holds."
        ),
        minutes=45,
        scenarios=("S12", "S13", "S17"),
        seats={"Law enforcement": 11, "Industry": 10, "Civil society": 6},
        seed=7,
    ),
    Prepared(
        key="red-line",
        title=N_("Somebody says stop"),
        objective=N_(
            "The panel raises a red line in the ethics round. Answer it so that an independent reviewer can clear it."
        ),
        minutes=60,
        scenarios=("S02", "S15"),
        seats={"Law enforcement": 12, "Industry": 11, "Civil society": 8},
        seed=11,
        stop="HAO-01",
    ),
)


def get(key: str) -> Prepared:
    """Return a prepared exercise; raises ``NotFound``."""
    for one in PREPARED:
        if one.key == key:
            return one
    raise NotFound(N_("There is no such exercise."))
