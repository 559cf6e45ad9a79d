"""A study's design as plain JSON, and back into a draft study: what is asked of whom, by which rules.

Never people, answers, seeds or dates of rounds. The round trip is exact: a draft made of a design gives that design.
Columns that tables gain later are carried without a change here; what an older file lacks keeps its default.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, DelphiError, Invalid
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.shapes import LONGEST, is_text
from copkit_delphi.elicitation import handling, studies
from copkit_delphi.elicitation.items import ITEM_TYPES
from copkit_delphi.elicitation.models import Item, Question, Scenario, StakeholderGroup, Study
from copkit_delphi.elicitation.plans import KINDS, About

SCHEMA = 1
_LINES = frozenset({"counts", "counts_not", "rights"})
MOST_SCENARIOS, MOST_ITEMS, MOST_GROUPS, MOST_QUESTIONS = 200, 500, 12, 200
_NOT_DESIGN = frozenset({"id", "study_id", "scenario_id", "position"})
_PARTS = {"schema", "about", "languages", "protocol", "groups", "scenarios", "questions"}
_CAME_LATER = {"languages", "questions"}
_NO_DESIGN = N_("This is not a design of a study: %(what)s")


def to_dict(session: Session, study_id: str, *, scenarios: bool = True) -> dict[str, Any]:
    """Return the design of a study; without ``scenarios`` only its description, groups and rules."""
    study = studies.get(session, study_id)
    by_scenario: dict[str, list[dict[str, Any]]] = {}
    for item in studies.items(session, study_id):
        by_scenario.setdefault(item.scenario_id, []).append(_values(item))
    rows = studies.scenarios(session, study_id) if scenarios else []
    return {
        "schema": SCHEMA,
        "about": {one.name: _plain(getattr(study, one.name)) for one in fields(About)},
        "languages": list(study.languages),
        "protocol": Protocol.from_dict(study.protocol).to_dict(),
        "groups": [_values(group) for group in studies.groups(session, study_id)],
        "scenarios": [_values(row) | {"items": by_scenario.get(row.id, [])} for row in rows],
        "questions": _questions(session, study_id, {row.id: row.name for row in rows}),
    }


def _questions(session: Session, study_id: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the own questions whose scenario is in the design, or that are asked on each."""
    query = select(Question).where(Question.study_id == study_id).order_by(Question.position, Question.id)
    return [
        _values(row) | {"scenario": names.get(row.scenario_id or "", "")}
        for row in session.scalars(query)
        if row.scenario_id is None or row.scenario_id in names
    ]


def _columns(table: Any) -> dict[str, Any]:
    return {column.name: column for column in table.__table__.columns if column.name not in _NOT_DESIGN}


def _values(row: Any) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in _columns(type(row))}


def _plain(value: Any) -> Any:
    return (
        value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Marking) else value
    )


def draft_from(
    session: Session,
    data: Mapping[str, Any],
    *,
    facilitator: str,
    at: datetime,
    title: str = "",
    practice: bool = False,
) -> Study:
    """Make a draft study of a design; ``title`` stands instead of the one in it. Raises ``Invalid`` with the reason."""
    check(data)
    about = _about(data["about"], title)
    study = studies.create(session, about=about, facilitator=facilitator, at=at, practice=practice)
    study.protocol, study.languages = (
        _protocol(data["protocol"]).to_dict(),
        list(data.get("languages", ["en"])),
    )
    write(session, study, data)
    for scenario in studies.scenarios(session, study.id):
        handling.raise_marking(study, scenario)
    return study


def write(session: Session, study: Study, data: Mapping[str, Any]) -> dict[str, str]:
    """Write groups, scenarios, items and questions of a checked design; return the ids of the items by name."""
    for position, one in enumerate(data["groups"]):
        session.add(StakeholderGroup(id=secrets.token_hex(8), study_id=study.id, position=position, **one))
    room = max([100, *(len(one["items"]) for one in data["scenarios"])])
    items: dict[str, str] = {}
    scenarios: dict[str, str] = {}
    for position, given in enumerate(data["scenarios"], 1):
        values = {key: value for key, value in given.items() if key != "items"}
        scenario = Scenario(id=secrets.token_hex(8), study_id=study.id, position=position, **values)
        scenarios[scenario.name] = scenario.id
        session.add(scenario)
        session.flush()  # items refer to the scenario
        for index, item in enumerate(given["items"]):
            items[item["name"]] = secrets.token_hex(8)
            place = {"study_id": study.id, "scenario_id": scenario.id, "position": position * room + index}
            session.add(Item(id=items[item["name"]], **place, **item))
    for position, asked in enumerate(data.get("questions", ()), 1):
        values = {key: value for key, value in asked.items() if key != "scenario"}
        place = {"study_id": study.id, "position": position, "scenario_id": scenarios.get(asked["scenario"])}
        session.add(Question(id=secrets.token_hex(8), **place, **values))
    session.flush()  # whatever follows refers to these
    return items


def _about(given: Mapping[str, Any], title: str) -> About:
    try:
        horizon = date.fromisoformat(given["horizon"]) if given.get("horizon") else None
        marking = Marking(given.get("marking", Marking.AMBER))
    except (TypeError, ValueError) as error:
        raise Invalid(_NO_DESIGN, what="about") from error
    known = {one.name: given[one.name] for one in fields(About) if one.name in given}
    about = About(
        **{**known, "horizon": horizon, "marking": marking, "title": title or given.get("title", "")}
    )
    about.check()
    return about


