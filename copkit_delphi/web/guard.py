"""The guard at every door: who asks is recognised, and passes only where the table of doors says so."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Flask, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_, Forbidden, NotFound
from copkit_delphi.domain.permission import Action
from copkit_delphi.elicitation import archiving
from copkit_delphi.web import sign_in
from copkit_delphi.web.context import db
from copkit_delphi.web.doors import DOORS, Door, Who

_ARCHIVED = frozenset({"facilitator", "briefs", "ethics", "register"})
_STAYS = frozenset(
    {
        "facilitator.unarchive",
        "facilitator.archive",
        "facilitator.copy_post",
        "facilitator.save_template_post",
    }
    | {"facilitator.roles_post", "facilitator.take_role", "facilitator.names_post"}
)
# Pages open to everybody that a panellist reads without leaving the study.
_BESIDE_THE_STUDY = frozenset(
    f"public.{page}" for page in ("landing", "help", "roles", "privacy", "accessibility")
) | {"panellist.lost", "reader.briefs"}


def install(app: Flask) -> None:
    """Check the table against the routes and guard every request."""
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    unlisted, unused = routes - DOORS.keys(), DOORS.keys() - routes
    if unlisted or unused:
        raise RuntimeError(f"doors and routes differ: unlisted {sorted(unlisted)}, unused {sorted(unused)}")
    if shadowed := _shadowed(app):
        raise RuntimeError(f"two pages under one address: {shadowed}")
    app.before_request(_guard)


def _shadowed(app: Flask) -> list[str]:
    """Return the addresses that more than one page answers: only one of them would ever be reached."""
    asked = Counter(
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )
    return sorted(address for address, pages in asked.items() if pages > 1)


def _guard() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the 404 handler answers
    sign_in.recognise()
    door = DOORS[request.endpoint]
    if door.who is Who.PUBLIC:
        if request.endpoint in _BESIDE_THE_STUDY:
            sign_in.notice_panellist()
        return None
    if door.who is Who.PANELLIST:
        sign_in.admit_panellist()
        return None
    return _admit_staff(door)


def _admit_staff(door: Door) -> Response | None:
    if door.who is Who.HALF_WAY and sign_in.is_half_way():
        return None
    if g.identity is None:
        sign_in.refuse_panellist()
        if request.method == "GET":
            step = "account.code" if sign_in.is_half_way() else "public.sign_in"
            return redirect(url_for(step, next=request.full_path.rstrip("?")))
        abort(401)
    if isinstance(door.who, Action):
        study_id = (request.view_args or {}).get("study_id")
        _check(door.who, study_id)
        _check_in_use(study_id)
    return None


def _check_in_use(study_id: str | None) -> None:
    """Refuse to change a study in the archive; what protects people and readers is never refused."""
    if study_id is None or request.method != "POST" or request.blueprint not in _ARCHIVED:
        return
    if request.endpoint not in _STAYS:
        archiving.check_in_use(db(), study_id)


def _check(action: Action, study_id: Any) -> None:
    identity = g.identity
    if identity.may(action, study_id):
        return
    if study_id is not None and not identity.belongs_to(study_id):
        raise NotFound(N_("There is no such study."))
    raise Forbidden(N_("Your role in this study does not allow this."))
