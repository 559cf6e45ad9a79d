"""What a monitor tells over time and after the close: on both databases, and never of one person."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select, update

from copkit_delphi.elicitation import pace, panels, quality, retained, rounds, withdrawals
from copkit_delphi.elicitation.models import Panellist, Participation, ProgressDay, Round, Study
from tests import factories as f

DAY = timedelta(days=1)


@pytest.fixture
def study(place: f.Install) -> Study:
    with place.database.writing() as session:
        made, _ = f.running_study(
            place, session, f.make_account(session).id, people="Ann; ann@x.example; Industry", practice=True
        )
        return made


def latest(session: object, study: Study) -> Round:
    found = rounds.latest(session, study.id)  # type: ignore[arg-type]
    assert found
    return found


def finished(place: f.Install, study: Study, numbers: list[int]) -> None:
    """Let so many have finished by the end of each day, one day after another."""
    for day, number in enumerate(numbers):
        with place.database.writing() as session:
            round_id = latest(session, study).id
            codes = session.scalars(select(Panellist.id).order_by(Panellist.id)).all()
            for code in codes[:number]:
                session.merge(Participation(panellist_id=code, round_id=round_id, progress="done"))
            session.flush()
            pace.keep(session, at=f.NOW + day * DAY)


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([0, 3, 4, 6, 7, 12], [6, 12]),
        ([5, 9, 10], [5, 10]),
        ([1, 2, 3, 4], []),
        ([20, 20, 24], [20]),
    ],
)
def test_days_are_put_together_until_five_more_finished(
    place: f.Install, study: Study, numbers: list[int], shown: list[int]
) -> None:
    finished(place, study, numbers)
    with place.database.reading() as session:
        round_ = latest(session, study)
        assert [one.done for one in pace.steps(session, round_=round_, invited=35, k=5)] == shown
        assert pace.steps(session, round_=round_, invited=9, k=5) == []


def test_a_withdrawal_changes_no_number_over_time(place: f.Install, study: Study) -> None:
    finished(place, study, [6])
    with place.database.writing() as session:
        code = session.scalars(select(Panellist.id).order_by(Panellist.id)).first()
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=str(code), clock=f.clock_at())
        pace.keep(session, at=f.NOW)
    with place.database.reading() as session:
        row = session.scalars(select(ProgressDay)).one()
        assert (row.begun, row.done) == (6, 6)


def round_(elapsed: float) -> tuple[Round, object]:
    opened = Round(state="open", opened_at=f.NOW, deadline=f.NOW + 10 * DAY)
    return opened, f.NOW + elapsed * 10 * DAY


def test_what_is_expected_follows_the_rule_it_prints() -> None:
    opened, at = round_(0.5)
    found = pace.expected(round_=opened, invited=100, done=50, at=at)  # type: ignore[arg-type]
    assert found is not None
    assert found.done == 75  # 1 - (1 - 0.5)^2
    assert (found.low, found.high) == (64, 84)  # of Wilson's 40.4 % and 59.6 %
    assert found.elapsed == 50


@pytest.mark.parametrize(("invited", "done", "elapsed"), [(9, 5, 0.5), (30, 0, 0.5), (30, 5, 0.05)])
def test_too_little_is_known_to_expect_anything(invited: int, done: int, elapsed: float) -> None:
    opened, at = round_(elapsed)
    assert pace.expected(round_=opened, invited=invited, done=done, at=at) is None  # type: ignore[arg-type]


def test_expected_stays_between_what_is_done_and_everybody() -> None:
    for invited, elapsed in product((10, 33, 1000), (0.1, 0.35, 1.0)):
        for done in range(1, invited + 1, max(1, invited // 7)):
            opened, at = round_(elapsed)
            found = pace.expected(round_=opened, invited=invited, done=done, at=at)  # type: ignore[arg-type]
            assert found is not None
            assert done <= found.low <= found.done <= found.high <= invited
            if elapsed == 1.0:
                assert found.done == done


@pytest.mark.parametrize("took_part", [10, 11, 12, 25])
def test_no_small_part_of_an_item_follows_from_what_is_printed(took_part: int) -> None:
    """The number of answers is printed with the result: each part has to be 0 or 5 at least, or hidden."""
    for answered in range(took_part + 1):
        for cannot in range(took_part - answered + 1):
            gaps = took_part - answered - cannot
            one = quality.disclosed("x", took_part, answered, cannot, 5)
            if one.left_out is not None:
                assert (one.left_out, one.cannot_judge) == (gaps, cannot)
                assert all(part == 0 or part >= 5 for part in (answered, cannot, gaps))
            else:
                assert one.cannot_judge is None


def test_completeness_is_frozen_with_the_close_and_only_from_ten_on(place: f.Install, study: Study) -> None:
    with place.database.writing() as session:
        opened = latest(session, study)
        f.answer(session, opened)
        assert quality.of_round(session, study_id=study.id, number=1) is None
        f.close_round(session, opened)
        session.flush()
        found = quality.of_round(session, study_id=study.id, number=1)
        assert found is not None
        assert found.took_part >= 10
        assert {one.name for one in found.items} >= {"S02.likelihood", "S13.confidence"}
        code = session.scalars(
            select(Participation.panellist_id).where(Participation.round_id == opened.id)
        ).first()
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=str(code), clock=f.clock_at())
        assert quality.of_round(session, study_id=study.id, number=1) == found


def test_nine_people_make_no_completeness(place: f.Install) -> None:
    with place.database.writing() as session:
        study, opened = f.running_study(
            place, session, f.make_account(session).id, sizes={"Law enforcement": 9}, practice=True
        )
        f.answer(session, opened)
        f.close_round(session, opened)
        assert quality.of_round(session, study_id=study.id, number=1) is None


def test_groups_are_followed_from_the_list_to_the_open_round(place: f.Install, study: Study) -> None:
    with place.database.writing() as session:
        first = latest(session, study)
        f.answer(session, first)
        f.close_round(session, first)
        second = f.open_round(place, session, study)
        f.answer(session, second)
        session.execute(update(Panellist).where(~Panellist.synthetic).values(consent_version="t"))
    with place.database.reading() as session:
        second = latest(session, study)
        progress = panels.by_group(session, study_id=study.id)
        before = retained.by_group(session, study_id=study.id, latest=second, progress=progress)
        assert [len(one.rounds) for one in before] == [2, 2, 2]
        industry = next(one for one in before if one.name == "Industry")
        assert (industry.invited, industry.agreed) == (13, 13)
        assert industry.missing == max(0, industry.target - 13)
    with place.database.writing() as session:
        code = session.scalars(select(Panellist.id).where(~Panellist.synthetic)).one()
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=code, clock=f.clock_at())
    with place.database.reading() as session:
        progress = panels.by_group(session, study_id=study.id)
        second = latest(session, study)
        assert retained.by_group(session, study_id=study.id, latest=second, progress=progress) == before
