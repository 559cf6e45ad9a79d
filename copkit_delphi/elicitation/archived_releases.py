"""What an archive holds of released briefs and of ethics rounds that stand in them: looked at, kept, and left alone.

In an installation that brought it in nothing of it is a release: no reader sees it, no chain knows it. It is kept as
its bytes are, so that it leaves again as it came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.ethics_results import EthicsRoundSnapshot
from copkit_delphi.domain.marking import ADDRESSED, USES, Marking
from copkit_delphi.domain.protocol import MIN_K, canonical_json
from copkit_delphi.domain.shapes import fits
from copkit_delphi.elicitation.models import ArchivedPart

ETHICS = re.compile(r"ethics/round-([1-9]\d?)\.json")
BRIEFS = re.compile(r"briefs/v([1-9]\d{0,2})/([a-z]+\.(?:json|pdf))")
HEAD, FIGURES, SUMMARY = "release.json", "figures.json", "ethics.json"
DOCUMENTS = {"brief": "brief.pdf", "annex": "annex.pdf"}
_PARTS = {HEAD, FIGURES, SUMMARY, *DOCUMENTS.values()}
MOST_PDF = 20 * 1024 * 1024
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|OpenAction|XFA|Encrypt)\b")
NO_BRIEF = N_("The part %(name)s is not of a brief that this product released.")


@dataclass(frozen=True, slots=True)
class Head:
    """What a released brief says of itself; days as in ``2026-11-30``."""

    reference: str
    version: int
    title: str
    marking: str
    community: str
    permitted_use: str
    issued_on: str
    review_on: str
    released_on: str


def belongs(name: str) -> bool:
    """Tell whether a part is one of these, by its name."""
    return bool(ETHICS.fullmatch(name) or BRIEFS.fullmatch(name))


def check(parts: Mapping[str, bytes], values: Mapping[str, Any], *, study: str) -> None:
    """Raise ``Invalid`` unless parts are whole briefs, and ethics rounds 1, 2 … of ``study``; ``values`` are their JSON."""
    rounds = sorted(int(found[1]) for name in parts if (found := ETHICS.fullmatch(name)))
    if rounds != list(range(1, len(rounds) + 1)):
        raise Invalid(N_("The archive lacks an ethics round between others."))
    before = None
    for number in rounds:
        before = _ethics(values[f"ethics/round-{number}.json"], number, study, before)
    versions: dict[int, set[str]] = {}
    for name in parts:
        if found := BRIEFS.fullmatch(name):
            versions.setdefault(int(found[1]), set()).add(found[2])
    for version, names in versions.items():
        place = f"briefs/v{version}/"
        if names != _PARTS:
            raise Invalid(N_("Of the brief %(name)s parts are missing, or there are too many."), name=place)
        _head(values[place + HEAD], version, place + HEAD)
        for name in DOCUMENTS.values():
            _pdf(parts[place + name], place + name)


def _ethics(value: Any, number: int, study: str, before: str | None) -> str:
    """Look at an ethics round and return its hash; no figure of fewer than five may stand in it."""
    wrong = Invalid(
        N_("The result of ethics round %(number)s is not one this product writes."), number=number
    )
    if not fits(value, EthicsRoundSnapshot) or (value["round"], value["study"]) != (number, study):
        raise wrong
    try:
        frozen = EthicsRoundSnapshot.from_dict(value)
    except (ValueError, TypeError, KeyError):
        raise wrong from None
    few = any(group.n is not None and group.n < MIN_K for risk in frozen.risks for group in risk.groups)
    if few or frozen.previous_hash != before or frozen.to_json() != canonical_json(value):
        raise wrong
    return frozen.hash


def _head(value: Any, version: int, name: str) -> None:
    if not fits(value, Head) or value["version"] != version or value["permitted_use"] not in set(USES):
        raise Invalid(NO_BRIEF, name=name)
    try:
        marking = Marking(value["marking"])
        for day in ("issued_on", "review_on", "released_on"):
            date.fromisoformat(value[day])
    except ValueError:
        raise Invalid(NO_BRIEF, name=name) from None
    if marking in ADDRESSED:
        raise Invalid(
            N_("A brief under %(marking)s is in no archive: each copy is for one recipient."),
            marking=str(marking),
        )


def _pdf(content: bytes, name: str) -> None:
    whole = content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:] and len(content) <= MOST_PDF
    if not whole or _ACTIVE.search(content):
        raise Invalid(NO_BRIEF, name=name)


def keep(session: Session, study_id: str, parts: Mapping[str, bytes]) -> None:
    """Keep parts that were checked with the study they came with."""
    session.add_all(ArchivedPart(study_id=study_id, name=name, content=part) for name, part in parts.items())


def of_study(session: Session, study_id: str) -> dict[str, bytes]:
    """Return the parts that came with a study, as their bytes were."""
    query = select(ArchivedPart.name, ArchivedPart.content).where(ArchivedPart.study_id == study_id)
    return dict(session.execute(query).all())


def names(session: Session, study_id: str) -> list[str]:
    """Return the names of released parts that came with a study, in the order of the alphabet."""
    query = select(ArchivedPart.name).where(ArchivedPart.study_id == study_id)
    return sorted(name for name in session.scalars(query) if belongs(name))
