"""The cookie: sealed, so that nothing in it can be read or changed. What it opens stands in tables and can be ended."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask import Flask, Request, Response
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSession, SessionInterface

_PLAIN = TaggedJSONSerializer()
_MESSAGES = "_flashes"  # Flask's name for what the next page will say
_LONGEST = 2500  # characters before sealing: browsers drop a cookie above 4 KB, servers refuse one above 8 KB


class SealedSessions(SessionInterface):
    """Flask's session in an encrypted cookie instead of a signed one."""

    def __init__(self, key: bytes) -> None:
        self._seal = Fernet(base64.urlsafe_b64encode(key))

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """Read the cookie; one that was made up, altered or is older than half a day counts as none."""
        sealed = request.cookies.get(self.get_cookie_name(app), "")
        longest = int(app.permanent_session_lifetime.total_seconds())
        try:
            return SecureCookieSession(_PLAIN.loads(self._seal.decrypt(sealed, ttl=longest).decode()))
        except (InvalidToken, ValueError):
            return SecureCookieSession()

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Write the cookie where something changed; take it away where nothing is left."""
        name, path = self.get_cookie_name(app), self.get_cookie_path(app)
        secure, samesite = self.get_cookie_secure(app), self.get_cookie_samesite(app)
        if not session:
            if session.modified:
                response.delete_cookie(name, path=path, secure=secure, samesite=samesite, httponly=True)
            return
        if self.should_set_cookie(app, session):
            response.set_cookie(
                name,
                self._seal.encrypt(_within(session).encode()).decode(),
                expires=self.get_expiration_time(app, session),
                httponly=True,
                path=path,
                secure=secure,
                samesite=samesite,
            )


def _within(session: Any) -> str:
    """Return the session as text; where no page was shown for long, the oldest messages are dropped."""
    plain = str(_PLAIN.dumps(dict(session)))
    while len(plain) > _LONGEST and session.get(_MESSAGES):
        session[_MESSAGES] = session[_MESSAGES][1:]
        plain = str(_PLAIN.dumps(dict(session)))
    return plain
