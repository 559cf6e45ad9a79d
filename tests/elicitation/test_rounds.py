"""Rounds on both databases: open, close, who wins at the same moment, what the deadline cuts off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from copkit_delphi.domain.errors import Conflict, Invalid, NotFound, RoundClosed
from copkit_delphi.domain.lifecycle import GRACE_SECONDS
from copkit_delphi.elicitation import advice, feedback, ratings, results, rounds, studies
from copkit_delphi.elicitation.models import Amendment, Item, Panellist, Rating, Round, Study
from copkit_delphi.elicitation.ratings import Answer, Reason
from copkit_delphi.people import audit
from tests import factories as f

GRACE = timedelta(seconds=GRACE_SECONDS)
SMALL = {"Law enforcement": 5, "Industry": 5, "Civil society": 5}


@pytest.fixture
def running(place: f.Install) -> tuple[str, str]:
    """Study and round ids of a round 1 that is open, with fifteen panellists who have not answered."""
    with place.database.writing() as session:
        study, round_ = f.running_study(place, session, f.make_account(session).id, sizes=SMALL)
        return study.id, round_.id


def pages(place: f.Install, study_id: str) -> tuple[list[str], str, str, str]:
    """Return panellists, and scenario, likelihood item and an impact item of the first page."""
    with place.database.reading() as session:
        codes = list(
            session.scalars(select(Panellist.id).where(Panellist.study_id == study_id).order_by(Panellist.id))
        )
        scenario = studies.scenarios(session, study_id)[0].id
        items = {
            item.kind: item.id for item in session.scalars(select(Item).where(Item.scenario_id == scenario))
        }
        return codes, scenario, items["likelihood"], items["impact"]


def save(
    place: f.Install,
    study_id: str,
    round_id: str,
    value: float,
    *,
    who: int = 0,
    at: timedelta = timedelta(0),
) -> None:
    codes, scenario, likelihood, _ = pages(place, study_id)
    with place.database.writing() as session:
        ratings.save(
            session,
            panellist_id=codes[who],
            round_id=round_id,
            scenario_id=scenario,
            answers={likelihood: Answer(value)},
            clock=f.clock_at(f.NOW + at),
        )


def test_a_study_runs_from_draft_to_its_second_result(place: f.Install) -> None:
    with place.database.writing() as session:
        study = f.closed_study(place, session, f.make_account(session).id)
    with place.database.reading() as session:
        first, second = results.of_study(session, study.id)
        assert (first.round, second.round) == (1, 2)
        assert second.previous_hash == first.hash
        assert second.protocol_hash == study.protocol_hash
        assert second.item("S13.likelihood").agreement == "polarised"
        assert second.item("S02.likelihood").agreement == "consensus"
        assert audit.verify(session) is None


def test_ratings_are_appended_and_one_is_current(place: f.Install, running: tuple[str, str]) -> None:
    for value in (40, 40, 70):
        save(place, *running, value)
    with place.database.reading() as session:
        rows = session.execute(
            select(Rating.revision, Rating.value, Rating.is_current).order_by(Rating.revision)
        ).all()
    assert [tuple(row) for row in rows] == [(1, 40, False), (2, 70, True)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rating SET value = 3",
        "UPDATE rating SET is_current = true WHERE NOT is_current",
        "UPDATE audit_event SET actor = 'x'",
    ],
)
def test_the_database_itself_refuses_to_rewrite(
    place: f.Install, running: tuple[str, str], statement: str
) -> None:
    for value in (40, 70):
        save(place, *running, value)
    with pytest.raises(DatabaseError, match=r"append-only|frozen"), place.database.writing() as session:
        session.execute(text(statement))


def test_a_snapshot_cannot_be_rewritten(place: f.Install, running: tuple[str, str]) -> None:
    with place.database.writing() as session:
        rounds.close(session, round_id=running[1], actor="test", clock=f.clock_at())
    with pytest.raises(DatabaseError, match=r"append-only|frozen"), place.database.writing() as session:
        session.execute(text("UPDATE snapshot SET payload = '{}'"))


def test_one_current_rating_is_a_rule_of_the_database(place: f.Install, running: tuple[str, str]) -> None:
    save(place, *running, 40)
    with place.database.reading() as session:
        standing = session.scalars(select(Rating)).one()
        values = {c.name: getattr(standing, c.name) for c in Rating.__table__.columns}
    with pytest.raises(IntegrityError), place.database.writing() as session:
        session.add(Rating(**{**values, "id": "0" * 32, "revision": 9}))


def test_an_answer_taken_back_leaves_none(place: f.Install, running: tuple[str, str]) -> None:
    save(place, *running, 40)
    codes, scenario, likelihood, _ = pages(place, running[0])
    with place.database.writing() as session:
        ratings.save(
            session, panellist_id=codes[0], round_id=running[1], scenario_id=scenario,
            answers={likelihood: Answer()}, clock=f.clock_at(),
        )  # fmt: skip
        assert session.scalars(select(Rating).where(Rating.is_current)).all() == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(0), "1 to 99"),
        (Answer(100), "1 to 99"),
        (Answer(50.5), "1 to 99"),
        (Answer(50, cannot_judge=True), "not both"),
    ],
)
def test_a_value_off_the_scale_is_refused(
    place: f.Install, running: tuple[str, str], answer: Answer, says: str
) -> None:
    codes, scenario, likelihood, _ = pages(place, running[0])
    with pytest.raises(Invalid, match=says), place.database.writing() as session:
        ratings.save(
            session, panellist_id=codes[0], round_id=running[1], scenario_id=scenario,
            answers={likelihood: answer}, clock=f.clock_at(),
        )  # fmt: skip


def test_items_of_another_study_are_unknown(place: f.Install, running: tuple[str, str]) -> None:
    with place.database.writing() as session:
        other, _ = f.running_study(place, session, f.make_account(session).id, sizes=SMALL)
    codes, _, _, _ = pages(place, running[0])
    _, scenario, likelihood, _ = pages(place, other.id)
    with pytest.raises(NotFound), place.database.writing() as session:
        ratings.save(
            session, panellist_id=codes[0], round_id=running[1], scenario_id=scenario,
            answers={likelihood: Answer(50)}, clock=f.clock_at(),
        )  # fmt: skip


@pytest.mark.parametrize(("late", "taken"), [(GRACE, True), (GRACE + timedelta(seconds=1), False)])
def test_the_clock_decides_and_gives_a_minute(
    place: f.Install, running: tuple[str, str], late: timedelta, taken: bool
) -> None:
    if taken:
        save(place, *running, 40, at=f.WEEK + late)
        return
    with pytest.raises(RoundClosed):
        save(place, *running, 40, at=f.WEEK + late)


@pytest.mark.parametrize(("late", "due"), [(GRACE, False), (GRACE + timedelta(seconds=1), True)])
def test_a_round_is_due_after_deadline_and_grace(
    place: f.Install, running: tuple[str, str], late: timedelta, due: bool
) -> None:
    with place.database.reading() as session:
        found = rounds.due(session, clock=f.clock_at(f.NOW + f.WEEK + late))
    assert found == ([running[1]] if due else [])


def test_closing_by_hand_has_no_grace(place: f.Install, running: tuple[str, str]) -> None:
    with place.database.writing() as session:
        rounds.close(session, round_id=running[1], actor="test", clock=f.clock_at())
    with pytest.raises(RoundClosed):
        save(place, *running, 40)


def test_what_is_saved_counts_without_submit_and_drafts_never(
    place: f.Install, running: tuple[str, str]
) -> None:
    for who in range(6):
        save(place, *running, 40, who=who)
    codes, _, likelihood, _ = pages(place, running[0])
    with place.database.writing() as session:
        ratings.save_drafts(
            session,
            panellist_id=codes[7],
            round_id=running[1],
            typed={likelihood: {"value": "90"}},
            clock=f.clock_at(),
        )
        rounds.close(session, round_id=running[1], actor="test", clock=f.clock_at())
        (frozen,) = results.of_study(session, running[0])
    assert frozen.item("S02.likelihood").panel.n == 6


def test_the_second_of_two_closers_is_told(place: f.Install, running: tuple[str, str]) -> None:
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def close() -> None:
        start.wait()
        try:
            with place.database.writing() as session:
                rounds.close(session, round_id=running[1], actor="test", clock=f.clock_at())
            outcomes.append("closed")
        except Conflict:
            outcomes.append("conflict")

    run_together(close, close)
    assert sorted(outcomes) == ["closed", "conflict"]
    with place.database.reading() as session:
        assert len(results.of_study(session, running[0])) == 1


def run_together(*acts: Callable[[], None]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_an_answer_is_counted_or_refused_never_lost(place: f.Install, running: tuple[str, str]) -> None:
    """Many save while one closes: what was acknowledged is in the snapshot, what is not was refused."""
    outcomes: list[bool] = []
    start = threading.Barrier(16)

    def answer(who: int) -> None:
        start.wait()
        try:
            save(place, *running, 40, who=who)
            outcomes.append(True)
        except RoundClosed:
            outcomes.append(False)

    def close() -> None:
        start.wait()
        with place.database.writing() as session:
            rounds.close(session, round_id=running[1], actor="test", clock=f.clock_at())

    run_together(close, *(lambda who=who: answer(who) for who in range(15)))  # type: ignore[misc]
    assert len(outcomes) == 15
    with place.database.reading() as session:
        stored = len(session.scalars(select(Rating.id).where(Rating.is_current)).all())
        (frozen,) = results.of_study(session, running[0])
    counted = frozen.item("S02.likelihood").panel.n or 0
    assert stored == sum(outcomes)
    assert counted == (stored if stored >= 5 else 0)


def test_a_submission_in_flight_is_waited_for(place: f.Install, running: tuple[str, str]) -> None:
    """The closer waits for a save that holds the round, and counts it."""
    for who in range(4):
        save(place, *running, 40, who=who)
    codes, scenario, likelihood, _ = pages(place, running[0])
    closer = threading.Thread(target=lambda: _close(place, running[1]))
    with place.database.writing() as session:
        ratings.save(
            session, panellist_id=codes[4], round_id=running[1], scenario_id=scenario,
            answers={likelihood: Answer(40)}, clock=f.clock_at(),
        )  # fmt: skip
        closer.start()
        closer.join(0.3)
        assert closer.is_alive()
    closer.join(60)
    with place.database.reading() as session:
        (frozen,) = results.of_study(session, running[0])
    assert frozen.item("S02.likelihood").panel.n == 5


def _close(place: f.Install, round_id: str) -> None:
    with place.database.writing() as session:
        rounds.close(session, round_id=round_id, actor="test", clock=f.clock_at())


def test_a_close_that_fails_leaves_the_round_open(
    place: f.Install, running: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(results, "store", broken)
    with pytest.raises(RuntimeError, match="power cut"):
        _close(place, running[1])
    with place.database.reading() as session:
        assert session.get_one(Round, running[1]).state == "open"
        assert results.of_study(session, running[0]) == ()


def test_only_one_round_of_a_study_is_open(place: f.Install, running: tuple[str, str]) -> None:
    with place.database.writing() as session:
        session.add(Round(id="second", study_id=running[0], number=2))
    with pytest.raises(IntegrityError), place.database.writing() as session:
        f.open_round(place, session, session.get_one(Study, running[0]))


def test_the_next_round_waits_for_the_feedback(place: f.Install, running: tuple[str, str]) -> None:
    with place.database.writing() as session:
        f.answer(session, session.get_one(Round, running[1]))
        f.close_round(session, session.get_one(Round, running[1]), open_feedback=False)
    with pytest.raises(Conflict, match="No further round"), place.database.writing() as session:
        f.open_round(place, session, session.get_one(Study, running[0]))


def test_the_protocol_is_locked_and_its_hash_names_what_was_fixed(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session).id
        one, _ = f.running_study(place, session, account, sizes=SMALL)
        other, _ = f.running_study(place, session, account, sizes=SMALL, purpose="Something else entirely.")
    assert one.protocol_hash != other.protocol_hash
    with pytest.raises(Conflict, match="locked"), place.database.writing() as session:
        studies.describe(session, study_id=one.id, about=f.about(title="Late"))


def test_closing_against_the_advisor_needs_a_reason(place: f.Install, running: tuple[str, str]) -> None:
    with pytest.raises(Invalid, match="Give a reason"), place.database.writing() as session:
        advice.close(
            session, round_=session.get_one(Round, running[1]), actor="test", clock=f.clock_at(), reason=" "
        )
    with place.database.writing() as session:
        advice.close(
            session,
            round_=session.get_one(Round, running[1]),
            actor="test",
            clock=f.clock_at(),
            reason="Late",
        )
    with place.database.reading() as session:
        assert session.get_one(Round, running[1]).close_reason == "Late"
        assert '"reason":"Late"' in audit.of_study(session, running[0])[-1].detail


def test_closing_needs_no_reason_once_all_groups_answered(place: f.Install) -> None:
    with place.database.writing() as session:
        study, round_ = f.running_study(place, session, f.make_account(session).id)
        f.answer(session, round_)
        assert [check.met for check in advice.before_closing(session, study_id=study.id)] == [True, True]
        advice.close(session, round_=round_, actor="test", clock=f.clock_at())


def test_a_study_ends_by_its_rule_or_with_a_printed_reason(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session).id
        early = f.closed_study(place, session, account, n_rounds=1, end=False)
        late = f.closed_study(place, session, account, n_rounds=2, end=False)
    with pytest.raises(Invalid, match="Give a reason"), place.database.writing() as session:
        advice.end(session, study_id=early.id, actor="test", at=f.NOW)
    with place.database.writing() as session:
        advice.end(session, study_id=early.id, actor="test", at=f.NOW, reason="The budget is spent.")
        advice.end(session, study_id=late.id, actor="test", at=f.NOW)
    with place.database.reading() as session:
        printed = session.scalars(select(Amendment)).all()
        assert [(row.study_id, row.reason) for row in printed] == [(early.id, "The budget is spent.")]
        assert studies.get(session, late.id).state == "ended"


def test_a_reason_for_the_facilitators_only_never_passes(place: f.Install, running: tuple[str, str]) -> None:
    codes, scenario, likelihood, _ = pages(place, running[0])
    with place.database.writing() as session:
        for code, visibility in zip(codes, ("panel", "facilitators", *["panel"] * 3), strict=False):
            ratings.save(
                session, panellist_id=code, round_id=running[1], scenario_id=scenario,
                answers={likelihood: Answer(40)}, reason=Reason(f"For the {visibility}", visibility), clock=f.clock_at(),
            )  # fmt: skip
        closed = rounds.close(session, round_id=running[1], actor="test", clock=f.clock_at())
        raw = {one.text: one for one in feedback.raw_reasons(session, round_=closed)}
    secret = raw["For the facilitators"]
    edited = [feedback.Edited(secret.key, "higher", secret.text)]
    with pytest.raises(Invalid, match="facilitators only"), place.database.writing() as session:
        feedback.moderate(session, round_=session.merge(closed), edited=edited, actor="test", at=f.NOW)


def test_open_feedback_cannot_change(place: f.Install) -> None:
    with place.database.writing() as session:
        study = f.closed_study(place, session, f.make_account(session).id, n_rounds=1, end=False)
    with pytest.raises(Conflict), place.database.writing() as session:
        feedback.moderate(
            session,
            round_=rounds.get(session, study_id=study.id, number=1),
            edited=[],
            actor="test",
            at=f.NOW,
        )


@pytest.mark.parametrize("raters", [1, 4, 5])
def test_reasons_on_an_item_are_read_from_five_ratings_of_it(
    place: f.Install, running: tuple[str, str], raters: int
) -> None:
    codes, scenario, likelihood, _ = pages(place, running[0])
    assert len(codes) >= raters
    with place.database.writing() as session:
        for number, code in enumerate(codes[:raters]):
            ratings.save(
                session, panellist_id=code, round_id=running[1], scenario_id=scenario,
                answers={likelihood: Answer(40)},
                reason=Reason(f"Reason {number}", "panel" if number else "facilitators"), clock=f.clock_at(),
            )  # fmt: skip
        closed = rounds.close(session, round_id=running[1], actor="test", clock=f.clock_at())
        raw = {one.text for one in feedback.raw_reasons(session, round_=closed)}
    assert raw == ({f"Reason {number}" for number in range(5)} if raters == 5 else set())
