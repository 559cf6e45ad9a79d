"""What a kill cannot show: each live connection waits for the disk; and a save stays few statements."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import event, text

from copkit_delphi.cli import bench
from copkit_delphi.database import Database
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from tests.races import faults
from tests.races.client import Ledger, experts
from tests.races.play import LEDGER
from tests.races.server import Server
from tests.races.stage import plan, scene

SQLITE = {
    "synchronous": "2",
    "journal_mode": "wal",
    "foreign_keys": "1",
    "busy_timeout": "30000",
    "secure_delete": "1",
}
POSTGRES = {
    "synchronous_commit": "on",
    "fsync": "on",
    "statement_timeout": "30s",
    "lock_timeout": "20s",
    "idle_in_transaction_session_timeout": "1min",
}
FEW = 20  # with two readings of the clock, the opening of two transactions and the turn one person takes


def wrong(database: Database, connections: int = 4) -> set[str]:
    """Return the settings that do not hold on connections that are open at the same time."""
    sqlite = database.engine.dialect.name == "sqlite"
    wanted, ask = (SQLITE, "PRAGMA") if sqlite else (POSTGRES, "SHOW")
    with ExitStack() as open_:
        live = [open_.enter_context(database.reading()) for _ in range(connections)]
        return {
            name
            for session in live
            for name, value in wanted.items()
            if str(session.execute(text(f"{ask} {name}")).scalar()) != value
        }


def test_every_live_connection_waits_for_the_disk(database: Database) -> None:
    assert wrong(database) == set()


def test_a_loose_disk_is_found(sqlite_url: str, monkeypatch) -> None:
    monkeypatch.setattr(faults.database, "_PRAGMAS", dict(faults.database._PRAGMAS))
    faults.loose_disk()
    loose = Database(sqlite_url)
    assert wrong(loose) == {"synchronous"}
    loose.engine.dispose()


def may_trace() -> bool:
    return (
        bool(shutil.which("strace"))
        and subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode == 0
    )


def flushes(folder: Path, fault: str = "") -> list[int]:
    """Save a page some times, one after the other; return how often each save had the disk write it down."""
    made, trace, found = scene(folder, panellists=1), folder / "calls", []
    with (
        Server(folder, made.url, fault, trace=trace) as server,
        closing(Ledger(folder / LEDGER)) as ledger,
    ):
        (expert,) = experts(plan(made, "none", server.port), ledger)
        for _ in range(8):
            before = trace.read_text().count("sync(")
            assert expert.send(expert.fill()).status == 303
            found.append(trace.read_text().count("sync(") - before)
            expert.look()
    made.leave()
    return found


@pytest.mark.skipif(not may_trace(), reason="strace is missing or may not trace")
def test_each_acknowledged_save_has_reached_the_disk(tmp_path: Path) -> None:
    assert min(flushes(tmp_path)) >= 1


@pytest.mark.skipif(not may_trace(), reason="strace is missing or may not trace")
def test_a_save_that_does_not_wait_for_the_disk_is_found(tmp_path: Path) -> None:
    assert min(flushes(tmp_path, "loose_disk")) == 0


def test_a_save_takes_few_statements(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, DATABASE_URL="", REDIS_URL=""))
    place = app.extensions[KEY]
    fill = bench._saver(app, bench._round_open(place))
    assert fill(1)() == 303
    call, seen = fill(2), []
    event.listen(
        place.database.engine, "before_cursor_execute", lambda _c, _r, said, *_more: seen.append(said)
    )
    assert call() == 303
    assert len(seen) <= FEW, seen
    place.database.engine.dispose()
