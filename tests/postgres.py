"""Databases of tests on a PostgreSQL server. What a killed test run left there goes with the next run."""

from __future__ import annotations

import secrets
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
    administer(_present(server), "DROP DATABASE {} WITH (FORCE)", str(make_url(url).database))


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
