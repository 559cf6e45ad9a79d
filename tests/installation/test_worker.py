"""What happens without anybody: rounds close at their deadline, mail leaves, a failing mail server loses nothing."""

from __future__ import annotations

import smtplib
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from copkit_delphi import installation
from copkit_delphi.cli.runtime import Worker
from copkit_delphi.domain.errors import Conflict
from copkit_delphi.elicitation import results, round_zero, rounds
from copkit_delphi.elicitation.models import ProposalRound, Round
from copkit_delphi.installation import Installation
from copkit_delphi.people import audit, outbox
from copkit_delphi.people.models import OutboxMessage
from copkit_delphi.settings import Settings
from tests import factories
from tests.factories import NOW, WEEK

PEOPLE = "Ann Expert; ann@example.org; Industry"


@pytest.fixture
def place(tmp_path: Path) -> Installation:
    made = installation.make(Settings(data_dir=tmp_path, DATABASE_URL=""), clock=factories.clock_at())
    made.migrate()
    return made


def running(place: Installation) -> str:
    with place.database.writing() as session:
        account = factories.make_account(session)
        study, _ = factories.running_study(place, session, account.id, people=PEOPLE)
        return study.id


def at(place: Installation, moment: object) -> Installation:
    return replace(place, clock=lambda _session: moment)


@pytest.mark.parametrize(
    ("late", "closed"),
    [(timedelta(0), 0), (timedelta(seconds=60), 0), (timedelta(seconds=61), 1)],
)
def test_a_deadline_closes_the_round_after_its_grace(
    place: Installation, late: timedelta, closed: int
) -> None:
    study_id = running(place)
    assert at(place, NOW + WEEK + late).close_due_rounds() == closed
    with place.database.reading() as session:
        round_ = rounds.get(session, study_id=study_id, number=1)
        assert (round_.state == "closed") == bool(closed)
        assert len(results.of_study(session, study_id)) == closed


def proposing(place: Installation) -> str:
    with place.database.writing() as session:
        study = factories.draft_study(
            session, factories.make_account(session, "Zoe Zero").id, title="Round 0"
        )
        opened = round_zero.open_(
            session, study_id=study.id, question="What?", deadline=NOW + WEEK, actor="test", clock=place.clock
        )
        return opened.id


def test_round_0_closes_at_its_deadline_and_holds_up_no_other_round(place: Installation) -> None:
    zero_id, study_id = proposing(place), running(place)
    late = at(place, NOW + WEEK + timedelta(minutes=5))
    assert [late.close_due_rounds(), late.close_due_rounds()] == [2, 0]
    with place.database.reading() as session:
        assert session.get_one(ProposalRound, zero_id).state == "closed"
        assert rounds.get(session, study_id=study_id, number=1).state == "closed"


def test_a_round_0_whose_deadline_moved_just_now_stays_open(place: Installation) -> None:
    zero_id = proposing(place)
    late = factories.clock_at(NOW + WEEK + timedelta(minutes=5))
    with place.database.writing() as session:
        session.get_one(ProposalRound, zero_id).deadline = NOW + 2 * WEEK
    with place.database.writing() as session, pytest.raises(Conflict):
        round_zero.close(session, round_id=zero_id, actor="deadline", clock=late, due=True)


def test_closing_by_deadline_is_audited_and_done_once(place: Installation) -> None:
    study_id = running(place)
    late = at(place, NOW + WEEK + timedelta(minutes=5))
    assert [late.close_due_rounds(), late.close_due_rounds()] == [1, 0]
    with place.database.reading() as session:
        closes = [e for e in audit.of_study(session, study_id) if e.action == "round:close"]
        assert [event.actor for event in closes] == ["deadline"]


def test_the_default_install_writes_mail_to_a_folder_and_forgets_it(place: Installation) -> None:
    running(place)
    Worker(place).once()
    (mail,) = place.settings.outbox_dir.glob("*.eml")
    assert "ann@example.org" in mail.read_text()
    assert oct(mail.stat().st_mode)[-3:] == "600"
    with place.database.reading() as session:
        (row,) = session.scalars(select(OutboxMessage))
        assert (row.state, row.seal) == ("sent", None)


def test_no_address_stands_in_the_clear_while_mail_waits(place: Installation) -> None:
    running(place)
    with place.database.reading() as session:
        (waits,) = session.scalars(select(OutboxMessage.seal))
        assert "ann@example.org" in str(place.vault.open(waits))
    content = b"".join(path.read_bytes() for path in place.settings.data_dir.glob("copkit.sqlite3*"))
    assert waits[:32] in content  # what is looked through does hold the mail
    assert b"ann@example.org" not in content
    assert b"Ann Expert" not in content


def test_a_mail_server_that_is_down_leaves_the_queue_intact(place: Installation) -> None:
    running(place)

    def down(_message_id: str, _message: EmailMessage) -> None:
        raise smtplib.SMTPServerDisconnected

    for _ in range(outbox.MAX_ATTEMPTS + 2):  # however often it is tried
        database, clock = place.database, place.clock
        assert outbox.deliver(database, place.vault, down, sender="x@example.org", clock=clock) == 0
        place = at(place, clock(None) + timedelta(hours=1))  # type: ignore[arg-type]
    with place.database.reading() as session:
        (row,) = session.scalars(select(OutboxMessage))
        assert (row.state, row.attempts, row.error) == ("queued", 0, "away")
        assert outbox.health(session).down_since == NOW
    assert place.deliver_outbox() == 1
    with place.database.reading() as session:
        assert outbox.health(session).down_since is None


def test_only_one_process_does_periodic_work(place: Installation) -> None:
    running(place)
    late = at(place, NOW + WEEK + timedelta(minutes=5))
    first, second = Worker(late), Worker(late)
    with first._lock_path.open("w") as lock:
        assert first._take(lock)
        second.stop()
        second.run()
    with place.database.reading() as session:
        assert session.scalars(select(Round.state)).all() == ["open"]


def test_a_failure_of_periodic_work_does_not_end_it(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(place)
    worker = Worker(place)
    monkeypatch.setattr(worker, "once", lambda: 1 / 0)
    worker._tick(0)
    assert not list(place.settings.outbox_dir.glob("*.eml"))
    monkeypatch.undo()
    worker._tick(1)
    assert len(list(place.settings.outbox_dir.glob("*.eml"))) == 1
