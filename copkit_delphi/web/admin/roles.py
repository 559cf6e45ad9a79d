"""Roles of one account, everywhere and in studies picked by their titles."""

from __future__ import annotations

from flask import request

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import appointments
from copkit_delphi.people import accounts, directory
from copkit_delphi.web.admin.account import show
from copkit_delphi.web.admin.forms import EverywhereForm, StudyRoleForm
from copkit_delphi.web.admin.page import UNPROCESSABLE, Page, blueprint, go
from copkit_delphi.web.appointing import appoint
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.forms import done

GIVEN, TAKEN = N_("The role is given."), N_("The role is taken away.")


@blueprint.post("/accounts/<account_id>/roles")
def give_role(account_id: str) -> Page:
    """Give a role that counts everywhere."""
    found, form = accounts.get(db(), account_id), EverywhereForm()
    if not form.validate():
        return show(found, everywhere=form), UNPROCESSABLE
    directory.give_everywhere(db(), account_id=account_id, role=Role(form.role.data), by=me(), at=now())
    return go(account_id, GIVEN)


@blueprint.post("/accounts/<account_id>/roles/take")
def take_role(account_id: str) -> Page:
    """Take a role away that counts everywhere."""
    directory.take_everywhere(db(), account_id=account_id, role=_role(), by=me(), at=now())
    return go(account_id, TAKEN)


@blueprint.post("/accounts/<account_id>/studies")
def give_study_role(account_id: str) -> Page:
    """Give a role in a study."""
    found, form = accounts.get(db(), account_id), StudyRoleForm()
    form.offer(appointments.titles(db()))

    def act() -> None:
        appoint(study_id=form.study.data, account_id=account_id, role=Role(form.study_role.data))

    if done(form, act, "study_role"):
        return go(account_id, GIVEN)
    return show(found, in_study=form), UNPROCESSABLE


@blueprint.post("/accounts/<account_id>/studies/take")
def take_study_role(account_id: str) -> Page:
    """Take a role in a study away."""
    appointments.take(
        db(),
        context().site,
        study_id=request.form.get("study", ""),
        account_id=account_id,
        role=_role(),
        by=me(),
        at=now(),
    )
    return go(account_id, TAKEN)


def _role() -> Role:
    typed = request.form.get("role", "")
    if typed not in set(Role):
        raise NotFound(N_("There is no such role."))
    return Role(typed)
