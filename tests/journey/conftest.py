"""An empty installation behind a real server, and one browser for all of its people."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from tests.factories import migrated
from tests.journey.world import Clock, World, pictures_folder

__all__ = ["migrated"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Quiet(WSGIRequestHandler):
    """Serves without a line for every file."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        return


def served(app: Flask, port: int) -> Iterator[None]:
    """Serve an application on a port until the generator goes on."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def world(tmp_path: Path, browser: Any, request: pytest.FixtureRequest) -> Iterator[World]:
    """An empty installation on the morning of 2 November 2026; by parameter with the second factor as installed."""
    clock, port, data = Clock(datetime(2026, 11, 2, 9, 0, tzinfo=UTC)), free_port(), tmp_path / "data"
    factor = getattr(request, "param", "off")
    app = create_app(Settings(data_dir=data, port=port, second_factor=factor), clock=clock)
    serving = served(app, port)
    next(serving)
    made = World(app, f"http://127.0.0.1:{port}", clock, browser, data, pictures_folder(tmp_path))
    yield made
    next(serving, None)
    assert made.said == []
