"""Two people at the same moment: what the second one does while the first one's transaction is still open."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import DelphiError
from tests import factories as f


def at_once(
    place: f.Install, first: Callable[[Session], object], second: Callable[[Session], object]
) -> list[str]:
    """Run ``second`` while the transaction of ``first`` is still open; return what was refused."""
    refused: list[str] = []

    def run() -> None:
        try:
            with place.database.writing() as session:
                second(session)
        except (DelphiError, IntegrityError) as error:
            refused.append(str(error))

    thread = threading.Thread(target=run)
    with place.database.writing() as session:
        first(session)
        session.flush()
        thread.start()
        wait_for_the_lock(place, thread)
    thread.join(30)
    assert not thread.is_alive()
    return refused


def crossing(
    monkeypatch: pytest.MonkeyPatch,
    at: tuple[ModuleType, str],
    first: Callable[[], object],
    second: Callable[[], object],
) -> list[Exception]:
    """Hold ``first`` inside its transaction, where it calls ``at``, until ``second`` has begun; return what failed."""
    inside, begun, failures = threading.Event(), threading.Event(), list[Exception]()
    module, name = at
    real = getattr(module, name)

    def slow(*args: Any, **values: Any) -> Any:
        inside.set()
        begun.wait(20)
        other.join(0.3)  # it is stuck behind this transaction, or has failed to wait
        return real(*args, **values)

    def run(act: Callable[[], object]) -> None:
        try:
            if threading.current_thread() is other:
                begun.set()
            act()
        except Exception as error:  # noqa: BLE001 - looked at by the test
            failures.append(error)

    monkeypatch.setattr(module, name, slow)
    one, other = (threading.Thread(target=run, args=(act,)) for act in (first, second))
    one.start()
    assert inside.wait(20)
    other.start()
    for thread in (one, other):
        thread.join(60)
        assert not thread.is_alive()
    return failures


def wait_for_the_lock(place: f.Install, thread: threading.Thread) -> None:
    """Return when the other transaction waits for this one; SQLite lets it begin only afterwards."""
    if place.database.engine.dialect.name == "sqlite":
        return
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with place.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while thread.is_alive() and not connection.execute(text(waiting)).scalar_one():
            pass
