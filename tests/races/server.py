"""The shipped server as a process group of its own, to be stopped or killed."""

from __future__ import annotations

import atexit
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Self

from tests.races import guard
from tests.serving import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 60


@cache
def _compiled() -> str:
    """Where Python keeps compiled code between the starts, as an installation has it."""
    folder = tempfile.TemporaryDirectory(prefix="copkit-code-")
    atexit.register(folder.cleanup)
    return folder.name


def _environment(**own: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COPKIT_", "PYTHON"))}
    return {
        **kept,
        "COPKIT_SECOND_FACTOR": "off",
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": _compiled(),
        "REDIS_URL": "",
        **own,
    }


@cache
def _keeper() -> subprocess.Popen[str]:
    """The process that warm starts fork from."""
    keeper = subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.races.faults", "warm"],
        cwd=ROOT,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    guard.watch(keeper.pid)
    atexit.register(keeper.communicate)
    return keeper


@dataclass
class Server:
    """``copkit-delphi serve``; with ``fault`` the same server with faults planted, joined by "+".

    A start forks from a process that has read Python's files already (``faults.keep_warm``), unless it is ``cold``.
    With more than one process it is gunicorn as the README names it; ``trace`` takes the calls that reach the disk.
    """

    folder: Path
    url: str
    fault: str = ""
    processes: int = 1
    trace: Path | None = None
    port: int = field(default_factory=free_port)
    _group: int = 0

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _own(self) -> dict[str, str]:
        return _environment(
            COPKIT_DATA_DIR=str(self.folder),
            COPKIT_PORT=str(self.port),
            DATABASE_URL="" if self.url.startswith("sqlite") else self.url,
        )

    def start(self, *, cold: bool = False) -> float:
        """Start; return after how many seconds it answered."""
        begun = time.monotonic()
        self._group = self._run() if cold or self.trace or self.processes > 1 else self._fork()
        guard.watch(self._group)
        self._await(begun)
        return time.monotonic() - begun

    def _run(self) -> int:
        traced = [
            "strace",
            "-f",
            "-qq",
            "-e",
            "trace=fsync,fdatasync",
            "--seccomp-bpf",
            "-o",
            str(self.trace),
        ]
        with self._log.open("a") as log:
            process = subprocess.Popen(
                [*(traced if self.trace else ()), sys.executable, "-P", "-m", *self._command()],
                cwd=ROOT,
                env=self._own(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        threading.Thread(target=process.wait, daemon=True).start()  # whoever dies is buried
        return process.pid

    def _command(self) -> tuple[str, ...]:
        if self.processes > 1:
            served = "--bind", f"127.0.0.1:{self.port}", "copkit_delphi.web:create_app()"
            return "gunicorn", "--workers", str(self.processes), "--threads", "8", *served
        return ("tests.races.faults", self.fault) if self.fault else ("copkit_delphi", "serve")

    def _fork(self) -> int:
        stdin, stdout = _keeper().stdin, _keeper().stdout
        assert stdin
        assert stdout
        told = {"fault": self.fault, "environment": self._own(), "log": str(self._log)}
        stdin.write(json.dumps(told) + "\n")
        stdin.flush()
        return int(stdout.readline())

    def _await(self, begun: float) -> None:
        while not self._answers():
            if not self._alive() or time.monotonic() - begun > PATIENCE:
                self.kill()
                raise RuntimeError(self._log.read_text()[-2000:])
            time.sleep(0.02)

    def _alive(self) -> bool:
        try:
            os.killpg(self._group, 0)
        except ProcessLookupError:
            return False
        return True

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _signal(self, number: signal.Signals, patience: float = 15) -> None:
        try:
            os.killpg(self._group, number)
        except (ProcessLookupError, PermissionError):
            return
        until = time.monotonic() + patience
        while self._alive() and time.monotonic() < until:
            time.sleep(0.005)
        if not self._alive():
            guard.forget(self._group)

    def kill(self) -> None:
        """kill -9 of everything it runs."""
        if self._group:
            self._signal(signal.SIGKILL)

    def kill_serving(self) -> float:
        """kill -9 of the process that answers, not of the one that watches it; return when it answered again."""
        begun = time.monotonic()
        children = Path(f"/proc/{self._group}/task/{self._group}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        self._await(begun)
        return time.monotonic() - begun

    def stop(self) -> None:
        """Ask it to end, as Ctrl-C does."""
        if self._group:
            self._signal(signal.SIGTERM)
            self.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
