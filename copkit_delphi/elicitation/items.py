"""The items of a page: what a study's rules and its own questions make of one scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import CONFIDENCE_KIND, IMPACT_KIND, LIKELIHOOD, TRACK_RECORD
from copkit_delphi.elicitation.item_types import ITEM_TYPES, authored, of
from copkit_delphi.elicitation.item_types.shapes import Planned

__all__ = ["ITEM_TYPES", "anchor", "authored", "of", "planned"]

Lined = TypeVar("Lined")


def planned(
    protocol: Protocol, statement: str, track_record: str, questions: Iterable[Any] = ()
) -> Iterator[tuple[str, Planned]]:
    """Yield ``(suffix of the name, item)`` of one scenario, in order; without a statement its questions only."""
    if statement:
        yield from _judged(protocol, statement)
    for question in questions:
        for one in of(question.kind).items(question.wording, question.options):
            yield ".".join(part for part in (question.key, one.suffix) if part), one
    if statement:
        yield from _closing(protocol, track_record)


def _judged(protocol: Protocol, statement: str) -> Iterator[tuple[str, Planned]]:
    bounds = {"interval": True} if protocol.interval else {}
    for one in ITEM_TYPES[LIKELIHOOD].items(statement, bounds):
        yield LIKELIHOOD, one
    for one in ITEM_TYPES[IMPACT_KIND].items("", {"dimensions": protocol.dimensions}):
        yield f"{IMPACT_KIND}.{one.suffix}", one


def _closing(protocol: Protocol, track_record: str) -> Iterator[tuple[str, Planned]]:
    for one in ITEM_TYPES[CONFIDENCE_KIND].items("", {}):
        yield CONFIDENCE_KIND, one
    if protocol.ask_track_record and track_record:
        for one in ITEM_TYPES[TRACK_RECORD].items(track_record, {}):
            yield TRACK_RECORD, one


def anchor(items: Sequence[Lined]) -> Lined | None:
    """Return the item of a page that its reason hangs on: the first one asked."""
    return items[0] if items else None
