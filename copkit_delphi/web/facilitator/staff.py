"""Roles of a study, and its audit by day."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from flask import request

from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation.models import Study
from copkit_delphi.people import accounts, audit
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.facilitator.forms import ConfirmForm, RoleForm
from copkit_delphi.web.facilitator.page import Page, blueprint, done, go, refused, show, study_of

ROLES = {
    Role.FACILITATOR: N_("Facilitator"),
    Role.ANALYST: N_("Analyst"),
    Role.ETHICS_REVIEWER: N_("Ethics reviewer"),
    Role.DPO: N_("Data protection officer"),
    Role.OWNER: N_("Owner"),
    Role.OBSERVER: N_("Observer"),
}
EVENTS = {
    "study:create": N_("Study made"),
    "study:import": N_("Ratings imported"),
    "study:end": N_("Study ended"),
    "role:give": N_("Role given"),
    "role:take": N_("Role taken away"),
    "panel:add": N_("People put on the list"),
    "panel:remove": N_("Somebody taken off the list"),
    "panel:invite": N_("Invitations queued"),
    "panel:replace-link": N_("A personal link replaced"),
    "round:open": N_("Round opened"),
    "round:move-deadline": N_("Deadline moved"),
    "round:close": N_("Round closed"),
    "feedback:moderate": N_("Arguments kept"),
    "feedback:open": N_("Feedback opened"),
}
SYSTEM = N_("by the clock")


def _roles(study: Study, form: RoleForm) -> str:
    return show(
        "roles",
        study,
        form=form,
        holders=accounts.holders(db(), study_id=study.id),
        labels=ROLES,
        confirm=ConfirmForm(),
    )


@blueprint.get("/<study_id>/roles")
def roles(study_id: str) -> str:
    """Who does what in the study."""
    return _roles(study_of(study_id), RoleForm())


@blueprint.post("/<study_id>/roles")
def roles_post(study_id: str) -> Page:
    """Give a role to an existing account."""
    study, form = study_of(study_id), RoleForm()

    def act() -> None:
        account = accounts.by_email(db(), form.email.data)
        accounts.give_role(
            db(),
            account_id=account.id,
            role=Role(form.role.data),
            study_id=study_id,
            at=now(),
            actor=me().account_id,
        )

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
    """Take a role away; a study keeps its facilitators."""
    study_of(study_id)
    role = request.form.get("role", "")
    if role not in {str(one) for one in ROLES if one is not Role.FACILITATOR}:
        raise Conflict(N_("This role cannot be taken away here."))
    accounts.take_role(
        db(),
        account_id=request.form.get("account", ""),
        role=Role(role),
        study_id=study_id,
        at=now(),
        actor=me().account_id,
    )
    return go("roles", study_id, N_("The role is taken away."))


@blueprint.get("/<study_id>/audit")
def audit_by_day(study_id: str) -> str:
    """What happened in the study, by day: no answer, no name of the panel, no time."""
    study = study_of(study_id)
    events = audit.of_study(db(), study_id)
    names = accounts.names(db(), {event.actor for event in events})
    days = [
        (day, [_event(event, names) for event in found])
        for day, found in groupby(reversed(events), key=lambda event: event.at.date())
    ]
    return show("audit", study, days=days, system=SYSTEM)


def _event(event: Any, names: dict[str, str]) -> dict[str, Any]:
    detail = json.loads(event.detail)
    return {
        "what": EVENTS.get(event.action, event.action),
        "who": names.get(event.actor, ""),
        "round": detail.get("round"),
        "hash": str(detail.get("protocol") or detail.get("snapshot") or "")[:12],
        "reason": detail.get("reason", ""),
    }
