"""What differs between two designs of a study: the log from pilot to launch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.protocol import canonical_json, digest

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_ABOUT = {
    "purpose": N_("Purpose"),
    "commissioned_by": N_("Commissioned by"),
    "paid_by": N_("Paid by"),
    "received_by": N_("Received by"),
    "ethics_contact": N_("Ethics contact"),
    "controller": N_("Controller of the personal data"),
    "legal_basis": N_("Legal basis"),
    "horizon": N_("Date the statements look ahead to"),
    "marking": N_("Marking"),
    "time_zone": N_("Time zone of deadlines"),
}
_PROTOCOL = {
    "criterion": N_("Consensus criterion"),
    "stopping": N_("Stopping rule"),
    "dimensions": N_("Impact is rated on"),
    "required_groups": N_("Groups that must be heard"),
    "ask_track_record": N_("Track-record questions"),
    "keeping": N_("How long data are kept"),
    "order": N_("Order of the scenarios"),
}
_SCENARIO = {
    "title": N_("Title"),
    "short": N_("Short name"),
    "summary": N_("Background for the panel"),
    "place": N_("Place"),
    "counts": N_("What counts"),
    "counts_not": N_("What does not count"),
    "counter_view": N_("Reason to doubt it"),
    "track_record": N_("Track-record question"),
    "texts": N_("Texts in other languages"),
}
_ITEM = N_("Question")
_STATEMENT = N_("Statement")
_RULE = N_("Rule")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: ``what`` (untranslated) of ``of`` (a title, or empty), and both texts."""

    kind: str
    what: str
    of: str
    before: str
    after: str
    place: str

    @property
    def key(self) -> str:
        """Return the mark of this difference: a reason given for it stands until the difference is another one."""
        return digest([self.kind, self.place, self.before, self.after])[:16]


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return what differs between two designs, titles of the studies apart."""
    return [
        *_fields("about", _ABOUT, before["about"], after["about"]),
        *_fields("protocol", _PROTOCOL, before["protocol"], after["protocol"]),
        *_listed(N_("Group"), "groups", before["groups"], after["groups"], _group),
        *_order(before, after),
        *_scenarios(before["scenarios"], after["scenarios"]),
    ]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_text(one) for one in value)
    if isinstance(value, Mapping):
        return canonical_json(value)
    return "" if value is None else str(value)


def _fields(
    place: str, labels: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any], of: str = ""
) -> Iterator[Change]:
    """Yield the fields that differ; one without a label is a rule that came later than this page."""
    known = [*labels, *sorted((before.keys() | after.keys()) - labels.keys() - {"title", "name", "items"})]
    for name in known if labels is not _SCENARIO else labels:
        old, new = _text(before.get(name)), _text(after.get(name))
        if old != new:
            yield Change(CHANGED, labels.get(name, _RULE), of, old, new, f"{place}.{name}")


def _group(group: Mapping[str, Any]) -> str:
    return f"{group['name']}; {group['kind']}; {group['target']}"


def _by_name(rows: Any) -> dict[str, Mapping[str, Any]]:
    return {row["name"]: row for row in rows}


def _listed(what: str, place: str, before: Any, after: Any, text: Any, of: str = "") -> Iterator[Change]:
    """Yield what was added, removed or changed of rows that have names."""
    old, new = _by_name(before), _by_name(after)
    for name in [*old, *(one for one in new if one not in old)]:
        was, is_ = (text(rows[name]) if name in rows else "" for rows in (old, new))
        if was != is_:
            kind = REMOVED if name not in new else ADDED if name not in old else CHANGED
            yield Change(kind, what, of, was, is_, f"{place}.{name}")


def _order(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = _by_name(before["scenarios"]), _by_name(after["scenarios"])
    was = [name for name in old if name in new]
    is_ = [name for name in new if name in old]
    if was != is_:
        titles = [
            "\n".join(rows[name]["title"] for name in names) for rows, names in ((old, was), (new, is_))
        ]
        yield Change(CHANGED, N_("Place in the questionnaire"), "", titles[0], titles[1], "scenarios")


def _scenarios(before: Any, after: Any) -> Iterator[Change]:
    old, new = _by_name(before), _by_name(after)
    for name, row in old.items():
        if name not in new:
            yield Change(REMOVED, N_("Scenario"), row["title"], _statement(row), "", f"scenario.{name}")
    for name, row in new.items():
        if name not in old:
            yield Change(ADDED, N_("Scenario"), row["title"], "", _statement(row), f"scenario.{name}")
            continue
        yield from _fields(f"scenario.{name}", _SCENARIO, old[name], row, row["title"])
        yield from _items(name, old[name], row)


def _items(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for kinds, what in (({"likelihood"}, _STATEMENT), (None, _ITEM)):
        old, new = (
            [one for one in row["items"] if (one["kind"] == "likelihood") == bool(kinds)]
            for row in (before, after)
        )
        text = _wording if kinds else _question
        yield from _listed(what, f"scenario.{name}", old, new, text, after["title"])


def _statement(row: Mapping[str, Any]) -> str:
    return next((one["wording"] for one in row["items"] if one["kind"] == "likelihood"), "")


def _wording(item: Mapping[str, Any]) -> str:
    return str(item["wording"])


def _question(item: Mapping[str, Any]) -> str:
    """Return a question as one text: its words, its scale, and whatever else is set for it."""
    rest = {
        key: value
        for key, value in item.items()
        if key not in {"name", "kind", "wording", "low", "high", "step"} and value
    }
    more = f"; {canonical_json(rest)}" if rest else ""
    return f"{item['wording'] or item['kind']} ({item['low']:g} to {item['high']:g}{more})"
