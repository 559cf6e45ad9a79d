"""One line in the log for each refusal: who, which page, which status. Never a body, a name of a panel or typed text."""

from __future__ import annotations

import structlog
from flask import Flask, Response, g, request

LOGGED = frozenset({401, 403, 404, 429})
log = structlog.get_logger()


def install(app: Flask) -> None:
    """Look at every answer that leaves."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    if response.status_code in LOGGED and request.endpoint is not None:
        identity = g.get("identity")
        study_id = (request.view_args or {}).get("study_id", "")
        log.warning(
            "refused",
            logger="copkit.security",
            status=response.status_code,
            method=request.method,
            endpoint=request.endpoint,
            account=identity.account_id if identity else "",
            # What somebody typed into the address is not repeated: it could forge a line.
            study=study_id if identity and identity.belongs_to(study_id) else "",
            # Only of staff: whoever is not signed in may be a panellist who took a wrong turn.
            address=(request.remote_addr or "") if identity and request.blueprint != "panellist" else "",
        )
    return response
