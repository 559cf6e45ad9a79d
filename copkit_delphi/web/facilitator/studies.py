"""The list of studies, a new study, and the page a study opens with."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask import render_template

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import RoundState, StudyState
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Action, Role
from copkit_delphi.elicitation import rounds, studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.elicitation.plans import About
from copkit_delphi.warning import released
from copkit_delphi.web import waiting
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.facilitator import shelf as shelf_
from copkit_delphi.web.facilitator.forms import AboutForm, ConfirmForm, NewStudyForm
from copkit_delphi.web.facilitator.monitor import monitor
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.forms import done
from copkit_delphi.web.next_step import next_step

STATES = {
    StudyState.DRAFT: N_("Draft"),
    StudyState.RUNNING: N_("Running"),
    StudyState.ENDED: N_("Ended"),
    StudyState.ARCHIVED: N_("Archived"),
}


@blueprint.get("", endpoint="studies")
def listing() -> str:
    """Every study the person has a role in, those of one shelf."""
    shelf, words = shelf_.asked()
    every = studies.listed(db(), me().by_study)
    mine = [study for study in every if shelf_.on_shelf(study, shelf, words)]
    latest = rounds.latest_of(db(), [study.id for study in mine])
    sent = released.studies(db(), [study.id for study in mine])
    waits = waiting.for_me([study.id for study in mine])
    rows = [
        {
            "study": study,
            "round": latest.get(study.id),
            "state": STATES[StudyState(study.state)],
            "runs": me().may(Action.STUDY_RUN, study.id),
            "ends": me().may(Action.STUDY_END, study.id),
            "opens": me().may(Action.STUDY_VIEW, study.id),
            "next": next_step(study, latest.get(study.id), released=study.id in sent).text,
            "waits": waits.get(study.id),
        }
        for study in mine
    ]
    shelf_.add_progress(rows)
    shelf_.add_dates(rows)
    return render_template(
        "facilitator/studies.html",
        rows=rows,
        shelf=shelf,
        words=words,
        shelves=shelf_.SHELVES,
        any_study=bool(every),
        confirm=ConfirmForm(),
        may_create=me().may(Action.STUDY_CREATE),
    )


def about_of(form: AboutForm) -> About:
    """Return what a study says of itself, as typed."""
    values: dict[str, Any] = {field.name: form[field.name].data for field in fields(About)}
    return About(**{**values, "marking": Marking(form.marking.data)})


@blueprint.get("/new")
def new() -> str:
    """The form of a new study."""
    return render_template("facilitator/new.html", form=NewStudyForm())


@blueprint.post("/new")
def new_post() -> Page:
    """Make a draft study."""
    form = NewStudyForm()
    made: list[Study] = []

    def act() -> None:
        practice = form.kind.data == "practice"
        made.append(
            studies.create(db(), about=about_of(form), facilitator=me().account_id, at=now(), practice=practice, synthetic=practice)
        )  # fmt: skip

    if not done(form, act, "title"):
        return refused(render_template("facilitator/new.html", form=form))
    return go("groups", made[0].id, N_("The study is a draft. Go through the steps in any order."))


@blueprint.get("/<study_id>")
def study(study_id: str) -> str:
    """Where the study stands: for facilitators the monitor, for others what it is and its results."""
    found = study_of(study_id)
    latest = rounds.latest(db(), study_id)
    more = {"latest": latest, "state": STATES[StudyState(found.state)]}
    if me().may(Action.STUDY_RUN, study_id) and found.origin != "imported" and latest is not None:
        return show("monitor", found, **more, **monitor(found, latest))
    closed = latest is not None and (latest.number > 1 or latest.state == RoundState.CLOSED)
    return show(
        "study", found, **more, has_results=closed, roles=sorted(me().by_study.get(study_id, ())), Role=Role
    )
