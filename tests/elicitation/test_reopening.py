"""Opening a closed round again on both databases: by two, once, and no late answer can be told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import Conflict, Forbidden, NotFound
from copkit_delphi.elicitation import (
    feedback,
    integrity,
    late,
    ratings,
    reopenings,
    results,
    rounds,
    studies,
)
from copkit_delphi.elicitation.models import (
    Amendment,
    Argument,
    Item,
    Panellist,
    Round,
    Snapshot,
    SupersededSnapshot,
)
from copkit_delphi.elicitation.ratings import Answer, Reason
from copkit_delphi.people import audit
from tests import factories as f
from tests.elicitation.staged import LATER, closed_round, run_together, two_rounds


def ask(session: Session, round_id: str, *, by: str = "one") -> None:
    reopenings.ask(
        session,
        round_=session.get_one(Round, round_id),
        reason="The mail server was down.",
        deadline=LATER,
        actor=by,
        clock=f.clock_at(),
    )


def confirm(session: Session, round_id: str, *, by: str = "two") -> None:
    reopenings.confirm(session, round_=session.get_one(Round, round_id), actor=by, clock=f.clock_at())


def reopen(place: f.Install, round_id: str, *, asked_by: str = "one", by: str = "two") -> None:
    with place.database.writing() as session:
        ask(session, round_id, by=asked_by)
        confirm(session, round_id, by=by)


def test_a_round_is_opened_again_by_two_and_its_result_is_kept_aside(place: f.Install) -> None:
    study_id, round_id, _ = closed_round(place)
    with place.database.reading() as session:
        first = results.snapshot(session, round_id)
        audit_before = len(audit.of_study(session, study_id))
    with pytest.raises(Forbidden):
        reopen(place, round_id, by="one")
    reopen(place, round_id)
    with place.database.reading() as session:
        round_ = session.get_one(Round, round_id)
        assert (round_.state, round_.feedback, round_.deadline, round_.closed_at) == (
            "open",
            "none",
            LATER,
            None,
        )
        assert results.of_study(session, study_id) == ()
        with pytest.raises(NotFound):
            results.snapshot(session, round_id)
        (kept,) = session.scalars(select(SupersededSnapshot)).all()
        assert (kept.hash, kept.payload) == (first.hash, first.to_json())
        assert session.scalar(select(func.count()).select_from(Argument)) == 0
        assert integrity.faults(session) == []
        assert len(audit.of_study(session, study_id)) == audit_before + 2
        assert late.confirmed(session, round_) is not None
        (amended,) = session.scalars(select(Amendment)).all()
        assert amended.reason == "The mail server was down."
    with place.database.writing() as session:
        rounds.close(session, round_id=round_id, actor="test", clock=f.clock_at())
    with place.database.reading() as session:
        again = results.snapshot(session, round_id)
        assert again.supersedes == first.hash
        assert again.hash != first.hash
        assert integrity.faults(session) == []
        assert audit.verify(session) is None


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM superseded_snapshot",
        "UPDATE superseded_snapshot SET payload = ''",
        "DELETE FROM snapshot",
    ],
)
def test_results_are_deleted_nowhere(place: f.Install, statement: str) -> None:
    _, round_id, _ = closed_round(place)
    reopen(place, round_id)
    with place.database.writing() as session:
        rounds.close(session, round_id=round_id, actor="test", clock=f.clock_at())
    with pytest.raises(DatabaseError, match=r"frozen|append-only"), place.database.writing() as session:
        session.execute(text(statement))


def test_a_round_whose_feedback_was_open_stays_closed(place: f.Install) -> None:
    study_id, _ = two_rounds(place)
    with place.database.writing() as session:
        for number in (1, 2):
            with pytest.raises(Conflict, match="stays closed"):
                reopenings.ask(
                    session, round_=rounds.get(session, study_id=study_id, number=number), reason="x",
                    deadline=LATER, actor="one", clock=f.clock_at(),
                )  # fmt: skip


def test_opening_the_feedback_ends_a_request(place: f.Install) -> None:
    _, round_id, _ = closed_round(place)
    with place.database.writing() as session:
        ask(session, round_id)
        rounds.open_feedback(
            session, round_=session.get_one(Round, round_id), actor="one", clock=f.clock_at()
        )
    with place.database.writing() as session:
        with pytest.raises(Conflict):
            confirm(session, round_id)
        assert results.snapshot(session, round_id).supersedes is None


def answer_late(session: Session, round_id: str, codes: list[str], value: float, reason: str = "") -> None:
    round_ = session.get_one(Round, round_id)
    scenario = studies.scenarios(session, round_.study_id)[0]
    item = session.scalars(
        select(Item).where(Item.scenario_id == scenario.id, Item.kind == "likelihood")
    ).one()
    for number, code in enumerate(codes):
        ratings.save(
            session, panellist_id=code, round_id=round_id, scenario_id=scenario.id, answers={item.id: Answer(value)},
            reason=Reason(f"{reason} {number}") if reason else None, clock=f.clock_at(),
        )  # fmt: skip


def of_group(session: Session, name: str) -> list[str]:
    return [
        code
        for code, group_id in session.execute(select(Panellist.id, Panellist.group_id).order_by(Panellist.id))
        if session.execute(
            text("SELECT name FROM stakeholder_group WHERE id = :id"), {"id": group_id}
        ).scalar_one()
        == name
    ]


@pytest.mark.parametrize(("changed", "moves"), [(1, False), (4, False), (5, True)])
def test_a_few_late_answers_change_no_figure(place: f.Install, changed: int, *, moves: bool) -> None:
    """Who saw the first result must not read one late answer off the second."""
    _, round_id, _ = closed_round(place)
    with place.database.reading() as session:
        first = results.snapshot(session, round_id)
    reopen(place, round_id)
    with place.database.writing() as session:
        answer_late(session, round_id, of_group(session, "Law enforcement")[:changed], 3, "Late")
        rounds.close(session, round_id=round_id, actor="test", clock=f.clock_at())
    with place.database.reading() as session:
        again = results.snapshot(session, round_id)
        assert (again.item("S02.likelihood") != first.item("S02.likelihood")) is moves
        assert again.held == (() if moves else ("S02.likelihood",))
        assert again.item("S13.likelihood") == first.item("S13.likelihood")
        read = [one.text for one in feedback.raw_reasons(session, round_=session.get_one(Round, round_id))]
        assert any(text.startswith("Late") for text in read) is moves
        assert read


def test_late_answers_of_two_groups_hold_where_one_group_is_few(place: f.Install) -> None:
    _, round_id, _ = closed_round(place)
    with place.database.reading() as session:
        first = results.snapshot(session, round_id)
    reopen(place, round_id)
    with place.database.writing() as session:
        answer_late(session, round_id, of_group(session, "Law enforcement")[:5], 3)
        answer_late(session, round_id, of_group(session, "Industry")[:1], 3)
        rounds.close(session, round_id=round_id, actor="test", clock=f.clock_at())
    with place.database.reading() as session:
        again = results.snapshot(session, round_id)
    assert again.item("S02.likelihood") == first.item("S02.likelihood")
    assert again.coefficients == first.coefficients


def test_of_two_who_confirm_one_opens_the_round(place: f.Install) -> None:
    study_id, round_id, _ = closed_round(place)
    with place.database.writing() as session:
        ask(session, round_id)

    def opens(who: str) -> None:
        with place.database.writing() as session:
            confirm(session, round_id, by=who)

    assert run_together(*(lambda who=who: opens(who) for who in ("two", "three", "four"))) == [
        "Conflict",
        "Conflict",
        "done",
    ]  # type: ignore[misc]
    with place.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SupersededSnapshot)) == 1
        assert [event.action for event in audit.of_study(session, study_id)].count("round:reopen") == 1


def test_a_round_opens_again_or_its_feedback_opens_never_both(place: f.Install) -> None:
    _, round_id, _ = closed_round(place)
    with place.database.writing() as session:
        ask(session, round_id)

    def opens() -> None:
        with place.database.writing() as session:
            confirm(session, round_id)

    def show() -> None:
        with place.database.writing() as session:
            rounds.open_feedback(
                session, round_=session.get_one(Round, round_id), actor="one", clock=f.clock_at()
            )

    assert run_together(opens, show) == ["Conflict", "done"]
    with place.database.reading() as session:
        round_ = session.get_one(Round, round_id)
        assert (round_.state, round_.feedback) in {("open", "none"), ("closed", "open")}
        assert (session.get(Snapshot, round_id) is None) is (round_.state == "open")


def test_the_deadline_moves_or_the_worker_closes_never_both(place: f.Install) -> None:
    with place.database.writing() as session:
        _, round_ = f.running_study(place, session, f.make_account(session).id)
        round_id = round_.id
    edge = f.NOW + f.WEEK + timedelta(seconds=60)

    def move() -> None:
        with place.database.writing() as session:
            rounds.move_deadline(
                session,
                round_=session.get_one(Round, round_id),
                deadline=edge + f.WEEK,
                reason="x",
                actor="one",
                clock=f.clock_at(edge),
            )

    def close() -> None:
        with place.database.writing() as session:
            rounds.close(
                session,
                round_id=round_id,
                actor="deadline",
                clock=f.clock_at(edge + timedelta(seconds=1)),
                due=True,
            )

    assert run_together(move, close) == ["Conflict", "done"]
