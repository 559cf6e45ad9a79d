"""Backups: everything in the database, at one moment, in one encrypted file, while the server runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from pyrage import x25519

from copkit_delphi.care import sealed
from copkit_delphi.care.rows import Tables, Tally
from copkit_delphi.database import Database
from copkit_delphi.domain.errors import N_, Conflict

FORMAT = 1
SUFFIX = ".backup"
KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Written:
    """A finished backup."""

    path: Path
    rows: int
    revision: str


def write(database: Database, *, path: Path, recipients: Sequence[x25519.Recipient], at: datetime) -> Written:
    """Write a backup of every table as it is now; nobody waits for it. The keys are not in it."""
    with snapshot(database) as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            raise Conflict(N_("There is no database here yet, so there is nothing to keep."))
        tables = Tables(connection)
        tallies: dict[str, dict[str, Any]] = {}
        with sealed.writing(path, recipients) as text:
            head = {"copkit-delphi backup": FORMAT, "revision": revision, "at": at.isoformat()}
            text.write(json.dumps(head) + "\n")
            for table in tables.found:
                text.write(
                    json.dumps({"table": table.name, "columns": [c.name for c in table.columns]}) + "\n"
                )
                tally = Tally()
                for line in tables.lines(table):
                    text.write(line + "\n")
                    tally.add(line)
                tallies[table.name] = tally.to_json()
            text.write(json.dumps({"end": tallies}) + "\n")
    return Written(path, sum(tally["rows"] for tally in tallies.values()), revision)


def snapshot(database: Database) -> sa.Connection:
    """Return a connection that sees one moment however long it reads."""
    options: dict[str, Any] = {"reading": True}
    if database.engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return database.engine.execution_options(**options).connect()


def name(at: datetime) -> str:
    """Return the file name of a backup made ``at``."""
    return f"copkit-delphi-{at:%Y-%m-%dT%H%M%SZ}{SUFFIX}"


def remove_old(folder: Path, *, at: datetime) -> int:
    """Delete backups in ``folder`` that are older than ninety days; return how many."""
    old = [path for path in folder.glob(f"copkit-delphi-*{SUFFIX}") if path.name < name(at - KEPT)]
    for path in old:
        path.unlink()
    return len(old)
