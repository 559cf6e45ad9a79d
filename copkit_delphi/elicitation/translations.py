"""Texts of a scenario in several languages: the first language is the one that is always there.

A text that is missing in a language is shown in the first one, and the page says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.domain.results import IMPACT_KIND, LIKELIHOOD
from copkit_delphi.elicitation.item_types.shapes import STATEMENT
from copkit_delphi.elicitation.items import of as of_kind
from copkit_delphi.elicitation.models import Item, Scenario, Study
from copkit_delphi.elicitation.sheets import Line, Sheet

MOST = 8  # languages of a study
LISTS = ("counts", "counts_not")
FIELDS = ("title", "statement", "place", *LISTS, "summary", "counter_view")
ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A page in a language: which language each text is in, and which fell back to the first one."""

    page: Sheet
    language: str
    languages: tuple[str, ...]
    of: Mapping[str, str]
    missing: bool


def codes(text: str) -> list[str]:
    """Read ``en, de, fr``: codes of two or three letters, the first for what everything falls back to."""
    found = list(dict.fromkeys(text.lower().replace(",", " ").split()))
    if not 0 < len(found) <= MOST or not all(
        one.isascii() and one.isalpha() and len(one) in (2, 3) for one in found
    ):
        raise Invalid(N_("Write one to %(n)s codes of languages, for example: en, de, fr."), n=MOST)
    return found


def set_languages(session: Session, *, study_id: str, languages: Sequence[str]) -> None:
    """Name the languages of a draft study. Texts of a language that goes are kept and come back with it."""
    study = session.get_one(Study, study_id)
    if study.state != StudyState.DRAFT:
        raise Conflict(N_("Round 1 has opened: the texts are locked."))
    study.languages = list(languages)


def base(session: Session, scenario: Scenario) -> dict[str, str]:
    """Return the texts of a scenario in the first language, lists as lines; further questions by ``items.name``."""
    found = {name: _line_up(getattr(scenario, name)) for name in FIELDS if name != "statement"}
    rows = session.scalars(select(Item).where(Item.scenario_id == scenario.id).order_by(Item.position))
    for item in rows:
        if of_kind(item.kind).place == STATEMENT:
            found["statement"] = item.wording
        elif item.kind != IMPACT_KIND and item.wording:
            found[f"{ITEMS}.{_suffix(scenario.name, item.name)}"] = item.wording
    order = [*FIELDS, *(name for name in found if name not in FIELDS)]
    return {name: found[name] for name in order if found.get(name)}


def _line_up(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)


def _suffix(scenario: str, item: str) -> str:
    return item.removeprefix(f"{scenario}.")


def of(scenario: Scenario, language: str) -> dict[str, str]:
    """Return the texts of a scenario that are there in ``language``, in the shape of ``base``."""
    return {name: text for name, text in dict(scenario.texts.get(language, {})).items() if text}


def write(session: Session, scenario: Scenario, *, language: str, given: Mapping[str, str]) -> None:
    """Keep texts of a scenario of a draft study in a further language; an empty one is not there."""
    study = session.get_one(Study, scenario.study_id)
    if study.state != StudyState.DRAFT:
        raise Conflict(N_("Round 1 has opened: the texts are locked."))
    if language not in study.languages[1:]:
        raise Invalid(
            N_("This study has no texts in that language. Add it to the languages of the study first.")
        )
    known = base(session, scenario)
    kept = {name: text.strip() for name, text in given.items() if name in known and text.strip()}
    scenario.texts = {**scenario.texts, language: kept}


def state(session: Session, study: Study) -> dict[str, dict[str, tuple[int, int]]]:
    """Return how many texts are there, of how many, by scenario id and further language; in two statements."""
    wanted: dict[str, set[str]] = {}
    rows = session.scalars(select(Scenario).where(Scenario.study_id == study.id)).all()
    names = {row.id: row.name for row in rows}
    for row in rows:
        wanted[row.id] = {name for name in FIELDS if name != "statement" and getattr(row, name)} | {
            "statement"
        }
    query = select(Item.scenario_id, Item.name).where(Item.study_id == study.id, Item.wording != "")
    for scenario_id, name in session.execute(query.where(Item.kind.not_in((LIKELIHOOD, IMPACT_KIND)))):
        wanted[scenario_id].add(f"{ITEMS}.{_suffix(names[scenario_id], name)}")
    return {
        row.id: {
            language: (len(wanted[row.id] & of(row, language).keys()), len(wanted[row.id]))
            for language in study.languages[1:]
        }
        for row in rows
    }


def speak(page: Sheet, language: str) -> Spoken:
    """Return a page with its texts in ``language``, where they are there, and which language each is in."""
    languages = tuple(page.desk.study.languages)
    first = languages[0]
    spoken = language if language in languages else first
    there = (
        {name: text for name, text in dict(page.texts.get(spoken, {})).items() if text}
        if spoken != first
        else {}
    )
    given: dict[str, Any] = {
        name: tuple(text.splitlines()) if name in LISTS else text
        for name, text in there.items()
        if name in FIELDS and name != "statement"
    }
    lines = tuple(_speak(page.name, line, there) for line in page.lines)
    has = [name for name in FIELDS if name != "statement" and getattr(page, name)] + ["statement"]
    return Spoken(
        page=replace(page, lines=lines, **given),
        language=spoken,
        languages=languages,
        of={name: spoken if name in there else first for name in (*FIELDS, *there)},
        missing=spoken != first and any(name not in there for name in has),
    )


def _speak(scenario: str, line: Line, there: Mapping[str, str]) -> Line:
    name = "statement" if of_kind(line.kind).place == STATEMENT else f"{ITEMS}.{_suffix(scenario, line.name)}"
    return replace(line, wording=there[name]) if name in there else line
