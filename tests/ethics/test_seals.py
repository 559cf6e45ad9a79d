"""Ethics answers under seal, one open round of any kind, and leaving while an ethics round is open."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, text

from copkit_delphi.domain.errors import Conflict
from copkit_delphi.elicitation import integrity, withdrawals
from copkit_delphi.elicitation import rounds as threats
from copkit_delphi.elicitation.models import Round
from copkit_delphi.ethics import answers, bank, results, rounds
from copkit_delphi.ethics.answers import StopAnswer
from copkit_delphi.ethics.models import EthicsRating, EthicsRound, SealedEthicsRound
from tests import factories
from tests.ethics import panel
from tests.factories import Install, clock_at
from tests.meeting import crossing


@pytest.fixture
def study(anywhere: Install) -> str:
    """A study in an open ethics round that everybody answered, one stop question too."""
    with anywhere.database.writing() as session:
        made = factories.closed_study(anywhere, session, factories.make_account(session).id, end=False)
        round_ = panel.opened(session, made.id)
        panel.rate_all(session, round_, dict.fromkeys(("lea", "ind", "cso"), [2] * 6))
        answers.save(
            session,
            panellist_id=panel.members(session, made.id)["lea"][0],
            round_id=round_.id,
            question_id="SMC-01",
            answer=StopAnswer("no"),
            clock=clock_at(),
        )
        return made.id


def of(session: Any, study_id: str) -> EthicsRound:
    found = rounds.latest(session, study_id)
    assert found is not None
    return found


def close(place: Install, study_id: str) -> None:
    with place.database.writing() as session:
        panel.closed(session, of(session, study_id))


def wrong(place: Install) -> list[tuple[str, int, str]]:
    with place.database.reading() as session:
        return [(fault.kind, fault.round, fault.why) for fault in integrity.faults(session)]


def tamper(place: Install, statement: str) -> None:
    """Change the database as somebody would who reaches it without the application."""
    with place.database.engine.begin() as connection:
        for table in ("ethics_rating", "ethics_answer"):
            if place.database.engine.dialect.name == "postgresql":
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            else:
                for suffix in ("append_only", "kept"):
                    connection.execute(text(f"DROP TRIGGER {table}_{suffix}"))
        connection.execute(text(statement))


ONE = "(SELECT min(id) FROM ethics_rating WHERE is_current)"


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (f"UPDATE ethics_rating SET gravity = 5 WHERE id = {ONE}", "as it was saved"),
        (f"UPDATE ethics_rating SET reason = 'Other words.' WHERE id = {ONE}", "as it was saved"),
        (f"DELETE FROM ethics_rating WHERE id = {ONE}", "not those of its close"),
        (f"UPDATE ethics_rating SET is_current = false WHERE id = {ONE}", "not those of its close"),
        ("UPDATE ethics_answer SET value = 'yes'", "as it was saved"),
        ("UPDATE sealed_ethics_round SET seals = '[]'", "written anew"),
        ("DELETE FROM sealed_ethics_round", "missing"),
    ],
)
def test_a_changed_ethics_answer_is_found(anywhere: Install, study: str, statement: str, why: str) -> None:
    close(anywhere, study)
    assert wrong(anywhere) == []
    tamper(anywhere, statement)
    kind, number, found = wrong(anywhere)[0]
    assert why in found
    assert (kind, number) == (("round", 0) if why == "missing" else ("ethics-round", 1))


def test_answers_that_left_with_somebody_are_accounted_for(anywhere: Install, study: str) -> None:
    close(anywhere, study)
    with anywhere.database.writing() as session:
        leaves = panel.members(session, study)["lea"][0]
        withdrawals.withdraw(session, anywhere.vault, anywhere.links, panellist_id=leaves, clock=clock_at())
    assert wrong(anywhere) == []


def test_no_round_of_threats_opens_beside_an_ethics_round(anywhere: Install, study: str) -> None:
    with anywhere.database.writing() as session:
        session.add(Round(id="next", study_id=study, number=9))
    deadline = factories.NOW + factories.WEEK

    def open_threats() -> None:
        with anywhere.database.writing() as session:
            threats.open_next(session, study_id=study, deadline=deadline, actor="test", clock=clock_at())

    with pytest.raises(Conflict, match="Close the ethics round first"):
        open_threats()
    close(anywhere, study)
    open_threats()
    with anywhere.database.writing() as session, pytest.raises(Conflict, match="Close the open round first"):
        panel.opened(session, study)


@pytest.mark.parametrize("first", ["close", "withdrawal"])
def test_a_close_and_a_withdrawal_at_once_count_the_person_wholly_or_not_at_all(
    anywhere: Install, study: str, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """One of both waits inside its transaction until the other has begun; either order gives a whole result."""
    with anywhere.database.reading() as session:
        mine = panel.members(session, study)["cso"][0]

    def leave() -> None:
        with anywhere.database.writing() as session:
            withdrawals.withdraw(session, anywhere.vault, anywhere.links, panellist_id=mine, clock=clock_at())

    def shut() -> None:
        close(anywhere, study)

    failures = (
        crossing(monkeypatch, (results, "build"), shut, leave)
        if first == "close"
        else crossing(monkeypatch, (withdrawals, "_erase"), leave, shut)
    )
    assert failures == []
    assert wrong(anywhere) == []
    with anywhere.database.reading() as session:
        (frozen,) = results.of_study(session, study)
        counted = sum(group.n or 0 for group in frozen.risks[0].groups)
        question = bank.headline_risks()[0].id
        left = select(func.count()).where(EthicsRating.question_id == question, EthicsRating.is_current)
        assert counted - (session.scalar(left) or 0) == (1 if first == "close" else 0)
        assert session.get(SealedEthicsRound, of(session, study).id) is not None
