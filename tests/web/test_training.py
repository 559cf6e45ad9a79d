"""The exercise pages: start, follow the steps, ask colleagues, be refused, and who sees what."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from copkit_delphi.domain.permission import Role
from copkit_delphi.installation import Installation
from copkit_delphi.people.models import Account
from copkit_delphi.training import exercises
from copkit_delphi.training.models import Exercise, PlayedColleague
from tests import factories as f
from tests.training import play

SignIn = Callable[[str], FlaskClient]


@dataclass(frozen=True)
class Class:
    """A trainee who has started an exercise."""

    place: Installation
    client: FlaskClient
    exercise_id: str
    study_id: str

    @property
    def page(self) -> str:
        return f"/exercises/{self.exercise_id}"

    def ask(self, act: str) -> str:
        return self.client.post(f"{self.page}/play", data={"act": act}, follow_redirects=True).text


@pytest.fixture
def trainee(place: Installation, sign_in: SignIn) -> Class:
    with place.database.writing() as session:
        email = f.make_account(session, "Tess Trainee").email
    client = sign_in(email)
    answer = client.post("/exercises", data={"exercise": "first-brief"})
    assert answer.status_code == 303
    exercise_id = answer.location.rpartition("/")[2]
    with place.database.reading() as session:
        study_id = session.get_one(Exercise, exercise_id).study_id
    return Class(place, client, exercise_id, study_id)


def other(place: Installation, sign_in: SignIn, role: Role) -> FlaskClient:
    with place.database.writing() as session:
        email = f.make_account(session, "Otto Other", role).email
    return sign_in(email)


def test_the_steps_lead_through_the_pages_of_a_real_study(trainee: Class) -> None:
    page = trainee.client.get(trainee.page).text
    assert "EXERCISE: not for decisions" in page
    assert f"/studies/{trainee.study_id}/set-up" in page
    set_up = trainee.client.get(f"/studies/{trainee.study_id}/set-up").text
    assert "EXERCISE: not for decisions" in set_up
    deadline = {"deadline": "2026-11-20T12:00"}
    opened = trainee.client.post(f"/studies/{trainee.study_id}/set-up", data=deadline, follow_redirects=True)
    assert "Let the synthetic panel answer" in opened.text
    trainee.client.post(f"/studies/{trainee.study_id}/rounds/1/synthetic")
    trainee.client.post(f"/studies/{trainee.study_id}/rounds/1/close", data={"reason": ""})
    page = trainee.client.get(trainee.page).text
    assert f"/studies/{trainee.study_id}/rounds/1/moderation" in page
    assert "What you did, round by round" in page


def test_a_colleague_asked_too_early_refuses_and_it_is_kept(trainee: Class) -> None:
    page = trainee.ask("write")
    assert "Refused:" in page
    assert trainee.client.post(f"{trainee.page}/play", data={"act": "dance"}).status_code == 409
    with trainee.place.database.reading() as session:
        exercise = session.get_one(Exercise, trainee.exercise_id)
        assert [act.act for act in exercises.acts(session, exercise) if act.refusal] == ["write"]


def test_an_open_flag_is_refused_by_the_reviewer_until_it_is_answered(trainee: Class) -> None:
    with trainee.place.database.writing() as session:
        account = session.get_one(Exercise, trainee.exercise_id).trainee
        exercise = exercises.start(session, key="red-line", trainee=account, at=f.NOW)
        play.to_flags(session, exercise)
        page = f"/exercises/{exercise.id}/play"
    refused = trainee.client.post(page, data={"act": "assess"}, follow_redirects=True).text
    assert "I do not assess this study while flag HAO-01 has no reply" in refused
    with trainee.place.database.writing() as session:
        assert play.reply(session, session.get_one(Exercise, exercise.id)) >= 1
    done = trainee.client.post(page, data={"act": "assess"}, follow_redirects=True).text
    assert "Your colleague has done it" in done
    assert "Ethics reviewer, assessing:" in done  # the refusal stays in the debrief


def test_nobody_else_sees_or_plays_an_exercise(trainee: Class, sign_in: SignIn) -> None:
    stranger = other(trainee.place, sign_in, Role.FACILITATOR)
    assert stranger.get(trainee.page).status_code == 404
    assert stranger.post(f"{trainee.page}/play", data={"act": "write"}).status_code == 404
    assert "Tess Trainee" not in stranger.get("/exercises").text
    assert stranger.get(f"/studies/{trainee.study_id}").status_code == 404
    reader = other(trainee.place, sign_in, Role.READER)
    assert reader.get("/exercises").status_code == 403


def test_a_trainer_sees_the_state_and_opens_nothing(trainee: Class, sign_in: SignIn) -> None:
    trainer = other(trainee.place, sign_in, Role.TRAINER)
    listed = trainer.get("/exercises").text
    assert "Tess Trainee" in listed
    assert "0 of" in listed
    page = trainer.get(trainee.page).text
    assert "You see the state of an exercise of Tess Trainee" in page
    assert f"/studies/{trainee.study_id}" not in page
    assert trainer.get(f"/studies/{trainee.study_id}").status_code == 404
    assert trainer.post(f"{trainee.page}/play", data={"act": "write"}).status_code == 404


def test_a_trainer_can_do_an_exercise_too(place: Installation, sign_in: SignIn) -> None:
    trainer = other(place, sign_in, Role.TRAINER)
    started = trainer.post("/exercises", data={"exercise": "red-line"}, follow_redirects=True)
    assert re.search(r'href="/studies/\w+/set-up', started.text)
    assert "You see the state" not in started.text
    assert trainer.post("/exercises", data={"exercise": "nothing"}).status_code == 404


def test_played_colleagues_cannot_sign_in_and_get_no_mail(trainee: Class) -> None:
    with trainee.place.database.reading() as session:
        query = select(Account).join(PlayedColleague, PlayedColleague.account_id == Account.id)
        played = session.scalars(query).all()
        assert len(played) == 4
        assert not any(account.is_active or account.password_hash for account in played)
        emails = [account.email for account in played]
    assert all(email.endswith(".invalid") for email in emails)
    for email in emails:
        answer = trainee.client.application.test_client().post(
            "/sign-in", data={"email": email, "password": ""}
        )
        assert answer.status_code == 422


def test_an_exercise_takes_no_people_and_no_other_colleagues(trainee: Class, sign_in: SignIn) -> None:
    people = {"lines": "Ann; ann@panel.example; Industry"}
    refused = trainee.client.post(f"/studies/{trainee.study_id}/set-up/panel", data=people)
    assert refused.status_code == 422
    assert "nobody is invited" in refused.text
    with trainee.place.database.writing() as session:
        email = f.make_account(session, "Real Person", None).email
    given = trainee.client.post(
        f"/studies/{trainee.study_id}/roles", data={"email": email, "role": "observer"}
    )
    assert given.status_code == 422
    assert "are played" in given.text
