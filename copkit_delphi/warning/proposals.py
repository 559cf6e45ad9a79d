"""Proposals from which people write a brief: sentences made of the frozen figures, never printed unread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.results import ItemResult, RoundSnapshot
from copkit_delphi.elicitation.models import Scenario, Study
from copkit_delphi.library import scenarios as library
from copkit_delphi.library.entries import Entry
from copkit_delphi.reporting import phrases
from copkit_delphi.warning.gathered import ranked

LIMITS = (
    N_("These are judgements of experts, not measurements."),
    N_("The panel is not a random sample of all experts."),
    N_("Agreement is not certainty: groups can share the same blind spot."),
)


def lede(study: Study, snapshot: RoundSnapshot) -> str:
    """Return the line under the title."""
    who = f"{snapshot.n_panellists} experts" if snapshot.n_panellists else "the experts"
    until = f" by {study.horizon:%d %B %Y}".replace(" 0", " ") if study.horizon else ""
    return f"What {who} expect{until}, and what to do first."


def bottom_line(study: Study, snapshot: RoundSnapshot, scenarios: Sequence[Scenario]) -> str:
    """Return three short paragraphs: the most likely, the most harmful, what the panel disagrees on."""
    del study
    titles = {scenario.name: scenario.short or scenario.title for scenario in scenarios}
    items = [item for item in ranked(snapshot) if item.panel.shown]
    if not items:
        return N_("Too few experts answered to say anything. No figure is shown below five answers.")
    agreed = [item for item in items if not item.split]
    split = [item for item in items if item.split]
    parts = [_first(item, titles, snapshot) for item in agreed[:1]]
    if len(agreed) > 1:
        parts.append(" ".join(_next(item, titles) for item in agreed[1:3]))
    if split:
        named = " and ".join(titles[item.scenario].lower() for item in split[:3])
        parts.append(f"Experts do not agree on {named}. Prepare for both outcomes.")
    return "\n".join(parts)


def _first(item: ItemResult, titles: dict[str, str], snapshot: RoundSnapshot) -> str:
    harm = snapshot.headline(item.scenario)
    impact = f" Its harm reaches “{harm.word.lower()}”." if harm else ""
    return f"Act first on {titles[item.scenario].lower()}: {phrases.likelihood(item)}.{impact}"


def _next(item: ItemResult, titles: dict[str, str]) -> str:
    return f"{titles[item.scenario]}: {phrases.likelihood(item)}."


def confidence(frozen: Sequence[RoundSnapshot], scenarios: Sequence[Scenario]) -> dict[str, dict[str, str]]:
    """Return what is known for each of the three reasons; the grade is left to the analyst."""
    by_name = {scenario.name: scenario for scenario in scenarios}
    return {
        item.scenario: {
            "grade": "",
            "information": _sources(by_name[item.scenario]),
            "rigour": _rigour(item),
            "volatility": _movement(item, frozen[:-1]),
        }
        for item in ranked(frozen[-1])
    }


def _sources(scenario: Scenario) -> str:
    grades = ", ".join(source["grade"] for source in scenario.sources)
    return f"Sources with their grades: {grades}." if grades else "No graded source is attached."


def _rigour(item: ItemResult) -> str:
    if item.panel.n is None:
        return "Fewer than five rated it."
    return f"{item.panel.n} experts rated it; the panel is {item.agreement or 'not assessed'} and {item.stability}.".replace(
        "_", " "
    )


def _movement(item: ItemResult, earlier: Sequence[RoundSnapshot]) -> str:
    before = (
        next((one.panel.median for one in earlier[-1].items if one.name == item.name), None)
        if earlier
        else None
    )
    if before is None or item.panel.median is None:
        return "Only one round can be compared."
    return f"The panel's median went from {plain(before)} to {plain(item.panel.median)}% between rounds."


def decisions(
    session: Session, frozen: Sequence[RoundSnapshot], scenarios: Sequence[Scenario], *, by: date
) -> list[dict[str, str]]:
    """Return the library's policy action against the two most likely agreed threats, to be rewritten by people."""
    taken = {scenario.name: scenario for scenario in scenarios if scenario.library_id}
    agreed = [item.scenario for item in ranked(frozen[-1]) if item.panel.shown and not item.split]
    chosen = [_as_taken(session, taken[name]) for name in agreed if name in taken][:2]
    return [
        {"text": action.text, "owner": action.owner, "by": by.isoformat(), "waiting": ""}
        for scenario in chosen
        for action in scenario.actions
        if action.category == "policy"
    ]


def _as_taken(session: Session, scenario: Scenario) -> Entry:
    row = library.get(session, scenario.library_id, scenario.library_version)
    return library.entry_of(session, row)
