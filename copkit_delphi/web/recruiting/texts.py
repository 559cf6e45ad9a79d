"""What panellists read and agree to, in versions; the interests they declare, and who agreed to more."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash
from flask_babel import gettext

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.elicitation.models import Study
from copkit_delphi.elicitation.recruiting import consents, further, interests
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.facilitator.editing import TOLD, begun, clash, hold
from copkit_delphi.web.facilitator.names import opened
from copkit_delphi.web.forms import done
from copkit_delphi.web.recruiting.forms import HandlingForm, TextsForm
from copkit_delphi.web.recruiting.page import Page, blueprint, go, refused, show, study_of


@blueprint.get("/<study_id>/panel/texts")
def texts(study_id: str) -> str:
    """The text in force, to be changed, and every version."""
    study = study_of(study_id, elicited=True)
    return _texts(study, begun(_stands(study_id)))


def _stands(study_id: str) -> TextsForm:
    text = consents.current(db(), study_id)
    return TextsForm(formdata=None, data={"information": text.information, "agreement": text.agreement})


def _texts(study: Study, form: TextsForm, **more: object) -> str:
    return show("texts", study, form=form, versions=consents.versions(db(), study_id=study.id), **more)


@blueprint.post("/<study_id>/panel/texts")
def texts_post(study_id: str) -> Page:
    """Put a text in force."""
    study, form = study_of(study_id, elicited=True), TextsForm()
    hold(study_id)
    if clashes := clash(form, _stands(study_id)):
        return _texts(study, form, clashes=clashes), TOLD
    act = lambda: consents.revise(  # noqa: E731
        db(),
        study_id=study_id,
        information=form.information.data or "",
        agreement=form.agreement.data or "",
        changed=form.changed.data or "",
        at=now(),
        actor=me().account_id,
    )
    if not done(form, act, "changed", mended=(Invalid, Conflict)):
        return refused(_texts(study, form))
    if study.state == StudyState.DRAFT:
        return go("texts", study_id, N_("Saved."))
    return go(
        "texts", study_id, N_("The new version is in force. Everybody is asked to agree at the next visit.")
    )


@blueprint.get("/<study_id>/panel/interests")
def interests_(study_id: str) -> str:
    """What everybody declared, by name, and what is done about it."""
    study = study_of(study_id, elicited=True)
    declared = interests.by_name(db(), context().vault, study_id=study_id) if opened(study_id) else []
    return _interests(study, begun(_handled(study_id)), declared)


def _handled(study_id: str) -> HandlingForm:
    return HandlingForm(formdata=None, data={"handling": interests.handling(db(), study_id)})


def _interests(
    study: Study, form: HandlingForm, declared: Sequence[interests.Interest] = (), **more: object
) -> str:
    summary = interests.summary(db(), context().vault, study_id=study.id)
    return show("interests", study, form=form, declared=declared, summary_=summary, **more)


@blueprint.post("/<study_id>/panel/interests")
def interests_post(study_id: str) -> Page:
    """Keep what is done about interests."""
    study, form = study_of(study_id, elicited=True), HandlingForm()
    hold(study_id)
    if clashes := clash(form, _handled(study_id)):
        return _interests(study, form, clashes=clashes), TOLD
    act = lambda: interests.set_handling(db(), study_id=study_id, text=form.handling.data or "")  # noqa: E731
    if not done(form, act, "handling"):
        return refused(_interests(study, form))
    flash(gettext("Saved."), "ok")
    return go("interests_", study_id)


@blueprint.get("/<study_id>/panel/agreed")
def further_(study_id: str) -> str:
    """Who may be named and who may be asked again, after the end; nothing about answers."""
    study = study_of(study_id, elicited=True)
    listed = further.is_listed(db(), study_id) and opened(study_id)
    found = further.agreed(db(), context().vault, study_id=study_id) if listed else None
    return show("further", study, found=found)
