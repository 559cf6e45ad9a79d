"""A folder and an empty database of its own for every race, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories import database, migrated, postgres_template, sqlite_url
from tests.postgres import drop_postgres, new_postgres

__all__ = ["database", "migrated", "postgres_template", "sqlite_url"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the database; empty for the file in the data folder."""
    if request.param == "sqlite":
        yield ""
        return
    server = request.getfixturevalue("postgres_url")
    made = new_postgres(server, request.getfixturevalue("postgres_template"))
    yield made
    drop_postgres(server, made)
