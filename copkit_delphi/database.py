"""Engine, sessions and schema: SQLite and PostgreSQL by the same code with a URL.

SQLite opens every writing transaction with BEGIN IMMEDIATE: the driver's default lets an answer slip
past the close of a round, a plain BEGIN fails at once under load.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from copkit_delphi.domain.errors import N_, DelphiError
from copkit_delphi.resources import resource_dir

BUSY_MS = 30_000
_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "busy_timeout": BUSY_MS,
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
}


class Base(DeclarativeBase):
    """Parent of every table, with names for every constraint."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; naive ones are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Convert to UTC, without zone on SQLite."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give back an aware UTC time."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for name, value in _PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")
        read = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if str(read) != str(value):
            raise RuntimeError(f"SQLite refused {name} = {value}: {read}")


def _on_begin(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def make_engine(url: str) -> sa.Engine:
    """Return an engine with the durability settings of the product."""
    if url.startswith("sqlite"):
        engine = sa.create_engine(url, connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True)
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
        return engine
    options = "-c statement_timeout=30000 -c lock_timeout=20000 -c idle_in_transaction_session_timeout=60000"
    return sa.create_engine(
        url, pool_pre_ping=True, connect_args={"options": options}, pool_size=10, hide_parameters=True
    )


class Database:
    """Sessions over one engine: ``writing`` commits or rolls back as a whole, ``reading`` cannot write.

    ``info`` is carried by every session: keys that use cases need and that are kept outside the database.
    """

    def __init__(self, url: str, *, info: Mapping[str, Any] | None = None) -> None:
        self.url = url
        self._info = dict(info or {})
        self.engine = make_engine(url)
        self._reader = self.engine.execution_options(reading=True, postgresql_readonly=True)

    def session(self, *, reading: bool = False) -> Session:
        """Return a new session; the caller closes it."""
        bind = self._reader if reading else self.engine
        return Session(bind, expire_on_commit=False, info=dict(self._info))

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Run one transaction: committed at the end, rolled back on any error."""
        with self.session() as session, session.begin():
            yield session

    def truncate_log(self) -> None:
        """Empty SQLite's write-ahead log, so that what was erased stands in no file; readers may hold it back."""
        if self.engine.dialect.name == "sqlite":
            with closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Run reads in one transaction."""
        with self.session(reading=True) as session:
            yield session


def now(session: Session) -> datetime:
    """Return the database's clock, in UTC: deadlines are decided by it and not by a web server's."""
    if session.get_bind().dialect.name == "sqlite":
        text = session.execute(sa.text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    stamp: datetime = session.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    return stamp.astimezone(UTC)


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resource_dir("migrations")))
    config.attributes["connection"] = connection
    return config


@cache
def _revisions() -> ScriptDirectory:
    return ScriptDirectory(str(resource_dir("migrations")))


def newest() -> str:
    """Return the revision that this product needs."""
    return _revisions().get_current_head() or ""


def check_known(revision: str) -> None:
    """Raise ``DelphiError`` when data are from a newer product."""
    if revision not in {script.revision for script in _revisions().walk_revisions()}:
        raise DelphiError(
            N_(
                "The database is from a newer version (%(revision)s). Install that version, or restore a backup."
            ),
            revision=revision,
        )


def durability(engine: sa.Engine) -> dict[str, tuple[str, str]]:
    """Return the settings that make an acknowledged answer durable: by name, how to ask and what must be said."""
    if engine.dialect.name == "sqlite":
        return {name: (f"PRAGMA {name}", str(_PRAGMAS[name])) for name in ("journal_mode", "synchronous")}
    return {name: (f"SHOW {name}", "on") for name in ("fsync", "full_page_writes", "synchronous_commit")}


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the schema to ``revision``; raises ``DelphiError`` when the file is from a newer product."""
    try:
        with engine.begin() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            if current is not None:
                check_known(current)
            if current == newest() and revision == "head":
                return
            command.upgrade(_config(connection), revision)
    except OperationalError as error:
        raise DelphiError(N_("The database cannot be opened: %(why)s."), why=error.orig) from None
    except DatabaseError as error:
        raise DelphiError(N_("The database cannot be used: %(why)s."), why=error.orig) from None


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Take the schema back to ``revision``."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def differences(engine: sa.Engine, metadata: sa.MetaData) -> list[Any]:
    """Return what the tables and the migrations disagree on; empty when they agree."""
    with engine.begin() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
