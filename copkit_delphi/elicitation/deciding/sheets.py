"""A decision record as a table: one fact a row, the same bytes for the same record, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from copkit_delphi.domain.cells import safe
from copkit_delphi.domain.decisions import DecidedItem, DecisionRecord, Gap, Kept, Leaving
from copkit_delphi.domain.figures import plain

COLUMNS = ("marking", "round", "item", "part", "about", "value", "snapshot", "record")
Fact = tuple[str, str, str, str]


def as_csv(record: DecisionRecord, *, marking: str) -> str:
    """Return the record, study first, then item by item; a fact that is held back has an empty value."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item, part, about, value in _facts(record):
        row = (marking, str(record.round), item, part, about, value, record.snapshot, record.hash)
        writer.writerow([safe(cell) for cell in row])
    return out.getvalue()


def _facts(record: DecisionRecord) -> Iterator[Fact]:
    yield "", "advice", "study", record.advice
    yield "", "stable", "items", str(record.stable)
    for row in record.attrition.groups:
        yield from _kept(row)
    yield "", "attrition", "groups_alike", _yes(record.attrition.alike)
    yield "", "desirability", record.wishes.held or "rho", _number(record.wishes.rho)
    for item in record.items:
        yield from _item(item)


def _kept(row: Kept) -> Iterator[Fact]:
    yield "", "answered_before", row.name, _number(row.before)
    yield "", "answered_again", row.name, _number(row.again)
    yield "", "enough_again", row.name, _yes(row.enough)


def _item(item: DecidedItem) -> Iterator[Fact]:
    yield item.name, "verdict", "", item.verdict
    yield item.name, "agreement", "", item.agreement or ""
    yield item.name, "stability", "", item.stability
    yield item.name, "advice", "", item.advice
    for reason in item.reasons:
        yield item.name, "reason", "", reason
    for rule in item.rules:
        yield item.name, f"rule_{rule.kind}", plain(rule.value), rule.verdict or ""
    for gap in item.gaps:
        yield from _gap(item.name, gap)
    yield from _leaving(item.name, item.leaving)
    for kind in item.dissent:
        yield item.name, "dissent", "", kind
    if item.camp:
        yield item.name, "camp", item.camp.side, item.camp.size
    yield item.name, "leaning", "", item.leaning or ""


def _gap(name: str, gap: Gap) -> Iterator[Fact]:
    about = f"{gap.one} | {gap.other}"
    yield name, "median_difference", about, plain(gap.apart)
    yield name, "median_distance", about, gap.distance
    yield name, "effect_word", about, gap.size or ""
    yield name, "cliff_delta", about, _number(gap.effect)
    yield name, "adjusted_p_below", about, _number(gap.p)


def _leaving(name: str, found: Leaving) -> Iterator[Fact]:
    yield name, "leavers", found.held or found.side or "", found.size or ""
    yield name, "leavers_could_change", "", _yes(found.could_change)


def _number(value: float | None) -> str:
    return "" if value is None else plain(value)


def _yes(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"
