"""What the administrator's pages share."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

Page = str | Response | tuple[str, int]
UNPROCESSABLE = 422


def go(account_id: str, message: str) -> Response:
    """Go on to the page of an account, with an untranslated sentence on what was done."""
    flash(gettext(message), "ok")
    return redirect(url_for("admin.account", account_id=account_id), 303)
