"""What an archive holds of decisions: the frozen record of each round in it, and the log with roles and no names.

An archive that was written before they went along has none of these parts. They are kept as their bytes are, beside the
released briefs, so that they leave again as they came.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.decisions import (
    Advice,
    Choice,
    DecidedItem,
    DecisionRecord,
    Dissent,
    Gap,
    Held,
    advice_on,
    stopping,
)
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import MIN_K, StoppingRule, canonical_json
from copkit_delphi.domain.results import ItemResult, RoundSnapshot
from copkit_delphi.domain.shapes import fits
from copkit_delphi.domain.verdict import Verdict
from copkit_delphi.elicitation.deciding import words
from copkit_delphi.elicitation.models import ArchivedPart, Decision, DecisionEntry, Round

LOG = "decisions/log.json"
RECORDS = re.compile(r"decisions/round-([1-9]\d?)\.json")
LONGEST = 600
_RULES = {"width", "share", "stability"}
_SIDES = {"lower", "higher", None}
_SIZES = {"negligible", "small", "medium", "large", None}
_DISTANCES = {"close", "apart", "far_apart"}
_PARTS = {"about_a_fifth", "about_a_quarter", "about_a_third", "nearly_half"}
_LEANS = {"with", "against", "none", None}
_HELD = {*Held, None}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log as an archive tells it: who decided stands in it by role alone."""

    on: str
    role: str
    round: int
    choice: str
    advice: str
    reason: str


def belongs(name: str) -> bool:
    """Tell whether a part is one of these, by its name."""
    return name == LOG or bool(RECORDS.fullmatch(name))


# Out -----------------------------------------------------------------------------------------------------------------


def parts(session: Session, study_id: str, shown: Iterable[Round]) -> dict[str, str]:
    """Return the records and the log of the rounds that are ``shown``."""
    numbers = {row.id: row.number for row in shown}
    records = session.execute(
        select(Decision.round_id, Decision.payload).where(Decision.round_id.in_(numbers))
    )
    query = select(DecisionEntry).where(
        DecisionEntry.study_id == study_id, DecisionEntry.round.in_(numbers.values())
    )
    lines = [
        {"on": row.on.isoformat(), "role": row.role, "round": row.round, "choice": row.choice, "advice": row.advice,
         "reason": row.reason}
        for row in session.scalars(query.order_by(DecisionEntry.position, DecisionEntry.id))
    ]  # fmt: skip
    found = {f"decisions/round-{numbers[round_id]}.json": payload for round_id, payload in records}
    return {**found, LOG: canonical_json(lines)}


# In ------------------------------------------------------------------------------------------------------------------


def check(values: Mapping[str, Any], snapshots: Sequence[RoundSnapshot]) -> None:
    """Raise ``Invalid`` unless the parts are records of these rounds and a log on them; without parts there is none."""
    given = {name: value for name, value in values.items() if belongs(name)}
    if not given:
        return
    if LOG not in given:
        raise Invalid(N_("The archive lacks the log of its decisions."))
    frozen = {one.round: one for one in snapshots}
    advice: dict[int, str] = {}
    for name, value in given.items():
        if match := RECORDS.fullmatch(name):
            number = int(match[1])
            advice[number] = _record(value, number, frozen.get(number)).advice
    _log(given[LOG], frozen, advice)


def _record(value: Any, number: int, frozen: RoundSnapshot | None) -> DecisionRecord:
    wrong = Invalid(
        N_("The decision record of round %(number)s is not one this product writes."), number=number
    )
    if frozen is None or not fits(value, DecisionRecord):
        raise wrong
    record = DecisionRecord.from_dict(value)
    if record.to_json() != canonical_json(value) or not all(_agrees(record, frozen)):
        raise wrong
    return record


