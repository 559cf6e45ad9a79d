"""Databases for the tests of ethics: most rules need one database, the whole way is walked on both."""

from collections.abc import Iterator

import pytest

from copkit_delphi.database import Database
from copkit_delphi.elicitation.links import Links
from copkit_delphi.people.vault import Vault
from tests import factories
from tests.factories import database, migrated, postgres_pool, postgres_template, sqlite_url
from tests.factories import place as anywhere

__all__ = ["anywhere", "database", "migrated", "postgres_pool", "postgres_template", "sqlite_url"]


@pytest.fixture
def place(sqlite_url: str) -> Iterator[factories.Install]:
    """An installation on SQLite."""
    made = Database(sqlite_url)
    yield factories.Install(made, Vault(b"v" * 32), Links(b"l" * 32, "http://127.0.0.1:8000"))
    made.engine.dispose()
