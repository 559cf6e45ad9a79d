"""Whether what the panel expects leans with what it wishes for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from copkit_delphi.analysis.measures.desirability import desirability
from copkit_delphi.domain.decisions import Held, Wishes
from copkit_delphi.domain.figures import round_half_up
from copkit_delphi.elicitation.deciding import words
from copkit_delphi.elicitation.deciding.evidence import Evidence

NUMBERS_FROM = 10  # panellists who gave both, as for every coefficient


def told(evidence: Evidence) -> tuple[Wishes, dict[str, str]]:
    """Return the check over the round, and the word for each item on which ten gave both ratings."""
    if evidence.wished is None:
        return Wishes(held=Held.NOT_ASKED), {}
    both = ~np.isnan(evidence.now.values) & ~np.isnan(evidence.wished)
    people = int(both.any(axis=1).sum())
    value = cast("Mapping[str, Any] | None", desirability(evidence.now.values, evidence.wished).value)
    if people < NUMBERS_FROM or value is None:
        return Wishes(held=Held.FEW), {}
    rho = value["within_items"]
    per_item = {
        spec.name: words.lean_of(found)
        for spec, found, n in zip(evidence.now.items, value["per_item"], both.sum(axis=0), strict=True)
        if found is not None and n >= NUMBERS_FROM
    }
    return Wishes(people, _coefficient(rho), words.lean_of(rho) if rho is not None else None), per_item


def _coefficient(rho: float | None) -> float | None:
    """Return a coefficient to two decimals; complete agreement is not announced."""
    if rho is None or abs(rho) > 1 - 1e-9:
        return None
    return round_half_up(rho, 0.01)
