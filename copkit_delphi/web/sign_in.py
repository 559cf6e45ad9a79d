"""Flask-Login around our own session table: the cookie holds a token, the table its hash."""

from __future__ import annotations

from flask import Flask, g
from flask_login import LoginManager, UserMixin, login_user

from copkit_delphi.domain.permission import Identity

manager = LoginManager()


class SignedIn(UserMixin):
    """The current identity as Flask-Login wants it; its id is the session token."""

    def __init__(self, identity: Identity, token: str) -> None:
        self.identity = identity
        self._token = token

    def get_id(self) -> str:
        """Return the session token."""
        return self._token


@manager.user_loader
def _load(token: str) -> SignedIn | None:
    identity = g.get("identity")
    return SignedIn(identity, token) if identity is not None else None


def install(app: Flask) -> None:
    """Attach Flask-Login."""
    manager.init_app(app)


def remember(identity: Identity, token: str) -> None:
    """Put the token into the session cookie."""
    login_user(SignedIn(identity, token))
