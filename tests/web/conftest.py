"""An application on a fresh SQLite database with a clock that stands still, and clients that are signed in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from copkit_delphi.installation import Installation
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from tests import factories
from tests.factories import migrated
from tests.serving import served

__all__ = ["migrated"]


@pytest.fixture
def app(tmp_path: Path, migrated: Path) -> Flask:
    """The application at ``factories.NOW``, without CSRF tokens and rate limits, which have tests of their own."""
    shutil.copy(migrated, tmp_path / "copkit.sqlite3")
    app = create_app(Settings(data_dir=tmp_path), clock=lambda _session: factories.NOW)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


@pytest.fixture
def place(app: Flask) -> Installation:
    """What the application hands to use cases: database, vault and links."""
    context: Installation = app.extensions[KEY]
    return context


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], FlaskClient]:
    """Return a new client signed in with an address and the tests' password."""

    def signed_in(email: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/sign-in", data={"email": email, "password": factories.PASSWORD})
        assert answer.status_code in (302, 303), answer.status
        return client

    return signed_in


@pytest.fixture
def lead(place: Installation) -> tuple[str, str]:
    """Id and address of a facilitator."""
    with place.database.writing() as session:
        account = factories.make_account(session)
        return account.id, account.email


@pytest.fixture
def client(lead: tuple[str, str], sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """The facilitator, signed in."""
    return sign_in(lead[1])


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """Address of the application on a free port, for tests that open a browser; forms carry tokens there."""
    app.config["WTF_CSRF_ENABLED"] = True
    with served(app) as address:
        yield address
