"""A backup holds everything of one moment, opens to its key only, and comes back whole or not at all."""

from __future__ import annotations

import shutil
import stat
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pyrage import x25519
from sqlalchemy import func, inspect, select, text

from copkit_delphi import database as schema
from copkit_delphi import installation
from copkit_delphi.care import backups, restores, sealed
from copkit_delphi.care.rows import Tables
from copkit_delphi.database import Database
from copkit_delphi.domain.errors import Conflict, DelphiError
from copkit_delphi.elicitation import results, withdrawals
from copkit_delphi.elicitation.models import Panellist, Study
from copkit_delphi.people import audit, lists, outbox, sessions
from copkit_delphi.people.models import AuditEvent, OutboxMessage, SealedIdentity, StaffSession
from copkit_delphi.settings import Settings
from tests import factories as f

NOW = f.NOW


def written(place: f.Install, path: Path, key: x25519.Identity) -> Path:
    backups.write(place.database, path=path, recipients=[key.to_public()], at=NOW)
    return path


def restored(path: Path, key: x25519.Identity, into: Database) -> Database:
    restores.load(into, path=path, keys=[key], content=restores.inspect(path, [key]))
    return into


def tallies(database: Database) -> dict[str, dict[str, object]]:
    with backups.snapshot(database) as connection:
        return Tables(connection).tallies()


def test_a_restored_installation_holds_every_row_and_goes_on(
    filled: f.Install, key: x25519.Identity, empty: Callable[[], Database], tmp_path: Path
) -> None:
    there = restored(written(filled, tmp_path / "a.backup", key), key, empty())
    assert tallies(there) == tallies(filled.database)
    with there.reading() as session, filled.database.reading() as before:
        study = session.scalars(select(Study.id)).one()
        assert results.of_study(session, study) == results.of_study(before, study)
        assert audit.verify(session) is None
    with there.writing() as session:  # numbers count on from where they were
        audit.record(session, actor="test", action="test:go-on", at=NOW)
    with there.reading() as session:
        assert audit.verify(session) is None


