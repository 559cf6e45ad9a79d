"""The question bank of the ethics assessment, as shipped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FLAGS = ("stop", "major", "minor")  # the gravest first
MEASURE_KINDS = ("avoid", "reduce", "restore", "compensate", "inform")  # in this order of preference
PARTS = ("gravity", "reach", "irreversibility", "likelihood")
_OF_THE_PANEL = frozenset({"expert", "all_groups"})
_BANK = Path(__file__).resolve().parent / "data" / "ethics_bank.json"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a screening question; ``flag`` is what choosing it raises, or empty."""

    value: str
    label: str
    flag: str
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the bank; ``options`` is empty for a risk rating."""

    id: str
    dimension: str
    object: str
    text: str
    help: str
    options: tuple[Option, ...]
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A mitigation of the catalogue; ``kind`` is avoid, reduce, restore, compensate or inform."""

    code: str
    kind: str
    text: str
    lowers: tuple[str, ...]


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_BANK.read_text(encoding="utf-8"))
    return data


def _flag(question: dict[str, Any], value: str) -> tuple[str, str]:
    """Return the gravest flag that choosing ``value`` raises, with its reason."""
    raised = {flag["level"]: flag["why"] for flag in question["red_flag"] if _raises(flag, value)}
    return next(((level, raised[level]) for level in FLAGS if level in raised), ("", ""))


def _raises(flag: dict[str, Any], value: str) -> bool:
    if flag["op"] in {"in", "any_of"}:
        return value in flag["values"]
    return flag["op"] == "any_except" and value not in flag["values"]


def _question(row: dict[str, Any]) -> Question:
    options = row["answer"].get("options", [])
    return Question(
        id=row["id"],
        dimension=row["dimension"],
        object=row["object"],
        text=row["text"],
        help=row["help"],
        options=tuple(Option(o["value"], o["label"], *_flag(row, o["value"])) for o in options),
        anchors=tuple(row["legal_anchors"]),
    )


@cache
def headline_risks() -> tuple[Question, ...]:
    """Return the eight headline risks in the bank's order."""
    return tuple(_question(row) for row in _data()["questions"] if row["answer"]["kind"] == "risk_rating")


@cache
def screening() -> tuple[Question, ...]:
    """Return the screening questions."""
    return tuple(_question(row) for row in _data()["questions"] if row["dimension"] == "SCR")


@cache
def stop_questions() -> tuple[Question, ...]:
    """Return the questions with a stop flag that every expert of the panel is asked."""
    return tuple(
        _question(row)
        for row in _data()["questions"]
        if row["answer"]["kind"] == "single_choice"
        and _OF_THE_PANEL & set(row["respondents"])
        and any(flag["level"] == "stop" for flag in row["red_flag"])
    )


def question(question_id: str) -> Question:
    """Return a question of the bank by its id; raises KeyError."""
    return _by_id()[question_id]


@cache
def _by_id() -> dict[str, Question]:
    return {row["id"]: _question(row) for row in _data()["questions"]}


def texts() -> dict[str, str]:
    """Return the wording of every question by its id."""
    return {key: question.text for key, question in _by_id().items()}


def read_by_panel() -> list[str]:
    """Return every text of the bank that a panellist reads: questions, choices, and what the levels mean."""
    asked = (*headline_risks(), *stop_questions())
    said = [text for one in asked for text in (about(one.object), one.text, one.help)]
    said += [option.label for one in asked for option in one.options]
    said += [words for part in PARTS if part != "likelihood" for words in scale(part).values()]
    return [text for text in dict.fromkeys(said) if text]


def about(name: str) -> str:
    """Return what an object of the assessment is: threat, response, brief or study."""
    return str(_data()["objects"][name])


def version() -> str:
    """Return the version of the bank."""
    return str(_data()["version"])


@cache
def dimensions() -> tuple[tuple[str, str, str], ...]:
    """Return ``(id, label, legal anchors)`` of the sixteen dimensions."""
    return tuple((row["id"], row["label"], row["anchors"]) for row in _data()["dimensions"])


@cache
def catalogue() -> tuple[Measure, ...]:
    """Return the mitigation catalogue."""
    return tuple(
        Measure(row["code"], row["type"], row["text"], tuple(row["can_lower"]))
        for row in _data()["mitigation_catalogue"]
    )


def can_lower(code: str, kind: str) -> frozenset[str]:
    """Return the parts that a measure can lower: as the catalogue says, for an own one whatever its kind can."""
    return frozenset(
        part
        for one in catalogue()
        if one.code == code or (not code and one.kind == kind)
        for part in one.lowers
    )


def scale(name: str) -> dict[str, str]:
    """Return the anchors of gravity, reach or irreversibility by level."""
    anchors: dict[str, str] = _data()["scales"][name]
    return anchors
