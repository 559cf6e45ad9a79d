"""What a type lets the analysis engine compute: several columns of numbers by the same people, and their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from copkit_delphi.analysis.data import ItemSpec, RoundData
from copkit_delphi.analysis.engine import analyse_round
from copkit_delphi.analysis.results import RoundAnalysis
from copkit_delphi.domain.scale import Scale


def analysed(columns: Mapping[str, Sequence[float | None]], scale: Scale) -> RoundAnalysis:
    """Analyse columns of the same length on one scale; None is no rating."""
    values = np.array([[np.nan if one is None else one for one in column] for column in columns.values()]).T
    people = len(next(iter(columns.values())))
    return analyse_round(
        RoundData(
            number=1,
            panellists=tuple(str(one) for one in range(people)),
            groups=("",) * people,
            items=tuple(ItemSpec(name, scale) for name in columns),
            values=values.reshape(people, len(columns)),
            cannot_judge=np.zeros((people, len(columns)), dtype=bool),
        )
    )
