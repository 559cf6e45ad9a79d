"""What differs between two designs of a study: the log from pilot to launch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.impact import BY_KEY
from copkit_delphi.domain.plan import PLAN
from copkit_delphi.domain.protocol import Protocol, canonical_json, digest
from copkit_delphi.domain.rules_in_words import SETTINGS, Words
from copkit_delphi.elicitation.items import ITEM_TYPES
from copkit_delphi.elicitation.plans import KINDS

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


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: ``what`` (untranslated) of ``of`` (a title, or empty), and both texts.

    ``stored`` is what the texts were made of, where they put it into words.
    """

    kind: str
    what: str
    of: str
    before: str
    after: str
    place: str
    stored: tuple[str, str] = ("", "")

    @property
    def key(self) -> str:
        """Return the mark of this difference: a reason given for it stands until the difference is another one."""
        sides = self.stored if any(self.stored) else (self.before, self.after)
        return digest([self.kind, self.place, *sides])[:16]


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return what differs between two designs, titles of the studies apart."""
    return [
        *_fields("about", _ABOUT, before["about"], after["about"]),
        *_rules(before["protocol"], after["protocol"]),
        *_plan(before["protocol"], after["protocol"]),
        *_listed(N_("Group"), "groups", before["groups"], after["groups"], _group),
        *_order(before, after),
        *_scenarios(before["scenarios"], after["scenarios"]),
    ]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_text(one) for one in value)
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {_text(one)}" for key, one in sorted(value.items()))
    return "" if value is None else str(value)


def _rules(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Yield the rules that differ, in words: one left at its default says what holds then."""
    old, new = Protocol.from_dict(before), Protocol.from_dict(after)
    for one in SETTINGS:
        was, is_ = (_line(one.words(rules)) for rules in (old, new))
        if was != is_ and one.name != "plan":
            stored = _stored(before.get(one.name)), _stored(after.get(one.name))
            yield Change(CHANGED, one.label, "", was, is_, f"protocol.{one.name}", stored)


def _line(words: Words) -> str:
    return "; ".join(map(str, words))


def _stored(value: Any) -> str:
    return canonical_json(value) if isinstance(value, Mapping) else _text(value)


def _plan(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Yield each text of the plan that differs under its own name."""
    for one in PLAN:
        was, is_ = (data.get("plan", {}).get(one.key, "") for data in (before, after))
        if was != is_:
            kind = CHANGED if was and is_ else ADDED if is_ else REMOVED
            yield Change(kind, one.label, "", was, is_, f"plan.{one.key}")


def _fields(
    place: str, labels: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any], of: str = ""
) -> Iterator[Change]:
    for name, label in labels.items():
        old, new = _text(before.get(name)), _text(after.get(name))
        if old != new:
            stored = _stored(before.get(name)), _stored(after.get(name))
            yield Change(CHANGED, label, of, old, new, f"{place}.{name}", stored)


def _group(group: Mapping[str, Any]) -> str:
    return f"{group['name']}; {KINDS.get(group['kind'], group['kind'])}; {group['target']} wanted"


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
    """Return a question as one text: its words, its type and scale, and whatever else is set for it."""
    kind = ITEM_TYPES.get(item["kind"])
    dimension = BY_KEY[item["dimension"]].label if item.get("dimension") in BY_KEY else ""
    name = ": ".join(filter(None, (kind.label if kind else item["kind"], dimension, item["wording"])))
    lines = [name, f"{item['low']:g} to {item['high']:g}"]
    if kind and item.get("options"):
        typed = kind.said(item["options"])
        lines += [f"{one.label}: {typed[one.key]}" for one in kind.authoring if typed.get(one.key)]
    return "\n".join(lines)
