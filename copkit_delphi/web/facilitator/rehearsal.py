"""Preview as a panellist of each group: the panellist's own pages, read only, from the study as it is set up."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask import url_for as real_url

from copkit_delphi.domain import effort
from copkit_delphi.elicitation import rehearsals, studies, translations
from copkit_delphi.elicitation.desks import Desk
from copkit_delphi.web.context import db, now
from copkit_delphi.web.facilitator.page import blueprint, study_of
from copkit_delphi.web.facilitator.preview import shelf
from copkit_delphi.web.languages import named
from copkit_delphi.web.panellist import desk, forms, pages
from copkit_delphi.web.panellist.forms import ConsentForm

_HERE = {"panellist.desk": "facilitator.rehearsal", "panellist.sheet": "facilitator.rehearsal_sheet"}

# Where the forms of a panellist go: they are shown disabled, and the doors let no staff through.
_POSTED = frozenset(
    {"panellist.save", "panellist.draft", "panellist.consent", "panellist.decline", "panellist.language"}
)


def _chosen() -> dict[str, str]:
    return {name: request.args[name][:16] for name in ("group", "language") if request.args.get(name)}


def _show(template: str, view: Desk, **more: Any) -> str:
    study, chosen = view.study, _chosen()

    def url_for(endpoint: str, **values: Any) -> str:
        """Lead from page to page of the preview; other pages of a panellist are not there."""
        if endpoint in _HERE:
            values |= {"study_id": study.id} | chosen
            return real_url(_HERE[endpoint], **values)
        if endpoint == "panellist.file":
            return real_url("facilitator.file", study_id=study.id, **values)
        leads = endpoint in _POSTED or not endpoint.startswith("panellist.")
        return real_url(endpoint, **values) if leads else "#main"

    return render_template(
        f"facilitator/{template}.html",
        view=view,
        study=study,
        url_for=url_for,
        marking=study.marking,
        synthetic=study.synthetic,
        practice=study.practice,
        ethics=None,
        minutes=effort.minutes(sum(step.seconds for step in view.steps)),
        skipped=lambda *_: (),
        groups=studies.groups(db(), study.id),
        shelf=shelf(study, 1, chosen.get("group", "")),
        chosen=chosen,
        **{"languages": named(study.languages), **more},
    )


def _desk(study_id: str) -> Desk:
    study_of(study_id, elicited=True)
    return rehearsals.desk(db(), study_id=study_id, group_id=_chosen().get("group", ""), at=now())


@blueprint.get("/<study_id>/preview")
def rehearsal(study_id: str) -> str:
    """The information page as it will stand."""
    view = _desk(study_id)
    return _show("preview_information", view, **desk.informed(view, ConsentForm(), version=None))


@blueprint.get("/<study_id>/preview/<int:position>")
def rehearsal_sheet(study_id: str, position: int) -> str:
    """One scenario as it will stand."""
    view = _desk(study_id)
    spoken = translations.speak(
        rehearsals.sheet(db(), view=view, position=position), _chosen().get("language", "")
    )
    form = forms.form_for(spoken.page)
    return _show("preview_sheet", view, **pages.shown(spoken, form))
