"""``backup``, ``restore`` and ``doctor`` as an operator uses them, beside a server that runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.serving import free_port

ROOT = Path(__file__).resolve().parents[2]


def run(data: Path, *arguments: str, status: int = 0, **more: str) -> str:
    """Run a command on an installation and return what it said."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**kept, "COPKIT_DATA_DIR": str(data), "PYTHONPATH": str(ROOT), **more}
    done = subprocess.run(
        [sys.executable, "-m", "copkit_delphi", *arguments],
        env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    run(
        data,
        "init",
        "--email",
        "admin@example.org",
        "--name",
        "Ada Admin",
        "--password",
        "correct-horse-battery",
    )
    return data


def test_a_backup_beside_the_server_opens_on_an_empty_machine(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    environment = {
        **os.environ,
        "COPKIT_DATA_DIR": str(installed),
        "COPKIT_PORT": str(port),
        "DATABASE_URL": "",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "copkit_delphi", "serve"],
        env={**environment, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as server:  # fmt: skip
        try:
            assert server.stdout is not None
            next(line for line in server.stdout if str(port) in line)
            said = run(installed, "backup")
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
                assert answer.status == 200
        finally:
            server.terminate()
    path = next((installed / "backups").glob("*.backup"))
    assert str(path) in said
    keys = shutil.copytree(installed / "keys", tmp_path / "safe")
    there = tmp_path / "new machine"
    assert "every table is as it was" in run(there, "restore", str(path), "--keys", str(keys))
    with sqlite3.connect(there / "copkit.sqlite3") as connection:
        assert connection.execute("SELECT name FROM account").fetchall() == [("Ada Admin",)]
    checks = json.loads(run(there, "doctor", "--json"))["checks"]
    assert [one for one in checks if one["grade"] == "bad"] == []


def test_what_cannot_be_restored_changes_nothing(installed: Path, tmp_path: Path) -> None:
    run(installed, "backup", str(tmp_path / "a.backup"))
    assert "already" in run(installed, "restore", str(tmp_path / "a.backup"), status=2)
    assert "already" in run(installed, "backup", str(tmp_path / "a.backup"), status=2)
    there = tmp_path / "there"
    assert "no backup key" in run(there, "restore", str(tmp_path / "a.backup"), status=2)
    assert not (there / "copkit.sqlite3").exists()
    (there / "keys").mkdir(parents=True)
    (there / "keys" / "vault.key").write_bytes(b"of another installation")
    (there / "keys" / "vault.key").chmod(0o600)
    keys = str(installed / "keys")
    assert "another one" in run(there, "restore", str(tmp_path / "a.backup"), "--keys", keys, status=2)
    assert (there / "keys" / "vault.key").read_bytes() == b"of another installation"


def test_a_backup_to_somebody_else_does_not_open_with_the_keys_here(installed: Path, tmp_path: Path) -> None:
    to = "age1mvzxmet8wz4qlknmjdlvark7s9szqct50claymf5cjxrnr8xdpeqycmdk3"
    run(installed, "backup", str(tmp_path / "a.backup"), "--to", to)
    run(installed, "backup", str(tmp_path / "b.backup"))  # draws the key of this installation
    keys = str(installed / "keys")
    there = run(tmp_path / "there", "restore", str(tmp_path / "a.backup"), "--keys", keys, status=2)
    assert "another key" in there
    assert "age1" in run(installed, "backup", str(tmp_path / "c.backup"), "--to", "me", status=2)


def test_the_doctor_says_where_nothing_is(tmp_path: Path) -> None:
    assert re.search(r"no installation in .*nowhere", run(tmp_path / "nowhere", "doctor", status=2))
    assert not (tmp_path / "nowhere").exists()
