"""The stage as a fixture: made once, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from copkit_delphi.domain.permission import Role
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from tests import factories
from tests.warning import factory
from tests.web.staged import Stage

READER = "Rita Reader"


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> tuple[Path, factory.Made, str]:
    """A data folder with a closed study, to be copied, its staff and the address of a reader."""
    folder = tmp_path_factory.mktemp("furnished")
    shutil.copy(migrated, folder / "copkit.sqlite3")
    place = create_app(Settings(data_dir=folder)).extensions[KEY]
    with place.database.writing() as session:
        made = factory.staffed_study(place, session, end=False)
        reader = factories.make_account(session, READER, Role.READER).email
    place.database.engine.dispose()
    return folder, made, reader


@pytest.fixture
def stage(tmp_path: Path, furnished: tuple[Path, factory.Made, str]) -> Stage:
    """An application at ``factory.LATER`` with everybody signed in."""
    folder, made, reader = furnished
    shutil.copytree(folder, tmp_path / "data")
    app = create_app(Settings(data_dir=tmp_path / "data"), clock=lambda _session: factory.LATER)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    addresses = {role: account.email for role, account in made.people.items()} | {Role.READER: reader}
    clients = {}
    for role, email in addresses.items():
        clients[role] = app.test_client()
        clients[role].post("/sign-in", data={"email": email, "password": factories.PASSWORD})
    return Stage(app.extensions[KEY], made, clients)
