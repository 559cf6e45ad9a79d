"""Against the running server: nothing that was acknowledged is lost, nothing is there twice. Larger sizes by hand.

Every scenario is played a second time with a fault planted; then the judge must object.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.races import play
from tests.races.faults import HELD

pytestmark = pytest.mark.long


def test_a_round_closes_against_the_submissions_by_button_and_by_deadline(tmp_path: Path, url: str) -> None:
    verdict = play.closes(tmp_path, url, count=6, how="both", widened=2)
    assert verdict.faults == []
    assert verdict.acknowledged
    assert verdict.refused


@pytest.mark.parametrize("how", ["button", "deadline"])
def test_a_round_closes_against_the_submissions(tmp_path: Path, how: str) -> None:
    verdict = play.closes(tmp_path, count=5, how=how)
    assert verdict.faults == []
    assert verdict.acknowledged + verdict.refused == 20


def test_a_submission_whose_transaction_stays_open_over_the_close_counts(tmp_path: Path, url: str) -> None:
    verdict = play.closes(tmp_path, url, count=2, how="button", before=0.5, fault="holds_open")
    assert verdict.faults == []
    assert max(verdict.seconds) > HELD
    assert verdict.acknowledged + verdict.refused == 8


def test_a_submission_that_lets_go_of_the_round_is_found(tmp_path: Path, url: str) -> None:
    planted = "check_then_insert+holds_open"
    faults = play.closes(tmp_path, url, count=2, how="button", before=0.5, fault=planted).faults
    assert any("the result says" in fault for fault in faults)


def test_a_round_that_is_closed_twice_is_found(tmp_path: Path, url: str) -> None:
    faults = play.closes(tmp_path, url, count=3, how="button", fault="closes_twice").faults
    assert any("the audit says so 2 times" in fault for fault in faults)


def test_a_burst_before_the_deadline(tmp_path: Path, url: str) -> None:
    verdict, _ = play.burst(tmp_path, url, people=100, seconds=3)
    assert verdict.faults == []
    assert (verdict.acknowledged, verdict.refused, verdict.unknown) == (100, 0, 0)
    assert verdict.statuses[503] == 0


@pytest.mark.timeout(900)
def test_a_thousand_in_the_last_minute(tmp_path: Path) -> None:
    verdict = play.last_minute(tmp_path)
    assert verdict.faults == []
    assert verdict.acknowledged + verdict.refused == 1000
    assert verdict.acknowledged > 900
    assert verdict.refused, "nobody came too late, so that the deadline was not tried"
    assert verdict.statuses[503] == 0


def test_a_burst_with_a_plain_begin_is_refused_at_once(tmp_path: Path) -> None:
    verdict, _ = play.burst(tmp_path, people=30, seconds=0.2, fault="deferred_begin")
    assert verdict.statuses[503]


def test_a_burst_that_is_stored_twice_is_found(tmp_path: Path, url: str) -> None:
    verdict, _ = play.burst(tmp_path, url, people=30, seconds=0.5, fault="stores_again")
    assert any("stored 2 times" in fault for fault in verdict.faults)


def test_a_server_that_is_killed_loses_and_doubles_nothing(tmp_path: Path, url: str) -> None:
    verdict, starts = play.kills(tmp_path, url, count=3)
    assert verdict.faults == []
    assert verdict.acknowledged
    assert verdict.statuses[0], "nothing was cut, so that nothing was tried"
    assert len(starts) == 4


def test_a_killed_process_is_replaced_and_loses_and_doubles_nothing(tmp_path: Path, url: str) -> None:
    verdict, _ = play.kills(tmp_path, url, count=3, serving=True)
    assert verdict.faults == []
    assert verdict.acknowledged
    assert verdict.statuses[0], "nothing was cut, so that nothing was tried"


@pytest.mark.parametrize("fault", ["acknowledge_before_commit", "two_transactions"])
def test_a_kill_finds_what_was_acknowledged_or_committed_too_early(tmp_path: Path, fault: str) -> None:
    verdict, _ = play.kills(tmp_path, count=6, fault=fault)
    assert verdict.faults
