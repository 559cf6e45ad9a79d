"""The protocol of a study as it was locked, with its hash, and the dated changes since."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from flask import Response, make_response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.plan import PLAN
from copkit_delphi.domain.protocol import Criterion, Protocol, parse_criterion
from copkit_delphi.domain.rules_in_words import in_words
from copkit_delphi.elicitation import amendments, studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.facilitator import own_asked
from copkit_delphi.web.facilitator.editing import TOLD, Difference, begun, clash, hold
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.facilitator.plan import form_class, parts
from copkit_delphi.web.facilitator.rule_forms import AmendForm
from copkit_delphi.web.forms import done


@blueprint.get("/<study_id>/protocol")
def protocol(study_id: str) -> str:
    """What is locked, in words, with hash and amendments."""
    study = study_of(study_id, elicited=True)
    rules = Protocol.from_dict(study.protocol)
    return show(
        "protocol",
        study,
        rules=rules,
        facts=amendments.facts(db(), study),
        is_open=amendments.is_open(db(), study_id),
        wrong=amendments.verify(db(), study),
        amendments=amendments.of_study(db(), study_id),
        groups=studies.groups(db(), study_id),
        scenarios=studies.scenarios(db(), study_id),
        statements=studies.statements(db(), study_id),
        own=own_asked.by_scenario(studies.items(db(), study_id)),
        settings=in_words(rules),
        plan=PLAN,
    )


@blueprint.get("/<study_id>/protocol.json")
def protocol_json(study_id: str) -> Response:
    """The bytes that the hash was taken over: ``sha256sum`` of the file is the hash that the brief prints."""
    study = study_of(study_id, elicited=True)
    if study.locked is None:
        raise NotFound(N_("The protocol is locked when round 1 opens. There is no file of it yet."))
    response = make_response(study.locked)
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="protocol.json"'
    return response


@cache
def _form_class() -> type[AmendForm]:
    """Return the form of the rules and of the texts of the plan."""
    return type("AmendmentForm", (AmendForm, form_class()), {})


def _form(study: Study, **values: Any) -> AmendForm:
    form = _form_class()(**values)
    form.required_groups.choices = [SelectChoice(one.name) for one in studies.groups(db(), study.id)]
    return form


def _stands(study: Study) -> AmendForm:
    rules = Protocol.from_dict(study.protocol)
    default = rules.criterion.kind == "default"
    data = {
        **rules.plan,
        "rule": "default" if default else "own",
        "criterion": "" if default else str(rules.criterion),
        "min_rounds": rules.stopping.min_rounds,
        "max_rounds": rules.stopping.max_rounds,
        "required_groups": rules.required_groups or [g.name for g in studies.groups(db(), study.id)],
    }
    return _form(study, formdata=None, data=data)


def _page(study: Study, form: AmendForm, clashes: tuple[Difference, ...] = ()) -> str:
    return show("amend", study, form=form, parts=parts(form), clashes=clashes)


@blueprint.get("/<study_id>/protocol/amend")
def amend(study_id: str) -> str:
    """What can be amended between rounds."""
    study = study_of(study_id, elicited=True)
    return _page(study, begun(_stands(study)))


@blueprint.post("/<study_id>/protocol/amend")
def amend_post(study_id: str) -> Page:
    """Amend the protocol, with a reason. Of two who amend it the second is told."""
    study = study_of(study_id, elicited=True)
    hold(study_id)
    form = _form(study)
    if clashes := clash(form, _stands(study)):
        return _page(study, form, clashes), TOLD

    def act() -> None:
        changed = _changed(study, form)
        amendments.amend(
            db(),
            study_id=study_id,
            protocol=changed,
            reason=form.reason.data,
            note=form.note.data or "",
            actor=me().account_id,
            at=now(),
        )

    if not done(form, act, "reason"):
        return refused(_page(study, form))
    return go("protocol", study_id, N_("The protocol is amended. The brief prints it with its reason."))


def _changed(study: Study, form: AmendForm) -> Protocol:
    before = Protocol.from_dict(study.protocol)
    every = {group.name for group in studies.groups(db(), study.id)}
    required = tuple(form.required_groups.data or ())
    written = {one.key: form[one.key].data for one in PLAN if form[one.key].data}
    return replace(
        before,
        criterion=Criterion() if form.rule.data == "default" else parse_criterion(form.criterion.data),
        stopping=form.stopping(before.stopping),
        required_groups=() if set(required) == every else required,
        plan=written,
    )
