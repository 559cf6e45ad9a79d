"""One account: name, organisation, its way in, and whether anybody may sign in to it."""

from __future__ import annotations

from typing import Any

from flask import render_template

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.permission import GLOBAL_ROLES, ROLE_LABELS, STUDY_ROLES
from copkit_delphi.elicitation import appointments
from copkit_delphi.people import accounts, directory, factors
from copkit_delphi.people.models import Account
from copkit_delphi.web.admin.forms import DescriptionForm, EverywhereForm, StudyRoleForm
from copkit_delphi.web.admin.page import UNPROCESSABLE, Page, blueprint, go
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.facilitator.forms import ConfirmForm


def show(account: Account, **forms: Any) -> str:
    """Render the page of an account; ``forms`` are those that were refused."""
    identity = accounts.identity(db(), account)
    titles = appointments.titles(db())
    held = [
        {"study": study_id, "title": titles.get(study_id, ""), "role": role}
        for study_id, roles in identity.by_study.items()
        for role in sorted(roles & STUDY_ROLES)
    ]
    given: dict[str, Any] = {
        "description": DescriptionForm(formdata=None, obj=account),
        "everywhere": EverywhereForm(formdata=None),
        "in_study": StudyRoleForm(formdata=None),
        **forms,
    }
    return render_template(
        "admin/account.html",
        account=account,
        held_everywhere=sorted(identity.everywhere & GLOBAL_ROLES),
        held=sorted(held, key=lambda row: (str(row["title"]).casefold(), str(row["role"]))),
        labels=ROLE_LABELS,
        own=account.id == me().account_id,
        has_factor=factors.is_set(db(), account.id),
        confirm=ConfirmForm(formdata=None),
        **{**given, "in_study": given["in_study"].offer(titles)},
    )


@blueprint.get("/accounts/<account_id>")
def account(account_id: str) -> str:
    """What an administrator sees and changes of an account."""
    return show(accounts.get(db(), account_id))


@blueprint.post("/accounts/<account_id>")
def account_post(account_id: str) -> Page:
    """Change name and organisation."""
    found, form = accounts.get(db(), account_id), DescriptionForm()
    if form.validate():
        try:
            directory.describe(
                db(),
                account_id=account_id,
                name=form.name.data or "",
                organisation=form.organisation.data or "",
                at=now(),
                actor=me().account_id,
            )
            return go(account_id, N_("Saved."))
        except Invalid as error:
            form.name.errors = [*form.name.errors, said(error)]
    return show(found, description=form), UNPROCESSABLE
