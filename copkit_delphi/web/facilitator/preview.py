"""What each group will see in a further round: the panellist's page, read-only, with a made-up answer.

Once the round before has closed its frozen result stands there; until then a picture that is made up, and says so.
"""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import previews, rounds, studies, translations
from copkit_delphi.elicitation.models import Study
from copkit_delphi.elicitation.previews import Looking
from copkit_delphi.elicitation.sheets import Sheet
from copkit_delphi.web.context import db
from copkit_delphi.web.facilitator.page import blueprint, round_of, show, study_of
from copkit_delphi.web.panellist import forms as answers
from copkit_delphi.web.panellist.pages import shown
from copkit_delphi.web.typed import asked_page

PANEL = "panel"


def shelf(study: Study, current: int, group: str) -> list[dict[str, Any]]:
    """Return the rounds that a preview can show, as choices: 1 as it is set up, the others with feedback."""
    closed = {row.number for row in rounds.of_study(db(), study.id) if row.state == RoundState.CLOSED}
    most = Protocol.from_dict(study.protocol).stopping.max_rounds
    return [
        {
            "label": gettext("Round %(number)s", number=number),
            "href": _address(study.id, number, group, closed),
            "current": number == current,
        }
        for number in range(1, max(most, current) + 1)
    ]


def _address(study_id: str, number: int, group: str, closed: set[int]) -> str:
    if number == 1:
        of_group = group if group != PANEL else ""
        return url_for("facilitator.rehearsal", study_id=study_id, group=of_group or None)
    if number - 1 in closed:
        return url_for("facilitator.preview", study_id=study_id, number=number - 1, group=group or None)
    return url_for("facilitator.made_up", study_id=study_id, number=number, group=group or None)


def _looking(study_id: str) -> tuple[str, Looking]:
    groups = studies.groups(db(), study_id)
    chosen = request.args.get("group") or (groups[0].id if groups else PANEL)
    name = next((group.name for group in groups if group.id == chosen), "")
    if not name and chosen != PANEL:
        raise NotFound(N_("There is no such group in this study."))
    return chosen, Looking(name, whole=chosen == PANEL)


def _show(study: Study, page: Sheet, chosen: str, **more: Any) -> str:
    assert page.desk.round is not None  # noqa: S101 - a page is of a round
    number = page.desk.round.number
    return show(
        "preview",
        study,
        groups=studies.groups(db(), study.id),
        chosen=chosen,
        view=page.desk,
        shelf=shelf(study, number, chosen),
        here=lambda **values: url_for(str(request.endpoint), **{**(request.view_args or {}), **values}),
        **shown(translations.speak(page, ""), answers.form_for(page)),
        preview=True,
        **more,
    )


@blueprint.get("/<study_id>/rounds/<int:number>/preview")
def preview(study_id: str, number: int) -> str:
    """One page of the further round, as a group sees it or without figures of groups."""
    study, found = study_of(study_id, elicited=True), round_of(study_id, number)
    chosen, looking = _looking(study_id)
    page = previews.sheet(db(), round_=found, looking=looking, number=asked_page())
    return _show(study, page, chosen, made_up=False)


@blueprint.get("/<study_id>/preview/rounds/<int:number>")
def made_up(study_id: str, number: int) -> str | Response:
    """One page of a further round with made-up figures, while the round before has not closed."""
    study = study_of(study_id, elicited=True)
    if not 1 < number <= Protocol.from_dict(study.protocol).stopping.max_rounds:
        raise NotFound(N_("There is no such round in this study."))
    chosen, looking = _looking(study_id)
    before = next((row for row in rounds.of_study(db(), study_id) if row.number == number - 1), None)
    if before is not None and before.state == RoundState.CLOSED:
        return redirect(
            url_for("facilitator.preview", study_id=study_id, number=number - 1, group=chosen), 303
        )
    page = previews.made_up(db(), study=study, before=number - 1, looking=looking, number=asked_page())
    return _show(study, page, chosen, made_up=True)
