"""What a round that was opened again, and items not asked again, leave in brief, annex and the check of what is frozen."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import carrying, reopenings, results, rounds
from copkit_delphi.warning import briefs, documents, frozen, gathered
from tests import factories as f
from tests.factories import Install
from tests.warning import factory


def test_a_result_that_is_put_aside_is_still_checked(place: Install) -> None:
    with place.database.writing() as session:
        _, round_ = f.running_study(place, session, f.make_account(session).id)
        f.answer(session, round_)
        f.close_round(session, round_, open_feedback=False)
        until = f.NOW + timedelta(days=2)
        reopenings.ask(session, round_=round_, reason="x", deadline=until, actor="a", clock=f.clock_at())
        reopenings.confirm(session, round_=round_, actor="b", clock=f.clock_at())
        assert frozen.faults(session) == []
        f.close_round(session, round_)
    with place.database.reading() as session:
        assert frozen.faults(session) == []
    with place.database.writing() as session:
        triggers = (
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'superseded_snapshot'"
        )
        for name in session.scalars(text(triggers)).all():
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text("DELETE FROM superseded_snapshot"))
    with place.database.reading() as session:
        assert frozen.faults(session)


def test_the_brief_says_which_results_are_of_an_earlier_round(place: Install) -> None:
    with place.database.writing() as session:
        made = factory.staffed_study(place, session, end=False)
        offered = carrying.proposals(session, study_id=made.study_id, number=3)
        third = rounds.open_next(
            session, study_id=made.study_id, deadline=f.NOW + f.WEEK, actor="t", clock=f.clock_at(),
            chosen=[one.item.id for one in offered if one.item.name.startswith("S13")], reason="S02 is settled.",
        )  # fmt: skip
        rounds.move_deadline(
            session,
            round_=third,
            deadline=f.NOW + 2 * f.WEEK,
            reason="A holiday.",
            actor="t",
            clock=f.clock_at(),
        )
        f.answer(session, third)
        f.close_round(session, third)
        brief = briefs.propose(
            session,
            study_id=made.study_id,
            analyst=factory.STAFF[Role.ANALYST],
            actor=made[Role.ANALYST],
            at=factory.LATER,
        )
        found = gathered.gather(session, brief)
        document = documents.brief_document(found, checked=())
        assert {item.name for item in found.ranked} == {"S02.likelihood", "S13.likelihood"}
        assert "(round 2)" in document.method.stopping_result
        assert document.method.amendments[0].reason == "S02 is settled."
        (move,) = document.method.rounds[2].moves
        assert (move.after - move.before, move.reason) == (f.WEEK, "A holiday.")
        assert [one.moves for one in document.method.rounds[:2]] == [(), ()]
        assert document.item_before("S02.likelihood") is None
        assert document.item_before("S13.likelihood") is not None
        before = results.of_study(session, made.study_id)[1]
        assert document.snapshot.item("S02.likelihood") == before.item("S02.likelihood")
