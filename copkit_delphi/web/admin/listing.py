"""The list of accounts, and a new one."""

from __future__ import annotations

from flask import render_template, request

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.permission import ROLE_LABELS, Role
from copkit_delphi.people import accounts, directory, passwords
from copkit_delphi.web.admin.forms import NewAccountForm
from copkit_delphi.web.admin.page import UNPROCESSABLE, Page, blueprint, go
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.typed import asked_page

SHOWN = {"": None, "active": True, "inactive": False}


@blueprint.get("/accounts")
def accounts_() -> str:
    """Every account by name; searched and filtered by the address of the page."""
    sought = request.args.get("q", "").strip()[:100]
    state = request.args.get("state", "")
    page = asked_page()
    found = directory.search(db(), sought=sought, active=SHOWN.get(state), page=page)
    return render_template(
        "admin/accounts.html",
        found=found,
        sought=sought,
        state=state if state in SHOWN else "",
        page=page,
        last=max(1, -(-found.total // directory.PAGE)),
        labels=ROLE_LABELS,
    )


@blueprint.get("/accounts/new")
def new() -> str:
    """The form of a new account."""
    return render_template("admin/new.html", form=NewAccountForm())


@blueprint.post("/accounts/new")
def new_post() -> Page:
    """Make an account; its owner chooses the password."""
    form = NewAccountForm()
    if form.validate():
        try:
            return _make(form)
        except (Invalid, Conflict) as error:
            form.email.errors = [*form.email.errors, said(error)]
    return render_template("admin/new.html", form=form), UNPROCESSABLE


def _make(form: NewAccountForm) -> Page:
    account = accounts.create(
        db(),
        email=form.email.data or "",
        name=form.name.data or "",
        organisation=form.organisation.data or "",
        at=now(),
        actor=me().account_id,
    )
    for role in form.roles.data or []:
        directory.give_everywhere(db(), account_id=account.id, role=Role(role), by=me(), at=now())
    passwords.invite(db(), context().site, account_id=account.id, actor=me().account_id, at=now())
    return go(account.id, N_("The account is made. Its owner gets a mail with a link to choose a password."))
