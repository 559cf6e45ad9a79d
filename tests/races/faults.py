"""Faults to plant: each must turn the judge red. ``python -m tests.races.faults NAME serve`` starts a broken server.

Nothing here is known to the product; the faults replace its functions from outside.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from typing import Any, NoReturn

from flask import Response, g, request
from sqlalchemy import select, update

from copkit_delphi import database
from copkit_delphi.analysis import ranks
from copkit_delphi.cli import serve
from copkit_delphi.elicitation import ratings, results, rounds, sheets
from copkit_delphi.elicitation.models import Round, Snapshot
from copkit_delphi.settings import Settings
from copkit_delphi.web import transaction
from copkit_delphi.web.panellist import desk, pages

A_MOMENT = 0.04
TO_BE_KILLED_IN = 0.3  # seconds: most kills then fall into it, also on a slow machine
HELD = 2.0  # seconds


def acknowledge_before_commit() -> None:
    """The answer leaves first, the commit follows."""
    settled = transaction._settle

    def settle(response: Response) -> Response:
        session = g.get("session")
        if session is None or request.endpoint != "panellist.save" or response.status_code >= 400:
            return settled(response)
        del g.session

        def commit() -> None:
            time.sleep(TO_BE_KILLED_IN)
            session.commit()
            session.close()

        threading.Thread(target=commit).start()
        return response

    transaction._settle = settle


def check_then_insert() -> None:
    """The round is looked at in one transaction and written to in the next."""
    held = ratings.hold

    def hold(session: Any, *kind: Any, **more: Any) -> Any:
        at = held(session, *kind, **more)
        session.commit()
        time.sleep(A_MOMENT)
        return at

    ratings.hold = hold


def holds_open() -> None:
    """No fault by itself: the first submission of a round keeps its transaction open over the close."""
    held, seen = ratings.hold, set()

    def hold(session: Any, *kind: Any, round_id: str, **more: Any) -> Any:
        at = held(session, *kind, round_id=round_id, **more)
        if round_id not in seen:
            seen.add(round_id)
            time.sleep(HELD)
        return at

    ratings.hold = hold


def two_transactions() -> None:
    """The ratings of a page are committed before its reason."""
    appended = ratings.append_reason

    def append(session: Any, *more: Any) -> None:
        session.commit()
        time.sleep(TO_BE_KILLED_IN)
        appended(session, *more)

    ratings.append_reason = append


def deferred_begin() -> None:
    """SQLite's plain BEGIN: two writers that read first cannot both go on."""

    def begin(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA query_only = 0")
        connection.exec_driver_sql("BEGIN")

    database._on_begin = begin


def no_version_field() -> None:
    """A form made from older answers is not recognised."""
    ratings.mark = sheets.mark = lambda *_made_from: "always the same"


def forgets_the_round() -> None:
    """A page of an earlier round is taken for one of the round that is open."""
    pages.same_round = desk.same_round = lambda _number: None


def stores_again() -> None:
    """A form that comes twice is stored twice: no answer equals the one that stands."""
    for kind in (ratings.Answer, ratings.Reason):
        kind.__eq__ = lambda _self, _other: False  # type: ignore[assignment,method-assign]
    no_version_field()


def closes_twice() -> None:
    """Whoever comes to close finds out too late that somebody else did."""

    def close(session: Any, *, round_id: str, actor: str, clock: Any, reason: str = "") -> Round:
        at = clock(session)
        round_ = session.get_one(Round, round_id)
        session.commit()
        time.sleep(10 * A_MOMENT)
        changed = {"state": "closed", "closed_at": at, "feedback": "in_moderation", "close_reason": reason}
        session.execute(update(Round).where(Round.id == round_id).values(**changed))
        frozen = results.build(session, round_, closed_on=at.date())
        if session.scalar(select(Snapshot.round_id).where(Snapshot.round_id == round_id)) is None:
            results.store(session, round_, frozen)
        rounds.audit.record(
            session, actor=actor, action="round:close", at=at, study_id=round_.study_id, round=round_.number
        )
        return round_

    rounds.close = close


def loose_disk() -> None:
    """SQLite does not wait for the disk."""
    database._PRAGMAS["synchronous"] = 0


FAULTS = {
    fault.__name__: fault
    for fault in (
        acknowledge_before_commit,
        check_then_insert,
        holds_open,
        two_transactions,
        deferred_begin,
        no_version_field,
        forgets_the_round,
        stores_again,
        closes_twice,
        loose_disk,
    )
}


def plant(names: str) -> None:
    """Plant the faults of a list joined by "+"."""
    for name in filter(None, names.split("+")):
        FAULTS[name]()


def keep_warm() -> None:
    """Hold the code in memory; for each line of standard input start a server in a process group of its own.

    It is the shipped server from there on. What is saved is the time that Python takes to read its files.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    ranks.get_ready()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            _become(**json.loads(line))
        with contextlib.suppress(OSError):
            os.setpgid(child, child)
        print(child, flush=True)


def _become(fault: str, environment: dict[str, str], log: str) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), 1)
    os.dup2(1, 2)
    os.environ.clear()
    os.environ.update(environment)
    plant(fault)
    serve.run(Settings.read())
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "warm":
        keep_warm()
    else:
        plant(sys.argv[1])
        serve.run(Settings.read())
