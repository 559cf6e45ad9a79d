"""A late answer against the close, and against the opening of the feedback and of the next round.

Nothing that was acknowledged is lost, nothing late is counted or slips into the next round, nobody is told to try again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.races import onward

pytestmark = pytest.mark.long


def test_answers_that_cross_a_close_and_the_next_opening_are_of_their_round_or_refused(
    tmp_path: Path, url: str
) -> None:
    verdict, done = onward.onward(tmp_path, url)
    assert verdict.faults == []
    assert verdict.acknowledged
    assert verdict.refused
    assert verdict.statuses[503] == 0
    assert done.keys() == {303, 409}


def test_a_form_of_an_earlier_round_that_slips_into_the_next_is_found(tmp_path: Path) -> None:
    verdict, _ = onward.onward(tmp_path, studies=1, fault="forgets_the_round+no_version_field")
    assert any("stored in another round" in fault for fault in verdict.faults)
    assert any("round 2 is done, pressed False" in fault for fault in verdict.faults)
