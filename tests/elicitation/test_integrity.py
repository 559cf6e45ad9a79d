"""What somebody does to the database past the application shows: in the chain, the anchors or the ratings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from copkit_delphi.elicitation import integrity, rounds, seals, withdrawals
from copkit_delphi.elicitation.models import Study
from copkit_delphi.people import anchors, audit
from tests import factories as f


@pytest.fixture
def study(place: f.Install) -> Study:
    """Round 1 closed, round 2 open with answers; nobody withdrew."""
    with place.database.writing() as session:
        made, round_ = f.running_study(
            place, session, f.make_account(session).id, people="Ann; ann@x.example; Industry",
            sizes={"Law enforcement": 5, "Industry": 5, "Civil society": 5},
        )  # fmt: skip
        f.answer(session, round_)
        f.close_round(session, round_)
        second = f.open_round(place, session, made)
        f.answer(session, second)
        return made


def tamper(place: f.Install, *statements: str) -> None:
    """Change the database as somebody would who reaches it without the application."""
    engine = place.database.engine
    with engine.begin() as connection:
        for table in ("rating", "audit_event"):
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            else:
                for suffix in ("append_only", "frozen", "kept"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_{suffix}"))
        for statement in statements:
            connection.execute(text(statement))


def wrong(place: f.Install) -> list[tuple[int, str]]:
    with place.database.reading() as session:
        return [(fault.round, fault.why) for fault in integrity.faults(session)]


ONE = "(SELECT min(id) FROM rating WHERE is_current AND value = 3 AND round_id = (SELECT id FROM round WHERE number = {}))"


@pytest.mark.parametrize(
    ("statement", "round_", "why"),
    [
        ("UPDATE rating SET value = 4 WHERE id = " + ONE.format(1), 1, "as it was saved"),
        ("UPDATE rating SET value = 4 WHERE id = " + ONE.format(2), 2, "as it was saved"),
        ("DELETE FROM rating WHERE id = " + ONE.format(1), 1, "not those of its close"),
        ("UPDATE rating SET is_current = false WHERE id = " + ONE.format(1), 1, "not those of its close"),
        ("UPDATE rating SET seal = NULL WHERE id = " + ONE.format(2), 2, "as it was saved"),
        ("UPDATE sealed_round SET seals = '[]'", 1, "written anew"),
        ("DELETE FROM sealed_round", 0, "missing"),
    ],
)
def test_a_changed_rating_is_found(
    place: f.Install, study: Study, statement: str, round_: int, why: str
) -> None:
    assert wrong(place) == []
    tamper(place, statement)
    found = wrong(place)
    assert found
    assert (found[0][0], why in found[0][1]) == (round_, True)
    with place.database.reading() as session:
        assert audit.verify(session) is None


def test_ratings_that_were_erased_are_accounted_for_and_others_are_not(
    place: f.Install, study: Study
) -> None:
    with place.database.reading() as session:
        query = text("SELECT panellist_id FROM rating GROUP BY panellist_id ORDER BY 1 LIMIT 2")
        leaves, stays = session.scalars(query).all()
    with place.database.writing() as session:
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=leaves, clock=f.clock_at())
    assert wrong(place) == []
    with place.database.writing() as session:
        second = rounds.latest(session, study.id)
        assert second
        rounds.close(session, round_id=second.id, actor="test", clock=f.clock_at())
    assert wrong(place) == []
    tamper(
        place,
        f"INSERT INTO erasure SELECT '{stays}', 'withdrawal', study_id, group_id, round_id, progress, \"on\", "
        f"(SELECT seals FROM sealed_round LIMIT 1) FROM erasure WHERE panellist_id = '{leaves}'",
        f"DELETE FROM rating WHERE panellist_id = '{stays}'",
    )
    assert {round_ for round_, _ in wrong(place)} == {1, 2}


def test_an_erasure_that_the_chain_does_not_know_is_found(place: f.Install, study: Study) -> None:
    with place.database.reading() as session:
        (code,) = session.scalars(text("SELECT panellist_id FROM rating ORDER BY 1 LIMIT 1")).all()
        taken = seals.of_closed_rounds(session, code)
    assert taken
    tamper(
        place,
        'INSERT INTO erasure (panellist_id, kind, study_id, group_id, progress, "on", seals) '
        f"SELECT id, 'withdrawal', study_id, group_id, 'not_started', '{f.NOW.date()}', '{json.dumps(taken)}' "
        f"FROM panellist WHERE id = '{code}'",
        f"DELETE FROM rating WHERE panellist_id = '{code}'",
    )
    assert [(round_, "not those of its close" in why) for round_, why in wrong(place)] == [(1, True)]


@pytest.fixture
def chain(place: f.Install, tmp_path: Path) -> Path:
    """Twelve entries, the tenth of them a close, anchored."""
    with place.database.writing() as session:
        for number in range(1, 13):
            action = anchors.CLOSES if number == 10 else f"act:{number}"
            audit.record(session, actor="test", action=action, at=f.NOW, study_id="s1", number=number)
    path = tmp_path / anchors.FILE
    with place.database.reading() as session:
        anchors.extend(session, path)
        anchors.extend(session, path)
    assert len(path.read_text().splitlines()) == 1
    return path


@pytest.mark.parametrize(
    ("statements", "first"),
    [
        (["UPDATE audit_event SET actor = 'other' WHERE sequence = 4"], 4),
        (["DELETE FROM audit_event WHERE sequence = 5"], 6),
        (
            [
                (
                    "INSERT INTO audit_event SELECT 99, at, actor, action, study_id, detail, hash, 'made up' "
                    "FROM audit_event WHERE sequence = 12"
                )
            ],
            99,
        ),
        (
            [
                "UPDATE audit_event SET sequence = 90 WHERE sequence = 3",
                "UPDATE audit_event SET sequence = 3 WHERE sequence = 4",
                "UPDATE audit_event SET sequence = 4 WHERE sequence = 90",
            ],
            3,
        ),
    ],
)
def test_the_chain_names_the_first_entry_that_was_touched(
    place: f.Install, chain: Path, statements: list[str], first: int
) -> None:
    tamper(place, *statements)
    with place.database.reading() as session:
        assert audit.verify(session) == first


def test_a_chain_cut_short_or_an_old_file_misses_its_anchor(place: f.Install, chain: Path) -> None:
    tamper(place, "DELETE FROM audit_event WHERE sequence > 9")
    with place.database.writing() as session:
        assert audit.verify(session) is None
        assert anchors.missed(session, chain) == 10
        audit.record(session, actor="test", action="act", at=f.NOW)
        assert anchors.missed(session, chain) == 10
        anchors.extend(session, chain, head=True)
    anchors.begin_anew(chain)
    with place.database.writing() as session:
        assert anchors.missed(session, chain) is None
        anchors.extend(session, chain, head=True)
        assert anchors.missed(session, chain) is None
