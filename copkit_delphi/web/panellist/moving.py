"""Choosing an order of work, and where it leads after each page."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from copkit_delphi.elicitation.asked import Asked
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.panellist.desk import answering, look
from copkit_delphi.web.panellist.order import choose, following, is_chosen


@blueprint.post("/panel/order")
def moved_first() -> Response:
    """Choose the order of work, and begin with the first page of it that is open."""
    view = answering()
    assert view.round is not None  # noqa: S101 - answering() saw it open
    first = request.form.get("order") == "moved"
    choose(view.round.id, moved_first=first)
    if not first:
        return redirect(url_for("panellist.desk"), 303)
    return redirect(_address(following(view)), 303)


def onward(page: Asked, position: int) -> str:
    """Return where to go after saving a page: by the chosen order; after the last one the list of answers."""
    if not is_chosen(page.round_id):
        return _address(page.following)
    return _address(following(look(), after=position))


def _address(position: int | None) -> str:
    if position is None:
        return url_for("panellist.review")
    return url_for("panellist.sheet", position=position)
