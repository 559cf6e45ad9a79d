"""The closed study of the room below, on SQLite as a copy for each test, and on either database for the whole way."""

from tests.factories import database, migrated, postgres_pool, postgres_template, sqlite_url
from tests.factories import place as anywhere
from tests.warning.conftest import closed, made, place

__all__ = [
    "anywhere",
    "closed",
    "database",
    "made",
    "migrated",
    "place",
    "postgres_pool",
    "postgres_template",
    "sqlite_url",
]
