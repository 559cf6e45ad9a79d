"""An application on a fresh SQLite database with a clock that stands still, and clients that are signed in."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from copkit_delphi.installation import Installation
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from tests import factories
from tests.factories import migrated

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
def site(app: Flask) -> Iterator[str]:
    """Address of the application on a free port, for tests that open a browser; forms carry tokens there."""
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
