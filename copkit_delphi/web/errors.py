"""Refusals as plain pages (or JSON for scripts), with the right status and no trace."""

from __future__ import annotations

import time
import traceback
from collections.abc import Sequence
from math import ceil

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from jinja2 import Template
from werkzeug.exceptions import HTTPException

from copkit_delphi.domain.errors import N_, Conflict, DelphiError
from copkit_delphi.web import navigation
from copkit_delphi.web.security import limiter

log = structlog.get_logger()

SECRETS = frozenset({"password", "current", "new", "again", "code", "csrf_token"})
_SESSION_OVER = 401
_TAKEN_OFF = 40 * 1024 * 1024  # bytes of a body that is too large
_COME_BACK = {429: "60", 503: "5"}  # seconds
_STANDS_ELSEWHERE = frozenset({404, 409})  # somebody else closed or removed what was being written
_TOO_LARGE, _PIECE = 413, 1024 * 1024
_FOR_SCRIPTS = N_("This was not stored. Load the page again.")


def wants_json() -> bool:
    """Tell whether a script of ours asks, which shows the sentence in its own place."""
    return request.headers.get("X-Requested-With") == "fetch"


def said(error: DelphiError) -> str:
    """Return the sentence of a refusal in the reader's language."""
    return gettext(error.message) % error.params if error.params else gettext(error.message)


def refuse(error: DelphiError) -> Response:
    """Return the answer to a refused use case."""
    lost = request.method == "POST" and error.status in _STANDS_ELSEWHERE
    return _answer(error.status, said(error), typed=_typed() if lost else ())


def _answer(status: int, sentence: str = "", *, typed: Sequence[str] = ()) -> Response:
    if wants_json():
        response = jsonify(error=sentence or gettext(_FOR_SCRIPTS))
    else:
        pages: list[str | Template] = [
            f"errors/{status}.html",
            "errors/500.html" if status >= 500 else "errors/400.html",
        ]
        g.failed = status >= 500  # its page reads nothing more
        response = make_response(render_template(pages, message=sentence, typed=typed, ways=_ways(status)))
    response.status_code = status
    if status == 429 and limiter.current_limit:
        response.headers["Retry-After"] = str(max(1, ceil(limiter.current_limit.reset_at - time.time())))
    elif status in _COME_BACK:
        response.headers["Retry-After"] = _COME_BACK[status]
    return response


def _ways(status: int) -> list[navigation.Entry]:
    """Return which pages are open where one was only asked for and is not: a question stores nothing."""
    study_id = (request.view_args or {}).get("study_id")
    asked = (
        request.method in ("GET", "HEAD")
        and request.blueprint != "panellist"
        and g.get("identity") is not None
    )
    return navigation.ways_on(study_id) if status == Conflict.status and asked and study_id else []


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if code == _TOO_LARGE:
        _take_off()
    return _answer(code, typed=_typed() if code == _SESSION_OVER else ())


def _take_off() -> None:
    """Read and drop a body that is too large: a browser shows no answer before it could send what it has."""
    left = min(request.content_length or 0, _TAKEN_OFF)
    while left > 0 and (piece := request.environ["wsgi.input"].read(min(left, _PIECE))):
        left -= len(piece)


def _csrf(_error: CSRFError) -> Response:
    return _answer(400, typed=_typed())


def _typed() -> list[str]:
    """Return the sentences of the refused form, which would be lost with it. Nothing that may be a secret."""
    try:
        posted = list(request.form.lists())
    except HTTPException:
        return []  # a body that cannot be read holds no sentence
    return [
        text
        for name, values in posted
        if name.rpartition("-")[2] not in SECRETS
        for text in values
        if len(text.split()) > 1
    ]


def _unexpected(error: Exception) -> Response:
    log.error("unexpected error", endpoint=request.endpoint, kind=type(error).__name__, where=_where(error))
    return _answer(500)


def _where(error: Exception) -> list[str]:
    """Return the lines an error came through. Its message and the values on the way may hold names or answers."""
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(DelphiError, refuse)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)
