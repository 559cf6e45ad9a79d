"""Roles of a study, and its audit by day."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from flask import request

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.events import EVENT_LABELS
from copkit_delphi.domain.permission import ROLE_LABELS, STUDY_ROLES, Action, Role
from copkit_delphi.domain.protocol import MIN_K
from copkit_delphi.elicitation import appointments
from copkit_delphi.elicitation.models import Study
from copkit_delphi.people import accounts, audit
from copkit_delphi.people.models import AuditEvent
from copkit_delphi.web.appointing import appoint
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.facilitator.forms import ConfirmForm, RoleForm
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.forms import done
from copkit_delphi.web.typed import asked_page

QUIET = frozenset({audit.WITHDRAW})  # nobody is told who left, or when
SYSTEM = N_("by the clock")


def _roles(study: Study, form: RoleForm) -> str:
    return show(
        "roles",
        study,
        form=form,
        holders=[
            {"name": name, "account": account, "role": role, "taken": appointments.takes(me(), study, role)}
            for role, name, account in accounts.holders(db(), study_id=study.id)
        ],
        labels=ROLE_LABELS,
        gives=me().may(Action.ROLE_MANAGE, study.id),
        changes=_changes(study.id),
        confirm=ConfirmForm(),
    )


def _changes(study_id: str) -> list[dict[str, Any]]:
    """Return how roles changed after round 1 opened, the latest first, by day."""
    events = audit.of_study(db(), study_id)
    opened = next((event.sequence for event in events if event.action == "round:open"), None)
    found = [
        (event, json.loads(event.detail))
        for event in events
        if opened is not None and event.sequence > opened and event.action in ("role:give", "role:take")
    ]
    names = accounts.names(db(), {e.actor for e, _ in found} | {str(d.get("account")) for _, d in found})
    return [
        {
            "on": event.at,
            "what": EVENT_LABELS[event.action],
            "role": ROLE_LABELS[Role(detail["role"])],
            "whose": names.get(detail["account"], ""),
            "by": names.get(event.actor, ""),
        }
        for event, detail in reversed(found)
    ]


@blueprint.get("/<study_id>/roles")
def roles(study_id: str) -> str:
    """Who does what in the study, and what changed since round 1 opened."""
    return _roles(study_of(study_id), RoleForm())


@blueprint.post("/<study_id>/roles")
def roles_post(study_id: str) -> Page:
    """Give a role to an existing account."""
    study, form = study_of(study_id), RoleForm()

    def act() -> None:
        account = accounts.by_email(db(), form.email.data)
        appoint(study_id=study_id, account_id=account.id, role=Role(form.role.data))

    try:
        given = done(form, act, "email")
    except NotFound as error:
        form.email.errors = [*form.email.errors, said(error)]
        given = False
    if not given:
        return refused(_roles(study, form))
    return go("roles", study_id, N_("The role is given."))


@blueprint.post("/<study_id>/roles/take")
def take_role(study_id: str) -> Page:
    """Take a role away."""
    study_of(study_id)
    role = request.form.get("role", "")
    if role not in STUDY_ROLES:
        raise NotFound(N_("Nobody holds this role in the study."))
    appointments.take(
        db(),
        context().site,
        study_id=study_id,
        account_id=request.form.get("account", ""),
        role=Role(role),
        by=me(),
        at=now(),
    )
    return go("roles", study_id, N_("The role is taken away."))


@blueprint.get("/<study_id>/audit")
def audit_by_day(study_id: str) -> str:
    """What happened in the study: no answer, no name of the panel; times of day only for whoever checks it."""
    study, page, exact = study_of(study_id), asked_page(), me().may(Action.AUDIT_EXACT, study_id)
    events, more = audit.told(
        db(), AuditEvent.study_id == study_id, AuditEvent.action.not_in(QUIET), page=page
    )
    names = accounts.names(db(), {event.actor for event in events})
    days = [
        (day, [_event(event, names) for event in found])
        for day, found in groupby(events, key=lambda event: event.at.date())
    ]
    left = audit.how_often(db(), study_id=study_id, action=audit.WITHDRAW) if exact else 0
    return show(
        "audit",
        study,
        days=days,
        system=SYSTEM,
        exact=exact,
        left=left if left >= MIN_K else None,
        page=page,
        more=more,
    )


def _event(event: Any, names: dict[str, str]) -> dict[str, Any]:
    detail = json.loads(event.detail)
    return {
        "what": EVENT_LABELS.get(event.action, event.action),
        "who": names.get(event.actor, ""),
        "at": event.at,
        "role": ROLE_LABELS.get(detail.get("role", ""), ""),
        "round": detail.get("round"),
        "hash": str(detail.get("protocol") or detail.get("snapshot") or "")[:12],
        "reason": detail.get("reason", ""),
    }
