"""Round 0: ask the panel what to ask, follow who is done, and make scenarios of what was proposed."""

from __future__ import annotations

from itertools import count
from typing import Any

from flask import flash, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.domain.lifecycle import RoundState, StudyState
from copkit_delphi.elicitation import behaviours, panels, proposing, round_zero, studies
from copkit_delphi.elicitation.models import ProposalRound, Study
from copkit_delphi.elicitation.plans import ScenarioPlan
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.facilitator.forms import ConfirmForm, OpenForm
from copkit_delphi.web.facilitator.names import noted
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.fields import line
from copkit_delphi.web.forms import done

NEW = "new"


class AskForm(OpenForm):
    """What the panel is asked, and until when."""

    question = line(
        _l("What you ask the panel"),
        round_zero.MAX_QUESTION,
        area=True,
        needed=_l("Write what you ask the panel."),
        hint=_l("For example: which uses of new technology by criminals should this study look at, and why?"),
    )


class MergeForm(ConfirmForm):
    """What becomes of the proposals that are ticked."""

    title = line(_l("Title of the scenario"), 200)
    statement = line(
        _l("Its statement"),
        1200,
        area=True,
        hint=_l("One event, a place and a date: “By 31 December 2028, …”"),
    )
    reason = line(_l("Why nothing is made of it"), round_zero.MAX_REASON, hint=_l("Its author reads this."))


def _round(study_id: str) -> ProposalRound:
    study_of(study_id, elicited=True)
    found = round_zero.of_study(db(), study_id)
    if found is None:
        raise NotFound(N_("This study has no round 0 yet."))
    return found


def _page(study: Study, *, ask: AskForm | None = None, merge: MergeForm | None = None, **more: Any) -> str:
    found = round_zero.of_study(db(), study.id)
    closed = found if found is not None and found.state == RoundState.CLOSED else None
    is_open = found if found is not None and closed is None else None
    return show(
        "round_zero",
        study,
        round=found,
        is_open=is_open is not None,
        gaps=round_zero.missing(study) + panels.missing(db(), study_id=study.id) if found is None else [],
        ask=ask or AskForm(formdata=None),
        merge=merge or MergeForm(formdata=None),
        confirm=ConfirmForm(),
        hidden=closed is not None and round_zero.hides(db(), closed),
        proposals=round_zero.read(db(), closed) if closed else [],
        synthetic_seats=sum(behaviours.seats(db(), study_id=study.id).values()) if is_open else 0,
        members=_members(study, is_open) if is_open else [],
        scenarios=studies.scenarios(db(), study.id),
        trail=round_zero.trail(db(), study.id),
        steps=[],
        **more,
    )


def _members(study: Study, found: ProposalRound) -> list[panels.MemberProgress]:
    if not noted(study.id):
        return []
    by_code = round_zero.progress(db(), found)
    return panels.members(db(), context().vault, study_id=study.id, progress=by_code)


@blueprint.get("/<study_id>/round-0", endpoint="round_zero_")
def page(study_id: str) -> str:
    """Where round 0 stands; after its close the proposals and the trail to the scenarios."""
    return _page(study_of(study_id, elicited=True))


@blueprint.post("/<study_id>/round-0")
def open_round_zero(study_id: str) -> Page:
    """Open round 0 and invite the panel."""
    study, form = study_of(study_id, elicited=True), AskForm()

    def act() -> None:
        for gap in panels.missing(db(), study_id=study_id):
            raise Conflict(gap)
        actor, clock = me().account_id, context().clock
        opened = round_zero.open_(
            db(),
            study_id=study_id,
            question=form.question.data,
            deadline=form.moment,
            actor=actor,
            clock=clock,
        )
        panels.invite(db(), context().vault, context().links, round_=opened, at=now(), actor=actor)

    if not done(form, act, "question"):
        return refused(_page(study, ask=form))
    return go("round_zero_", study_id, N_("Round 0 is open. The invitations are on their way."))


@blueprint.post("/<study_id>/round-0/deadline")
def move_round_zero(study_id: str) -> Page:
    """Move the deadline of round 0."""
    found, form = _round(study_id), OpenForm()
    act = lambda: round_zero.move_deadline(  # noqa: E731
        db(), round_=found, deadline=form.moment, actor=me().account_id, clock=context().clock
    )
    if not done(form, act, "deadline"):
        return refused(_page(study_of(study_id), moving=form))
    return go("round_zero_", study_id, N_("The deadline has moved. The panel sees it on its next page."))


@blueprint.post("/<study_id>/round-0/synthetic")
def synthetic_proposals(study_id: str) -> Response:
    """Let the synthetic panel of a practice study propose; nobody who is done is asked again."""
    study, found = study_of(study_id), _round(study_id)
    done_now = proposing.propose(db(), round_=found, clock=context().clock, seed=study.seed)
    flash(gettext("%(n)s synthetic panellists have finished round 0.", n=done_now), "ok")
    return go("round_zero_", study_id)


@blueprint.post("/<study_id>/round-0/close")
def close_round_zero(study_id: str) -> Response:
    """Close round 0."""
    found = _round(study_id)
    round_zero.close(db(), round_id=found.id, actor=me().account_id, clock=context().clock)
    return go("round_zero_", study_id, N_("Round 0 is closed. Read what was proposed."))


@blueprint.post("/<study_id>/round-0/merge")
def merge_proposals(study_id: str) -> Page:
    """Make a scenario of the proposals that are ticked, put them to one, or leave them out with a reason."""
    study, found, form = study_of(study_id, elicited=True), _round(study_id), MergeForm()
    chosen = request.form.getlist("proposal")

    def act() -> None:
        if "leave_out" in request.form:
            reason = form.reason.data or ""
            round_zero.leave_out(
                db(), round_=found, chosen=chosen, reason=reason, actor=me().account_id, at=now()
            )
        else:
            into = _into(study, form)
            round_zero.merge(db(), round_=found, chosen=chosen, into=into, actor=me().account_id, at=now())

    if not done(form, act, "reason" if "leave_out" in request.form else "title"):
        return refused(_page(study, merge=form, ticked=set(chosen), target=request.form.get("into", "")))
    return go("round_zero_", study_id, N_("Saved. The trail below shows what became of each proposal."))


def _into(study: Study, form: MergeForm) -> str | ScenarioPlan:
    target = request.form.get("into", "")
    if not target:
        raise Invalid(N_("Choose where they go: into a new scenario or into one that is there."))
    if target != NEW:
        return target
    known = {one.name for one in studies.scenarios(db(), study.id)}
    name = next(name for number in count(1) if (name := f"P{number:02}") not in known)
    title = form.title.data or ""
    return ScenarioPlan(name=name, title=title, short=title[:40], statement=form.statement.data or "")


@blueprint.post("/<study_id>/round-0/proposals/<proposal_id>/undo")
def undo_proposal(study_id: str, proposal_id: str) -> Response:
    """Undo what was decided on one proposal."""
    found = _round(study_id)
    if study_of(study_id).state != StudyState.DRAFT:
        raise Conflict(N_("Round 1 has opened: what became of the proposals stands."))
    round_zero.take_back(db(), round_=found, proposal_id=proposal_id, actor=me().account_id, at=now())
    return go("round_zero_", study_id, N_("Nothing is decided on this proposal now."))
