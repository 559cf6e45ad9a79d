"""What a client does to the connection and not to the product."""

from __future__ import annotations

import http.client
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.races.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(migrated, folder / "copkit.sqlite3")
    with Server(folder, "") as running:
        yield running


def _ask(server: Server, method: str, body: bytes = b"", patience: float = 30) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=patience)
    connection.request(method, "/sign-in", body, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_who_asks_for_a_close_and_stays_holds_up_nobody(server: Server) -> None:
    staying = []
    for _ in range(20):
        one = socket.create_connection(("127.0.0.1", server.port))
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        staying.append(one)
    assert _ask(server, "GET", patience=10).status == 200  # one after the other they would take 40 seconds
    for one in staying:
        one.close()


def test_ten_megabytes_are_answered_in_plain_words_and_the_connection_ends(server: Server) -> None:
    answer = _ask(server, "POST", b"email=" + b"x" * (10 << 20))
    assert answer.status == 413
    assert answer.headers["Connection"] == "close"


def test_an_ordinary_form_keeps_its_connection(server: Server) -> None:
    assert _ask(server, "POST", b"email=a").headers["Connection"] == "keep-alive"
