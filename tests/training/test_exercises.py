"""An exercise runs to a released brief by the use cases of a real study, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from copkit_delphi.domain.errors import Invalid, NotFound
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Identity, Role
from copkit_delphi.elicitation import advice, rounds, studies
from copkit_delphi.network import reading
from copkit_delphi.people.models import Account, OutboxMessage
from copkit_delphi.training import checklist, debriefs, exercises
from copkit_delphi.warning import briefs, planning
from tests import factories as f
from tests.network import factory as network
from tests.network.test_releases import sees
from tests.training import play


@pytest.mark.parametrize("marking", [Marking.CLEAR, Marking.AMBER])
def test_a_whole_exercise_from_the_draft_to_a_brief_that_reaches_the_trainee_only(
    place: f.Install, marking: Marking
) -> None:
    with place.database.writing() as session:
        exercise = play.start(session)
        assert play.next_step(session, exercise) == "open"
        play.run_round(session, exercise)
        assert play.next_step(session, exercise) == "open-2"
        play.run_round(session, exercise)
        assert play.next_step(session, exercise) == "end"
        play.end(session, exercise)
        assert play.next_step(session, exercise) == "ethics"
        play.run_ethics(session, exercise)
        play.reply(session, exercise)
        assert play.next_step(session, exercise) == "write"
        studies.get(session, exercise.study_id).marking = marking
        assert play.ask(session, exercise, "write").refusal == ""
        assert play.next_step(session, exercise) == "assess"
        assert play.ask(session, exercise, "assess").refusal == ""
        assert play.next_step(session, exercise) == "send"
        play.send(session, exercise)
        for act in play.signing(session, exercise):
            assert play.next_step(session, exercise) == act
            outcome = play.ask(session, exercise, act)
            assert (outcome.refusal, outcome.params) == ("", None)
        assert play.next_step(session, exercise) == "release"
        stranger = network.reader(session)
        with pytest.raises(Invalid, match="recipient needs"):
            play.release(place, session, exercise, stranger.id)
        brief = play.release(place, session, exercise, exercise.trainee)
        assert play.next_step(session, exercise) == ""
        assert brief.state == "published"
        assert sees(session, brief, exercise.trainee)
        assert not sees(session, brief, stranger.id)
        assert not sees(session, brief, None)
        assert reading.summaries(session) == []
        (mail,) = session.scalars(select(OutboxMessage))
        assert place.vault.open(mail.seal or b"")["subject"].startswith("EXERCISE:")
        found = checklist.facts(session, exercise, at=f.NOW)
        assert all(point.met for point in debriefs.of_exercise(session, exercise, found, at=f.NOW).points)


def test_a_stop_of_the_panel_holds_the_reviewer_back_until_it_is_answered(place: f.Install) -> None:
    with place.database.writing() as session:
        exercise = play.start(session, "red-line")
        play.to_flags(session, exercise)
        assert play.next_step(session, exercise) == "flags"
        refused = play.ask(session, exercise, "assess")
        assert "has no reply" in refused.refusal
        assert checklist.facts(session, exercise, at=f.NOW).assessed is False
        assert play.reply(session, exercise) >= 1
        play.ask(session, exercise, "write")
        assert play.ask(session, exercise, "assess").refusal == ""
        found = checklist.facts(session, exercise, at=f.NOW)
        assert {flag.state for flag in found.flags} == {"cleared"}
        told = debriefs.of_exercise(session, exercise, found, at=play.at(1))
        assert [act.act for act in told.refused] == ["assess"]
        assert "HAO-01" in told.refused[0].refusal


def test_a_refusal_leaves_nothing_half_done(place: f.Install) -> None:
    """The analyst's indicators are written before the levels are refused for want of a closed round."""
    with place.database.writing() as session:
        exercise = play.start(session)
        assert play.ask(session, exercise, "write").refusal
        assert not any(row.owner for row in planning.of_study(session, exercise.study_id).actions)
        assert briefs.working(session, exercise.study_id) is None


def test_what_is_signed_reads_the_gates_first(place: f.Install) -> None:
    with place.database.writing() as session:
        exercise = play.start(session)
        assert "no brief" in play.ask(session, exercise, "sign-owner").refusal
        play.to_flags(session, exercise)
        play.reply(session, exercise)
        play.ask(session, exercise, "write")
        assert "gate" in play.ask(session, exercise, "sign-reviewer").refusal  # not assessed yet


def test_the_debrief_compares_with_the_key_points(place: f.Install) -> None:
    with place.database.writing() as session:
        exercise = play.start(session)
        play.run_round(session, exercise)
        found = checklist.facts(session, exercise, at=f.NOW)
        points = {
            point.text: point.met for point in debriefs.of_exercise(session, exercise, found, at=f.NOW).points
        }
        assert points["No round was closed against the advice."]
        assert not points["The panel rated twice, so that you could see whether its answers hold."]
        (told,) = debriefs.of_exercise(session, exercise, found, at=play.at(1)).rounds
        assert told.higher
        assert told.lower
        assert [one.name for one in told.response] == ["Law enforcement", "Industry", "Civil society"]


def test_closing_early_and_ending_against_the_rule_are_told(place: f.Install) -> None:
    with place.database.writing() as session:
        exercise = play.start(session)
        clock = f.clock_at()
        opened = rounds.open_next(
            session, study_id=exercise.study_id, deadline=play.at(7), actor=exercise.trainee, clock=clock
        )
        closed = advice.close(
            session, round_=opened, actor=exercise.trainee, clock=clock, reason="No patience."
        )
        play.moderate(session, closed, exercise.trainee)
        play.end(session, exercise)
        found = checklist.facts(session, exercise, at=f.NOW)
        told = debriefs.of_exercise(session, exercise, found, at=f.NOW)
        assert told.rounds[0].closed_because == "No patience."
        assert not any(point.met for point in told.points if "stopping rule" in point.text)
        assert not any(point.met for point in told.points if "against the advice" in point.text)


def test_an_exercise_is_marked_and_its_colleagues_are_outside_every_sign_in(place: f.Install) -> None:
    with place.database.writing() as session:
        exercise = play.start(session)
        study = studies.get(session, exercise.study_id)
        assert (study.exercise, study.practice, study.synthetic) == (True, True, True)
        for role in exercises.COLLEAGUES:
            played = exercises.colleague(session, exercise, role)
            assert played.roles(study.id) == {role}
            assert not session.get_one(Account, played.account_id).is_active


def test_only_the_trainee_acts_and_only_trainers_look_on(place: f.Install) -> None:
    with place.database.writing() as session:
        exercise = play.start(session)
        trainee = Identity(exercise.trainee, "T")
        trainer = Identity("x", "X", frozenset({Role.TRAINER}))
        stranger = Identity("y", "Y", frozenset({Role.FACILITATOR}))
        assert exercises.own(session, exercise_id=exercise.id, who=trainee) is exercise
        assert exercises.get(session, exercise_id=exercise.id, who=trainer) is exercise
        for who in (stranger, trainer):
            with pytest.raises(NotFound):
                exercises.own(session, exercise_id=exercise.id, who=who)
        with pytest.raises(NotFound):
            exercises.get(session, exercise_id=exercise.id, who=stranger)
