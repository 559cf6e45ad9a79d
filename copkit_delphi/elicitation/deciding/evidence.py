"""The ratings a decision record is made of: the statements of a round and of the one before, as the engine takes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.analysis.data import RoundData
from copkit_delphi.domain.decisions import JUDGED
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import ItemResult, RoundSnapshot
from copkit_delphi.elicitation.matrices import Matrices
from copkit_delphi.elicitation.models import Item, Round

DESIRABILITY = "desirability"


@dataclass(frozen=True, eq=False)
class Evidence:
    """The frozen results of two rounds and the ratings behind them.

    ``wished`` (P x I) lies beside ``now``, NaN for none; ``stayed`` holds by group how many answered the round before
    and how many of these answered again, whoever withdrew since among those who did not.
    """

    frozen: RoundSnapshot
    before: RoundSnapshot | None
    protocol: Protocol
    now: RoundData
    earlier: RoundData | None
    wished: NDArray[np.float64] | None
    stayed: dict[str, tuple[int, int]]

    @cached_property
    def results(self) -> dict[str, ItemResult]:
        """Return the frozen result of each item by name."""
        return {item.name: item for item in self.frozen.items}

    @property
    def k(self) -> int:
        """Return how few hold a figure back."""
        return self.protocol.k


def gather(
    session: Session,
    round_: Round,
    *,
    frozen: RoundSnapshot,
    before: RoundSnapshot | None,
    protocol: Protocol,
    withdrew: dict[str, int],
    given: Matrices,
) -> Evidence:
    """Return the ratings of the statements of ``round_`` and, where it was closed here too, of the round before."""
    rated = {item.name for item in frozen.items}
    items = list(
        session.scalars(select(Item).where(Item.study_id == round_.study_id).order_by(Item.position))
    )
    judged = [item for item in items if item.kind in JUDGED and item.name in rated]
    wished = {
        item.scenario_id: item
        for item in reversed(items)
        if item.dimension == DESIRABILITY and item.name in rated
    }
    previous = session.scalars(
        select(Round).where(Round.study_id == round_.study_id, Round.number == round_.number - 1)
    ).first()
    beside = [wished.get(item.scenario_id) for item in judged]
    return Evidence(
        frozen=frozen,
        before=before,
        protocol=protocol,
        now=given.data(round_, judged),
        earlier=given.data(previous, judged) if previous and before else None,
        wished=given.values(round_, beside) if wished else None,
        stayed=_stayed(given, (previous, round_), withdrew) if previous else {},
    )


def _stayed(
    given: Matrices, both: tuple[Round, Round], withdrew: dict[str, int]
) -> dict[str, tuple[int, int]]:
    earlier, later = (given.answered(round_) for round_ in both)
    both_times, found = earlier & later, dict[str, tuple[int, int]]()
    for code, group in given.panel.items():
        n, again = found.get(group, (withdrew.get(group, 0), 0))
        found[group] = n + (code in earlier), again + (code in both_times)
    return found
