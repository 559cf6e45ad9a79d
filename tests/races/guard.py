"""What a test run started ends with it, even when the run is killed: a process of its own waits for that."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from functools import cache


@cache
def _guard() -> subprocess.Popen[str]:
    guard = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, text=True, start_new_session=True
    )
    atexit.register(guard.communicate)
    return guard


def _tell(line: str) -> None:
    stdin = _guard().stdin
    assert stdin
    stdin.write(line)
    stdin.flush()


def watch(group: int) -> None:
    """Have a process group killed when this process is gone."""
    _tell(f"+{group}\n")


def forget(group: int) -> None:
    """The group has ended; its number may be given to others."""
    _tell(f"-{group}\n")


def wait_and_end(lines: Iterable[str]) -> None:
    """Read which groups run until the other end is closed, then kill those that still do."""
    running: set[int] = set()
    for line in lines:
        change = running.add if line[0] == "+" else running.discard
        change(int(line[1:]))
    for group in running:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    wait_and_end(sys.stdin)
