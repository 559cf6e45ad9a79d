"""The doctor finds each trouble, says what to do, and changes nothing. Each fault is planted once."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from copkit_delphi import installation
from copkit_delphi.care import backups, checks, keys
from copkit_delphi.care.checks import CHECKS, Grade, examine
from copkit_delphi.installation import Installation
from copkit_delphi.people import audit
from copkit_delphi.people.models import OutboxMessage, SecondFactor
from copkit_delphi.settings import Settings
from tests import factories as f


@pytest.fixture
def place(tmp_path: Path) -> Installation:
    settings = Settings(
        data_dir=tmp_path, DATABASE_URL="", public_url="https://delphi.example", smtp_url="smtp://m.example"
    )
    made = installation.make(settings)
    made.migrate()
    (settings.backup_dir / backups.name(datetime.now(UTC))).touch()
    return made


def graded(place: Installation) -> dict[str, Grade]:
    return {title: finding.grade for title, finding in examine(place)}


def test_a_healthy_installation_has_nothing_to_complain_about(place: Installation) -> None:
    assert {title: one.text for title, one in examine(place) if one.grade is not Grade.GOOD} == {}


def _no_room(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    del place
    full = SimpleNamespace(total=10**11, free=10**6)
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _folder: full)


def _open_key(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    (place.settings.keys_dir / "vault.key").chmod(0o644)


def _network_disk(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    del place
    monkeypatch.setattr(checks, "_file_system", lambda _folder: "nfs4")


def _old_schema(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    with place.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))


def _not_durable(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    with place.database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")  # the setting cannot change inside a transaction
        connection.exec_driver_sql("PRAGMA synchronous = 1")


def _damaged(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    with place.database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = 0")
        connection.exec_driver_sql("INSERT INTO role_assignment VALUES ('nobody', 'reader', '')")
        connection.commit()


def _broken_chain(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    with place.database.writing() as session:
        audit.record(session, actor="a", action="test:one", at=f.NOW)
        guards = session.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_event'")
        ).all()
        for guard in guards:  # whoever owns the file can take its guards away
            session.execute(text(f"DROP TRIGGER {guard}"))
        session.execute(text("UPDATE audit_event SET actor = 'b'"))


def _lost_key(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    with place.database.writing() as session:
        account = f.make_account(session)
        seal = place.factor_vault.seal({"secret": "x"})
        session.add(SecondFactor(account_id=account.id, seal=seal, last_step=0))
    (place.settings.keys_dir / "factors.key").unlink()


def _overdue(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    with place.database.writing() as session:
        f.running_study(place, session, f.make_account(session).id)


def _stuck_mail(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    with place.database.writing() as session:
        session.add(OutboxMessage(id="m", kind="invitation", state="failed", created_at=f.NOW))


def _old_backup(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    old = (datetime.now(UTC) - timedelta(days=8)).timestamp()
    for path in place.settings.backup_dir.iterdir():
        os.utime(path, (old, old))


def _clock_off(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    del place
    monkeypatch.setattr(checks.schema, "now", lambda _session: datetime.now(UTC) - timedelta(hours=1))


def _no_libraries(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    del place

    def refuse() -> None:
        raise OSError("cannot load library pango")

    monkeypatch.setattr(checks, "_load_pdf_libraries", refuse)


Plant = Callable[[Installation, pytest.MonkeyPatch], None]
FAULTS: dict[str, tuple[Plant, Grade]] = {
    "Room on the disk": (_no_room, Grade.BAD),
    "Secrets and data are closed to others": (_open_key, Grade.BAD),
    "The disk belongs to this machine": (_network_disk, Grade.BAD),
    "Schema": (_old_schema, Grade.BAD),
    "What is answered is on the disk": (_not_durable, Grade.BAD),
    "The file is whole": (_damaged, Grade.BAD),
    "Audit chain": (_broken_chain, Grade.BAD),
    "Keys": (_lost_key, Grade.BAD),
    "Rounds close at their deadline": (_overdue, Grade.BAD),
    "Mail": (_stuck_mail, Grade.WARNING),
    "Clocks": (_clock_off, Grade.WARNING),
    "Backup": (_old_backup, Grade.WARNING),
    "PDFs": (_no_libraries, Grade.BAD),
}


@pytest.mark.parametrize("title", FAULTS)
def test_a_planted_fault_is_found(place: Installation, monkeypatch: pytest.MonkeyPatch, title: str) -> None:
    plant, grade = FAULTS[title]
    plant(place, monkeypatch)
    found = graded(place)
    assert found[title] is grade
    others = {name for name, one in found.items() if one is not Grade.GOOD} - {title}
    assert others == set()


def test_each_key_that_was_drawn_anew_is_named_and_none_is_drawn(place: Installation) -> None:
    with place.database.writing() as session:
        _, round_ = f.running_study(
            place, session, f.make_account(session).id, people="Ann; ann@x.example; Industry"
        )
        f.answer(session, round_)
    _lost_key(place, pytest.MonkeyPatch())
    (place.settings.keys_dir / "vault.key").write_bytes(b"v" * 32)
    (place.settings.keys_dir / "seals.key").write_bytes(b"s" * 32)
    again = installation.make(place.settings)
    assert keys.wrong(again) == ["vault.key", "factors.key", "seals.key"]
    assert not (place.settings.keys_dir / "factors.key").exists()


def test_an_address_without_encryption_is_a_warning(place: Installation) -> None:
    settings = place.settings.model_copy(update={"public_url": "http://delphi.example"})
    assert graded(replace(place, settings=settings))["Address"] is Grade.WARNING


def test_every_check_has_its_fault() -> None:
    assert FAULTS.keys() | {"Address"} == CHECKS.keys()


def test_a_database_that_is_away_stops_no_other_check(place: Installation) -> None:
    place.database.engine.dispose()
    place.settings.data_dir.joinpath("copkit.sqlite3").write_bytes(b"no database at all" * 99)
    found = graded(place)
    assert found.keys() == CHECKS.keys()
    assert found["Schema"] is Grade.BAD
    assert found["Room on the disk"] is Grade.GOOD
