"""The rounds of a study on one page; opening a closed one again; other words between rounds."""

from __future__ import annotations

from typing import Any

from copkit_delphi.domain.errors import N_, Conflict, Moved
from copkit_delphi.domain.lifecycle import FeedbackState, RoundState, StudyState
from copkit_delphi.domain.permission import Action
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.rules_in_words import FEEDBACK_WORDS
from copkit_delphi.elicitation import history, panels, reopenings, rewordings, rounds
from copkit_delphi.elicitation.models import Round, Study
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, round_of, show, study_of
from copkit_delphi.web.facilitator.round_forms import ReopenForm, WordsForm
from copkit_delphi.web.forms import done


@blueprint.get("/<study_id>/rounds")
def rounds_(study_id: str) -> str:
    """Every round with what was done to it, and what can be done next."""
    study = study_of(study_id, elicited=True)
    every = history.of_study(db(), study_id=study_id)
    planned = next((one for one in every if one.round.state == RoundState.DRAFT), None)
    last = next((one.round for one in reversed(every) if one.round.state != RoundState.DRAFT), None)
    return show(
        "rounds",
        study,
        rounds=[one for one in every if one.round.state != RoundState.DRAFT],
        planned=planned.round if planned and last else None,
        last=last,
        may_plan=_may_plan(study, last) and planned is None,
        may_confirm=me().may(Action.ROUND_CONFIRM, study_id),
        words=FEEDBACK_WORDS,
        scenarios=rewordings.changeable(db(), study_id, last) if planned and last else [],
        confirm=ConfirmForm(),
    )


def _may_plan(study: Study, last: Round | None) -> bool:
    rule = Protocol.from_dict(study.protocol).stopping
    return (
        last is not None
        and last.feedback == FeedbackState.OPEN
        and study.state == StudyState.RUNNING
        and last.number < rule.max_rounds
    )


@blueprint.post("/<study_id>/rounds/plan")
def plan_round(study_id: str) -> Page:
    """Plan a further round again."""
    study_of(study_id, elicited=True)
    rounds.plan_next(db(), study_id=study_id, actor=me().account_id, clock=context().clock)
    return go("rounds_", study_id, N_("A further round is planned. Nobody is invited before you open it."))


@blueprint.post("/<study_id>/rounds/remove")
def remove_round(study_id: str) -> Page:
    """Remove the planned round."""
    study_of(study_id, elicited=True)
    rounds.drop_planned(db(), study_id=study_id, actor=me().account_id, clock=context().clock)
    return go("rounds_", study_id, N_("The planned round is removed. The rounds before it are as they were."))


def _reopening(study_id: str, found: Round, form: ReopenForm) -> str:
    waiting = reopenings.pending(db(), found.id)
    if waiting is None and found.feedback != FeedbackState.IN_MODERATION:
        raise Conflict(N_("Only a closed round whose feedback is not open yet can be opened again."))
    return show(
        "reopen",
        study_of(study_id),
        form=form,
        round=found,
        waiting=waiting,
        mine=waiting is not None and waiting.asked_by == me().account_id,
        k=Protocol.from_dict(study_of(study_id).protocol).k,
        confirm=ConfirmForm(),
    )


@blueprint.get("/<study_id>/rounds/<int:number>/reopen")
def reopen(study_id: str, number: int) -> str:
    """What opening a closed round again means; the request that waits for a second person."""
    return _reopening(study_id, round_of(study_id, number), ReopenForm())


@blueprint.post("/<study_id>/rounds/<int:number>/reopen")
def reopen_post(study_id: str, number: int) -> Page:
    """Ask for a closed round to be opened again."""
    found, form = round_of(study_id, number), ReopenForm()
    act = lambda: reopenings.ask(  # noqa: E731
        db(),
        round_=found,
        reason=form.reason.data,
        deadline=form.moment,
        actor=me().account_id,
        clock=context().clock,
    )
    if not done(form, act, "reason"):
        return refused(_reopening(study_id, found, form))
    return go("reopen", study_id, N_("Asked for. A second person confirms it on this page."), number=number)


@blueprint.post("/<study_id>/rounds/<int:number>/reopen/confirm")
def reopen_confirm(study_id: str, number: int) -> Page:
    """Open the round again, asked for by somebody else, and tell the panel."""
    opened = reopenings.confirm(
        db(), round_=round_of(study_id, number), actor=me().account_id, clock=context().clock
    )
    seals, links = context().vault, context().links
    panels.invite(db(), seals, links, round_=opened, at=now(), actor=me().account_id, again=True)
    return go("study", study_id, N_("The round is open again. Everybody gets a mail with a fresh link."))


@blueprint.post("/<study_id>/rounds/<int:number>/reopen/drop")
def reopen_drop(study_id: str, number: int) -> Page:
    """Take the request back."""
    reopenings.drop(db(), round_=round_of(study_id, number), actor=me().account_id, clock=context().clock)
    return go("rounds_", study_id, N_("The request is taken back. The round stays closed."))


def _words(study_id: str, text: rewordings.Text, form: WordsForm, **more: Any) -> str:
    return show("words", study_of(study_id), form=form, text=text, **more)


def _form_of(text: rewordings.Text) -> WordsForm:
    lists = {name: "\n".join(getattr(text.words, name)) for name in ("counts", "counts_not")}
    return WordsForm(data={"statement": text.words.statement, "version": text.version, **lists})


@blueprint.get("/<study_id>/scenarios/<scenario_id>/words")
def words(study_id: str, scenario_id: str) -> str:
    """The words of a statement, to be changed between rounds."""
    study_of(study_id, elicited=True)
    text = rewordings.current(db(), study_id=study_id, scenario_id=scenario_id)
    return _words(study_id, text, _form_of(text))


@blueprint.post("/<study_id>/scenarios/<scenario_id>/words")
def words_post(study_id: str, scenario_id: str) -> Page:
    """Make a new version of a statement."""
    study_of(study_id, elicited=True)
    form = WordsForm()
    text = rewordings.current(db(), study_id=study_id, scenario_id=scenario_id)
    act = lambda: rewordings.change(  # noqa: E731
        db(),
        study_id=study_id,
        scenario_id=scenario_id,
        words=form.words,
        version=form.made_from,
        reason=form.reason.data,
        actor=me().account_id,
        at=now(),
    )
    try:
        if not done(form, act, "reason", mended=(rewordings.Invalid,)):
            return refused(_words(study_id, text, form))
    except Moved as error:
        form.version.process_data(str(text.version))
        form.version.raw_data = None
        return _words(study_id, text, form, moved=said(error)), 409
    return go("rounds_", study_id, N_("The words are changed. Panellists see old and new beside each other."))
