"""Every table as lines of JSON, the same from both databases: what a backup holds."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

VERSIONS = "alembic_version"
CHUNK = 500
_MODULUS = 1 << 256


@dataclass(slots=True)
class Tally:
    """How many rows a table has, and a digest that does not depend on their order."""

    rows: int = 0
    digest: int = 0

    def add(self, line: str) -> None:
        """Count one row."""
        self.rows += 1
        self.digest = (self.digest + int.from_bytes(hashlib.sha256(line.encode()).digest())) % _MODULUS

    def to_json(self) -> dict[str, Any]:
        """Return it as it stands at the end of a backup."""
        return {"rows": self.rows, "digest": f"{self.digest:064x}"}


@dataclass(slots=True)
class Tables:
    """The tables of a database as they are there, parents before children."""

    connection: sa.Connection
    found: list[sa.Table] = field(init=False)

    def __post_init__(self) -> None:
        metadata = sa.MetaData()
        metadata.reflect(self.connection)
        self.found = [table for table in metadata.sorted_tables if table.name != VERSIONS]

    def lines(self, table: sa.Table) -> Iterator[str]:
        """Yield the rows of a table as JSON, a few hundred at a time."""
        result = self.connection.execution_options(yield_per=CHUNK).execute(sa.select(table))
        for row in result:
            yield json.dumps([_pack(value) for value in row], ensure_ascii=True, separators=(",", ":"))

    def tallies(self) -> dict[str, dict[str, Any]]:
        """Return count and digest of every table."""
        found = {}
        for table in self.found:
            tally = Tally()
            for line in self.lines(table):
                tally.add(line)
            found[table.name] = tally.to_json()
        return found


def _pack(value: Any) -> Any:
    match value:
        case datetime():
            aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            return {"time": aware.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case bytes() | memoryview():
            return {"bytes": base64.b64encode(bytes(value)).decode()}
        case dict() | list():
            return {"json": json.dumps(value, sort_keys=True)}
        case _:
            return value


def unpack(value: Any, *, naive_times: bool) -> Any:
    """Return the value that a database takes; ``naive_times`` for SQLite, which stores no zone."""
    if value is None:
        return sa.null()
    if not isinstance(value, dict):
        return value
    (kind, text), *_ = value.items()
    match kind:
        case "time":
            at = datetime.fromisoformat(text)
            return at.replace(tzinfo=None) if naive_times else at
        case "date":
            return date.fromisoformat(text)
        case "bytes":
            return base64.b64decode(text)
        case _:
            return json.loads(text)
