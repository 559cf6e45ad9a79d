"""Reads the archive of a study that somebody brings: every part looked at and found whole, or none taken."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.protocol import MIN_K, canonical_json
from copkit_delphi.domain.results import RoundSnapshot
from copkit_delphi.domain.shapes import canonical, fits
from copkit_delphi.elicitation import (
    archived_decisions,
    archived_files,
    archived_releases,
    designs,
    feedback,
    packed,
)
from copkit_delphi.elicitation.archived_files import Listed
from copkit_delphi.elicitation.items import of

FORMAT, SCHEMA = "copkit-delphi study archive", 1
MANIFEST, DESIGN, AMENDMENTS, RECORD = "manifest.json", "design.json", "amendments.json", "record.json"
MOST_ROUNDS = 20
FLAGS = {"attribution": str, "practice": bool, "synthetic": bool}  # of the study, beside its design


@dataclass(frozen=True, slots=True)
class _Record:
    """What of a locked study stands in no other part."""

    protocol_hash: str
    seed: int


@dataclass(frozen=True, slots=True)
class _Change:
    """A dated change of the protocol."""

    on: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive, read and found whole."""

    manifest: str
    design: dict[str, Any]
    flags: dict[str, Any]
    files: tuple[tuple[Listed, bytes], ...] = ()
    kept: Mapping[str, bytes] = field(default_factory=dict)
    snapshots: tuple[RoundSnapshot, ...] = ()
    arguments: tuple[Mapping[str, Mapping[str, list[str]]], ...] = ()
    amendments: tuple[Mapping[str, str], ...] = ()
    record: Mapping[str, Any] | None = None


def read(data: bytes) -> Archive:
    """Return what an archive holds; raises ``Invalid`` with what is wrong with it."""
    with packed.opened(data) as file:
        names = {part.filename for part in file.infolist()}
        if MANIFEST not in names:
            raise Invalid(N_("This is no archive of a study: it has no manifest."))
        manifest = packed.read(file, MANIFEST)
        sums = _sums(canonical(manifest, MANIFEST))
        if names - {MANIFEST} != sums.keys():
            raise Invalid(N_("The archive does not hold the parts that its manifest names."))
        parts = {name: packed.read(file, name) for name in sums}
    for name, part in parts.items():
        if hashlib.sha256(part).hexdigest() != sums[name]:
            raise Invalid(
                N_("The part %(name)s is not the one the manifest names: its hash differs."), name=name
            )
    values = {name: canonical(part, name) for name, part in parts.items() if name.endswith(".json")}
    if DESIGN not in values:
        raise Invalid(N_("The archive has no design."))
    head = hashlib.sha256(manifest).hexdigest()
    design, flags = _parted(values[DESIGN])
    files = _files(parts, values, design)
    kept = {name: part for name, part in parts.items() if _is_kept(name)}
    rest = parts.keys() - kept.keys() - {archived_files.LIST, *(one.part for one, _ in files)}
    if rest == {DESIGN} and not kept:
        return Archive(head, design, flags, files)
    found = _with_results(Archive(head, design, flags, files, kept), values, rest)
    released = {name: part for name, part in kept.items() if archived_releases.belongs(name)}
    archived_releases.check(released, values, study=found.snapshots[0].study)
    archived_decisions.check(values, found.snapshots)
    return found


def _is_kept(name: str) -> bool:
    return archived_releases.belongs(name) or archived_decisions.belongs(name)


def _files(
    parts: Mapping[str, bytes], values: Mapping[str, Any], design: Mapping[str, Any]
) -> tuple[tuple[Listed, bytes], ...]:
    contents = {name: part for name, part in parts.items() if archived_files.NAMES.fullmatch(name)}
    if archived_files.LIST not in parts and not contents:
        return ()
    designs.check(design, answerable=False)
    scenarios = [one["name"] for one in design["scenarios"]]
    return archived_files.read(values.get(archived_files.LIST), contents, scenarios)


