"""The scenarios: a scene, the server, the client beside it, and the judge's verdict."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError

from tests.races import guard
from tests.races.judge import Verdict, audit_of, judge
from tests.races.server import ROOT, Server
from tests.races.stage import Scene, plan, scene

LEDGER = "ledger.jsonl"
COLD_EVERY = 20  # starts of the kill scenario: the others fork from a process that has read the code
PATIENCE = 300  # seconds until a client that does not end is taken for stuck


@contextmanager
def client(made: Scene, told: dict[str, Any]) -> Iterator[subprocess.Popen[str]]:
    """Run the ledger client as a process of its own."""
    path = made.folder / "plan.json"
    path.write_text(json.dumps(told))
    with (made.folder / "client.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/races/client.py"), str(path), str(made.folder / LEDGER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        guard.watch(process.pid)
        try:
            yield process
            process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
            process.wait()
            guard.forget(process.pid)
    said = (made.folder / "client.log").read_text()
    if process.returncode or said:
        raise RuntimeError(f"the client failed: {said[-2000:]}")


def _ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    process.stdout.readline()


def _say(process: subprocess.Popen[str], line: str) -> None:
    if process.stdin and process.poll() is None:
        process.stdin.write(line + "\n")
        process.stdin.flush()


def _judged(made: Scene) -> Verdict:
    made.close_all()
    found = judge(made.folder / LEDGER, made.url)
    found.faults += made.self_check() + audit_of(made.url)
    made.leave()
    return found


def kills(
    folder: Path,
    url: str = "",
    *,
    count: int = 6,
    people: int = 12,
    fault: str = "",
    serving: bool = False,
    seconds: float = math.inf,
) -> tuple[Verdict, list[float]]:
    """Kill the server's process group again and again while the panel saves; return how long each start took.

    With ``serving`` only the process that answers is killed, and the one that watches it starts another.
    After ``seconds`` no further kill follows.
    """
    until = time.monotonic() + seconds
    made = scene(folder, url, panellists=people)
    server = Server(folder, made.url, fault)
    starts = [server.start(cold=True)]
    try:
        with client(made, plan(made, "stream", server.port)) as process:
            _ready(process)
            for number in range(1, count + 1):
                if time.monotonic() > until:
                    break
                time.sleep(random.uniform(0.2, 1.2))
                starts.append(server.kill_serving() if serving else _again(server, number))
            time.sleep(0.3)
            _say(process, "enough")
    finally:
        server.stop()
    return _judged(made), starts


def _again(server: Server, number: int) -> float:
    server.kill()
    return server.start(cold=number % COLD_EVERY == 0)


def burst(
    folder: Path,
    url: str = "",
    *,
    people: int = 100,
    seconds: float = 3,
    fault: str = "",
    processes: int = 1,
) -> tuple[Verdict, dict[str, Any]]:
    """Let everybody save within ``seconds``, every third twice at once, while others look at their desk."""
    made = scene(folder, url, panellists=people)
    with (
        Server(folder, made.url, fault, processes=processes) as server,
        client(made, plan(made, "burst", server.port, seconds=seconds)) as _,
    ):
        pass
    lines = (json.loads(line) for line in (folder / LEDGER).read_text().splitlines())
    return _judged(made), next(line for line in lines if line["event"] == "polled")


def last_minute(folder: Path, url: str = "", *, people: int = 1000, seconds: float = 60) -> Verdict:
    """Let everybody save once in the minute in which the deadline falls, a second before the last of them.

    What closes rounds at their deadline works beside them.
    """
    made = scene(folder, url, panellists=people)
    with (
        Server(folder, made.url) as server,
        client(made, plan(made, "burst", server.port, seconds=seconds)) as process,
    ):
        _ready(process)
        until = time.time() + seconds  # the client begins a second after it is ready
        made.due_at(made.rounds[0]["round"], datetime.fromtimestamp(until, UTC))
        _job(made, until + 2)
    return _judged(made)


def closes(
    folder: Path,
    url: str = "",
    *,
    count: int = 20,
    how: str = "both",
    apart: float = 0.4,
    before: float = 0.05,
    widened: float = 1,
    fault: str = "",
) -> Verdict:
    """Close round after round while its panel saves, from ``before`` seconds earlier: by two facilitators, by the
    deadline, or by both. Each round begins ``widened`` times as early as the one before it: on a machine of any speed
    some saves come in time then, and some too late.
    """
    made = scene(folder, url, studies=count, panellists=4, answered=5, staff=2 if how != "deadline" else 0)
    closings = [
        {**one, "button": how != "deadline", "before": before * widened**turn}
        for turn, one in enumerate(made.rounds)
    ]
    told = {"closings": closings, "apart": apart}
    with (
        Server(folder, made.url, fault) as server,
        client(made, plan(made, "closing", server.port, **told)) as process,
    ):
        _ready(process)
        start = time.time() + 1.5
        if how != "button":
            for number, one in enumerate(made.rounds):
                made.due_at(one["round"], datetime.fromtimestamp(start + number * apart, UTC))
        _say(process, str(start))
        if how != "button":
            _job(made, start + count * apart + 1)
    return _judged(made)


def _job(made: Scene, until: float) -> None:
    """What closes rounds at their deadline, in two threads and without its pauses."""

    def work() -> None:
        while time.time() < until:
            try:
                made.place.close_due_rounds()
            except OperationalError:
                continue  # the next turn tries again, as the worker does
            time.sleep(0.01)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
