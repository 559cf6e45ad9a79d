"""Restores: a backup is read to its end before anything is touched, and compared with its own tallies after."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pyrage import x25519
from sqlalchemy.orm import Session

from copkit_delphi import database as schema
from copkit_delphi.care import sealed
from copkit_delphi.care.backups import FORMAT, snapshot
from copkit_delphi.care.rows import CHUNK, VERSIONS, Tables, Tally, unpack
from copkit_delphi.database import Database
from copkit_delphi.domain.errors import N_, Conflict, DelphiError
from copkit_delphi.people.models import OutboxMessage

# What a backup brings along and nobody may use again: whoever was signed in signs in anew.
VOID = ("staff_session", "panellist_session", "password_link")


@dataclass(frozen=True, slots=True)
class Content:
    """What a backup says of itself, once it was read to the end and found whole."""

    revision: str
    at: datetime
    tallies: dict[str, dict[str, Any]]

    @property
    def rows(self) -> int:
        """Return how many rows it holds."""
        return sum(tally["rows"] for tally in self.tallies.values())


def inspect(path: Path, keys: Sequence[x25519.Identity]) -> Content:
    """Read a backup to its end; raises ``DelphiError`` unless it is whole."""
    tallies: dict[str, Tally] = {}
    lines = sealed.lines(path, keys)
    head = _head(path, next(lines, ""))
    end = None
    for kind, value in _parts(lines):
        if kind == "table":
            tally = tallies.setdefault(value["table"], Tally())
        elif kind == "row":
            tally.add(value)
        else:
            end = value
    if end != {name: tally.to_json() for name, tally in tallies.items()}:
        raise DelphiError(N_("%(path)s is not whole. Nothing was changed."), path=path)
    return Content(head["revision"], datetime.fromisoformat(head["at"]), end)


def _head(path: Path, line: str) -> dict[str, Any]:
    head = json.loads(line) if line.startswith('{"copkit-delphi backup"') else {}
    if head.get("copkit-delphi backup") != FORMAT:
        raise DelphiError(N_("%(path)s is no backup that this version can read."), path=path)
    return dict(head)


def _parts(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """Yield ``("table", heading)``, ``("row", line)`` and ``("end", tallies)``."""
    for raw in lines:
        line = raw.rstrip("\n")
        if line.startswith("["):
            yield "row", line
        else:
            heading = json.loads(line)
            yield ("end", heading["end"]) if "end" in heading else ("table", heading)


def check_empty(database: Database) -> None:
    """Raise ``Conflict`` unless the database holds no table: nothing is ever restored over something."""
    names = sa.inspect(database.engine).get_table_names()
    if names:
        raise Conflict(
            N_("There is a database here already. Restore into an empty folder or an empty database.")
        )


def load(database: Database, *, path: Path, keys: Sequence[x25519.Identity], content: Content) -> None:
    """Fill an empty database with the rows of a backup that ``inspect`` found whole, then bring it up to date.

    Every table is counted and compared with the backup before older ones are brought up to date. On any
    failure the database is empty again.
    """
    check_empty(database)
    schema.check_known(content.revision)
    try:
        schema.upgrade(database.engine, content.revision)
        with database.engine.begin() as connection:
            _fill(connection, sealed.lines(path, keys))
        with snapshot(database) as connection:
            found = Tables(connection).tallies()
        if found != content.tallies:
            wrong = sorted(name for name in content.tallies if found.get(name) != content.tallies[name])
            raise DelphiError(N_("The restored tables differ: %(names)s."), names=", ".join(wrong))
        schema.upgrade(database.engine)
    except BaseException:
        _empty(database)
        raise


def _fill(connection: sa.Connection, lines: Iterator[str]) -> None:
    next(lines)
    tables = {table.name: table for table in Tables(connection).found}
    naive = connection.dialect.name == "sqlite"
    table: sa.Table | None = None
    columns: list[str] = []
    waiting: list[dict[str, Any]] = []
    for kind, value in _parts(lines):
        if kind == "row" and table is not None:
            cells = zip(columns, json.loads(value), strict=True)
            waiting.append({name: unpack(cell, naive_times=naive) for name, cell in cells})
        if table is not None and waiting and (kind != "row" or len(waiting) >= CHUNK):
            _insert(connection, table, waiting)
            waiting = []
        if kind == "table":
            table, columns = tables[value["table"]], value["columns"]
    _advance(connection, tables)


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows; those with an empty cell go in one by one shape, since NULL is written and not bound."""
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        given = tuple(name for name, value in row.items() if not isinstance(value, sa.sql.elements.Null))
        shapes.setdefault(given, []).append({name: row[name] for name in given})
    for given, alike in shapes.items():
        absent = {c.name: sa.null() for c in table.columns if c.name not in given}
        connection.execute(sa.insert(table).values(absent) if absent else sa.insert(table), alike)


def _advance(connection: sa.Connection, tables: dict[str, sa.Table]) -> None:
    """Let PostgreSQL count on after the highest number that came in."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables.values():
        key = table.autoincrement_column
        if key is None:
            continue
        sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, key.name)))
        if sequence:
            last = connection.scalar(sa.select(sa.func.max(key)))
            connection.execute(sa.select(sa.func.setval(sequence, last or 1, last is not None)))


def _empty(database: Database) -> None:
    schema.downgrade(database.engine, "base")
    with database.engine.begin() as connection:
        connection.execute(sa.text(f"DROP TABLE IF EXISTS {VERSIONS}"))


def void(session: Session) -> None:
    """End what a backup brought along: sessions, links that set a password, mails that had not left."""
    tables = schema.Base.metadata.tables
    for name in VOID:
        session.execute(sa.delete(tables[name]))
    queued = sa.update(OutboxMessage).where(OutboxMessage.state == "queued")
    session.execute(queued.values(state="failed", seal=None, error="restored from a backup"))
