"""From a tidy file to matrices."""

from __future__ import annotations

import numpy as np
import pytest

from copkit_delphi.analysis.rounds import rounds_of
from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.tidy import read_ratings

FILE = """round,panellist,group,item,value,weight,item_title
2,B,ind,S2,cannot_judge,,
1,B,ind,S1,0,,Deepfakes
1,A,lea,S1,7,,
1,A,lea,S2,,,
2,A,lea,S1,8,0.5,
"""


def test_rounds_come_in_order_with_zeros_gaps_and_refusals_kept_apart():
    first, second = rounds_of(read_ratings(FILE.encode()))
    assert (first.number, first.panellists, first.groups) == (1, ("B", "A"), ("ind", "lea"))
    assert [(item.name, item.title) for item in first.items] == [("S1", "Deepfakes"), ("S2", "")]
    assert np.array_equal(first.values, [[0, np.nan], [7, np.nan]], equal_nan=True)
    assert not first.cannot_judge.any()
    assert first.weights is None
    assert (second.number, second.panellists) == (2, ("B", "A"))
    assert second.cannot_judge.tolist() == [[True, False], [False, False]]
    assert np.array_equal(second.values, [[np.nan, np.nan], [np.nan, 8]], equal_nan=True)
    assert np.array_equal(second.weights, [[np.nan, np.nan], [np.nan, 0.5]], equal_nan=True)


def test_a_sparse_file_that_would_fill_the_memory_is_refused():
    rows = "".join(f"1,E{place},lea,S{place},5\n" for place in range(4500))
    with pytest.raises(Invalid, match="Round 1 has 4500 panellists and 4500 items: too many at once"):
        rounds_of(read_ratings(("round,panellist,group,item,value\n" + rows).encode()))
