"""One person at once in several places, against the running server: two tabs, a double click, a cut connection."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.races.client import FORM, Expert, Ledger, experts
from tests.races.judge import Verdict, judge
from tests.races.play import LEDGER
from tests.races.server import Server
from tests.races.stage import plan, scene

AT_ONCE = 8


@contextlib.contextmanager
def at_the_page(folder: Path, url: str, fault: str = "") -> Iterator[tuple[Expert, Verdict]]:
    """One panellist with the page open; the verdict is filled in at the end."""
    made, verdict = scene(folder, url, panellists=1), Verdict()
    made.leave()
    with (
        Server(folder, made.url, fault) as server,
        contextlib.closing(Ledger(folder / LEDGER)) as ledger,
    ):
        yield experts(plan(made, "none", server.port), ledger)[0], verdict
    verdict.__dict__.update(judge(folder / LEDGER, made.url).__dict__)


def at_once(expert: Expert, forms: list[dict[str, str]]) -> Counter[int]:
    """Send all forms through a barrier; return how many got which answer."""
    barrier, statuses = threading.Barrier(len(forms)), []

    def send(form: dict[str, str]) -> None:
        barrier.wait()
        statuses.append(expert.send(form).status)

    threads = [threading.Thread(target=send, args=(form,)) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(statuses)


def test_a_form_that_is_sent_eight_times_at_once_is_stored_once(tmp_path: Path, url: str) -> None:
    with at_the_page(tmp_path, url) as (expert, verdict):
        assert at_once(expert, [expert.fill()] * AT_ONCE) == {303: AT_ONCE}
    assert verdict.faults == []
    assert verdict.acknowledged == 1


def test_of_eight_tabs_one_is_stored_and_seven_are_told(tmp_path: Path, url: str) -> None:
    with at_the_page(tmp_path, url) as (expert, verdict):
        assert at_once(expert, [expert.fill() for _ in range(AT_ONCE)]) == {303: 1, 409: AT_ONCE - 1}
    assert verdict.faults == []


def test_a_stale_form_is_shown_with_both_texts_and_saved_on_the_next_press(tmp_path: Path, url: str) -> None:
    with at_the_page(tmp_path, url) as (expert, verdict):
        stale, newer = expert.fill(), expert.fill()
        assert expert.send(newer).status == 303
        answer = expert.send(stale)
        assert answer.status == 409
        assert stale["reason"] in answer.text
        assert newer["reason"] in answer.text
        found = re.search(r'name="basis"[^>]*value="([^"]*)"', answer.text)
        assert found
        assert expert.send({**stale, "basis": found[1], "reason": "marker-again-1"}).status == 303
    assert verdict.faults == []


@pytest.mark.parametrize("fault", ["no_version_field", "stores_again"])
def test_without_the_version_field_a_stale_form_overwrites(tmp_path: Path, url: str, fault: str) -> None:
    with at_the_page(tmp_path, url, fault) as (expert, verdict):
        if fault == "no_version_field":
            assert at_once(expert, [expert.fill() for _ in range(AT_ONCE)])[303] > 1
        else:
            at_once(expert, [expert.fill()] * AT_ONCE)
    if fault == "stores_again":
        assert verdict.faults


def _send_and_leave(expert: Expert, form: dict[str, str]) -> None:
    """Send a whole form and cut the connection before the answer can come."""
    body = urlencode(form)
    cookies = "; ".join(f"{name}={value}" for name, value in expert.browser.cookies.items())
    head = f"POST /panel/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM}\r\nCookie: {cookies}\r\n"
    with socket.create_connection(("127.0.0.1", expert.browser.port)) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())


def test_a_form_whose_answer_was_lost_is_stored_once_when_it_is_sent_again(tmp_path: Path, url: str) -> None:
    with at_the_page(tmp_path, url) as (expert, verdict):
        for _ in range(5):
            form = expert.fill()
            _send_and_leave(expert, form)
            assert expert.send(form).status == 303
            expert.look()
    assert verdict.faults == []
    assert verdict.acknowledged == 5
