"""A closed study with its staff: on SQLite as a copy for each test, on either database for the whole way."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from copkit_delphi.database import Database
from copkit_delphi.elicitation.links import Links
from copkit_delphi.people.vault import Vault
from tests import factories
from tests.factories import database, migrated, postgres_pool, postgres_template, sqlite_url
from tests.factories import place as anywhere
from tests.warning import factory

__all__ = ["anywhere", "database", "migrated", "postgres_pool", "postgres_template", "sqlite_url"]


def _install(path: Path) -> factories.Install:
    return factories.Install(
        Database(f"sqlite:///{path}"), Vault(b"v" * 32), Links(b"l" * 32, "http://127.0.0.1:8000")
    )


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> tuple[Path, factory.Made]:
    """Path of a database with a closed study, to be copied, and who acts in it."""
    path = tmp_path_factory.mktemp("closed") / "closed.sqlite3"
    shutil.copy(migrated, path)
    place = _install(path)
    with place.database.writing() as session:
        made = factory.staffed_study(place, session, end=False)
    place.database.engine.dispose()
    return path, made


@pytest.fixture
def place(tmp_path: Path, closed: tuple[Path, factory.Made]) -> Iterator[factories.Install]:
    """An installation on SQLite that holds the closed study."""
    shutil.copy(closed[0], tmp_path / "copkit.sqlite3")
    made = _install(tmp_path / "copkit.sqlite3")
    yield made
    made.database.engine.dispose()


@pytest.fixture
def made(closed: tuple[Path, factory.Made]) -> factory.Made:
    """The closed study of ``place`` with its staff."""
    return closed[1]
