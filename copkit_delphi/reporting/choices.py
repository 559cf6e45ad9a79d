"""What of a document is printed where room is short: which arguments, indicators and sources, and how many are left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from copkit_delphi.domain.alert import Level
from copkit_delphi.domain.documents import (
    DISSENT_WORDS,
    DissentStatement,
    Evidence,
    Gate,
    Indicator,
    Mitigation,
    WarningLevel,
)
from copkit_delphi.domain.errors import N_
from copkit_delphi.reporting.environment import written_day
from copkit_delphi.reporting.phrases import Say

WAIVED = N_("waived by reviewer and owner; the reason is printed in full")
_WEIGHT = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True, slots=True)
class Source:
    """One source with the numbers of all judgements it serves."""

    grade: str
    text: str
    against: bool
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """An indicator of one judgement; ``against`` is an indicator that would show the opposite."""

    sign: Indicator
    against: Indicator | None


@dataclass(frozen=True, slots=True)
class Sides:
    """The views on one item, higher and lower."""

    title: str
    higher: tuple[DissentStatement, ...]
    lower: tuple[DissentStatement, ...]
    other: tuple[DissentStatement, ...]


def shortened(text: str, words: int = DISSENT_WORDS) -> str:
    """Return ``text`` cut to its first words, the cut marked."""
    parts = text.split()
    return text if len(parts) <= words else " ".join(parts[:words]) + " […]"


def sentence(text: str) -> str:
    """Return ``text`` with a capital letter and exactly one stop at its end; empty stays empty."""
    said = text.strip()
    said = said[:1].upper() + said[1:]
    return said if not said or said[-1] in ".!?" else f"{said}."


def levels(found: Sequence[WarningLevel], on: date) -> list[WarningLevel]:
    """Return the levels that stand on a day, highest first, then those that have expired."""
    return sorted(found, key=lambda one: (one.expired(on), -one.level, one.number))


def by_level(found: Sequence[WarningLevel]) -> list[tuple[Level, list[WarningLevel]]]:
    """Return the levels grouped, highest first."""
    values = sorted({one.level for one in found}, reverse=True)
    return [(value, [one for one in found if one.level == value]) for value in values]


def sources(evidence: Sequence[Evidence], numbers: Mapping[str, int]) -> list[Source]:
    """Return one line a source, in the given order; ``numbers`` are those of the judgements by scenario."""
    served: dict[tuple[str, str, bool], set[int]] = {}
    for found in evidence:
        text = f"{found.text}, {found.source}" if found.source else found.text
        serves = served.setdefault((found.grade, text, found.supports is False), set())
        serves |= {numbers[found.scenario]} if found.scenario in numbers else set()
    return [Source(*key, tuple(sorted(serves))) for key, serves in served.items()]


def watched(indicators: Sequence[Indicator], most: int) -> list[Watched]:
    """Return at most ``most`` indicators, spread over the judgements: the first of each, then the second of each.

    Those that tell most apart come first; beside the first of a judgement stands what would speak against it.
    """
    queues: dict[tuple[int, ...], list[Watched]] = {}
    for judgements in dict.fromkeys(one.judgements for one in indicators):
        queues[judgements] = list(_queue([one for one in indicators if one.judgements == judgements]))
    turns = max(map(len, queues.values()), default=0)
    spread = [queue[turn] for turn in range(turns) for queue in queues.values() if turn < len(queue)]
    return sorted(spread[:most], key=lambda one: one.sign.judgements)


def _queue(indicators: list[Indicator]) -> Iterator[Watched]:
    ordered = sorted(indicators, key=lambda one: _WEIGHT.get(one.diagnosticity, len(_WEIGHT)))
    signs = [one for one in ordered if not one.disconfirming] or ordered
    against = [one for one in ordered if one not in signs]
    for index, sign in enumerate(signs):
        yield Watched(sign, against[0] if against and index == 0 else None)
    for spare in against[1:]:
        yield Watched(spare, None)


def printed(rows: Sequence[Watched], *, alone: bool = False) -> int:
    """Return how many indicators ``rows`` print; ``alone`` without those that speak against."""
    return len(rows) if alone else len(rows) + sum(row.against is not None for row in rows)


def register(mitigations: Sequence[Mitigation]) -> list[tuple[tuple[str, ...], list[Mitigation]]]:
    """Return the register by the risk its measures stand against."""
    groups = dict.fromkeys(row.against for row in mitigations)
    return [(codes, [row for row in mitigations if row.against == codes]) for codes in groups]


def by_item(views: Sequence[DissentStatement], titles: Mapping[str, str]) -> list[Sides]:
    """Return the views on each item with their sides; views on no item come last, without a title."""
    found = []
    for item in dict.fromkeys(view.item for view in views):
        own = [view for view in views if view.item == item]
        sides = {side: tuple(view for view in own if view.side == side) for side in ("higher", "lower", "")}
        title = titles.get(item, item) if item else ""
        found.append(Sides(title, sides["higher"], sides["lower"], sides[""]))
    return sorted(found, key=lambda one: not one.title)


def gate_note(gate: Gate, waiver: str, say: Say, language: str) -> str:
    """Return a gate's note, short: a day as people write it, and a waiver named but not repeated."""
    if waiver and gate.note == waiver:
        return say(WAIVED)
    try:
        return written_day(date.fromisoformat(gate.note), language)
    except ValueError:
        return say(gate.note) if gate.note else ""
