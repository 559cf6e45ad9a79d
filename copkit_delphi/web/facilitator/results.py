"""Results of closed rounds, all from the frozen snapshot: table, one page an item, export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response
from flask_babel import gettext
from markupsafe import Markup

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.lifecycle import FeedbackState
from copkit_delphi.domain.protocol import Criterion, Protocol, read_criterion
from copkit_delphi.domain.results import RATING_KIND, Arguments, ItemResult, RoundSnapshot
from copkit_delphi.domain.rules_in_words import share_counted
from copkit_delphi.elicitation import (
    arguments,
    decisions,
    exports,
    integrity,
    joining,
    marked,
    quality,
    replies,
    rounds,
    spreadsheets,
    studies,
)
from copkit_delphi.elicitation import results as frozen_results
from copkit_delphi.elicitation import texts as written
from copkit_delphi.elicitation.item_types import shapes
from copkit_delphi.elicitation.items import called, of, points
from copkit_delphi.elicitation.models import Study
from copkit_delphi.elicitation.replies import Thread
from copkit_delphi.reporting import charts, phrases
from copkit_delphi.web.context import db
from copkit_delphi.web.facilitator.page import blueprint, round_of, show, study_of

_LISTED = frozenset({shapes.STATEMENT, shapes.TRACK, shapes.OWN})


@dataclass(frozen=True, slots=True)
class Line:
    """One item as the tables show it; ``before`` is the same item a round earlier."""

    item: ItemResult
    title: str
    words: str
    half: str
    unit: str
    pin: Markup
    badge: Markup
    before: ItemResult | None


def snapshots(
    study_id: str, number: int | None
) -> tuple[tuple[RoundSnapshot, ...], RoundSnapshot, RoundSnapshot | None]:
    """Return all frozen rounds, the one asked for (None: the last) and the one before it."""
    all_ = frozen_results.of_study(db(), study_id)
    found = next((one for one in reversed(all_) if number in (None, one.round)), None)
    if found is None:
        raise NotFound(N_("There is no result yet: it is made when the round closes."))
    return all_, found, next((one for one in all_ if one.round == found.round - 1), None)


def _earlier(found: RoundSnapshot, before: RoundSnapshot | None, name: str) -> ItemResult | None:
    """Return the item a round earlier, None where this round did not ask it: both are then the same."""
    return None if name in found.carried else _same(before, name)


def _same(before: RoundSnapshot | None, name: str) -> ItemResult | None:
    return next((item for item in before.items if item.name == name), None) if before else None


def words_of(item: ItemResult) -> str:
    return of(item.kind).printed(item, gettext)


def _place(item: ItemResult) -> str:
    """Return where a result stands: items of an imported study stand among the statements."""
    return shapes.STATEMENT if item.kind == RATING_KIND else of(item.kind).place


def _line(item: ItemResult, title: str, before: ItemResult | None) -> Line:
    unit = phrases.unit_of(item.kind)
    return Line(
        item=item,
        title=title,
        words=words_of(item),
        half=phrases.middle_half(item.panel, unit),
        unit=unit,
        pin=charts.pin(item.panel, item.scale, unit=unit, say=gettext) if of(item.kind).numeric else Markup(),
        badge=charts.badge(item.agreement, gettext),
        before=before,
    )


def titles_of(study: Study) -> dict[str, str]:
    return {one.name: one.title for one in studies.scenarios(db(), study.id)}


def _impact(snapshot: RoundSnapshot, titles: dict[str, str]) -> list[dict[str, Any]]:
    """Return each scenario's headline and dimension medians; never a mean over dimensions."""
    rows = []
    for name, title in titles.items():
        items = {one.dimension: one for one in snapshot.scenario_items(name) if _place(one) == shapes.IMPACT}
        if items:
            rows.append(
                {"title": title, "headline": phrases.impact(snapshot.headline(name), gettext), "items": items}
            )
    return rows


@blueprint.get("/<study_id>/results")
def results(study_id: str) -> str:
    """The last closed round; before the first close a page that says when there will be one."""
    study = study_of(study_id)
    if not frozen_results.of_study(db(), study_id):
        return show("no_results", study, snapshot=None)
    return _table(study, None)


@blueprint.get("/<study_id>/results/<int:number>")
def round_results(study_id: str, number: int) -> str:
    """One closed round."""
    return _table(study_of(study_id), number)


def _table(study: Study, number: int | None) -> str:
    all_, found, before = snapshots(study.id, number)
    titles = titles_of(study)
    lines = [
        _line(item, titles[item.scenario], _earlier(found, before, item.name))
        for item in found.items
        if _place(item) in _LISTED
    ]
    return show(
        "results",
        study,
        snapshot=found,
        closed=[one.round for one in all_],
        joined=joining.origin(db(), rounds.get(db(), study_id=study.id, number=found.round)),
        faults=integrity.faults(db(), study_id=study.id),
        lines=[line for line in lines if _place(line.item) == shapes.STATEMENT],
        track=[line for line in lines if _place(line.item) == shapes.TRACK],
        words=any(of(line.item.kind).widget == shapes.TEXT for line in lines),
        own=[line for line in lines if _place(line.item) == shapes.OWN],
        quality=quality.of_round(db(), study_id=study.id, number=found.round),
        impact=_impact(found, titles),
        dimensions={
            item.dimension: called(item, gettext) for item in found.items if _place(item) == shapes.IMPACT
        },
    )


