"""``audit verify``: says that all is whole, or the first thing that is not, with an exit status for a script."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from copkit_delphi import installation
from copkit_delphi.cli import main as command
from copkit_delphi.cli.runtime import Worker
from copkit_delphi.elicitation import withdrawals
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.settings import Settings
from tests import factories as f


def verify(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        command.main(["audit", "verify"])
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out + said.err


def tamper(data: Path, *statements: str) -> None:
    with sqlite3.connect(data / "copkit.sqlite3") as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for statement in (*(f"DROP TRIGGER {name}" for (name,) in names), *statements):
            connection.execute(statement)
    connection.close()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> installation.Installation:
    monkeypatch.setenv("COPKIT_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made = installation.make(Settings(data_dir=tmp_path, DATABASE_URL=""), clock=f.clock_at())
    made.migrate()
    with made.database.writing() as session:
        f.closed_study(made, session, f.make_account(session).id, n_rounds=1, end=False)
    Worker(made).once()
    return made


def test_a_whole_record_ends_with_0(place, capsys) -> None:
    status, said = verify(capsys)
    assert (status, "are whole" in said) == (0, True)
    assert (place.settings.data_dir / "audit-anchors.log").read_text().count("\n") == 1


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM audit_event WHERE sequence > (SELECT max(sequence) - 3 FROM audit_event)", "anchored"),
        ("UPDATE audit_event SET detail = '{}' WHERE sequence = 1", "broken at entry 1."),
        ("UPDATE rating SET value = value + 1 WHERE value = 1", "round 1: a rating is not as it was saved"),
    ],
)
def test_whatever_was_changed_ends_with_1(place, capsys, statement: str, says: str) -> None:
    tamper(place.settings.data_dir, statement)
    status, said = verify(capsys)
    assert (status, says in said) == (1, True), said


def test_an_old_file_put_back_is_found_and_a_restore_erases_again(place, capsys) -> None:
    path = place.settings.data_dir / "copkit.sqlite3"
    place.forget()
    old = path.read_bytes()
    with place.database.writing() as session:
        code = session.query(Panellist.id).order_by(Panellist.id).first()[0]
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=code, clock=f.clock_at())
    place.keep_lists(head=True)
    place.database.engine.dispose()
    for name in ("copkit.sqlite3-wal", "copkit.sqlite3-shm"):
        (place.settings.data_dir / name).unlink(missing_ok=True)
    path.write_bytes(old)
    status, said = verify(capsys)
    assert (status, "was cut or written anew" in said) == (1, True)
    assert [place.erase_again(), place.erase_again()] == [1, 0]
    assert verify(capsys)[0] == 0