def _protocol(given: Mapping[str, Any]) -> Protocol:
    try:
        return Protocol.from_dict(given)
    except DelphiError:
        raise
    except (TypeError, ValueError, AttributeError) as error:
        raise Invalid(_NO_DESIGN, what="protocol") from error


# What a file may hold -------------------------------------------------------------------------------------------------


def check(data: Any, *, answerable: bool = True) -> About:
    """Raise ``Invalid`` with what is wrong, unless ``data`` is a design; return what the study says of itself.

    With ``answerable`` it is one that ``draft_from`` takes: every item is of a kind that can be asked here.
    """
    _need(
        isinstance(data, Mapping) and set(data) <= _PARTS and data.keys() >= _PARTS - _CAME_LATER, "its parts"
    )
    _need(data["schema"] == SCHEMA, "its version")
    _strings(data["about"], {one.name: Study.__table__.columns[one.name] for one in fields(About)}, "about")
    _need(isinstance(data["protocol"], Mapping), "protocol")
    _protocol(data["protocol"])
    languages = data.get("languages", ["en"])
    _need(
        isinstance(languages, list) and languages and all(_is_language(one) for one in languages), "languages"
    )
    _check_groups(data["groups"])
    _need(isinstance(data["scenarios"], list) and len(data["scenarios"]) <= MOST_SCENARIOS, "scenarios")
    for scenario in data["scenarios"]:
        _scenario(scenario, answerable=answerable)
    _unique([scenario["name"] for scenario in data["scenarios"]], "names of scenarios")
    _unique([item["name"] for scenario in data["scenarios"] for item in scenario["items"]], "names of items")
    _check_questions(data)
    return _about(data["about"], "")


def _check_groups(groups: Any) -> None:
    columns = _columns(StakeholderGroup)
    _need(isinstance(groups, list) and len(groups) <= MOST_GROUPS, "groups")
    for group in groups:
        _strings(group, columns, "groups")
        _need(group.keys() == columns.keys(), "groups")
        _need(group["kind"] in KINDS and group["target"] >= 0, "groups")
    _unique([group["name"].strip().casefold() for group in groups], "groups")


def _check_questions(data: Mapping[str, Any]) -> None:
    asked, names = data.get("questions", []), {one["name"] for one in data["scenarios"]}
    _need(isinstance(asked, list) and len(asked) <= MOST_QUESTIONS, "questions")
    columns = _columns(Question)
    for one in asked:
        _need(isinstance(one, Mapping) and one.keys() == {*columns, "scenario"}, "questions")
        _need(one["scenario"] == "" or one["scenario"] in names, "questions")
        _strings({key: value for key, value in one.items() if key != "scenario"}, columns, "questions")
        _need(one["kind"] in ITEM_TYPES, "questions")
    _unique([one["key"] for one in asked], "questions")


def _scenario(given: Any, *, answerable: bool) -> None:
    _need(isinstance(given, Mapping) and isinstance(given.get("items"), list), "scenarios")
    _need(len(given["items"]) <= MOST_ITEMS, "items")
    _strings({key: value for key, value in given.items() if key != "items"}, _columns(Scenario), "scenarios")
    _need(bool(given.get("name")) and bool(given.get("title")), "scenarios")
    for item in given["items"]:
        _strings(item, _columns(Item), "items")
        _need(item.keys() >= {"name", "kind", "low", "high"}, "items")
        if answerable and item["kind"] not in ITEM_TYPES:
            raise Invalid(
                N_("The item %(name)s is of a kind that cannot be asked here: %(kind)s."),
                name=item["name"],
                kind=item["kind"],
            )
        _need(item["low"] < item["high"], "scales")


def _is_language(text: object) -> bool:
    return (
        isinstance(text, str) and text.isascii() and text.isalpha() and 2 <= len(text) <= 3 and text.islower()
    )


def _strings(given: Any, columns: Mapping[str, Any], what: str) -> None:
    """Hold values to the columns they go into: known names, their types, their lengths."""
    _need(isinstance(given, Mapping) and given.keys() <= columns.keys(), what)
    for name, value in given.items():
        _need(_fits(value, columns[name]), f"{what}, {name}")


def _fits(value: Any, column: Any) -> bool:
    if value is None:
        return bool(column.nullable)
    if isinstance(column.type, JSON):
        empty = column.default.arg(None) if column.default is not None else {}
        return (
            isinstance(value, type(empty))
            and _is_json(value)
            and (column.name not in _LINES or _are_texts(list(value)))
        )
    wanted = column.type.python_type
    if wanted in (int, float):
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**31
    if wanted not in (str, date):
        return isinstance(value, wanted)
    most = getattr(column.type, "length", None) or LONGEST
    return is_text(value, most)


def _are_texts(value: Sequence[Any]) -> bool:
    return all(isinstance(one, str) for one in value)


def _is_json(value: Any, depth: int = 0) -> bool:
    if isinstance(value, Mapping):
        return depth < 8 and all(
            isinstance(key, str) and _is_json(one, depth + 1) for key, one in value.items()
        )
    if isinstance(value, list):
        return depth < 8 and len(value) <= 500 and all(_is_json(one, depth + 1) for one in value)
    if isinstance(value, str):
        return is_text(value)
    return value is None or isinstance(value, bool | int | float)


def _unique(names: list[str], what: str) -> None:
    _need(len(set(names)) == len(names), what)


def _need(holds: object, what: str) -> None:
    if not holds:
        raise Invalid(_NO_DESIGN, what=what)
