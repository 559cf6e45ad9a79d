"""What the installation is set to, and what was done to accounts and roles, by day. Nothing of it can be changed here."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from flask import render_template

from copkit_delphi.domain.events import EVENT_LABELS
from copkit_delphi.domain.mail import ERRORS
from copkit_delphi.domain.permission import ROLE_LABELS, Role
from copkit_delphi.elicitation import appointments
from copkit_delphi.people import accounts, directory, outbox
from copkit_delphi.people.models import AuditEvent
from copkit_delphi.web.admin.page import blueprint
from copkit_delphi.web.context import context, db
from copkit_delphi.web.typed import asked_page


@blueprint.get("/installation")
def installation() -> str:
    """Facts for the one who runs the installation: no version, no path, no secret."""
    settings = context().settings
    active, inactive = directory.counts(db())
    return render_template(
        "admin/installation.html",
        postgresql=context().database.engine.dialect.name == "postgresql",
        mail=bool(settings.smtp_url),
        factor=settings.asks_factor,
        https=settings.base_url.startswith("https://"),
        active=active,
        inactive=inactive,
        queue=outbox.health(db()),
        folder="" if settings.smtp_url else settings.outbox_dir.name,
        mail_errors=ERRORS,
    )


@blueprint.get("/audit")
def audit() -> str:
    """What was done to accounts and roles, the latest day first."""
    page = asked_page()
    events, more = directory.events(db(), page=page)
    told = [(event, json.loads(event.detail)) for event in events]
    names = accounts.names(
        db(), {event.actor for event, _ in told} | {str(detail.get("account", "")) for _, detail in told}
    )
    titles = appointments.titles(db())
    days = [
        (day, [_row(event, detail, names, titles) for event, detail in found])
        for day, found in groupby(told, key=lambda pair: pair[0].at.date())
    ]
    return render_template("admin/audit.html", days=days, page=page, more=more)


def _row(
    event: AuditEvent, detail: dict[str, Any], names: dict[str, str], titles: dict[str, str]
) -> dict[str, str]:
    role = detail.get("role", "")
    return {
        "what": EVENT_LABELS.get(event.action, event.action),
        "role": ROLE_LABELS[Role(role)] if role else "",
        "whose": names.get(str(detail.get("account", "")), "")
        if event.actor != detail.get("account")
        else "",
        "study": titles.get(event.study_id, ""),
        "who": names.get(event.actor, event.actor),
    }
