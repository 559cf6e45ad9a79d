"""Deciding after a close: what may be said, what hangs on the rule, what another round could do. From frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_babel import gettext
from markupsafe import Markup

from copkit_delphi.domain.decisions import (
    ADVICE_LABELS,
    ADVICE_WORDS,
    CHOICE_LABELS,
    DISSENT_LABELS,
    Choice,
    DecidedItem,
    DecisionRecord,
    Dissent,
    stopping,
)
from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.lifecycle import RoundState, StudyState
from copkit_delphi.domain.permission import ROLE_LABELS, Action
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import ItemResult, RoundSnapshot
from copkit_delphi.elicitation import advice, archives, decision_log, decisions, rounds, unrecorded
from copkit_delphi.elicitation import dissents as register
from copkit_delphi.elicitation import results as frozen_results
from copkit_delphi.elicitation.deciding import sheets
from copkit_delphi.elicitation.models import Study
from copkit_delphi.reporting import charts, decided, phrases, strips
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.facilitator.forms import DecideForm
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.facilitator.results import download, named, snapshots, titles_of, words_of
from copkit_delphi.web.forms import done


@dataclass(frozen=True, slots=True)
class Told:
    """One statement: its frozen result, what its decision rests on, and both in words."""

    item: ItemResult
    decided: DecidedItem
    title: str
    badge: Markup
    advice: str
    could: str
    rule: str
    hanging: str
    leaving: str
    camp: str
    dissent: list[str]
    gap: str
    unit: str


def told(item: ItemResult, one: DecidedItem, titles: Mapping[str, str]) -> Told:
    """Put one statement into words."""
    return Told(
        item=item,
        decided=one,
        title=titles.get(one.scenario, one.scenario),
        badge=charts.badge(one.agreement, gettext),
        advice=gettext(ADVICE_LABELS[one.advice]),  # type: ignore[index]
        could=gettext(ADVICE_WORDS[one.advice]),  # type: ignore[index]
        rule=decided.sensitivity(one, gettext),
        hanging=decided.hanging(one, gettext),
        leaving=decided.leaving(one.leaving, gettext),
        camp=decided.camp(one.camp, gettext),
        dissent=[gettext(DISSENT_LABELS[Dissent(kind)]) for kind in one.dissent],
        gap=decided.gap_cell(one.widest, gettext),
        unit=phrases.unit_of(item.kind),
    )


@blueprint.get("/<study_id>/deciding")
def deciding(study_id: str) -> str:
    """What speaks for a decision after the last closed round."""
    study = study_of(study_id)
    if not frozen_results.of_study(db(), study_id):
        return show("no_results", study, snapshot=None)
    return _overview(study, None, DecideForm())


@blueprint.get("/<study_id>/deciding/<int:number>")
def deciding_round(study_id: str, number: int) -> str:
    """The same for one closed round."""
    return _overview(study_of(study_id), number, DecideForm())


def _overview(study: Study, number: int | None, form: DecideForm) -> str:
    all_, frozen, _ = snapshots(study.id, number)
    records = {one.round: one for one in decisions.of_study(db(), study.id)}
    common = {
        "frozen": frozen,
        "closed": [one.round for one in all_],
        "log": decision_log.log(db(), study.id),
        "nothing": decision_log.nothing(db(), study.id),
        "roles": ROLE_LABELS,
        "choices": CHOICE_LABELS,
        "form": form,
        "decides": _may_decide(study, frozen, all_),
    }
    record = records.get(frozen.round)
    if record is None:
        rules = Protocol.from_dict(study.protocol)
        return show(
            "deciding_none",
            study,
            first=min(records, default=None),
            why=unrecorded.why(db(), study, frozen.round),
            advice=decided.advised(stopping(frozen, rules.stopping).choice, gettext),
            checks=advice.after_close(frozen, rules),
            **common,
        )
    return show("deciding", study, **common, **_told_round(study, frozen, record))


def _told_round(study: Study, frozen: RoundSnapshot, record: DecisionRecord) -> dict[str, Any]:
    titles = titles_of(study)
    checks = advice.after_close(frozen, Protocol.from_dict(study.protocol))
    return {
        "record": record,
        "checks": checks,
        "opening": decided.opening(record, titles, gettext),
        "heading": decided.advised(record.advice, gettext),
        "lines": [told(frozen.item(one.name), one, titles) for one in record.items],
        "map": charts.round_map(record, gettext),
        "kept": charts.kept_bars(record.attrition, record.response_share, gettext),
        "kept_words": [
            (row.name, charts.kept_words(row, record.response_share, gettext))
            for row in record.attrition.groups
        ],
        "attrition": decided.attrition(record.attrition, gettext),
        "wishes": decided.wishes(record.wishes, gettext),
        "wish_axis": charts.wish_axis(record.wishes, gettext),
        "letters": _letters(),
    }


def _letters() -> list[tuple[str, str]]:
    return [(letter, strips.verdict_words(verdict, gettext)) for verdict, letter in strips.LETTERS.items()]


def _may_decide(study: Study, frozen: RoundSnapshot, all_: tuple[RoundSnapshot, ...]) -> dict[str, bool]:
    """Tell which decisions are open: only after the last round, while no other is open."""
    latest = rounds.latest(db(), study.id)
    current = (
        study.state == StudyState.RUNNING
        and latest is not None
        and latest.state == RoundState.CLOSED
        and frozen.round == all_[-1].round
    )
    more = rounds.goes_on(study, frozen.round)
    return {
        "go_on": current and more and me().may(Action.STUDY_RUN, study.id),
        "end": current and me().may(Action.STUDY_END, study.id),
    }


@blueprint.post("/<study_id>/deciding/<int:number>")
def decide(study_id: str, number: int) -> Page:
    """Write into the log that another round is held; against the advice only with a reason."""
    study, form = study_of(study_id, elicited=True), DecideForm()
    act = lambda: decisions.decide(  # noqa: E731
        db(), study_id=study_id, round_number=number, choice=Choice.GO_ON, actor=me().account_id, at=now(),
        reason=form.reason.data,
    )  # fmt: skip
    if not done(form, act, "reason"):
        return refused(_overview(study, number, form))
    return go(
        "deciding_round",
        study_id,
        N_("The decision stands in the log. The next round opens once the feedback of this one is open."),
        number=number,
    )


@blueprint.get("/<study_id>/deciding/<int:number>/items/<path:name>")
def deciding_item(study_id: str, number: int, name: str) -> str:
    """What one verdict rests on, in words; numbers on demand."""
    study = study_of(study_id)
    _, frozen, before = snapshots(study_id, number)
    record = decisions.told(db(), study_id=study_id, number=number)
    one = record.item(name)
    if one is None:
        raise NotFound(N_("There is no such statement in this round."))
    item, titles = frozen.item(name), titles_of(study)
    earlier = next((other for other in before.items if other.name == name), None) if before else None
    line = told(item, one, titles)
    return show(
        "deciding_item",
        study,
        frozen=frozen,
        record=record,
        line=line,
        words=words_of(item),
        before=words_of(earlier) if earlier else "",
        strip=charts.rule_strip(one, gettext),
        rules=[(strips.rule_words(rule, gettext), strips.verdict_words(rule.verdict, gettext), rule) for rule in one.rules],
        gap_axis=charts.gap_axis(item, gettext),
        gaps=[(decided.gap(gap, gettext), decided.numbers(gap, gettext)) for gap in one.gaps],
        movement=charts.on_screen(item, before=earlier, say=gettext),
        twin=charts.table_twin(item, before=earlier, say=gettext),
        leaning=decided.leaning(one.leaning, gettext) or decided.wishes(record.wishes, gettext),
        letters=_letters(),
        neighbours=_neighbours(record, one),
    )  # fmt: skip


def _neighbours(record: DecisionRecord, one: DecidedItem) -> tuple[str, str]:
    names = [other.name for other in record.items]
    place = names.index(one.name)
    return (names[place - 1] if place else "", names[place + 1] if place + 1 < len(names) else "")


@blueprint.get("/<study_id>/deciding/dissent")
def dissent(study_id: str) -> str:
    """The dissent register of the study."""
    study = study_of(study_id)
    titles = titles_of(study)
    entries = [
        (
            entry,
            told(entry.item, entry.decided, titles),
            words_of(entry.item),
            charts.gap_axis(entry.item, gettext),
        )
        for entry in register.of_study(db(), study_id)
    ]
    entries.sort(key=lambda entry: entry[0].standing is register.Standing.GONE)
    recorded = {one.round for one in decisions.of_study(db(), study_id)}
    closed = [one.round for one in frozen_results.of_study(db(), study_id)]
    missing: dict[str, list[int]] = {}
    for number in closed:
        if number not in recorded:
            missing.setdefault(unrecorded.why(db(), study, number), []).append(number)
    return show(
        "dissent",
        study,
        entries=entries,
        standings=register.STANDING_LABELS,
        recorded=recorded or not closed,
        missing=missing,
        copied=archives.copied(db(), study_id),
    )


@blueprint.get("/<study_id>/deciding/<int:number>/record.csv")
def decision_csv(study_id: str, number: int) -> Response:
    """The record as a table, one fact a row."""
    study = study_of(study_id)
    record = decisions.told(db(), study_id=study_id, number=number)
    marking = f"{study.marking} EXERCISE" if study.exercise else study.marking
    return download(
        sheets.as_csv(record, marking=marking), "text/csv", named(study, f"decision-{number}.csv")
    )


@blueprint.get("/<study_id>/deciding/<int:number>/record.json")
def decision_json(study_id: str, number: int) -> Response:
    """The frozen record itself: its hash is taken over these bytes."""
    study = study_of(study_id)
    record = decisions.told(db(), study_id=study_id, number=number)
    return download(record.to_json(), "application/json", named(study, f"decision-{number}.json"))
