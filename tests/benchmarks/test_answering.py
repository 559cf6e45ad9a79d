"""What one person waits for: the page of a later round and the save, against a floor and against a panel's size."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from copkit_delphi.cli import bench
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from tests import factories
from tests.factories import migrated, sqlite_url
from tests.web import panel
from tests.web.staged import read_form

__all__ = ["migrated", "sqlite_url"]
FEW, MANY = 15, 1000  # people on the panel
AS_MUCH = 1.25  # what a panel of ``MANY`` may cost one person, against one of ``FEW``
TIMES = 60  # a page of that many characters from a bare template
PAIRS = 40


def cpu(call: Callable[[], int]) -> float:
    """Return the milliseconds of work of a call: how long it waited for others says nothing about it."""
    begun = time.process_time()
    assert call() in {200, 303}
    return (time.process_time() - begun) * 1000


@contextmanager
def in_round_two(folder: Path, people: int) -> Iterator[FlaskClient]:
    """The browser of somebody in round 2 of a study whose panel has ``people``."""
    folder.mkdir()
    settings = Settings(data_dir=folder, DATABASE_URL="", REDIS_URL="")
    app = create_app(settings, clock=lambda _session: factories.NOW)
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    place = app.extensions[KEY]
    study = panel.started(place, rounds=2, sizes={"Industry": people // 2, "Civil society": people // 2})
    yield panel.enter(app, place, study)
    place.database.engine.dispose()


def bare(page: str) -> Callable[[], int]:
    """Return a call of a route that does nothing but fill a template with the lines of ``page``."""
    app, lines = Flask("bare"), page.splitlines()
    source = "{% for line in lines %}{{ line | safe }}\n{% endfor %}"
    app.add_url_rule("/", view_func=lambda: render_template_string(source, lines=lines))
    client = app.test_client()
    assert len(client.get("/").text) >= 0.99 * len(page)
    return lambda: client.get("/").status_code


def saves(client: FlaskClient) -> Callable[[int], Callable[[], int]]:
    """Return a function that makes the ``n``-th save of the first scenario, to be timed."""

    def fill(number: int) -> Callable[[], int]:
        form = read_form(client.get("/panel/1").text, "/panel/1")
        form |= {"likelihood": str(number % 99 + 1), "impact_rights": str(number % 5), "confidence": "2"}
        return lambda: client.post("/panel/1", data=form).status_code

    return fill


def median(calls: list[float]) -> float:
    return statistics.median(calls[5:])  # without those that warm up


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_page_and_a_save_cost_the_same_on_a_large_panel(tmp_path: Path) -> None:
    with in_round_two(tmp_path / "few", FEW) as few, in_round_two(tmp_path / "many", MANY) as many:
        look = [[cpu(lambda: one.get("/panel/1").status_code) for one in (few, many)] for _ in range(PAIRS)]  # noqa: B023
        fill = [saves(one) for one in (few, many)]
        save = [[cpu(one(number)) for one in fill] for number in range(PAIRS)]
        floor = bare(many.get("/panel/1").text)
        template = median([cpu(floor) for _ in range(PAIRS)])
    for name, pairs in (("page", look), ("save", save)):
        small, large = (median(list(column)) for column in zip(*pairs, strict=True))
        print(f"{name}: {small:.1f} ms of work with {FEW} people, {large:.1f} ms with {MANY}")
        assert large <= AS_MUCH * small
    page = median([many for _, many in look])
    print(f"a bare template of the size of the page: {template:.2f} ms, ratio {page / template:.1f}")
    assert page <= TIMES * template


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_save_against_a_bare_insert(tmp_path: Path) -> None:
    save, insert = bench.measure(tmp_path, pairs=100)
    print(f"save {save * 1000:.1f} ms, bare insert {insert * 1000:.1f} ms, ratio {save / insert:.1f}")
    assert save <= 15 * insert
