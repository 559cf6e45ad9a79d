"""Reminders on both databases: who gets one, how often, and that two workers at once send each only once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from copkit_delphi.domain.errors import Conflict, Invalid
from copkit_delphi.elicitation import letters, ratings, reminders, rounds
from copkit_delphi.elicitation.letters import Post
from copkit_delphi.elicitation.models import Letter, PersonalLink, Study
from copkit_delphi.people import outbox, vault
from copkit_delphi.people.models import OutboxMessage
from tests import factories as f
from tests.elicitation.test_invitations import PEOPLE, contact, finish, round_of, settled

DAY = timedelta(days=1)


@pytest.fixture
def study(place: f.Install) -> Study:
    with place.database.writing() as session:
        made, _ = f.running_study(place, session, f.make_account(session).id, people=PEOPLE, sizes={})
    settled(place)
    return made


def post(place: f.Install) -> Post:
    return Post(place.vault, place.links)


def remind(place: f.Install, study: Study, at: datetime) -> int:
    with place.database.writing() as session:
        return reminders.send(session, post(place), round_=round_of(session, study), at=at, actor="t")


def mails(place: f.Install) -> list[tuple[str, str]]:
    with place.database.reading() as session:
        rows = session.execute(
            select(OutboxMessage.kind, OutboxMessage.seal).where(OutboxMessage.seal.is_not(None))
        )
        return sorted((kind, place.vault.open(seal)["to"]) for kind, seal in rows)


def test_reminders_go_to_those_who_have_not_finished_and_to_nobody_else(
    place: f.Install, study: Study
) -> None:
    with place.database.writing() as session:
        round_ = round_of(session, study)
        finish(session, contact(place, session, study, "Ann").panellist_id, round_)
        ratings.decline(session, panellist_id=contact(place, session, study, "Bob").panellist_id)
    assert remind(place, study, f.NOW + DAY) == 1
    assert mails(place) == [("reminder", "cleo@x.example")]


def test_each_planned_reminder_says_to_how_many_it_will_go(place: f.Install, study: Study) -> None:
    def foreseen() -> list[int]:
        with place.database.reading() as session:
            round_ = round_of(session, study)
            return [one.people for one in reminders.foreseen(session, post(place), round_=round_)]

    with place.database.writing() as session:
        reminders.plan(session, round_=round_of(session, study), days=[5, 2], at=f.NOW, actor="t")
    assert foreseen() == [3, 3]
    assert remind(place, study, f.NOW + DAY / 24) == 3
    assert foreseen() == [3, 0]  # two in a round are the most
    with place.database.writing() as session:
        finish(session, contact(place, session, study, "Ann").panellist_id, round_of(session, study))
    assert foreseen() == [2, 0]
    with place.database.writing() as session:
        reminders.send_planned(
            session, post(place), round_id=round_of(session, study).id, days_before=5, at=f.NOW + 2 * DAY
        )
    assert foreseen() == [0, 0]


def test_nobody_gets_more_than_two_and_they_are_a_day_apart(place: f.Install, study: Study) -> None:
    counts = [remind(place, study, f.NOW + hours * timedelta(hours=1)) for hours in (24, 25, 47, 48, 72, 96)]
    assert counts == [3, 0, 0, 3, 0, 0]
    kinds = [kind for kind, _ in mails(place)]
    assert (kinds.count("reminder"), kinds.count("last-reminder")) == (3, 3)


def test_a_reminder_carries_a_link_of_its_own_and_ends_none_in_use(place: f.Install, study: Study) -> None:
    assert remind(place, study, f.NOW + DAY) == 3
    with place.database.reading() as session:
        assert (
            session.scalar(select(func.count()).select_from(PersonalLink).where(~PersonalLink.revoked)) == 6
        )
        text = next(place.vault.open(s)["text"] for s in session.scalars(select(OutboxMessage.seal)) if s)
        assert place.links.named_in(text) <= set(session.scalars(select(PersonalLink.token_hash)))


def test_a_failed_or_waiting_invitation_is_not_reminded_of(place: f.Install) -> None:
    with place.database.writing() as session:
        made, _ = f.running_study(place, session, f.make_account(session).id, people=PEOPLE, sizes={})
    assert remind(place, made, f.NOW + DAY) == 0
    settled(place, ann="failed")
    with place.database.reading() as session:
        found = reminders.outlook(session, post(place), round_=round_of(session, made), at=f.NOW + DAY)
    assert (found.now, found.no_mail) == (2, 1)
    assert remind(place, made, f.NOW + DAY) == 2


def planned(place: f.Install, study: Study, *days: int) -> None:
    with place.database.writing() as session:
        reminders.plan(session, round_=round_of(session, study), days=days, at=f.NOW, actor="t")


def tick(place: f.Install, at: datetime) -> int:
    with place.database.reading() as session:
        due = reminders.due(session, at=at)
    sent = 0
    for round_id, days in due:
        with place.database.writing() as session:
            sent += reminders.send_planned(session, post(place), round_id=round_id, days_before=days, at=at)
    return sent


def test_planned_reminders_leave_on_their_day_once(place: f.Install, study: Study) -> None:
    planned(place, study, 3, 1)
    deadline = f.NOW + f.WEEK
    moments = [deadline - 3 * DAY - timedelta(seconds=1), deadline - 3 * DAY, deadline - 2 * DAY]
    assert [tick(place, moment) for moment in moments] == [0, 3, 0]
    assert [tick(place, deadline - DAY), tick(place, deadline - DAY / 2)] == [3, 0]
    with place.database.reading() as session:
        found = reminders.planned(session, round_=round_of(session, study))
    assert [one.sent_at for one in found] == [deadline - 3 * DAY, deadline - DAY]


def test_a_planned_reminder_does_not_leave_after_the_close(place: f.Install, study: Study) -> None:
    planned(place, study, 1)
    with place.database.writing() as session:
        rounds.close(session, round_id=round_of(session, study).id, actor="t", clock=f.clock_at())
    assert tick(place, f.NOW + f.WEEK - DAY / 2) == 0
    with pytest.raises(Conflict):
        remind(place, study, f.NOW + DAY)


@pytest.mark.parametrize("days", [(3, 2, 1), (0,), (61,), (7,)])
def test_days_that_cannot_be(place: f.Install, study: Study, days: tuple[int, ...]) -> None:
    with pytest.raises(Invalid):
        planned(place, study, *days)


def test_two_workers_at_once_send_each_reminder_once(place: f.Install, study: Study) -> None:
    planned(place, study, 1)
    at = f.NOW + f.WEEK - DAY / 2
    gate, counts = threading.Barrier(3), []

    def work(act: Any) -> None:
        gate.wait()
        counts.append(act())

    by_hand = lambda: remind(place, study, at)  # noqa: E731
    threads = [
        threading.Thread(target=work, args=(act,))
        for act in (lambda: tick(place, at), lambda: tick(place, at), by_hand)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 3
    assert [kind for kind, _ in mails(place)] == ["reminder"] * 3
    with place.database.reading() as session:
        logged = select(func.count()).select_from(Letter).where(Letter.kind == "reminder")
        assert session.scalar(logged) == 3
        people = vault.contacts(session, place.vault, study_id=study.id)
        assert {
            len(found)
            for found in letters.latest(
                session, study_id=study.id, contacts=[one.id for one in people]
            ).values()
        } == {2}


def test_a_down_server_holds_reminders_in_the_queue(place: f.Install, study: Study) -> None:
    assert remind(place, study, f.NOW + DAY) == 3

    def down(_id: str, _message: Any) -> None:
        raise ConnectionRefusedError

    for _ in range(3):
        outbox.deliver(place.database, place.vault, down, sender="x@x.example", clock=f.clock_at(f.NOW + DAY))
    with place.database.reading() as session:
        found = outbox.health(session)
    assert (found.waiting, found.failed, found.down_since) == (3, 0, f.NOW + DAY)