@blueprint.get("/<study_id>/results/<int:number>/items/<path:name>")
def item(study_id: str, number: int, name: str) -> str:
    """One item of a closed round, with the round before, groups, movement and arguments."""
    study = study_of(study_id)
    _, found, before = snapshots(study_id, number)
    one = _same(found, name)
    if one is None:
        raise NotFound(N_("There is no such item in this round."))
    earlier = _earlier(found, before, name)
    return show(
        "item",
        study,
        snapshot=found,
        line=_line(one, titles_of(study)[one.scenario], earlier),
        chart=charts.on_screen(one, before=earlier, say=gettext),
        twin=charts.table_twin(one, before=earlier, say=gettext),
        picture=None if of(one.kind).numeric else of(one.kind).feedback(one, gettext),
        legend=_legend(one),
        share=share_counted(_criterion(study, found.round_of(name)), one.scale),
        arguments=_arguments(study_id, found, name),
        threads=_threads(study_id, found, name),
        marked=marked.told(db(), found.marked).get(name, []),
        protocol=Protocol.from_dict(study.protocol),
        others=[item for item in found.scenario_items(one.scenario) if item.name != name],
    )


def _criterion(study: Study, number: int) -> Criterion:
    """Return the criterion that held when a round closed; without a record of it the one of today."""
    held = next((one for one in decisions.of_study(db(), study.id) if one.round == number), None)
    return read_criterion(held.criterion) if held else Protocol.from_dict(study.protocol).criterion


@blueprint.get("/<study_id>/results/<int:number>/words")
def texts(study_id: str, number: int) -> str:
    """The answers in words of a closed round, for those who run the study."""
    round_ = round_of(study_id, number)
    return show(
        "texts",
        study_of(study_id),
        round=round_,
        written=written.of_round(db(), round_=round_),
        least=Protocol.from_dict(study_of(study_id).protocol).k,
    )


def _legend(item: ItemResult) -> list[tuple[str, str]]:
    """Return what the points of a scale mean, where the study says so."""
    return [(one.value, one.label) for one in points(item, _say)]


def _say(text: str) -> str:
    return gettext(text) if text else ""


def _arguments(study_id: str, found: RoundSnapshot, name: str) -> Arguments | None:
    """Return what the panel reads of an item; None while the reasons are being checked."""
    round_ = rounds.get(db(), study_id=study_id, number=found.round_of(name))
    if round_.feedback != FeedbackState.OPEN:
        return None
    among = [row for row in rounds.of_study(db(), study_id) if row.number <= round_.number]
    k = Protocol.from_dict(study_of(study_id).protocol).k
    return arguments.by_item(arguments.standing(db(), among, k=k)).get(name, Arguments())


def _threads(study_id: str, found: RoundSnapshot, name: str) -> list[Thread]:
    """Return arguments of earlier rounds with the replies that the panel reads."""
    round_ = rounds.get(db(), study_id=study_id, number=found.round_of(name))
    every = replies.threads(db(), round_=round_, reader="")
    return [one for one in every if one.item == name]


def download(text: str, kind: str, name: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = f"{kind}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/<study_id>/results/<int:number>/snapshot.csv")
def export_csv(study_id: str, number: int) -> Response:
    """The disclosed figures as a table."""
    study = study_of(study_id)
    _, found, _ = snapshots(study_id, number)
    marking = f"{study.marking} EXERCISE" if study.exercise else study.marking
    return download(exports.as_csv(found, marking=marking), "text/csv", named(study, f"round-{number}.csv"))


@blueprint.get("/<study_id>/results/<int:number>/snapshot.xlsx")
def export_xlsx(study_id: str, number: int) -> Response:
    """The disclosed figures as a workbook."""
    study = study_of(study_id)
    _, found, _ = snapshots(study_id, number)
    marking = f"{study.marking} EXERCISE" if study.exercise else study.marking
    response = make_response(spreadsheets.as_xlsx(found, marking=marking))
    response.headers["Content-Type"] = spreadsheets.MEDIA_TYPE
    name = named(study, f"round-{number}.xlsx")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/<study_id>/results/<int:number>/snapshot.json")
def export_json(study_id: str, number: int) -> Response:
    """The frozen snapshot itself: its hash is taken over these bytes."""
    study = study_of(study_id)
    _, found, _ = snapshots(study_id, number)
    return download(found.to_json(), "application/json", named(study, f"round-{number}.json"))


def named(study: Study, name: str) -> str:
    return f"EXERCISE-{name}" if study.exercise else name
