"""An empty installation behind a real server, and one browser for all of its people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from tests.factories import migrated
from tests.journey.world import Clock, World, pictures_folder
from tests.serving import free_port, served

__all__ = ["migrated"]


@pytest.fixture
def world(tmp_path: Path, browser: Any, request: pytest.FixtureRequest) -> Iterator[World]:
    """An empty installation on the morning of 2 November 2026; by parameter with the second factor as installed."""
    clock, port, data = Clock(datetime(2026, 11, 2, 9, 0, tzinfo=UTC)), free_port(), tmp_path / "data"
    factor = getattr(request, "param", "off")
    app = create_app(Settings(data_dir=data, port=port, second_factor=factor), clock=clock)
    with served(app, port) as address:
        made = World(app, address, clock, browser, data, pictures_folder(tmp_path))
        yield made
    assert made.said == []
