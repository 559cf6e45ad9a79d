"""Headers, cookies, hosts, CSRF and rate limits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

from copkit_delphi.domain.errors import N_, DelphiError
from copkit_delphi.people import accounts, sessions
from copkit_delphi.settings import LOOPBACK, Settings
from copkit_delphi.web import sign_in
from copkit_delphi.web.context import context
from copkit_delphi.web.cookie import SealedSessions
from copkit_delphi.web.doors import DOORS

FORM_BYTES, MOST_UPLOADED = 2 * 1024 * 1024, 20 * 1024 * 1024

csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, headers_enabled=False)


def asked_for() -> str:
    """Return whose account is tried, as a hash: guesses count together, wherever they come from."""
    return hashlib.sha256(accounts.sought(request.form.get("email", "")).encode()).hexdigest()


def _whose() -> str:
    """Return the account whose password was given in this browser: signing in anew gives no new tries."""
    with context().database.reading() as looking:
        return sessions.owner(looking, token=sign_in.own_token()) or get_remote_address()


def _refused(*statuses: int) -> Callable[[Response], bool]:
    """Only what was refused counts: an office behind one address may sign in as often as it likes."""
    return lambda response: response.status_code in statuses


def limits_of_guesses(view: Callable[..., Any]) -> Callable[..., Any]:
    """Limit wrong passwords at sign-in: per account from anywhere, and per source over all accounts."""
    per_source = limiter.limit("60 per 5 minutes", deduct_when=_refused(422))
    per_account = limiter.limit("10 per 5 minutes", key_func=asked_for, deduct_when=_refused(422))
    return per_source(per_account(view))


limits_of_codes = limiter.shared_limit(
    "5 per 15 minutes", "codes", key_func=_whose, deduct_when=_refused(401)
)
limits_of_passwords = limiter.shared_limit(
    "10 per 15 minutes", "passwords", key_func=_whose, deduct_when=_refused(422)
)

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}
_OWN_NAMES = tuple(LOOPBACK - {"::1"})  # in a request the address of version 6 stands in brackets
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data"})
UPLOADS = 20 * 1024 * 1024  # bytes of a body where files are taken
_FROM_HERE = frozenset({"", "same-origin", "none"})
_AROUND_A_FILE = 64 * 1024  # the other fields of its form


def configure(app: Flask, settings: Settings) -> None:
    """Set cookies, limits, hosts and CSRF before any blueprint is registered."""
    settings.refuse_unsafe()
    refuse_debug(on=app.debug)
    https = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret("session"),  # signs the tokens of forms
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=FORM_BYTES,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch must still be taken
        WTF_CSRF_SSL_STRICT=False,  # it asks for a referrer, which our pages do not send: see _refuse_foreign_forms
        RATELIMIT_ENABLED=True,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(settings.redis_url),
    )
    app.session_interface = SealedSessions(settings.secret("cookie"))
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    hosts = _hosts(settings)
    app.before_request(lambda: _refuse_foreign_hosts(hosts))
    app.before_request(_refuse_foreign_forms)
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_headers)
    if https:
        app.after_request(_over_https_only)


def refuse_debug(*, on: bool) -> None:
    """Raise ``DelphiError`` where errors would show code and values to whoever asks."""
    if on:
        raise DelphiError(
            N_("Debugging shows the inside of this program to anybody. Unset FLASK_DEBUG and start again.")
        )


def _hosts(settings: Settings) -> tuple[str, ...]:
    """Return the names this installation goes by; none when it is open to a network without a public address."""
    if settings.public_url:
        return (urlsplit(settings.public_url).hostname or "", *_OWN_NAMES)
    return _OWN_NAMES if settings.host in LOOPBACK else ()


def _refuse_foreign_hosts(hosts: tuple[str, ...]) -> None:
    if hosts and not host_is_trusted(request.host, hosts):
        abort(400)


def _refuse_foreign_forms() -> None:
    """Refuse what another site sends in the name of somebody signed in here, and bodies that are no form.

    Pages send no referrer, so that browsers write ``Origin: null`` beside their forms.
    """
    if request.method in _SAFE:
        return
    origin = request.headers.get("Origin", "null")
    if request.headers.get("Sec-Fetch-Site", "") not in _FROM_HERE or (
        origin != "null" and urlsplit(origin).netloc != request.host
    ):
        abort(403)
    if "Transfer-Encoding" in request.headers:
        abort(411)  # what comes in pieces would be cut at the limit and taken for whole
    takes_files = _takes_files()
    if request.mimetype not in _FORMS or (request.files and not takes_files):
        abort(415)  # this form takes no file


def _takes_files() -> bool:
    """Tell whether this way takes files, and let its body be as large as one, for somebody with a session."""
    door = DOORS.get(request.endpoint or "")
    if door is None or not door.uploads:
        return False
    if request.mimetype == "multipart/form-data" and sign_in.own_token():
        request.max_content_length = MOST_UPLOADED + _AROUND_A_FILE
        request.max_form_memory_size = FORM_BYTES
    return True


def _over_https_only(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
