"""The list of the panel: people by name, and the seats of a synthetic panel."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask_babel import gettext, ngettext

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation import behaviours, panels, pasted, studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.facilitator.forms import ConfirmForm, PeopleForm
from copkit_delphi.web.facilitator.names import members
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, study_of
from copkit_delphi.web.facilitator.setup import page
from copkit_delphi.web.forms import done

MOST_SEATS = 100
MOST_TOLD = 20  # lines to mend that are named, each with what is wrong


def _page(study: Study, form: PeopleForm, **more: Any) -> str:
    return page(
        "panel",
        study,
        form=form,
        groups=studies.groups(db(), study.id),
        members=members(study.id),
        taken=behaviours.seats(db(), study_id=study.id),
        confirm=ConfirmForm(),
        **more,
    )


@blueprint.get("/<study_id>/set-up/panel")
def panel(study_id: str) -> str:
    """Who is on the list."""
    return _page(study_of(study_id, elicited=True), PeopleForm())


@blueprint.post("/<study_id>/set-up/panel")
def panel_post(study_id: str) -> Page:
    """Put people on the list; after the opening they are invited with the next round."""
    study, form = study_of(study_id, elicited=True), PeopleForm()
    people, wrong = pasted.read(form.lines.data, [group.name for group in studies.groups(db(), study_id)])
    counts: list[tuple[int, int]] = []
    act = lambda: counts.append(  # noqa: E731
        panels.take(db(), context().vault, study_id=study_id, people=people, at=now(), actor=me().account_id)
    )
    if wrong and form.validate():
        form.lines.errors = _to_mend(wrong)
    if form.lines.errors or not done(form, act, "lines"):
        return refused(_page(study, form))
    flash(
        gettext("Added: %(added)s. On the list already: %(there)s.", added=counts[0][0], there=counts[0][1]),
        "ok",
    )
    return go("panel", study_id)


def _to_mend(wrong: list[pasted.Wrong]) -> list[str]:
    """Return a sentence for each line to mend, and how many more there are."""
    told = [gettext("Line %(line)s: %(why)s", line=one.line, why=said(one.why)) for one in wrong[:MOST_TOLD]]
    more = len(wrong) - len(told)
    left = [ngettext("%(num)s more line to mend.", "%(num)s more lines to mend.", more)] if more else []
    return [*told, *left, gettext("Nobody was added.")]


@blueprint.post("/<study_id>/set-up/panel/<contact_id>/remove")
def remove_person(study_id: str, contact_id: str) -> Page:
    """Take somebody off the list of a draft study."""
    study_of(study_id, elicited=True)
    panels.remove(db(), study_id=study_id, contact_id=contact_id, at=now(), actor=me().account_id)
    return go("panel", study_id, N_("One person was taken off the list."))


@blueprint.post("/<study_id>/set-up/seats")
def seats(study_id: str) -> Page:
    """Seat the synthetic panel of a practice study."""
    study = study_of(study_id, elicited=True)
    try:
        sizes = {
            group.name: _size(request.form.get(f"seats-{group.id}", ""))
            for group in studies.groups(db(), study_id)
        }
        seated = behaviours.set_seats(db(), study_id=study_id, sizes=sizes)
    except Invalid as error:
        flash(gettext(error.message, **error.params), "bad")
        return refused(_page(study, PeopleForm(formdata=None), typed=request.form))
    flash(gettext("%(n)s synthetic panellists are seated.", n=seated), "ok")
    return go("panel", study_id)


def _size(text: str) -> int:
    cleaned = text.strip() or "0"
    if not (cleaned.isascii() and cleaned.isdigit() and len(cleaned) <= 3 and int(cleaned) <= MOST_SEATS):
        raise Invalid(N_("Give a whole number of seats from 0 to %(n)s for each group."), n=MOST_SEATS)
    return int(cleaned)
