"""The design of a study as plain data, and a draft study from it: nothing of it tells of people or answers."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, DelphiError, Invalid
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.scale import Scale
from copkit_delphi.domain.shapes import fits, is_text
from copkit_delphi.elicitation import handling, studies
from copkit_delphi.elicitation.items import ITEM_TYPES
from copkit_delphi.elicitation.models import Item, Scenario, StakeholderGroup, Study
from copkit_delphi.elicitation.plans import KINDS, About

_LONG = 20_000
MOST_SCENARIOS, MOST_ITEMS = 500, 5000
_ABOUT = {one.name for one in fields(About)}
_ITEM = ("name", "kind", "dimension", "wording", "low", "high", "step")
_SCENARIO_TEXTS = {
    "name": 40, "title": 200, "short": 40, "claim": 160, "summary": _LONG, "place": 120, "counter_view": _LONG,
    "hazard": 10, "evidence": 20, "library_id": 20, "track_record": _LONG,
}  # fmt: skip
_SCENARIO_LISTS = ("counts", "counts_not", "rights")


@dataclass(frozen=True, slots=True)
class _Design:
    """The top of the data; what lies below is looked at part by part."""

    about: Mapping[str, str | None]
    attribution: str
    practice: bool
    synthetic: bool


def to_dict(session: Session, study_id: str) -> dict[str, Any]:
    """Return the design of a study: about, protocol, groups, scenarios with their items; ids are left out."""
    study = studies.get(session, study_id)
    items: dict[str, list[Item]] = {}
    for item in studies.items(session, study_id):
        items.setdefault(item.scenario_id, []).append(item)
    return {
        "about": {name: _plain(getattr(study, name)) for name in sorted(_ABOUT)},
        "attribution": study.attribution,
        "practice": study.practice,
        "synthetic": study.synthetic,
        "protocol": study.protocol,
        "groups": [
            {"name": one.name, "kind": one.kind, "target": one.target}
            for one in studies.groups(session, study_id)
        ],
        "scenarios": [_scenario(one, items.get(one.id, [])) for one in studies.scenarios(session, study_id)],
    }


def _plain(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)


def _scenario(one: Scenario, items: Iterable[Item]) -> dict[str, Any]:
    names = (*_SCENARIO_TEXTS, *_SCENARIO_LISTS, "sources", "library_version")
    return {name: getattr(one, name) for name in names} | {"items": [_item(item) for item in items]}


def _item(one: Item) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in _ITEM}
    return values | {name: float(values[name]) for name in ("low", "high", "step")}


def check(data: Any, *, answerable: bool) -> About:
    """Raise ``Invalid`` unless ``data`` is a design that can be written; return what the study says of itself.

    With ``answerable`` every item has a kind that pages can ask, on its own scale.
    """
    keys = {one.name for one in fields(_Design)} | {"protocol", "groups", "scenarios"}
    top = (
        {name: data.get(name) for name in ("about", "attribution", "practice", "synthetic")}
        if isinstance(data, dict)
        else {}
    )
    if not isinstance(data, dict) or data.keys() != keys or not fits(top, _Design):
        raise _wrong("design")
    _check_protocol(data["protocol"])
    _check_groups(data["groups"])
    _check_scenarios(data["scenarios"], answerable=answerable)
    return _about(data["about"])


def _wrong(part: str) -> Invalid:
    return Invalid(N_("The design is not one this product writes: %(part)s."), part=part)


def _about(given: Mapping[str, Any]) -> About:
    texts = {name: given.get(name) or "" for name in _ABOUT - {"horizon", "marking"}}
    most = {"title": 160, "purpose": _LONG}
    try:
        if given.keys() != _ABOUT or any(len(text) > most.get(name, 200) for name, text in texts.items()):
            raise ValueError
        horizon = given["horizon"]
        about = About(
            **texts,
            horizon=date.fromisoformat(horizon) if horizon is not None else None,
            marking=Marking(given["marking"]),
        )
    except (ValueError, TypeError):
        raise _wrong("about") from None
    about.check()
    return about


def _check_protocol(given: Any) -> None:
    try:
        same = Protocol.from_dict(given).to_dict() == given
        for one in (given["criterion"], given["stopping"]):
            same = same and all(value is None or type(value) in (int, float) for value in one.values())
        same = same and is_text(given["yardstick"], 40) and type(given["k"]) is int
        same = same and all(is_text(name, 80) for name in (*given["dimensions"], *given["required_groups"]))
    except (TypeError, ValueError, KeyError, AttributeError, DelphiError):
        same = False
    if not same:
        raise _wrong("protocol")


def _check_groups(given: Any) -> None:
    if not isinstance(given, list) or len(given) > 100:
        raise _wrong("groups")
    for one in given:
        keys = isinstance(one, dict) and one.keys() == {"name", "kind", "target"}
        if not keys or not is_text(one["name"], 80) or not one["name"].strip() or one["kind"] not in KINDS:
            raise _wrong("groups")
        if type(one["target"]) is not int or not 0 <= one["target"] < 100_000:
            raise _wrong("groups")
    if len({one["name"].casefold() for one in given}) < len(given):
        raise _wrong("groups")


def _check_scenarios(given: Any, *, answerable: bool) -> None:
    if not isinstance(given, list) or len(given) > MOST_SCENARIOS:
        raise _wrong("scenarios")
    items: list[Any] = []
    for one in given:
        _check_scenario(one)
        items += one["items"]
    for item in items:
        _check_item(item, answerable=answerable)
    names = [one["name"] for one in given]
    if (
        len(items) > MOST_ITEMS
        or len(set(names)) < len(names)
        or len({i["name"] for i in items}) < len(items)
    ):
        raise _wrong("scenarios")


def _check_scenario(one: Any) -> None:
    keys = {*_SCENARIO_TEXTS, *_SCENARIO_LISTS, "sources", "library_version", "items"}
    if not isinstance(one, dict) or one.keys() != keys or not isinstance(one["items"], list):
        raise _wrong("scenarios")
    texts = all(is_text(one[name], most) for name, most in _SCENARIO_TEXTS.items())
    lists = all(fits(one[name], tuple[str, ...]) for name in _SCENARIO_LISTS)
    sources = isinstance(one["sources"], list) and all(
        fits(source, Mapping[str, str | float | None]) for source in one["sources"]
    )
    version = type(one["library_version"]) is int and 0 <= one["library_version"] < 2**31
    if not (texts and lists and sources and version and one["name"] and one["title"].strip()):
        raise _wrong("scenarios")
    if one["hazard"] not in ("low", "medium", "high"):
        raise _wrong("scenarios")


def _check_item(one: Any, *, answerable: bool) -> None:
    if not isinstance(one, dict) or one.keys() != set(_ITEM):
        raise _wrong("items")
    texts = is_text(one["name"], 80) and is_text(one["kind"], 20) and is_text(one["wording"])
    dimension = one["dimension"] is None or is_text(one["dimension"], 20)
    if not (
        texts and dimension and one["name"] and all(fits(one[end], float) for end in ("low", "high", "step"))
    ):
        raise _wrong("items")
    scale = Scale(one["low"], one["high"], one["step"])
    known = ITEM_TYPES.get(one["kind"])
    if answerable and (known is None or known.scale != scale):
        raise Invalid(
            N_("The item %(name)s is of a kind that cannot be asked here: %(kind)s."),
            name=one["name"],
            kind=one["kind"],
        )


def draft_from(session: Session, data: Any, *, facilitator: str, at: datetime, title: str = "") -> Study:
    """Make a draft study of a design; raises ``Invalid`` and writes nothing where it is not one."""
    about = check(data, answerable=True)
    study = studies.create(
        session,
        about=about,
        facilitator=facilitator,
        at=at,
        practice=data["practice"],
        synthetic=data["synthetic"],
    )
    study.title, study.attribution, study.protocol = (
        title or study.title,
        data["attribution"],
        data["protocol"],
    )
    write(session, study, data)
    handling.check(session, study.id, study.marking)
    return study


def write(session: Session, study: Study, data: Any) -> dict[str, str]:
    """Write groups, scenarios and items of a checked design; return the ids of the items by name."""
    for position, one in enumerate(data["groups"]):
        session.add(StakeholderGroup(id=secrets.token_hex(8), study_id=study.id, position=position, **one))
    ids: dict[str, str] = {}
    room = max(100, *(len(one["items"]) for one in data["scenarios"]), 100)
    for position, one in enumerate(data["scenarios"], 1):
        values = {name: value for name, value in one.items() if name != "items"}
        scenario = Scenario(id=secrets.token_hex(8), study_id=study.id, position=position, **values)
        session.add(scenario)
        session.flush()  # items refer to the scenario
        for index, item in enumerate(one["items"]):
            ids[item["name"]] = secrets.token_hex(8)
            session.add(
                Item(
                    id=ids[item["name"]], study_id=study.id, scenario_id=scenario.id,
                    position=position * room + index, **item,
                )
            )  # fmt: skip
    session.flush()  # whatever follows refers to these
    return ids
