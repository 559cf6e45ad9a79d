"""Names of the panel: shown only once the opening is written down."""

from __future__ import annotations

from flask import request

from copkit_delphi.elicitation import names, panels, standings
from copkit_delphi.elicitation.models import Round
from copkit_delphi.elicitation.panels import MemberProgress
from copkit_delphi.elicitation.standings import Standing
from copkit_delphi.people import vault
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.page import blueprint, show, study_of


def members(study_id: str) -> list[MemberProgress]:
    """Return the members by name, after the opening was written down; nobody if it could not be.

    A page that is only read writes it in a session of its own. A form that is refused is rolled back with all it
    wrote: it shows names only to somebody whose opening stands already.
    """
    if not noted(study_id):
        return []
    return panels.members(db(), context().vault, study_id=study_id)


def standings_of(study_id: str, round_: Round) -> list[Standing]:
    """Return the members by name with their invitations to a round, after the opening was written down likewise."""
    if not noted(study_id):
        return []
    return standings.of_round(db(), context().vault, study_id=study_id, round_=round_)


def noted(study_id: str) -> bool:
    """Write down that names are opened on this page; tell whether there are any that may be shown."""
    return vault.holds(db(), study_id=study_id) and opened(study_id)


def opened(study_id: str) -> bool:
    """Write down that the names are opened, unless this sitting is; tell whether they may be shown."""
    actor, at = me().account_id, now()
    if names.noted(db(), study_id=study_id, actor=actor, at=at):
        return True
    if request.method != "GET":
        return False
    with context().database.writing() as writing:
        names.note(writing, study_id=study_id, actor=actor, at=at)
    return True


@blueprint.get("/<study_id>/names")
def names_(study_id: str) -> str:
    """Say what opening the list means; a button opens it."""
    return show("names", study_of(study_id, elicited=True), listed=None, confirm=ConfirmForm())


@blueprint.post("/<study_id>/names")
def names_post(study_id: str) -> str:
    """Show names and contacts, and write down who opened them."""
    study = study_of(study_id, elicited=True)
    listed = names.read(db(), context().vault, study_id=study_id, actor=me().account_id, at=now())
    return show("names", study, listed=listed, confirm=ConfirmForm())
