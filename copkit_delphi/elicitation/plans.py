"""What a facilitator plans: the study's description, its groups and its scenarios, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.zones import UTC_NAME, ZONES
from copkit_delphi.library.entries import Entry

KINDS = {
    "lea": N_("Law enforcement"),
    "ind": N_("Industry"),
    "cso": N_("Civil society"),
    "aca": N_("Research"),
    "pol": N_("Policy and oversight"),
    "other": N_("Other"),
}


@dataclass(frozen=True, slots=True)
class About:
    """What a study says of itself; all of it is printed in brief and annex."""

    title: str
    purpose: str = ""
    commissioned_by: str = ""
    paid_by: str = ""
    received_by: str = ""
    ethics_contact: str = ""
    controller: str = ""
    legal_basis: str = ""
    horizon: date | None = None
    marking: Marking = Marking.AMBER
    time_zone: str = UTC_NAME

    def check(self) -> None:
        """Raise ``Invalid`` when the study has no title, or its zone is not of the list."""
        if self.time_zone not in ZONES:
            raise Invalid(N_("Choose a time zone of the list."))
        if not self.title.strip():
            raise Invalid(N_("Give the study a title."))


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A stakeholder group with the number of panellists wanted."""

    name: str
    kind: str
    target: int


@dataclass(frozen=True, slots=True)
class ScenarioPlan:
    """A scenario with the statement that is rated."""

    name: str
    title: str
    short: str
    statement: str
    claim: str = ""
    summary: str = ""
    place: str = ""
    counts: Sequence[str] = ()
    counts_not: Sequence[str] = ()
    track_record: str = ""
    counter_view: str = ""
    rights: Sequence[str] = ()
    hazard: str = "low"
    evidence: str = ""
    sources: Sequence[Mapping[str, Any]] = ()
    library_id: str = ""
    library_version: int = 0


def from_library(scenario: Entry) -> ScenarioPlan:
    """Return the plan of a library entry that has a statement; raises ``Invalid`` otherwise."""
    if scenario.statement is None:
        raise Invalid(
            N_("%(id)s has no statement yet. Write one that says that the threat happens."), id=scenario.id
        )
    wording = scenario.statement
    return replace(
        background(scenario),
        short=wording.short,
        statement=wording.statement,
        claim=wording.claim,
        place=wording.place,
        counts=wording.counts,
        counts_not=wording.counts_not,
    )


def background(scenario: Entry) -> ScenarioPlan:
    """Return what a library entry says beside its statement; the statement is left to the study."""
    return ScenarioPlan(
        name=scenario.id,
        title=scenario.title,
        short="",
        statement="",
        summary=scenario.summary,
        track_record=scenario.track_record,
        counter_view=scenario.counter_view,
        rights=scenario.rights,
        hazard=scenario.hazard,
        evidence=scenario.evidence,
        sources=[
            {"title": s.title, "publisher": s.publisher, "year": s.year, "grade": s.grade}
            for s in scenario.sources
        ],
        library_id=scenario.id,
    )
