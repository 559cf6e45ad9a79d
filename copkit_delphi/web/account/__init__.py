"""One's own account: password, second factor, sessions; and the mailed links that set a password."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("account", __name__)

from copkit_delphi.web.account import code, factor, links, page  # noqa: E402, F401 - they add the routes