def test_a_backup_moves_between_databases(
    filled: f.Install, key: x25519.Identity, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = written(filled, tmp_path / "a.backup", key)
    there = restored(path, key, Database(f"sqlite:///{tmp_path / 'other.sqlite3'}"))
    assert tallies(there) == tallies(filled.database)
    there.engine.dispose()


def test_the_file_shows_nothing_and_belongs_to_its_owner(
    filled: f.Install, key: x25519.Identity, tmp_path: Path
) -> None:
    path = written(filled, tmp_path / "a.backup", key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not any(word in path.read_bytes() for word in (b"rating", b"S02", b"Industry", b"study"))


def test_it_holds_what_was_stored_before_it_began_and_one_moment_only(
    filled: f.Install, key: x25519.Identity, empty: Callable[[], Database], tmp_path: Path
) -> None:
    """Each write makes two entries in one transaction: a backup holds both or neither."""
    stop, done = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            with filled.database.writing() as session:
                audit.record(session, actor="test", action="pair:first", at=NOW)
                audit.record(session, actor="test", action="pair:second", at=NOW)
            done.append(1)

    thread = threading.Thread(target=write)
    thread.start()
    while len(done) < 5:
        stop.wait(0.01)
    acknowledged = len(done)
    path = written(filled, tmp_path / "a.backup", key)
    stop.set()
    thread.join()
    with restored(path, key, empty()).reading() as session:
        pairs = [
            session.scalar(select(func.count()).where(AuditEvent.action == name))
            for name in ("pair:first", "pair:second")
        ]
    assert pairs[0] == pairs[1] >= acknowledged


def damaged(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    match how:
        case "bit":
            content[len(content) // 2] ^= 1
        case "cut":
            del content[-40:]
        case "other":
            content = bytearray(b"PK\x03\x04 something else")
        case "empty":
            content = bytearray()
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["bit", "cut", "other", "empty"])
def test_a_damaged_file_is_refused_in_words(
    filled: f.Install, key: x25519.Identity, tmp_path: Path, how: str
) -> None:
    path = written(filled, tmp_path / "a.backup", key)
    damaged(path, how)
    with pytest.raises(DelphiError, match="Nothing was changed"):
        restores.inspect(path, [key])


def test_another_key_opens_nothing(filled: f.Install, key: x25519.Identity, tmp_path: Path) -> None:
    path = written(filled, tmp_path / "a.backup", key)
    with pytest.raises(DelphiError, match="another key"):
        restores.inspect(path, [x25519.Identity.generate()])


def test_an_encrypted_file_that_is_no_backup_is_refused(key: x25519.Identity, tmp_path: Path) -> None:
    with sealed.writing(tmp_path / "letter", [key.to_public()]) as text_:
        text_.write("Dear all,\n")
    with pytest.raises(DelphiError, match="no backup"):
        restores.inspect(tmp_path / "letter", [key])


def test_rows_that_went_missing_inside_are_noticed(key: x25519.Identity, tmp_path: Path) -> None:
    with sealed.writing(tmp_path / "short", [key.to_public()]) as text_:
        text_.write('{"copkit-delphi backup": 1, "revision": "0003", "at": "2026-11-02T09:00:00+00:00"}\n')
        text_.write('{"table": "study", "columns": ["id"]}\n["a"]\n')
        text_.write('{"end": {"study": {"rows": 2, "digest": "00"}}}\n')
    with pytest.raises(DelphiError, match="not whole"):
        restores.inspect(tmp_path / "short", [key])


def test_nothing_is_restored_over_something(filled: f.Install, key: x25519.Identity, tmp_path: Path) -> None:
    path, before = written(filled, tmp_path / "a.backup", key), tallies(filled.database)
    with pytest.raises(Conflict, match="empty"):
        restored(path, key, filled.database)
    assert tallies(filled.database) == before


def test_a_restore_that_fails_leaves_an_empty_database_that_can_be_tried_again(
    filled: f.Install, key: x25519.Identity, empty: Callable[[], Database], tmp_path: Path
) -> None:
    path = written(filled, tmp_path / "a.backup", key)
    good = restores.inspect(path, [key])
    there = empty()
    wrong = {**good.tallies, "study": {"rows": 2, "digest": "0"}}
    with pytest.raises(DelphiError, match="study"):
        restores.load(there, path=path, keys=[key], content=restores.Content(good.revision, good.at, wrong))
    assert inspect(there.engine).get_table_names() == []
    assert tallies(restored(path, key, there)) == tallies(filled.database)


def test_a_backup_of_an_unknown_revision_is_refused(
    filled: f.Install, key: x25519.Identity, empty: Callable[[], Database], tmp_path: Path
) -> None:
    with filled.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    path, there = written(filled, tmp_path / "a.backup", key), empty()
    with pytest.raises(DelphiError, match="9999"):
        restored(path, key, there)
    assert inspect(there.engine).get_table_names() == []


def test_a_backup_of_an_earlier_revision_comes_up_to_date(
    filled: f.Install, key: x25519.Identity, empty: Callable[[], Database], tmp_path: Path
) -> None:
    schema.downgrade(filled.database.engine, "0003")
    there = restored(written(filled, tmp_path / "a.backup", key), key, empty())
    assert schema.differences(there.engine, schema.Base.metadata) == []
    with there.reading() as session:
        assert session.scalar(select(func.count()).select_from(Study)) == 1


def test_an_empty_database_is_no_backup(
    empty: Callable[[], Database], key: x25519.Identity, tmp_path: Path
) -> None:
    with pytest.raises(Conflict, match="nothing to keep"):
        backups.write(empty(), path=tmp_path / "a.backup", recipients=[key.to_public()], at=NOW)
    assert list(tmp_path.glob("*.backup")) == []


def test_after_a_restore_nobody_is_signed_in_and_no_mail_leaves_twice(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session)
        sessions.begin(session, account_id=account.id, at=NOW)
        outbox.queue(session, place.vault, kind="invitation", to="a@b.example", subject="s", text="b", at=NOW)
    with place.database.writing() as session:
        restores.void(session)
    with place.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StaffSession)) == 0
        mail = session.scalars(select(OutboxMessage)).one()
        assert (mail.state, mail.seal) == ("failed", None)


def test_backups_older_than_ninety_days_go(tmp_path: Path) -> None:
    for age in (0, 89, 91):
        (tmp_path / backups.name(NOW - timedelta(days=age))).touch()
    (tmp_path / "holiday.jpg").touch()
    assert backups.remove_old(tmp_path, at=NOW) == 1
    assert len(list(tmp_path.iterdir())) == 3


def test_who_withdrew_after_the_backup_is_erased_again_after_the_restore(tmp_path: Path) -> None:
    """The list of erasures lies with the keys: an old backup does not bring anybody back."""
    place = installation.make(Settings(data_dir=tmp_path / "a", DATABASE_URL=""), clock=f.clock_at())
    place.migrate()
    with place.database.writing() as session:
        f.running_study(place, session, f.make_account(session).id, people="Ann; ann@x.example; Industry")
        code = session.scalars(select(Panellist.id).where(~Panellist.synthetic)).one()
    key = sealed.own_key(place.settings.keys_dir)
    path = written(place, tmp_path / "a.backup", key)
    with place.database.writing() as session:
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=code, clock=f.clock_at())
    place.keep_lists()
    shutil.copytree(place.settings.keys_dir, tmp_path / "b" / "keys", ignore=shutil.ignore_patterns("*.log"))
    there = installation.make(Settings(data_dir=tmp_path / "b", DATABASE_URL=""), clock=f.clock_at())
    restored(path, key, there.database)
    with there.database.reading() as session:
        assert session.get(Panellist, code) is not None
    lists.extend(
        there.settings.keys_dir / lists.ERASURES, lists.read(place.settings.keys_dir / lists.ERASURES)
    )
    assert there.erase_again() == 1
    with there.database.reading() as session:
        assert session.get(Panellist, code) is None
        assert session.scalars(select(SealedIdentity.id)).all() == []
