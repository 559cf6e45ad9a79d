"""Rounds: open the next, move the deadline, close, let the synthetic panel answer, end the study."""

from __future__ import annotations

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.domain.lifecycle import RoundState, StudyState
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import (
    advice,
    behaviours,
    carrying,
    decisions,
    kinds,
    results,
    rounds,
    studies,
    tendencies,
)
from copkit_delphi.elicitation.carrying import Proposal
from copkit_delphi.elicitation.models import Round, Study
from copkit_delphi.web import zones
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.facilitator.forms import ReasonForm
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, round_of, show, study_of
from copkit_delphi.web.facilitator.round_forms import DeadlineForm, NextForm
from copkit_delphi.web.facilitator.setup import open_round
from copkit_delphi.web.forms import done

LAST = N_("The rules of this study allow no further round. Its end is decided here.")
AGAINST = N_("The advice is to end the study. Say here why another round is held, then open it.")


def _elsewhere_first(study: Study) -> Response | None:
    """Return the way to the end where no further round is allowed, and to the decision where another round goes
    against the advice and nobody said why.
    """
    kinds.check_none_open(db(), study.id, besides=kinds.THREATS)
    latest = rounds.latest(db(), study.id)
    if latest is not None and latest.state == RoundState.CLOSED and not rounds.goes_on(study, latest.number):
        return go("end", study.id, LAST)
    if latest is not None and decisions.waits_for_a_reason(db(), study.id, latest.number):
        return go("deciding_round", study.id, AGAINST, number=latest.number)
    return None


def _plan(study: Study, form: NextForm) -> str:
    latest = rounds.latest(db(), study.id)
    if latest is None or latest.state == RoundState.OPEN:
        raise Conflict(N_("Close the open round first."))
    offered = carrying.proposals(db(), study_id=study.id, number=latest.number + 1)
    chosen = {one.item.id for one in offered if one.asked} if form.items.data is None else form.items.data
    return show(
        "open",
        study,
        form=form,
        number=latest.number + 1,
        by_scenario=_by_scenario(study, offered),
        chosen=chosen,
        carry=Protocol.from_dict(study.protocol).carry,
    )


def _by_scenario(study: Study, offered: list[Proposal]) -> list[tuple[str, list[Proposal]]]:
    titles = {one.id: one.title for one in studies.scenarios(db(), study.id)}
    found: dict[str, list[Proposal]] = {}
    for one in offered:
        found.setdefault(titles[one.item.scenario_id], []).append(one)
    return list(found.items())


@blueprint.get("/<study_id>/rounds/next")
def next_round(study_id: str) -> Page:
    """The deadline of the next round."""
    study = study_of(study_id, elicited=True)
    return _elsewhere_first(study) or _plan(study, NextForm())


@blueprint.post("/<study_id>/rounds/next")
def next_round_post(study_id: str) -> Page:
    """Open the next round and invite everybody with a fresh link."""
    study, form = study_of(study_id, elicited=True), NextForm()
    if rounds.latest(db(), study_id) is None:
        raise Conflict(N_("Round 1 is opened at the end of the set-up."))
    if away := _elsewhere_first(study):
        return away
    _plan(study, form)
    chosen = form.items.data if request.form.get("choosing") else None
    act = lambda: open_round(study_id, form, chosen=chosen, why=form.why.data)  # noqa: E731
    if not done(form, act, "deadline", fields={"reason": "why", "chosen": "items"}):
        return refused(_plan(study, form))
    return go("study", study_id, N_("The round is open. The invitations are on their way."))


def _open_round_of(study_id: str, number: int) -> Round:
    found = round_of(study_id, number)
    if found.state != RoundState.OPEN:
        raise Conflict(N_("The round is not open."))
    return found


