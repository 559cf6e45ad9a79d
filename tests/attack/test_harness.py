"""The shipped server under attack by a black-box harness that is no part of this repository.

Set COPKIT_ATTACK_HARNESS to the folder of the harness, and COPKIT_ATTACK_PYTHON to a Python that has its libraries
(httpx) where the one that runs the tests has not.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.attack.conftest import ROOT, own_environment
from tests.races.server import Server

HARNESS = Path(os.environ.get("COPKIT_ATTACK_HARNESS", ""))
PYTHON = os.environ.get("COPKIT_ATTACK_PYTHON", sys.executable)
# Checks that may say that they had nothing to look at, with the reason.
MAY_SKIP: dict[str, str] = {}

pytestmark = [
    pytest.mark.skipif(
        not (HARNESS / "attack.py").is_file(),
        reason="the harness is not here (set COPKIT_ATTACK_HARNESS to its folder)",
    ),
    pytest.mark.timeout(3600),
]


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, *command], cwd=ROOT, env=own_environment(), capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, staged: Path) -> tuple[int, dict[str, Any]]:
    """How the harness ended, and its report."""
    folder = tmp_path_factory.mktemp("attacked")
    shutil.copytree(staged, folder, dirs_exist_ok=True)
    drawn, report = folder / "sitemap.json", folder / "report.json"
    with Server(folder, "") as server:
        map_ = json.loads(drawn.read_text()) | {"base_url": f"http://127.0.0.1:{server.port}"}
        drawn.write_text(json.dumps(map_))
        drive = Path(__file__).with_name("drive.py")
        done = _run(
            str(drive),
            str(HARNESS),
            str(drawn),
            "--routes",
            str(folder / "routes.txt"),
            "--json",
            str(report),
        )
    assert report.is_file(), (done.stdout + done.stderr)[-3000:]
    found: dict[str, Any] = json.loads(report.read_text())
    return done.returncode, found


def _by_check(report: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    found = defaultdict(list)
    for one in report["results"]:
        found[one["check"]].append(one)
    return found


def test_nothing_fails_and_no_check_is_empty(attacked: tuple[int, dict[str, Any]]) -> None:
    status, report = attacked
    bad = [one for one in report["results"] if one["status"] in {"FAIL", "VACUOUS"}]
    assert bad == []
    assert status == 0


def test_every_check_of_the_harness_ran_and_passed(attacked: tuple[int, dict[str, Any]]) -> None:
    _, report = attacked
    named = {
        line.split()[0]
        for line in _run(str(HARNESS / "attack.py"), "--list").stdout.splitlines()
        if line[:1].strip()
    }
    assert len(named) > 15
    found = _by_check(report)
    passed = {name for name, results in found.items() if any(one["status"] == "PASS" for one in results)}
    assert named - passed == MAY_SKIP.keys()
    skipped = {name for name, results in found.items() if any(one["status"] == "SKIP" for one in results)}
    assert skipped <= MAY_SKIP.keys()
    assert "coverage" in passed
