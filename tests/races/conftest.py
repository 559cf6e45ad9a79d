"""A folder and an empty database of its own for every race, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories import database, migrated, postgres_pool, postgres_template, sqlite_url

__all__ = ["database", "migrated", "postgres_pool", "postgres_template", "sqlite_url"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the database; empty for the file in the data folder."""
    if request.param == "sqlite":
        yield ""
        return
    pool = request.getfixturevalue("postgres_pool")
    made = pool.lend()
    yield made
    pool.take_back(made)
