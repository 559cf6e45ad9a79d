"""Both databases for every test of this room, filled with a closed study, and empty ones beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyrage import x25519

from copkit_delphi.database import Database
from tests import factories as f
from tests.factories import database, migrated, place, postgres_pool, postgres_template, sqlite_url
from tests.postgres import drop_postgres, new_postgres

__all__ = ["database", "migrated", "place", "postgres_pool", "postgres_template", "sqlite_url"]


@pytest.fixture
def key() -> x25519.Identity:
    return x25519.Identity.generate()


@pytest.fixture
def filled(place: f.Install) -> f.Install:
    with place.database.writing() as session:
        actor = f.make_account(session).id
        f.closed_study(place, session, actor, n_rounds=2, people="Ann Ünï 😀; ann@x.example; Industry")
    return place


@pytest.fixture
def empty(
    tmp_path: Path, request: pytest.FixtureRequest, database: Database
) -> Iterator[Callable[[], Database]]:
    """Make empty databases of the kind under test."""
    made: list[Database] = []

    def make() -> Database:
        if database.engine.dialect.name == "sqlite":
            url = f"sqlite:///{tmp_path / f'empty{len(made)}.sqlite3'}"
        else:
            url = new_postgres(request.getfixturevalue("postgres_url"))
        made.append(Database(url))
        return made[-1]

    yield make
    for one in made:
        one.engine.dispose()
        if one.engine.dialect.name != "sqlite":
            drop_postgres(request.getfixturevalue("postgres_url"), one.url)
