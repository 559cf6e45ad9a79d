"""The items of a page: what a study's rules and its own questions make of one scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from copkit_delphi.domain.protocol import Protocol as StudyProtocol
from copkit_delphi.domain.results import CONFIDENCE_KIND, IMPACT_KIND, LIKELIHOOD, TRACK_RECORD, ItemResult
from copkit_delphi.elicitation.item_types import ITEM_TYPES, authored, of
from copkit_delphi.elicitation.item_types.shapes import Choice, Planned, Posed, Posing, Say

__all__ = ["ITEM_TYPES", "anchor", "as_asked", "authored", "called", "of", "planned", "points", "posed"]

Lined = TypeVar("Lined")


def planned(
    protocol: StudyProtocol, statement: str, track_record: str, questions: Iterable[Any] = ()
) -> Iterator[tuple[str, Planned]]:
    """Yield ``(suffix of the name, item)`` of one scenario, in order; without a statement its questions only."""
    if statement:
        yield from _judged(protocol, statement)
    for question in questions:
        for one in of(question.kind).items(question.wording, question.options):
            yield ".".join(part for part in (question.key, one.suffix) if part), one
    if statement:
        yield from _closing(protocol, track_record)


def _judged(protocol: StudyProtocol, statement: str) -> Iterator[tuple[str, Planned]]:
    bounds = {"interval": True} if protocol.interval else {}
    for one in ITEM_TYPES[LIKELIHOOD].items(statement, bounds):
        yield LIKELIHOOD, one
    for one in ITEM_TYPES[IMPACT_KIND].items("", {"dimensions": protocol.dimensions}):
        yield f"{IMPACT_KIND}.{one.suffix}", one


def _closing(protocol: StudyProtocol, track_record: str) -> Iterator[tuple[str, Planned]]:
    for one in ITEM_TYPES[CONFIDENCE_KIND].items("", {}):
        yield CONFIDENCE_KIND, one
    if protocol.ask_track_record and track_record:
        for one in ITEM_TYPES[TRACK_RECORD].items(track_record, {}):
            yield TRACK_RECORD, one


def anchor(items: Sequence[Lined]) -> Lined | None:
    """Return the item of a page that its reason hangs on: the first one asked."""
    return items[0] if items else None


class Kept(Posed, Protocol):
    """An item that is kept with its kind: a row, an own answer."""

    @property
    def kind(self) -> str:
        """Return the key of its type."""


OfKind = TypeVar("OfKind", bound=Kept)


def as_asked(page: Sequence[OfKind]) -> list[OfKind]:
    """Return the items of a page in the order in which it asks them: its first, own questions, then what is kept."""
    return sorted(page, key=lambda one: of(one.kind).kept and one.kind != page[0].kind)


def called(one: ItemResult | Kept, say: Say) -> str:
    """Return what an item or its frozen result is called in a list, by its type: no page names items itself."""
    name = of(one.kind).short(_posed(one) if isinstance(one, ItemResult) else one, say)
    return name[:1].upper() + name[1:] or one.name


def posed(one: ItemResult | Kept, say: Say) -> str:
    """Return what an item is called with the words it asks in, where its name does not hold them."""
    name = called(one, say)
    return f"{name}: {one.wording}" if one.wording and one.wording.lower() not in name.lower() else name


def points(result: ItemResult, say: Say) -> list[Choice]:
    """Return the points of a frozen result's scale that have a meaning in words, lowest first."""
    kind = of(result.kind)
    return [one for one in kind.choices(_posed(result), say) if one.label] if kind.numeric else []


def _posed(result: ItemResult) -> Posing:
    return Posing(result.wording, result.low, result.high, result.dimension, result.more)
