"""Pages of a panellist travel compressed: many are read on a phone.

Only pages that are looked at: they repeat nothing of the request, so their length tells a stranger nothing of the
token in them. Answers to forms repeat what was typed and travel as they are.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

_LEAST, _LEVEL = 1000, 6  # bytes; of gzip


def install(app: Flask) -> None:
    """Compress what a panellist looks at, where the browser takes it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if request.blueprint != "panellist" or request.method != "GET" or response.mimetype != "text/html":
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if request.accept_encodings["gzip"] and response.status_code == 200 and len(body) >= _LEAST:
        response.set_data(gzip.compress(body, _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
