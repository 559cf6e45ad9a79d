"""A test run that is killed leaves nothing running and nothing stored for long."""

from __future__ import annotations

import secrets
import signal
import subprocess
import sys

import psycopg
import pytest

from tests import postgres
from tests.races import guard

SLEEP = [sys.executable, "-c", "import time; time.sleep(300)"]


def test_what_a_killed_run_was_running_is_killed_and_nothing_else() -> None:
    running, ended = (subprocess.Popen(SLEEP, start_new_session=True) for _ in range(2))
    watcher = subprocess.Popen([sys.executable, guard.__file__], stdin=subprocess.PIPE, text=True)
    watcher.communicate(
        f"+{running.pid}\n+{ended.pid}\n-{ended.pid}\n"
    )  # and its pipe closes, as when we die
    assert running.wait(10) == -signal.SIGKILL
    assert ended.poll() is None
    ended.kill()
    ended.wait()


@pytest.mark.postgres
def test_databases_are_left_behind_when_their_run_is_gone(postgres_url: str) -> None:
    run = secrets.randbelow(2**31 - 1) + 1
    name, address = f"copkit_{run}_{secrets.token_hex(6)}", postgres_url.replace("+psycopg", "")
    own = postgres.new_postgres(postgres_url)
    with psycopg.connect(address, autocommit=True) as here, psycopg.connect(address) as other:
        here.execute(
            "SELECT pg_advisory_lock(%s, 0)", [postgres.LOCK]
        )  # a run that begins now does not clear up
        other.execute("SELECT pg_advisory_lock(%s, %s)", [postgres.LOCK, run])
        postgres.administer(here, "CREATE DATABASE {}", name)
        assert name not in postgres.left_behind(here)
        # Said, not hung up: a server notices a closed connection only some time later.
        other.execute("SELECT pg_advisory_unlock(%s, %s)", [postgres.LOCK, run])
        found = postgres.left_behind(here)
        postgres.administer(here, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    postgres.drop_postgres(postgres_url, own)
    assert name in found
    assert own.rpartition("/")[2] not in found
