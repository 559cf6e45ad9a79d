"""The question bank of the ethics assessment, as shipped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FLAGS = ("stop", "major", "minor")  # the gravest first
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


def scale(name: str) -> dict[str, str]:
    """Return the anchors of gravity, reach or irreversibility by level."""
    anchors: dict[str, str] = _data()["scales"][name]
    return anchors
