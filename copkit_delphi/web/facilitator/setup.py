"""Set-up: each step can be saved in any order; round 1 locks all of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3

from copkit_delphi.domain import effort
from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.domain.protocol import Criterion, Protocol, parse_criterion
from copkit_delphi.domain.rules_in_words import in_words
from copkit_delphi.elicitation import (
    grouping,
    panels,
    readiness,
    round_zero,
    rounds,
    statements,
    studies,
)
from copkit_delphi.elicitation.durations import of_study as seconds_of
from copkit_delphi.elicitation.models import Study
from copkit_delphi.elicitation.plans import GroupPlan
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.facilitator import own_asked
from copkit_delphi.web.facilitator.between_forms import between_data
from copkit_delphi.web.facilitator.editing import TOLD, begun, clash, hold
from copkit_delphi.web.facilitator.forms import SPARE_ROWS, AboutForm, GroupsForm, OpenForm
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.facilitator.rule_forms import RulesForm
from copkit_delphi.web.facilitator.setup_steps import steps
from copkit_delphi.web.facilitator.studies import about_of
from copkit_delphi.web.facilitator.wording import sentences
from copkit_delphi.web.forms import done

SMALL = 5
SAVED = N_("Saved.")


def page(step: str, study: Study, **values: Any) -> str:
    """Render one step of the set-up."""
    took = seconds_of(db(), study.id)
    minutes = {"all": effort.minutes(sum(took.values())) if took else 0, "long": effort.LONG}
    minutes |= {key: effort.minutes(one) for key, one in took.items()}
    return show(f"setup_{step.rstrip('_')}", study, steps=steps(study, step), minutes=minutes, **values)


def draft(study_id: str) -> Study:
    """Return a study that is still a draft; raises ``Conflict`` once round 1 has opened."""
    study = study_of(study_id, elicited=True)
    if study.state != StudyState.DRAFT:
        raise Conflict(
            N_("Round 1 has opened: the set-up is locked. It can be read under “Prepare”, “Set-up”.")
        )
    return study


def held(study_id: str) -> Study:
    """Return a draft study that nobody else changes until this request ends; for forms that save."""
    study_of(study_id, elicited=True)
    hold(study_id)
    return draft(study_id)


@blueprint.get("/<study_id>/set-up/about")
def about(study_id: str) -> str:
    """What the study says of itself."""
    study = draft(study_id)
    return page("about", study, form=begun(AboutForm(obj=study)))


@blueprint.post("/<study_id>/set-up/about")
def about_post(study_id: str) -> Page:
    """Save what the study says of itself."""
    study, form = held(study_id), AboutForm()
    if clashes := clash(form, AboutForm(formdata=None, obj=study)):
        return page("about", study, form=form, clashes=clashes), TOLD
    if not done(form, lambda: studies.describe(db(), study_id=study_id, about=about_of(form)), "title"):
        return refused(page("about", study, form=form))
    return go("plan", study_id, SAVED)


@blueprint.get("/<study_id>/set-up/groups")
def groups(study_id: str) -> str:
    """The groups of the panel, with empty rows to add some."""
    study = draft(study_id)
    return page("groups", study, form=begun(_groups_form(study_id)))


def _groups_form(study_id: str) -> GroupsForm:
    """Return the groups as they stand."""
    rows = [{"name": g.name, "kind": g.kind, "target": str(g.target)} for g in studies.groups(db(), study_id)]
    blank = max(SPARE_ROWS, 3 - len(rows))
    return GroupsForm(formdata=None, data={"rows": rows + [{}] * blank})


@blueprint.post("/<study_id>/set-up/groups")
def groups_post(study_id: str) -> Page:
    """Save the groups."""
    study, form = held(study_id), GroupsForm()
    if clashes := clash(form, _groups_form(study_id)):
        return page("groups", study, form=form, clashes=clashes), TOLD
    problems: list[str] = []
    try:
        grouping.set_groups(db(), study_id=study_id, plans=_plans(form))
    except (Invalid, Conflict) as error:
        problems.append(said(error))
    if problems or not form.validate():
        return refused(page("groups", study, form=form, problems=problems))
    return go("scenarios", study_id, SAVED)


def _plans(form: GroupsForm) -> list[GroupPlan]:
    return [_plan(row.form) for row in form.rows if row.form["name"].data]


def _plan(row: Any) -> GroupPlan:
    target = row["target"].data or "0"
    if not (target.isascii() and target.isdigit() and len(target) < SMALL):
        raise Invalid(N_("How many are wanted in “%(name)s”? Write a whole number."), name=row["name"].data)
    if len(row["name"].data) > 80:  # as wide as the column
        raise Invalid(N_("The name of a group has at most %(n)s characters."), n=80)
    return GroupPlan(row["name"].data, row["kind"].data, int(target))


def _rules(study: Study, form: RulesForm) -> RulesForm:
    form.required_groups.choices = [SelectChoice(g.name) for g in studies.groups(db(), study.id)]
    return form


@blueprint.get("/<study_id>/set-up/rules")
def rules(study_id: str) -> str:
    """Questions and rules as they stand."""
    study = draft(study_id)
    return page("rules", study, form=begun(_rules_form(study)))


def _rules_form(study: Study) -> RulesForm:
    """Return the rules as they stand."""
    protocol = Protocol.from_dict(study.protocol)
    default = protocol.criterion.kind == "default"
    form = RulesForm(
        formdata=None,
        data={
            "dimensions": protocol.dimensions,
            "ask_track_record": protocol.ask_track_record,
            "order": protocol.order,
            "rule": "default" if default else "own",
            "criterion": "" if default else str(protocol.criterion),
            "min_rounds": protocol.stopping.min_rounds,
            "max_rounds": protocol.stopping.max_rounds,
            "privacy": protocol.privacy,
            "k": protocol.k,
            "invite": protocol.invite,
            "keep_names": protocol.keeping.names,
            "keep_answers": protocol.keeping.answers,
            "keep_reason": protocol.keeping.reason,
            **between_data(protocol),
            "required_groups": protocol.required_groups or [g.name for g in studies.groups(db(), study.id)],
        },
    )
    return _rules(study, form)


@blueprint.post("/<study_id>/set-up/rules")
def rules_post(study_id: str) -> Page:
    """Save questions and rules."""
    study = held(study_id)
    form = _rules(study, RulesForm())
    if clashes := clash(form, _rules_form(study)):
        return page("rules", study, form=form, clashes=clashes), TOLD
    act = lambda: studies.set_protocol(db(), study_id=study_id, protocol=_protocol(study, form))  # noqa: E731
    if not done(form, act, "criterion"):
        return refused(page("rules", study, form=form))
    return go("questions_", study_id, SAVED)


def _protocol(study: Study, form: RulesForm) -> Protocol:
    before = form.between_rounds(Protocol.from_dict(study.protocol))
    criterion = Criterion() if form.rule.data == "default" else parse_criterion(form.criterion.data)
    every = {group.name for group in studies.groups(db(), study.id)}
    required = tuple(form.required_groups.data or ())
    return replace(
        before,
        dimensions=tuple(form.dimensions.data or ()),
        ask_track_record=form.ask_track_record.data,
        order=form.order.data or before.order,
        criterion=criterion,
        stopping=form.stopping(before.stopping),
        required_groups=() if set(required) == every else required,
        privacy=form.privacy.data or before.privacy,
        k=form.k.data or before.k,
        keeping=form.keeping(),
        invite=form.invite.data or before.invite,
    )


def _gaps(study_id: str) -> list[str]:
    return [
        *studies.missing(db(), study_id),
        *round_zero.gaps(db(), study_id),
        *panels.missing(db(), study_id=study_id),
    ]


def _check(study: Study, form: OpenForm) -> str:
    drafting = study.state == StudyState.DRAFT
    gaps = _gaps(study.id) if drafting else []
    scenarios = studies.scenarios(db(), study.id)
    return page(
        "check",
        study,
        form=form,
        gaps=gaps,
        proposals_waiting=round_zero.waiting(db(), study),
        counted=readiness.counted(readiness.answers(db(), study.id)),
        groups=studies.groups(db(), study.id),
        scenarios=scenarios,
        seats=panels.seats(db(), context().vault, study_id=study.id),
        statements=studies.statements(db(), study.id),
        own=own_asked.by_scenario(studies.items(db(), study.id)),
        wording={key: sentences(found) for key, found in statements.of_study(db(), study).items()},
        settings=in_words(Protocol.from_dict(study.protocol)),
        small=SMALL,
    )


@blueprint.get("/<study_id>/set-up")
def check(study_id: str) -> str:
    """What is missing, what will be locked; after the opening what was locked, with its hash."""
    return _check(study_of(study_id, elicited=True), OpenForm())


@blueprint.post("/<study_id>/set-up")
def check_post(study_id: str) -> Page:
    """Open round 1: lock and hash the set-up, invite the panel."""
    study, form = draft(study_id), OpenForm()

    def act() -> None:
        for gap in panels.missing(db(), study_id=study_id):
            raise Conflict(gap)
        open_round(study_id, form)

    if not done(form, act, "deadline"):
        return refused(_check(study, form))
    return go("study", study_id, N_("Round 1 is open. The invitations are on their way."))


def open_round(
    study_id: str, form: OpenForm, *, chosen: Collection[str] | None = None, why: str = ""
) -> None:
    """Open the planned round and queue an invitation with a fresh link for everybody; ``chosen`` items, or the rule's."""
    actor, clock = me().account_id, context().clock
    opened = rounds.open_next(
        db(), study_id=study_id, deadline=form.moment, actor=actor, clock=clock, chosen=chosen, reason=why
    )
    panels.invite(db(), context().vault, context().links, round_=opened, at=now(), actor=actor)
