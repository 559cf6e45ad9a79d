"""Hand out a file that somebody put beside a scenario: to be saved, never to be shown by the page's own rights."""

from __future__ import annotations

from io import BytesIO

from flask import Response, send_file

from copkit_delphi.elicitation.models import Attachment

# What "default-src" does not cover is named: nothing stands in for these three.
_NOTHING = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"


def hand_out(file: Attachment) -> Response:
    """Return a file as a download; were it opened all the same, it may do nothing."""
    response = send_file(
        BytesIO(file.content), mimetype=file.mimetype, as_attachment=True, download_name=file.name
    )
    response.headers["Content-Security-Policy"] = _NOTHING
    return response
