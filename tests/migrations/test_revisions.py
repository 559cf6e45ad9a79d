"""Every revision goes up and down with data on both databases, and the newest one equals the tables."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from copkit_delphi import database as schema_of
from copkit_delphi.database import Database
from copkit_delphi.elicitation import quality, replies, results
from copkit_delphi.elicitation.models import Argument, Panellist, Round
from copkit_delphi.elicitation.replies import Written
from copkit_delphi.people import audit
from copkit_delphi.resources import resource_dir
from copkit_delphi.schema import metadata
from tests import factories as f


def revisions() -> list[str]:
    """Return every revision, oldest first."""
    found = ScriptDirectory(str(resource_dir("migrations"))).walk_revisions()
    return [script.revision for script in found][::-1]


def current(database: Database) -> str:
    with database.engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


@pytest.fixture
def filled(place: f.Install) -> f.Install:
    """A database that holds a closed study."""
    with place.database.writing() as session:
        f.closed_study(
            place, session, f.make_account(session).id, n_rounds=1, people="Ann; ann@x.example; Industry"
        )
    return place


def test_the_newest_revision_equals_the_tables(database: Database) -> None:
    assert current(database) == revisions()[-1]
    assert schema_of.differences(database.engine, metadata) == []


@pytest.mark.parametrize("target", revisions()[:-1])
def test_down_and_up_again_keeps_the_data(filled: f.Install, target: str) -> None:
    def counted() -> dict[str, int]:
        with filled.database.engine.connect() as connection:
            names = (
                "study",
                "panellist",
                "rating",
                "rationale",
                "snapshot",
                "audit_event",
                "sealed_identity",
                "account",
                "role_assignment",
            )
            return {
                name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names
            }

    before = counted()
    assert before["rating"] > 100
    schema_of.downgrade(filled.database.engine, target)
    assert current(filled.database) == target
    schema_of.upgrade(filled.database.engine)
    assert counted() == before
    assert schema_of.differences(filled.database.engine, metadata) == []
    with filled.database.reading() as session:
        assert audit.verify(session) is None
        study = session.execute(text("SELECT id FROM study")).scalar_one()
        assert len(results.of_study(session, study)) == 1


def test_the_times_of_an_open_round_go_with_the_column_and_nothing_else(place: f.Install) -> None:
    with place.database.writing() as session:
        _, opened = f.running_study(place, session, f.make_account(session).id)
        f.answer(session, opened)
    query = text("SELECT panellist_id, progress FROM participation ORDER BY panellist_id")
    with place.database.engine.connect() as connection:
        before = connection.execute(query).all()
        kept = text("SELECT count(*) FROM participation WHERE CAST(page_seconds AS TEXT) <> '{}'")
        assert connection.execute(kept).scalar_one() == len(before) > 20
    schema_of.downgrade(place.database.engine, "0021")
    schema_of.upgrade(place.database.engine)
    with place.database.engine.connect() as connection:
        assert connection.execute(query).all() == before
        assert connection.execute(kept).scalar_one() == 0
    with place.database.writing() as session:
        again = session.get_one(Round, opened.id)
        f.close_round(session, again)
        found = quality.of_round(session, study_id=again.study_id, number=1)
        assert found is not None
        assert not found.measured


def test_replies_go_with_their_tables_and_nothing_else(place: f.Install) -> None:
    def reply(text: str) -> None:
        with place.database.writing() as session:
            key = session.scalars(select(Argument.id).order_by(Argument.id)).first()
            code = session.scalars(select(Panellist.id).order_by(Panellist.id)).first()
            assert key
            assert code
            written = {key: Written(text, replies.mark(""))}
            replies.save(session, panellist_id=code, round_id=second.id, written=written)

    def counted(*names: str) -> list[int]:
        with place.database.engine.connect() as connection:
            return [connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names]

    with place.database.writing() as session:
        study, first = f.running_study(place, session, f.make_account(session).id)
        f.answer(session, first)
        f.close_round(session, first)
        second = f.open_round(place, session, study)
    reply("Before.")
    kept = ("argument", "moderated_reason", "rationale", "panellist")
    before = counted(*kept)
    assert counted("reply") == [1]
    schema_of.downgrade(place.database.engine, "0027")
    assert not {"reply", "reply_thread"} & set(inspect(place.database.engine).get_table_names())
    assert counted(*kept) == before
    schema_of.upgrade(place.database.engine)
    assert schema_of.differences(place.database.engine, metadata) == []
    assert counted(*kept) == before
    reply("After.")
    assert counted("reply") == [1]


def test_everything_goes_down_to_nothing(filled: f.Install) -> None:
    schema_of.downgrade(filled.database.engine, "base")
    assert set(inspect(filled.database.engine).get_table_names()) <= {"alembic_version"}


def test_the_triggers_are_back_after_down_and_up(filled: f.Install) -> None:
    schema_of.downgrade(filled.database.engine, revisions()[0])
    schema_of.upgrade(filled.database.engine)
    with pytest.raises(Exception, match=r"append-only|frozen"), filled.database.writing() as session:
        session.execute(text("UPDATE snapshot SET payload = ''"))


def test_a_database_of_a_newer_version_is_refused_in_one_line(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(schema_of.DelphiError, match="newer version"):
        schema_of.upgrade(database.engine)
