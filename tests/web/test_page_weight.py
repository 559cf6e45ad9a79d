"""What a page of the round weighs on the line: page, styles and scripts at first, the page alone afterwards."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import panel

FIRST, AFTER = 150_000, 30_000  # bytes
PLAIN = re.compile(r'(?:href|src)="(/static/(?:css|js|img)/[^"]+)"')
MODULES = re.compile(r'"\./([\w-]+\.js)"')


def sent(client: FlaskClient, path: str, **headers: str) -> int:
    """Return the bytes of a body as a browser asks for it."""
    with client.get(path, headers={"Accept-Encoding": "gzip", **headers}) as answer:
        assert answer.status_code in (200, 304), path
        return len(answer.get_data())


def text(client: FlaskClient, path: str) -> str:
    with client.get(path) as answer:
        return answer.get_data(as_text=True)


def tag(client: FlaskClient, path: str) -> str:
    with client.get(path) as answer:
        return answer.headers["ETag"]


def parts(client: FlaskClient, page: str) -> list[str]:
    """Return every style sheet, script and picture a page may fetch; fonts come after the first paint."""
    scripts = MODULES.findall(text(client, "/static/js/app.js"))
    return sorted({*PLAIN.findall(page), *(f"/static/js/{name}" for name in scripts), "/static/js/text.js"})


@pytest.mark.parametrize("rounds", [1, 2])
def test_07_first_load_and_every_later_one_are_light(app: Flask, place: Any, rounds: int) -> None:
    client = panel.enter(app, place, panel.started(place, rounds=rounds))
    page = text(client, "/panel/1")
    files = parts(client, page)
    assert len(files) > 15
    later = sent(client, "/panel/1")
    first = later + sum(sent(client, path) for path in files)
    known = {path: tag(client, path) for path in files}
    again = later + sum(sent(client, path, **{"If-None-Match": mark}) for path, mark in known.items())
    print(f"round {rounds}: first {first}, later {again}")
    assert first <= FIRST
    assert again <= AFTER


def test_fonts_hold_up_no_text(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, panel.started(place, sizes={}))
    page = text(client, "/panel/1")
    fonts = text(client, "/static/css/fonts.css")
    assert "preload" not in page
    assert fonts.count("font-display: swap") == fonts.count("@font-face") > 0


def test_only_what_is_looked_at_is_compressed(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, panel.started(place, sizes={}))
    asks = {"Accept-Encoding": "gzip"}
    seen = client.get("/panel/1", headers=asks)
    assert seen.headers["Content-Encoding"] == "gzip"
    assert b"likelihood" in gzip.decompress(seen.get_data())
    assert "Content-Encoding" not in client.get("/panel/1").headers
    refused = client.post("/panel/1", data=panel.fields(client, likelihood="half"), headers=asks)
    assert (refused.status_code, "Content-Encoding" in refused.headers) == (422, False)
