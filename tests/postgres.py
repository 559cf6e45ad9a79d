"""Databases of tests on a PostgreSQL server. What a killed test run left there goes with the next run."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import cache

import psycopg
from psycopg import sql
from sqlalchemy import make_url

LOCK = 20_261  # of all test runs; the second number of the advisory lock is the run's
RUN = secrets.randbelow(2**31 - 1) + 1


def new_postgres(server: str, template: str = "template1") -> str:
    """Create a database with a random name on ``server``; return its URL."""
    name = f"copkit_{RUN}_{secrets.token_hex(6)}"
    administer(_present(server), "CREATE DATABASE {} TEMPLATE {}", name, template)
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def drop_postgres(server: str, url: str) -> None:
    """Drop a database made by ``new_postgres``."""
    administer(_present(server), "DROP DATABASE IF EXISTS {} WITH (FORCE)", str(make_url(url).database))


# Rows that the template came with stand in this schema too, so that they can be put back.
_KEEP = """DO $$ DECLARE name text; filled boolean; BEGIN
  CREATE SCHEMA kept;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
    IF filled THEN EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', name, name); END IF;
  END LOOP;
END $$"""
_EMPTY = """DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;  -- no trigger that keeps rows, and no order of foreign keys
  SET LOCAL lock_timeout = '5s';
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM public.%I', name);
  END LOOP;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept' LOOP
    EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', name, name);
  END LOOP;
  PERFORM setval(format('public.%I', sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE schemaname = 'public';
END $$"""
_SHAPE = " UNION ALL ".join(
    f"SELECT oid::text || ' ' || xmin::text FROM {catalogue}"
    for catalogue in (
        "pg_trigger",
        "pg_class WHERE relnamespace = 'public'::regnamespace",
        "pg_constraint WHERE connamespace = 'public'::regnamespace",
        "pg_proc WHERE pronamespace = 'public'::regnamespace",
    )
)


def keep_rows(url: str) -> None:
    """Note the rows of a database that becomes a template, for ``Pool`` to put back."""
    with _plain(url) as connection:
        connection.execute(_KEEP)


@dataclass
class Pool:
    """Databases made of one template, each emptied and lent again: to make and drop one takes longer than most tests.

    One whose tables or triggers a test has changed, or that somebody still holds, is dropped instead.
    """

    server: str
    template: str
    _free: list[tuple[str, list[str]]] = field(default_factory=list)
    _lent: dict[str, list[str]] = field(default_factory=dict)

    def lend(self) -> str:
        """Return the URL of a database that looks like the template."""
        if self._free:
            url, shape = self._free.pop()
        else:
            url = new_postgres(self.server, self.template)
            shape = _shape(url)
        self._lent[url] = shape
        return url

    def take_back(self, url: str) -> None:
        """Empty a database, or drop it."""
        shape = self._lent.pop(url)
        try:
            with _plain(url) as connection:
                connection.execute(_EMPTY)
            if _shape(url) == shape:
                self._free.append((url, shape))
                return
        except psycopg.Error:
            pass  # it is gone, or held
        drop_postgres(self.server, url)

    def close(self) -> None:
        """Drop what is free."""
        for url, _ in self._free:
            drop_postgres(self.server, url)


def _shape(url: str) -> list[str]:
    with _plain(url) as connection:
        return sorted(line for (line,) in connection.execute(_SHAPE))


def _plain(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""))


def administer(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@cache
def _present(server: str) -> psycopg.Connection:
    """Clear up after runs that are gone, and show, for as long as this process lives, that this one is not."""
    connection = psycopg.connect(server.replace("+psycopg", ""), autocommit=True)
    connection.execute("SELECT pg_advisory_lock(%s, 0)", [LOCK])
    for name in left_behind(connection):
        administer(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    connection.execute("SELECT pg_advisory_lock(%s, %s), pg_advisory_unlock(%s, 0)", [LOCK, RUN, LOCK])
    return connection


def left_behind(connection: psycopg.Connection) -> list[str]:
    """Name the databases whose run holds no lock, in whichever database of the server it would."""
    query = r"""SELECT datname FROM pg_database WHERE datname ~ '^copkit_\d+_[0-9a-f]{12}$' AND NOT EXISTS (
                SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s
                AND objid = split_part(datname, '_', 2)::bigint)"""
    return [name for (name,) in connection.execute(query, [LOCK])]
