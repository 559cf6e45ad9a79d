"""The full sizes, by hand: ``python -m tests.races kills --count 200``; ``--postgres URL`` for PostgreSQL."""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.postgres import drop_postgres, new_postgres
from tests.races import play


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.races")
    parser.add_argument("scenario", choices=("kills", "burst", "closes"))
    parser.add_argument("--count", type=int, default=0, help="kills (200), panellists (1000) or rounds (100)")
    parser.add_argument(
        "--seconds", type=float, help="of the burst (10); after which no further kill follows"
    )
    parser.add_argument("--how", choices=("button", "deadline", "both"), default="both")
    parser.add_argument("--before", type=float, default=0.05, help="seconds from the first save to the close")
    parser.add_argument("--processes", type=int, default=1, help="of the server, in a burst")
    parser.add_argument("--serving", action="store_true", help="kill the process that answers, not all")
    parser.add_argument("--fault", default="")
    parser.add_argument("--postgres", default="", help="server where a database may be made")
    given = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("COPKIT_")]:
        del os.environ[name]
    url = new_postgres(given.postgres) if given.postgres else ""
    try:
        with tempfile.TemporaryDirectory(prefix="copkit-races-") as folder:
            return _play(given, Path(folder), url)
    finally:
        if url:
            drop_postgres(given.postgres, url)


def _play(given: argparse.Namespace, folder: Path, url: str) -> int:
    begun = time.monotonic()
    if given.scenario == "kills":
        verdict, starts = play.kills(
            folder,
            url,
            count=given.count or 200,
            fault=given.fault,
            serving=given.serving,
            seconds=given.seconds or math.inf,
        )
        print(f"{len(starts) - 1} kills; starts: ", end="")
        print(f"median {statistics.median(starts):.2f} s, slowest {max(starts):.2f} s")
    elif given.scenario == "burst":
        people = given.count or 1000
        verdict, polled = play.burst(
            folder,
            url,
            people=people,
            seconds=given.seconds or 10,
            fault=given.fault,
            processes=given.processes,
        )
        print(f"{people} panellists, {polled['whole']:.1f} s, {len(polled['seconds'])} polls, ", end="")
        print(f"median {statistics.median(polled['seconds']):.3f} s")
    else:
        verdict = play.closes(
            folder, url, count=given.count or 100, how=given.how, before=given.before, fault=given.fault
        )
    print(f"{given.scenario} on {'PostgreSQL' if url else 'SQLite'}: {verdict}")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"took {time.monotonic() - begun:.0f} s; load of this machine over 1, 5, 15 minutes: {load}")
    return 1 if verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main())
