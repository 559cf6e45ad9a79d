"""One request, one session, one commit: GET reads only, everything else commits unless the answer is an error."""

from __future__ import annotations

from flask import Flask, Response, g, request
from sqlalchemy.exc import IntegrityError, OperationalError

from copkit_delphi.domain.errors import N_, Busy, Conflict
from copkit_delphi.web.context import context

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ERROR = 400


def install(app: Flask) -> None:
    """Give every request its session and settle it at the end."""
    app.before_request(_begin)
    app.after_request(_settle)
    app.teardown_request(_end)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(IntegrityError, _stale)


def _begin() -> None:
    g.session = context().database.session(reading=request.method in SAFE)


def look() -> None:
    """Give a request that was refused before it had one a session to read."""
    if "session" not in g:
        g.session = context().database.session(reading=True)


def _settle(response: Response) -> Response:
    """Commit before the answer leaves: nothing is acknowledged that is not stored."""
    session = g.get("session")
    if session is None:
        return response
    if request.method in SAFE or response.status_code >= _ERROR:
        session.rollback()
    else:
        session.commit()
    return response


def _end(_error: BaseException | None) -> None:
    session = g.pop("session", None)
    if session is not None:
        session.close()


def _busy(error: OperationalError) -> Response:
    del error
    from copkit_delphi.web.errors import refuse  # noqa: PLC0415 - errors render pages, which need this module's session

    g.session.rollback()
    return refuse(Busy(N_("The database did not answer in time. Nothing was stored. Please send it again.")))


def _stale(error: IntegrityError) -> Response:
    del error
    from copkit_delphi.web.errors import refuse  # noqa: PLC0415 - see above

    g.session.rollback()
    return refuse(Conflict(N_("Somebody else changed this at the same moment. Look at it again and repeat.")))