def _parted(given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the design and the flags of the study, of the one part that holds both."""
    if not isinstance(given, dict) or not all(fits(given.get(name), kind) for name, kind in FLAGS.items()):
        raise Invalid(N_("The design of the archive is not one this product writes."))
    design = {name: value for name, value in given.items() if name not in FLAGS}
    return design, {name: given[name] for name in FLAGS}


def _sums(manifest: Any) -> dict[str, str]:
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Invalid(N_("This is no archive of a study: its manifest is of something else."))
    if manifest.get("schema") != SCHEMA:
        raise Invalid(
            N_("The archive is of schema %(found)s; this version reads schema %(known)s."),
            found=str(manifest.get("schema"))[:20], known=SCHEMA,
        )  # fmt: skip
    sums: Any = manifest.get("parts")
    if manifest.keys() != {"format", "schema", "parts"} or not fits(sums, Mapping[str, str]):
        raise Invalid(N_("This is no archive of a study: its manifest is of something else."))
    return dict(sums)


def _with_results(found: Archive, values: Mapping[str, Any], names: AbstractSet[str]) -> Archive:
    numbers = range(1, len([name for name in names if name.startswith("snapshots/")]) + 1)
    wanted = {f"{kind}/round-{number}.json" for kind in ("snapshots", "arguments") for number in numbers}
    if names != {DESIGN, AMENDMENTS, RECORD, *wanted} or not 1 <= len(numbers) <= MOST_ROUNDS:
        raise Invalid(N_("The archive holds parts that this version does not know, or lacks some."))
    if not fits(values[RECORD], _Record) or not fits(values[AMENDMENTS], tuple[_Change, ...]):
        raise Invalid(N_("The record of the archive is not one this product writes."))
    found = replace(
        found,
        snapshots=tuple(_snapshot(values[f"snapshots/round-{number}.json"], number) for number in numbers),
        arguments=tuple(values[f"arguments/round-{number}.json"] for number in numbers),
        amendments=tuple(values[AMENDMENTS]),
        record=values[RECORD],
    )
    _check_agreement(found)
    return found


def _snapshot(value: Any, number: int) -> RoundSnapshot:
    wrong = Invalid(N_("The result of round %(number)s is not one this product writes."), number=number)
    if not fits(value, RoundSnapshot) or value["round"] != number:
        raise wrong
    frozen = RoundSnapshot.from_dict(value)
    few = any(
        figures.n is not None and figures.n < MIN_K
        for item in frozen.items
        for figures in (item.panel, *(group.figures for group in item.groups))
    )
    strange = not all(of(item.kind).froze(item) for item in frozen.items)
    if few or strange or frozen.to_json() != canonical_json(value):
        raise wrong
    return frozen


def _check_agreement(found: Archive) -> None:
    """Raise ``Invalid`` unless results, arguments and design are of one study."""
    designs.check(found.design, answerable=False)
    items = {
        one["name"]: (scenario["name"], one["kind"], one["low"], one["high"], one["step"])
        for scenario in found.design["scenarios"]
        for one in scenario["items"]
    }
    groups = {one["name"] for one in found.design["groups"]}
    before = None
    for frozen, arguments in zip(found.snapshots, found.arguments, strict=True):
        same = all(
            items.get(one.name) == (one.scenario, one.kind, one.low, one.high, one.step)
            and {group.name for group in one.groups} <= groups
            for one in frozen.items
        )
        if not same or frozen.previous_hash != before or frozen.study != found.snapshots[0].study:
            raise Invalid(
                N_("Result and design of round %(number)s are not of one study."), number=frozen.round
            )
        _check_arguments(arguments, items)
        before = frozen.hash


def _check_arguments(given: Any, items: Mapping[str, Any]) -> None:
    whole = isinstance(given, dict) and all(
        name in items and isinstance(sides, dict) and sides.keys() == set(feedback.SIDES)
        and all(fits(texts, tuple[str, ...]) and texts == sorted(texts) for texts in sides.values())
        and all(0 < len(text) <= feedback.MAX_ARGUMENT for texts in sides.values() for text in texts)
        for name, sides in given.items()
    )  # fmt: skip
    if not whole:
        raise Invalid(N_("The arguments of the archive are not such as this product writes."))


def day(text: str) -> date:
    """Return a day; raises ``Invalid``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(N_("The record of the archive is not one this product writes.")) from None
