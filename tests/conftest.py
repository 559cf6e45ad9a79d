"""Hooks for every room's tests: which tools a machine may lack, and what then happens to their tests."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import psycopg
import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import sync_playwright
from werkzeug.routing import Rule

# Tests sign in with a password alone; those of the second factor ask for it (Settings(second_factor="required")).
os.environ.setdefault("COPKIT_SECOND_FACTOR", "off")
POSTGRES_URL = os.environ.get("COPKIT_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = {
    "browser": "no Chromium that Playwright can drive (sudo apt install chromium libatomic1)",
    "postgres": "no PostgreSQL answers (set COPKIT_TEST_POSTGRES_URL)",
}


class Compiled(BytecodeCache):
    """Templates compiled once for all applications of a test process: each test makes its own."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": Compiled()}


def _address_once(compile_address: Callable[..., Any]) -> Callable[..., Any]:
    """Compile the builder of an address once a process: of an application's start it is half, and each test has one."""
    made: dict[tuple[Any, ...], Any] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Any:
        key = (*rule._trace, repr(rule.defaults), append_unknown)
        if key not in made:
            made[key] = compile_address(rule, append_unknown)
        return made[key]

    return compiled


Rule._compile_builder = _address_once(Rule._compile_builder)


@cache
def find_chromium() -> str | None:
    return next(
        filter(
            None,
            map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")),
        ),
        None,
    )


@cache
def browser_drives() -> bool:
    """Whether there is a Chromium, and the library that Playwright's driver needs and a bare Debian lacks."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return sys.platform != "linux" and bool(find_chromium())
    return bool(find_chromium())


@cache
def postgres_answers() -> bool:
    try:
        psycopg.connect(POSTGRES_URL.replace("+psycopg", ""), connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def lacking(item: pytest.Item) -> list[str]:
    """Name what the test is marked for and this machine has not."""
    has = {"browser": browser_drives, "postgres": postgres_answers}
    return [name for name in MISSING if item.get_closest_marker(name) and not has[name]()]


def pytest_itemcollected(item: pytest.Item) -> None:
    # Browsers share one worker: two at once on two cores run into their own timeouts.
    if item.get_closest_marker("browser"):
        item.add_marker(pytest.mark.xdist_group("browser"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    for name in lacking(item):
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING[name], pytrace=False)
        pytest.skip(MISSING[name])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report.longrepr for report in terminalreporter.stats.get("skipped", [])]
    reasons = Counter(str(told[2] if isinstance(told, tuple) else told) for told in skipped)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{count} tests {reason[0].lower()}{reason[1:]}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser; the test is marked ``browser``."""
    path = find_chromium()
    assert path, MISSING["browser"]
    return path


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """SQLAlchemy URL of a server where a test may make its own database; the test is marked ``postgres``."""
    return POSTGRES_URL


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """The one Chromium of a test process: Playwright's driver runs once in a thread."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()
