"""The judge: holds the database, the frozen results and the own copies to the ledger. It knows the tables, not the code.

Acknowledged means stored once, whole, current, and counted when the round closes. Refused means absent. Where the
connection was cut either may be true, but never half of it and never twice.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.races.client import read

ACKNOWLEDGED = 303
MARKER = re.compile(r"marker-\w+-\d+")
FEWEST = 5  # below this nothing of an item is shown


@dataclass
class Submission:
    """One filled form, by its marker, with the answers to every attempt to send it."""

    who: str
    round: str
    marker: str
    values: Mapping[str, float]
    line: int
    statuses: list[int] = field(default_factory=list)

    @property
    def acknowledged(self) -> bool:
        return ACKNOWLEDGED in self.statuses

    @property
    def refused(self) -> bool:
        return all(status not in {0, ACKNOWLEDGED} for status in self.statuses)


@dataclass
class Verdict:
    """What the judge found; green without ``faults``."""

    faults: list[str] = field(default_factory=list)
    acknowledged: int = 0
    refused: int = 0
    unknown: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        said = f"acknowledged {self.acknowledged}, refused {self.refused}, unknown {self.unknown}, "
        said += f"answers {dict(sorted(self.statuses.items()))}, faults {len(self.faults)}"
        if self.seconds:
            cuts = sorted(self.seconds)
            p95 = cuts[int(len(cuts) * 0.95)]
            said += f"; p50 {statistics.median(cuts):.3f} s, p95 {p95:.3f} s, slowest {cuts[-1]:.3f} s"
        return "\n".join([said, *self.faults[:20]])


class Rows:
    """The database, read with the driver alone."""

    def __init__(self, url: str) -> None:
        if url.startswith("sqlite"):
            self._connection: Any = sqlite3.connect(url.removeprefix("sqlite:///"))
        else:
            self._connection = psycopg.connect(url.replace("+psycopg", ""))

    def all(self, query: str) -> list[Any]:
        return self._connection.execute(query).fetchall()

    def close(self) -> None:
        self._connection.close()


def submissions(ledger: Path, verdict: Verdict) -> dict[str, Submission]:
    """Read the ledger; count what was answered."""
    found: dict[str, Submission] = {}
    open_: dict[int, Submission] = {}
    for line in read(ledger):
        if line["event"] == "sent":
            open_[line["line"]] = found.setdefault(
                line["marker"],
                Submission(line["who"], line["round"], line["marker"], line["values"], line["line"]),
            )
        elif line["event"] == "answered":
            open_.pop(line["of"]).statuses.append(line["status"])
            _answered(line, verdict)
    for one in open_.values():
        one.statuses.append(0)
    for one in found.values():
        verdict.acknowledged += one.acknowledged
        verdict.refused += one.refused
        verdict.unknown += not one.acknowledged and not one.refused
    return found


def _answered(line: Mapping[str, Any], verdict: Verdict) -> None:
    verdict.statuses[line["status"]] += 1
    if line["status"]:
        verdict.seconds.append(line["seconds"])
    if line["status"] == 503 and not line["retry_after"]:
        verdict.faults.append("503 without Retry-After")
    if line["status"] >= 500 and line["status"] != 503:
        verdict.faults.append(f"status {line['status']}")


def judge(ledger: Path, url: str) -> Verdict:
    """Compare everything."""
    verdict = Verdict()
    sent, rows = submissions(ledger, verdict), Rows(url)
    try:
        stored = _reasons(rows)
        _each(sent.values(), stored, verdict)
        _current(sent.values(), stored, verdict)
        _whole(sent, stored, _ratings(rows), verdict)
        _frozen(rows, verdict)
        _exports(ledger, stored, verdict)
    finally:
        rows.close()
    return verdict


Key = tuple[str, str]


def _reasons(rows: Rows) -> dict[Key, list[tuple[int, bool, str]]]:
    found = defaultdict(list)
    query = (
        "SELECT panellist_id, round_id, revision, is_current, text FROM rationale WHERE text LIKE 'marker-%'"
    )
    for who, round_, revision, current, text in rows.all(query):
        found[who, round_].append((revision, bool(current), text))
    return {key: sorted(values) for key, values in found.items()}


def _ratings(rows: Rows) -> dict[Key, dict[str, list[tuple[int, bool, float]]]]:
    found: dict[Key, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    query = """SELECT r.panellist_id, r.round_id, i.kind, i.dimension, r.revision, r.is_current, r.value
               FROM rating r JOIN item i ON i.id = r.item_id"""
    for who, round_, kind, dimension, revision, current, value in rows.all(query):
        name = f"impact_{dimension}" if kind == "impact" else kind
        found[who, round_][name].append((revision, bool(current), value))
    return {key: {name: sorted(all_) for name, all_ in items.items()} for key, items in found.items()}


def _each(sent: Iterable[Submission], stored: Mapping[Key, Any], verdict: Verdict) -> None:
    times = Counter(text for revisions in stored.values() for _, _, text in revisions)
    rounds = {text: round_ for (_, round_), revisions in stored.items() for _, _, text in revisions}
    for one in sent:
        count = times.pop(one.marker, 0)
        if count > 1:
            verdict.faults.append(f"{one.marker}: stored {count} times")
        if one.acknowledged and not count:
            verdict.faults.append(f"{one.marker}: acknowledged and lost")
        if rounds.get(one.marker, one.round) != one.round:
            verdict.faults.append(f"{one.marker}: stored in another round")
        if one.refused and count:
            verdict.faults.append(f"{one.marker}: refused {one.statuses} and stored")
    verdict.faults += [f"{marker}: stored and never sent" for marker in times]


def _current(sent: Iterable[Submission], stored: Mapping[Key, Any], verdict: Verdict) -> None:
    """The newest acknowledged submission stands, unless one whose answer was cut came after it."""
    newest: dict[Key, Submission] = {}
    for one in sent:
        if one.acknowledged and one.line > getattr(newest.get((one.who, one.round)), "line", 0):
            newest[one.who, one.round] = one
    by_marker = {one.marker: one for one in sent}
    for key, one in newest.items():
        standing = [text for _, current, text in stored.get(key, ()) if current]
        later = [by_marker[text] for text in standing if text in by_marker]
        if len(standing) != 1 or any(other.line < one.line for other in later):
            verdict.faults.append(f"{one.marker}: acknowledged, but {standing} stands")


def _whole(
    sent: Mapping[str, Submission], stored: Mapping[Key, Any], ratings: Mapping[Key, Any], verdict: Verdict
) -> None:
    """Every stored form has all its ratings, each once: a new one wherever it differs from the form before."""
    for key in {(one.who, one.round) for one in sent.values()}:
        forms = [sent[marker].values for _, _, marker in stored.get(key, []) if marker in sent]
        rated = ratings.get(key, {})
        for name in set(rated) | {name for form in forms for name in form}:
            values = [form[name] for form in forms]
            wanted = [
                value for before, value in zip([None, *values], values, strict=False) if value != before
            ]
            found = [(value, current) for _, current, value in rated.get(name, [])]
            if found != [(value, place == len(wanted)) for place, value in enumerate(wanted, 1)]:
                verdict.faults.append(f"{key[0]}: {name} should be {wanted}, stored is {found}")


def _frozen(rows: Rows, verdict: Verdict) -> None:
    """A closed round counted exactly what is stored, and was closed once."""
    current: dict[tuple[str, str], list[float]] = defaultdict(list)
    query = """SELECT r.round_id, i.name, r.value FROM rating r JOIN item i ON i.id = r.item_id
               WHERE r.is_current AND i.kind = 'likelihood'"""
    for round_, name, value in rows.all(query):
        current[round_, name].append(value)
    for round_, payload in rows.all("SELECT round_id, payload FROM snapshot"):
        for item in json.loads(payload)["items"]:
            if item["kind"] == "likelihood":
                _counted(round_, item, current[round_, item["name"]], verdict)
    closed = rows.all("SELECT study_id, detail FROM audit_event WHERE action = 'round:close'")
    entries = Counter((study, json.loads(detail)["round"]) for study, detail in closed)
    shut = rows.all("SELECT study_id, number FROM round WHERE state = 'closed'")
    verdict.faults += [
        f"round {key} was closed, the audit says so {entries[key]} times"
        for key in set(map(tuple, shut)) | set(entries)
        if entries[key] != 1
    ]


def _counted(round_: str, item: Mapping[str, Any], values: list[float], verdict: Verdict) -> None:
    panel = item["panel"]
    middle = math.floor(statistics.median(values) + 0.5) if values else 0  # a result prints whole points
    wanted = (len(values), middle) if len(values) >= FEWEST else (None, None)
    if (panel["n"], panel["median"]) != wanted:
        verdict.faults.append(
            f"{round_}: the result says {panel['n']}, {panel['median']}; stored {len(values)}, {wanted}"
        )


def _exports(ledger: Path, stored: Mapping[Key, Any], verdict: Verdict) -> None:
    for line in read(ledger):
        if line["event"] != "export":
            continue
        if line["status"] != 200:
            verdict.faults.append(f"{line['who']}: the own copy answered {line['status']}")
            continue
        standing = [text for _, current, text in stored.get((line["who"], line["round"]), ()) if current]
        if not set(standing) <= set(MARKER.findall(line["text"])):
            verdict.faults.append(f"{line['who']}: {standing} is missing in the own copy")


def audit_of(url: str) -> list[str]:
    """Return what the database says of itself."""
    if not url.startswith("sqlite"):
        return []
    rows = Rows(url)
    found = [str(row[0]) for row in rows.all("PRAGMA integrity_check") if row[0] != "ok"]
    found += [f"foreign key {row}" for row in rows.all("PRAGMA foreign_key_check")]
    rows.close()
    return found
