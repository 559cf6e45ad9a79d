"""Moderation: reasons without code, group or time become arguments; opening the feedback freezes them."""

from __future__ import annotations

from dataclasses import replace

from flask import request

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.lifecycle import FeedbackState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import feedback, results, rounds, studies
from copkit_delphi.elicitation import moderation as taken_up
from copkit_delphi.elicitation.feedback import MAX_ARGUMENT, Edited
from copkit_delphi.elicitation.models import Round
from copkit_delphi.elicitation.moderation import Proposal
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, round_of, show, study_of
from copkit_delphi.web.typed import clean


def _in_moderation(study_id: str, number: int) -> Round:
    found = round_of(study_id, number)
    if found.feedback != FeedbackState.IN_MODERATION:
        raise Conflict(N_("Reasons are checked after the close and before the feedback opens."))
    return found


def _page(study_id: str, found: Round, proposals: list[Proposal], problem: str = "") -> str:
    frozen = results.snapshot(db(), found.id)
    titles = {one.name: one.title for one in studies.scenarios(db(), study_id)}
    return show(
        "moderation",
        study_of(study_id),
        round=found,
        by_item=_by_item(proposals, {item.name: titles[item.scenario] for item in frozen.items}),
        apart=[one for one in proposals if not one.raw.for_panel],
        problem=problem,
        most=MAX_ARGUMENT,
        least=Protocol.from_dict(study_of(study_id).protocol).k,
        form=ConfirmForm(),
    )


def _by_item(proposals: list[Proposal], titles: dict[str, str]) -> list[tuple[str, list[Proposal]]]:
    found: dict[str, list[Proposal]] = {}
    for one in proposals:
        if one.raw.for_panel:
            found.setdefault(titles[one.raw.item_name], []).append(one)
    return list(found.items())


def _typed(proposals: list[Proposal]) -> list[Proposal]:
    """Return the reasons with what the form says of each; a reason for the facilitators only never passes."""
    return [
        replace(
            one,
            text=clean(request.form.get(f"text-{one.raw.key}", one.text)),
            side=request.form.get(f"side-{one.raw.key}", one.side),
            passes=f"pass-{one.raw.key}" in request.form,
        )
        if one.raw.for_panel
        else one
        for one in proposals
    ]


@blueprint.get("/<study_id>/rounds/<int:number>/moderation")
def moderation(study_id: str, number: int) -> str:
    """Every reason of the round, to pass, to edit or to leave out."""
    found = _in_moderation(study_id, number)
    return _page(study_id, found, taken_up.proposals(db(), round_=found))


@blueprint.post("/<study_id>/rounds/<int:number>/moderation")
def moderation_post(study_id: str, number: int) -> Page:
    """Keep the arguments, or keep them and open the feedback."""
    found = _in_moderation(study_id, number)
    typed = _typed(taken_up.proposals(db(), round_=found))
    edited = [Edited(one.raw.key, one.side, one.text) for one in typed if one.passes and one.raw.for_panel]
    try:
        feedback.moderate(db(), round_=found, edited=edited, actor=me().account_id, at=now())
    except Invalid as error:
        return refused(_page(study_id, found, typed, said(error)))
    if request.form.get("then") != "open":
        return go("moderation", study_id, N_("Kept. The panel sees nothing yet."), number=number)
    rounds.open_feedback(db(), round_=found, actor=me().account_id, clock=context().clock)
    return go("study", study_id, N_("The feedback is open to the panel and cannot change any more."))