@blueprint.get("/<study_id>/rounds/<int:number>/deadline")
def deadline(study_id: str, number: int) -> str:
    """The deadline of the open round."""
    found = _open_round_of(study_id, number)
    return show(
        "deadline",
        study_of(study_id),
        form=DeadlineForm(data={"deadline": zones.to_type(found.deadline)}),
        round=found,
    )


@blueprint.post("/<study_id>/rounds/<int:number>/deadline")
def deadline_post(study_id: str, number: int) -> Page:
    """Move the deadline."""
    found, form = _open_round_of(study_id, number), DeadlineForm()
    act = lambda: rounds.move_deadline(  # noqa: E731
        db(),
        round_=found,
        deadline=form.moment,
        reason=form.reason.data,
        actor=me().account_id,
        clock=context().clock,
    )
    if not done(form, act, "deadline"):
        return refused(show("deadline", study_of(study_id), form=form, round=found))
    return go("study", study_id, N_("The deadline has moved. The panel sees it on its next page."))


def _closing(study_id: str, found: Round, form: ReasonForm) -> str:
    checks = advice.before_closing(db(), study_id=study_id)
    return show(
        "close", study_of(study_id), form=form, round=found, checks=checks, favours=all(c.met for c in checks)
    )


@blueprint.get("/<study_id>/rounds/<int:number>/close")
def close(study_id: str, number: int) -> str:
    """What closing means, and what speaks against it."""
    return _closing(study_id, _open_round_of(study_id, number), ReasonForm())


@blueprint.post("/<study_id>/rounds/<int:number>/close")
def close_post(study_id: str, number: int) -> Page:
    """Close the round; against the advisor only with a reason."""
    found, form = _open_round_of(study_id, number), ReasonForm()
    act = lambda: advice.close(  # noqa: E731
        db(), round_=found, actor=me().account_id, clock=context().clock, reason=form.reason.data
    )
    if not done(form, act, "reason"):
        return refused(_closing(study_id, found, form))
    return go(
        "moderation",
        study_id,
        N_("The round is closed. Check the reasons, then open the feedback."),
        number=number,
    )


@blueprint.post("/<study_id>/rounds/<int:number>/synthetic")
def synthetic(study_id: str, number: int) -> Page:
    """Let the synthetic panel of a practice study answer; nobody who is done is overwritten."""
    study, found = study_of(study_id), _open_round_of(study_id, number)
    if not study.practice:
        raise Conflict(N_("Synthetic panellists answer in practice studies only."))
    answered = behaviours.answer_round(
        db(), round_=found, tendencies=tendencies.of_library(), clock=context().clock, seed=study.seed
    )
    flash(gettext("%(n)s synthetic panellists have answered.", n=answered), "ok")
    return go("study", study_id)


def _ending(study: Study, form: ReasonForm) -> str:
    if study.state in (StudyState.ENDED, StudyState.ARCHIVED):
        raise Conflict(N_("The study has ended already. Its results stand."))
    latest = rounds.latest(db(), study.id)
    if latest is None or latest.state == RoundState.OPEN:
        raise Conflict(N_("Close the open round first."))
    frozen, protocol = results.snapshot(db(), latest.id), Protocol.from_dict(study.protocol)
    checks, favours = advice.after_close(frozen, protocol), advice.says_end(frozen, protocol)
    return show("end", study, form=form, round=latest, checks=checks, favours=favours)


@blueprint.get("/<study_id>/end")
def end(study_id: str) -> str:
    """What the stopping rule says."""
    return _ending(study_of(study_id, elicited=True), ReasonForm())


@blueprint.post("/<study_id>/end")
def end_post(study_id: str) -> Page:
    """End the study; against the stopping rule only with a reason."""
    study, form = study_of(study_id, elicited=True), ReasonForm()
    act = lambda: advice.end(  # noqa: E731
        db(), study_id=study_id, actor=me().account_id, at=now(), reason=form.reason.data
    )
    if not done(form, act, "reason"):
        return refused(_ending(study, form))
    return go("study", study_id, N_("The study has ended. Its results stand."))
