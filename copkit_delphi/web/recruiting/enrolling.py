"""The enrolment page from the facilitator's side: what it says, whether it is open, and who applied."""

from __future__ import annotations

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3

from copkit_delphi.domain.errors import N_
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.elicitation.recruiting import applications, enrolments, late
from copkit_delphi.elicitation.recruiting.enrolments import Plan
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.facilitator.editing import TOLD, begun, clash, hold
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.names import opened
from copkit_delphi.web.forms import done
from copkit_delphi.web.recruiting.forms import EnrolmentForm
from copkit_delphi.web.recruiting.page import Page, blueprint, go, refused, show, study_of


def _form(study: Study, **data: object) -> EnrolmentForm:
    form = EnrolmentForm(**data)
    form.groups.choices = [SelectChoice(group.id, group.name) for group in studies.groups(db(), study.id)]
    return form


@blueprint.get("/<study_id>/panel/enrolment")
def enrolment(study_id: str) -> str:
    """What the page says and whether it is open."""
    study = study_of(study_id, elicited=True)
    return _page(study, begun(_stands(study)))


def _stands(study: Study) -> EnrolmentForm:
    page = enrolments.of_study(db(), study.id)
    if page is None:
        start = {"title": study.title, "text": study.purpose, "most": 50}
        return _form(study, formdata=None, data=start)
    return _form(study, formdata=None, obj=page, data={"groups": page.group_ids})


def _page(study: Study, form: EnrolmentForm, **more: object) -> str:
    page = enrolments.of_study(db(), study.id)
    return show(
        "enrolment",
        study,
        form=form,
        page=page,
        address=f"{context().site.address}/join/{page.slug}" if page else "",
        applied=enrolments.count_waiting(db(), study.id),
        **more,
    )


@blueprint.post("/<study_id>/panel/enrolment")
def enrolment_post(study_id: str) -> Page:
    """Keep what the page says, and open or close it."""
    study = study_of(study_id, elicited=True)
    hold(study_id)
    form = _form(study)
    if clashes := clash(form, _stands(study)):
        return _page(study, form, clashes=clashes), TOLD

    def act() -> None:
        plan = Plan(
            is_open=bool(form.is_open.data),
            title=form.title.data or "",
            text=form.text.data or "",
            until=form.until.data,
            most=form.most.data or 0,
            group_ids=tuple(form.groups.data or ()),
        )
        enrolments.set_up(db(), study_id=study_id, plan=plan, at=now(), actor=me().account_id)

    if not done(form, act, "text"):
        return refused(_page(study, form))
    return go("enrolment", study_id, N_("Saved."))


@blueprint.post("/<study_id>/panel/enrolment/address")
def renew_address(study_id: str) -> Response:
    """Give the page another address."""
    study_of(study_id, elicited=True)
    enrolments.renew(db(), study_id=study_id, at=now(), actor=me().account_id)
    return go("enrolment", study_id, N_("The page has a new address. The old one leads nowhere."))


@blueprint.get("/<study_id>/panel/applicants")
def applicants(study_id: str) -> str:
    """Who asked to join, with a confirmed address."""
    study = study_of(study_id, elicited=True)
    opened(study_id)  # likenesses name people on the list
    return _applicants(study, ConfirmForm())


def _applicants(study: Study, form: ConfirmForm, ticked: tuple[str, ...] = ()) -> str:
    return show(
        "applicants",
        study,
        form=form,
        ticked=ticked,
        applied=applications.waiting(db(), context().vault, study_id=study.id),
        groups={group.id: group.name for group in studies.groups(db(), study.id)},
        round_open=late.open_round(db(), study.id) is not None,
    )


@blueprint.post("/<study_id>/panel/applicants")
def applicants_post(study_id: str) -> Page:
    """Put those who are ticked on the list, or decline them; while a round is open they are invited at once."""
    study, form = study_of(study_id, elicited=True), ConfirmForm()
    ids = tuple(dict.fromkeys(request.form.getlist("applicant")))
    if not done(form, lambda: _decide(study_id, ids)):
        return refused(_applicants(study, form, ids))
    return go("applicants", study_id)


def _decide(study_id: str, ids: tuple[str, ...]) -> None:
    place, actor, at = context(), me().account_id, now()
    if request.form.get("act") != "approve":
        gone = applications.decline(db(), place.site, study_id=study_id, ids=ids, at=at, actor=actor)
        flash(gettext("Declined: %(n)s. They get a short mail.", n=gone), "ok")
        return
    emails = applications.approve(db(), place.vault, study_id=study_id, ids=ids, at=at, actor=actor)
    if late.open_round(db(), study_id) is None:
        flash(gettext("On the list: %(n)s. They are invited when the next round opens.", n=len(emails)), "ok")
        return
    late.invite(
        db(), place.vault, place.links, study_id=study_id, at=at, actor=actor, emails=frozenset(emails)
    )
    flash(gettext("On the list and invited to the open round: %(n)s.", n=len(emails)), "ok")
