"""Two studies apart in one installation, as the harness and the corpus of bad input find them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.factories import migrated

__all__ = ["migrated"]

ROOT = Path(__file__).parents[2]


def own_environment(**more: str) -> Mapping[str, str]:
    """Return this process's environment without what belongs to another installation."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("COPKIT_", "DATABASE_URL"))
    }
    return {**kept, "PYTHONPATH": str(ROOT), "REDIS_URL": "", "COPKIT_SECOND_FACTOR": "off", **more}


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """A data directory with both studies, ``sitemap.json`` and ``routes.txt``, made as of today."""
    folder = tmp_path_factory.mktemp("staged")
    shutil.copy(migrated, folder / "copkit.sqlite3")
    command = [sys.executable, "-m", "tests.attack.stage", str(folder), "8000"]
    done = subprocess.run(
        command, cwd=ROOT, env=own_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return folder
