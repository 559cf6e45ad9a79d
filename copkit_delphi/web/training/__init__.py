"""Exercises: choose one, follow its steps, ask colleagues, read the debrief."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import Action
from copkit_delphi.elicitation import practice as scoring
from copkit_delphi.library import practice as bank
from copkit_delphi.people import accounts
from copkit_delphi.training import checklist, colleagues, debriefs, exercises, prepared
from copkit_delphi.training.checklist import Facts
from copkit_delphi.training.models import Exercise
from copkit_delphi.web import practising
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.forms import done

blueprint = Blueprint("exercises", __name__, url_prefix="/exercises")


class ConfirmForm(FlaskForm):
    """A button that needs a token and nothing else."""


def _row(exercise: Exercise) -> dict[str, object]:
    found = checklist.facts(db(), exercise, at=now())
    shown = checklist.shown(found)
    return {
        "exercise": exercise,
        "prepared": prepared.get(exercise.prepared),
        "done": sum(one.state == "done" for one in shown),
        "steps": len(shown),
        "next": next((one.step.label for one in shown if one.state == "next"), ""),
    }


@blueprint.get("")
def catalogue() -> str:
    """The exercises to choose from, one's own, and for a trainer where everybody's stand."""
    mine = exercises.listed(db(), trainee=me().account_id)
    follows = me().may(Action.EXERCISE_FOLLOW)
    others = [one for one in exercises.listed(db()) if one.trainee != me().account_id] if follows else []
    return render_template(
        "training/catalogue.html",
        prepared=prepared.PREPARED,
        mine=[_row(one) for one in mine],
        others=[_row(one) for one in others],
        names=accounts.names(db(), {one.trainee for one in others}),
        follows=follows,
        confirm=ConfirmForm(),
    )


@blueprint.get("/practice")
def practice() -> str:
    """The first lesson: ten questions, as panellists may practise. Nothing is kept."""
    turn = practising.turn()
    asked = bank.drawn(me().account_id, turn)
    return render_template("training/practice.html", form=practising.form_of(asked), asked=asked, turn=turn)


@blueprint.post("/practice")
def practice_post() -> str | tuple[str, int]:
    """Show the score of what was typed, on this page alone."""
    turn = practising.turn()
    asked = bank.drawn(me().account_id, turn)
    form = practising.form_of(asked)
    given: dict[str, scoring.Said] = {}
    act = lambda: given.update(scoring.check(practising.said(form, asked), asked))  # noqa: E731
    if not done(form, act, asked[0].id):
        return render_template("training/practice.html", form=form, asked=asked, turn=turn), 422
    return render_template("training/practice.html", turn=turn, **practising.shown(scoring.score(given)))


@blueprint.post("")
def start() -> Response:
    """Start a prepared exercise: its study is a draft that could open at once."""
    made = exercises.start(db(), key=request.form.get("exercise", ""), trainee=me().account_id, at=now())
    flash(gettext("The exercise is ready. Follow the steps; the pages are those of a real study."), "ok")
    return redirect(url_for("exercises.exercise", exercise_id=made.id), 303)


@blueprint.get("/<exercise_id>")
def exercise(exercise_id: str) -> str:
    """The steps with what each teaches, then the debrief; a trainer sees the state and opens nothing."""
    one = exercises.get(db(), exercise_id=exercise_id, who=me())
    found = checklist.facts(db(), one, at=now())
    return render_template(
        "training/exercise.html",
        exercise=one,
        prepared=prepared.get(one.prepared),
        study=found.study,
        marking=found.study.marking,
        synthetic=True,
        steps=[(shown, _link(shown.step, found)) for shown in checklist.shown(found)],
        acts=exercises.acts(db(), one),
        asks=colleagues.ACTS,
        mine=one.trainee == me().account_id,
        trainee=accounts.names(db(), [one.trainee]).get(one.trainee, ""),
        debrief=debriefs.of_exercise(db(), one, found, at=now()),
        finished=checklist.finished(found),
        confirm=ConfirmForm(),
    )


def _link(step: checklist.Step, found: Facts) -> str:
    return url_for(step.endpoint, study_id=found.study.id, **step.values)


@blueprint.post("/<exercise_id>/play")
def play(exercise_id: str) -> Response:
    """Ask a played colleague to act; what is refused is said, kept for the debrief, and changes nothing."""
    one = exercises.own(db(), exercise_id=exercise_id, who=me())
    outcome = colleagues.play(db(), exercise=one, act=request.form.get("act", ""), at=now())
    if outcome.refusal:
        why = gettext(outcome.refusal) % outcome.params if outcome.params else gettext(outcome.refusal)
        flash(gettext("Refused: %(why)s", why=why), "warn")
    else:
        flash(gettext(DONE), "ok")
    return redirect(url_for("exercises.exercise", exercise_id=one.id, _anchor="next"), 303)


DONE = N_("Your colleague has done it. Look at the result before you go on.")
