"""Between rounds on both databases: what panellists see, moved deadlines, planned rounds, what is never deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from copkit_delphi.domain.between import Feedback
from copkit_delphi.domain.errors import Conflict, Invalid
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import (
    desks,
    history,
    rounds,
    sheets,
    showing,
    studies,
)
from copkit_delphi.elicitation.models import (
    Amendment,
    Participation,
    Round,
)
from tests import factories as f
from tests.elicitation.staged import steady, two_rounds


@pytest.mark.parametrize(
    ("form", "figures", "groups", "reasons"),
    [
        (Feedback(), True, True, True),
        (Feedback("all", "both"), True, False, True),
        (Feedback("split", "figures"), True, True, False),
        (Feedback("all", "reasons"), False, False, True),
        (Feedback("none", "both"), False, False, False),
    ],
)
def test_a_panellist_sees_the_form_that_the_study_fixed(
    place: f.Install, form: Feedback, *, figures: bool, groups: bool, reasons: bool
) -> None:
    protocol = Protocol(dimensions=("physical", "economic", "rights"), feedback=form)
    with place.database.writing() as session:
        study = f.closed_study(
            place, session, f.make_account(session).id, n_rounds=1, end=False, protocol=protocol
        )
        round_ = f.open_round(place, session, study)
        assert round_.shown == form.form
        one = steady(session, study.id, 1)
        seen = sheets.sheet(session, view=desks.desk(session, panellist=one, at=f.NOW), position=1)
        result = seen.lines[0].result
        assert (result is not None) is figures
        assert bool(result and result.groups) is groups
        assert (seen.sides is not None) is reasons
        assert seen.lines[0].previous.given
        f.answer(session, round_)
        f.close_round(session, round_)
        assert set(
            session.scalars(select(Participation.shown).where(Participation.round_id == round_.id))
        ) == {form.form}
    with place.database.reading() as session:
        (counted,) = showing.counted(session, study.id)
        assert (counted.round, counted.form, counted.invited, counted.opened) == (2, form.form, 34, None)
        seen_by = session.scalars(
            select(Participation.panellist_id).where(
                Participation.round_id == round_.id, Participation.shown != ""
            )
        ).all()
        assert 0 < 34 - len(seen_by) < 5  # so that the number of the others is not printed
        assert showing.forms(session, study.id) == [(2, form.form)]


def test_defaults_leave_the_hash_of_older_studies_as_it_was() -> None:
    assert not {"feedback", "carry"} & set(Protocol().to_dict())
    changed = Protocol(feedback=Feedback("none"), carry="open")
    assert Protocol.from_dict(changed.to_dict()) == changed


def test_a_deadline_moves_with_a_reason_and_is_printed(place: f.Install) -> None:
    with place.database.writing() as session:
        study, round_ = f.running_study(place, session, f.make_account(session).id)
    move = {"actor": "test", "clock": f.clock_at()}

    def moved(deadline: timedelta, reason: str = "Holidays.", **more: object) -> None:
        with place.database.writing() as session:
            rounds.move_deadline(
                session, round_=session.get_one(Round, round_.id), deadline=f.NOW + deadline, reason=reason,
                **{**move, **more},  # type: ignore[arg-type]
            )  # fmt: skip

    with pytest.raises(Invalid, match="Say why"):
        moved(timedelta(days=9), " ")
    with pytest.raises(Invalid, match="one hour ahead"):
        moved(timedelta(minutes=59))
    moved(timedelta(days=9))
    moved(timedelta(days=11), "A second feast.")
    with pytest.raises(Conflict, match="opened again"):
        moved(timedelta(days=30), clock=f.clock_at(f.NOW + timedelta(days=11, seconds=61)))
    with place.database.reading() as session:
        (one,) = history.of_study(session, study_id=study.id)
        assert [move.reason for move in one.moves] == ["Holidays.", "A second feast."]
        assert [move.before for move in one.moves] == [f.NOW + f.WEEK, f.NOW + timedelta(days=9)]
        printed = session.scalars(select(Amendment.text).where(Amendment.study_id == study.id)).all()
    assert len(printed) == 2
    assert "The deadline of round 1 moved from 09 November 2026" in printed[0]


def test_the_worker_does_not_close_a_round_whose_deadline_moved_just_now(place: f.Install) -> None:
    with place.database.writing() as session:
        _, round_ = f.running_study(place, session, f.make_account(session).id)
    with pytest.raises(Conflict), place.database.writing() as session:
        rounds.close(session, round_id=round_.id, actor="deadline", clock=f.clock_at(), due=True)
    with place.database.writing() as session:
        late_ = f.clock_at(f.NOW + f.WEEK + timedelta(seconds=61))
        assert (
            rounds.close(session, round_id=round_.id, actor="deadline", clock=late_, due=True).state
            == "closed"
        )


def counts(session: Session) -> dict[str, int]:
    names = ("rating", "rationale", "participation", "snapshot", "round_item", "argument", "item", "scenario")
    return {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names}


def test_removing_a_planned_round_touches_nothing_else(place: f.Install) -> None:
    study_id, _ = two_rounds(place)
    with place.database.reading() as session:
        before = counts(session)
    with place.database.writing() as session:
        rounds.drop_planned(session, study_id=study_id, actor="test", clock=f.clock_at())
    with place.database.writing() as session:
        with pytest.raises(Conflict, match="Only a planned round"):
            rounds.drop_planned(session, study_id=study_id, actor="test", clock=f.clock_at())
        assert [row.number for row in rounds.of_study(session, study_id)] == [1, 2]
        assert counts(session) == before
        assert rounds.plan_next(session, study_id=study_id, actor="test", clock=f.clock_at()).number == 3
        with pytest.raises(Conflict):
            rounds.plan_next(session, study_id=study_id, actor="test", clock=f.clock_at())


@pytest.mark.parametrize("table", ["round", "item", "scenario"])
def test_nothing_that_was_asked_can_be_deleted(place: f.Install, table: str) -> None:
    two_rounds(place)
    with place.database.reading() as session:
        before = counts(session)
    with pytest.raises((IntegrityError, DatabaseError)), place.database.writing() as session:
        session.execute(text(f"DELETE FROM {table}"))
    with place.database.reading() as session:
        assert counts(session) == before


def test_what_was_asked_is_protected_even_without_answers(place: f.Install) -> None:
    with place.database.writing() as session:
        study, _ = f.running_study(place, session, f.make_account(session).id, sizes={})
        scenario = studies.scenarios(session, study.id)[0]
    with pytest.raises(Conflict, match="Leave it out of the next round"), place.database.writing() as session:
        studies.remove_scenario(session, study_id=study.id, scenario_id=scenario.id)
    with pytest.raises(IntegrityError), place.database.writing() as session:
        session.execute(text("DELETE FROM item"))