def _agrees(record: DecisionRecord, frozen: RoundSnapshot) -> Iterator[bool]:
    """Yield whether each part of a record follows from the result beside it, or is of a closed list."""
    yield (record.study, record.round, record.closed_on) == (frozen.study, frozen.round, frozen.closed_on)
    yield record.snapshot == frozen.hash
    rule = StoppingRule(record.min_rounds, record.max_rounds, record.stable_share)
    advised = stopping(frozen, rule)
    yield (record.advice, record.stable) == (advised.choice, advised.stable)
    results = {one.name: one for one in frozen.items}
    names = [one.name for one in record.items]
    yield len(set(names)) == len(names) and set(names) <= results.keys()
    for one in record.items:
        yield one.name in results and _follows(one, results[one.name])
    yield record.attrition.held in _HELD and record.wishes.held in _HELD
    yield record.wishes.word in _LEANS and (record.wishes.n is None or record.wishes.n >= 2 * MIN_K)
    for group in record.attrition.groups:
        yield all(
            n == 0 or n >= MIN_K
            for n in (group.before, group.again, _less(group.before, group.again))
            if n is not None
        )


def _less(before: int | None, again: int | None) -> int | None:
    return None if before is None or again is None else before - again


def _follows(one: DecidedItem, item: ItemResult) -> bool:
    """Tell whether a decided item says what its result says, in words of the closed lists."""
    told = (one.scenario, one.verdict, one.agreement, one.stability, one.reasons)
    same = told == (item.scenario, item.verdict, item.agreement, item.stability, item.reasons)
    leaving, camp = one.leaving, one.camp
    return (
        same
        and one.advice == advice_on(item)
        and one.advice in set(Advice)
        and set(one.dissent) <= set(Dissent)
        and all(rule.kind in _RULES and rule.verdict in {*Verdict, None} for rule in one.rules)
        and _gaps(one.gaps, item)
        and leaving.size in _SIZES and leaving.side in _SIDES and leaving.held in _HELD
        and (camp is None or (camp.side in _SIDES and camp.size in _PARTS))
        and one.leaning in _LEANS
    )  # fmt: skip


def _gaps(gaps: Iterable[Gap], item: ItemResult) -> bool:
    medians = {group.name: group.figures.median for group in item.groups if group.figures.median is not None}
    return all(
        {gap.one, gap.other} <= medians.keys()
        and gap.apart == round(medians[gap.one] - medians[gap.other], 9)
        and gap.distance in _DISTANCES
        and gap.size in _SIZES
        and abs(gap.effect or 0) <= words.MOST
        for gap in gaps
    )


def _log(value: Any, frozen: Mapping[int, RoundSnapshot], advice: Mapping[int, str]) -> None:
    if not fits(value, tuple[Line, ...]) or not all(_line(Line(**one), frozen, advice) for one in value):
        raise Invalid(N_("The log of decisions in the archive is not one this product writes."))


def _line(line: Line, frozen: Mapping[int, RoundSnapshot], advice: Mapping[int, str]) -> bool:
    try:
        date.fromisoformat(line.on)
    except ValueError:
        return False
    return (
        line.round in frozen
        and line.choice in set(Choice)
        and line.advice in {advice.get(line.round, ""), ""}
        and line.role in {*Role, ""}
        and len(line.reason) <= LONGEST
    )


# What came -----------------------------------------------------------------------------------------------------------


def records(session: Session, study_id: str) -> tuple[DecisionRecord, ...]:
    """Return the records that came with a study, first round to last."""
    came = [value for name, value in _came(session, study_id).items() if name != LOG]
    return tuple(sorted((DecisionRecord.from_dict(one) for one in came), key=lambda one: one.round))


def lines(session: Session, study_id: str) -> tuple[Line, ...] | None:
    """Return the log that came with a study, None where none came."""
    value = _came(session, study_id).get(LOG)
    return None if value is None else tuple(Line(**one) for one in value)


def _came(session: Session, study_id: str) -> dict[str, Any]:
    query = select(ArchivedPart.name, ArchivedPart.content).where(
        ArchivedPart.study_id == study_id, ArchivedPart.name.startswith("decisions/")
    )
    return {name: json.loads(content) for name, content in session.execute(query)}
