"""What the checkout holds, for tests of its form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GENERATED = {".git", ".venv", "instance", "build", "dist", "__pycache__"}


def walk(folder: Path) -> Iterator[Path]:
    """Every file that git would track: nothing generated, nothing hidden by a cache's own folder."""
    for entry in sorted(folder.iterdir()):
        if (
            entry.name in GENERATED
            or entry.name.endswith((".egg-info", "_cache"))
            or entry.name == ".hypothesis"
        ):
            continue
        if entry.is_dir():
            yield from walk(entry)
        else:
            yield entry


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    return list(walk(ROOT))
