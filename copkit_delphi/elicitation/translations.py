"""Texts of a scenario in several languages: the first language is the one that is always there.

A text that is missing in a language is shown in the first one, and the page says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.elicitation import attachments
from copkit_delphi.elicitation.attachments import Named
from copkit_delphi.elicitation.item_types.ordinal import MAX_ANCHOR
from copkit_delphi.elicitation.item_types.shapes import STATEMENT
from copkit_delphi.elicitation.items import of as of_kind
from copkit_delphi.elicitation.models import Item, Scenario, Study
from copkit_delphi.elicitation.own import OwnAnswer
from copkit_delphi.elicitation.sheets import Desk, Line, Sheet

MOST = 8  # languages of a study
LISTS = ("counts", "counts_not")
FIELDS = ("title", "statement", "place", *LISTS, "summary", "counter_view")
ITEMS = "items"
_CHOICE = re.compile(r"items\..+\.(?:options|anchors)\.\d+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A page in a language: which language each text is in, and which fell back to the first one.

    ``there`` are the texts that are in ``language``.
    """

    page: Sheet
    language: str
    languages: tuple[str, ...]
    of: Mapping[str, str]
    missing: bool
    there: Mapping[str, str]

    def fell(self, name: str) -> bool:
        """Tell whether a text stands in the first language because it is not translated."""
        return self.language != self.languages[0] and name not in self.there

    def file(self, one: Named) -> Named:
        """Return a file under its name in this language, where it has one."""
        return replace(one, name=self.there.get(one.key, one.name))


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
    """Return the texts of a scenario in the first language by name, lists as lines.

    Own questions are ``items.q1``, their options and anchors ``items.q1.options.0``, names of files ``files.`` and the
    beginning of their hash.
    """
    return _every(session, [scenario])[scenario.id]


def _every(session: Session, rows: Sequence[Scenario]) -> dict[str, dict[str, str]]:
    """Return the texts of scenarios in the first language by scenario id, in two statements."""
    ids = [row.id for row in rows]
    asked: dict[str, list[Item]] = {one: [] for one in ids}
    for item in session.scalars(select(Item).where(Item.scenario_id.in_(ids)).order_by(Item.position)):
        asked[item.scenario_id].append(item)
    files = attachments.of_scenarios(session, ids)
    return {row.id: _texts(row, asked[row.id], files[row.id]) for row in rows}


def _texts(scenario: Scenario, asked: Sequence[Item], files: Sequence[Named]) -> dict[str, str]:
    found = {name: _line_up(getattr(scenario, name)) for name in FIELDS if name != "statement"}
    for item in asked:
        for key, text in of_kind(item.kind).texts(item).items():
            found[_name(scenario.name, item, key)] = text
    found |= {one.key: one.name for one in files}
    order = [*FIELDS, *(name for name in found if name not in FIELDS)]
    return {name: found[name] for name in order if found.get(name)}


def _line_up(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)


def _name(scenario: str, item: Item | Line | OwnAnswer, key: str) -> str:
    """Return the name of a text of an item; ``key`` as its type calls it."""
    if key == "wording" and of_kind(item.kind).place == STATEMENT:
        return "statement"
    name = f"{ITEMS}.{item.name.removeprefix(f'{scenario}.')}"
    return name if key == "wording" else f"{name}.{key}"


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
    rows = session.scalars(select(Scenario).where(Scenario.study_id == study.id)).all()
    every = _every(session, rows)
    known = every[scenario.id]
    kept = {name: text.strip() for name, text in given.items() if name in known and text.strip()}
    _check_choices(kept)
    scenario.texts = {**scenario.texts, language: kept}
    for row in rows:
        if row.id != scenario.id:
            _share(row, language, {name: (known[name], text) for name, text in kept.items()}, every[row.id])


def _check_choices(kept: Mapping[str, str]) -> None:
    """Raise ``Invalid`` for options or anchors that are too long, or that two of one question share."""
    seen: set[tuple[str, str]] = set()
    for name, text in kept.items():
        if not _CHOICE.fullmatch(name):
            continue
        if len(text) > MAX_ANCHOR or "\n" in text:
            raise Invalid(
                N_("An option has one line of at most %(n)s characters: “%(text)s”."),
                n=MAX_ANCHOR,
                text=text[:40],
            )
        mark = (name.rpartition(".")[0], text.casefold())
        if mark in seen:
            raise Invalid(N_("Two options of a question are the same: “%(text)s”."), text=text)
        seen.add(mark)


def _share(
    row: Scenario, language: str, given: Mapping[str, tuple[str, str]], known: Mapping[str, str]
) -> None:
    """Fill in on another page what it asks in the same words and has no translation of."""
    there = of(row, language)
    more = {
        name: text
        for name, (first, text) in given.items()
        if name.startswith(f"{ITEMS}.") and known.get(name) == first and name not in there
    }
    if more:
        row.texts = {**row.texts, language: {**there, **more}}


def state(session: Session, study: Study) -> dict[str, dict[str, tuple[int, int]]]:
    """Return how many texts are there, of how many, by scenario id and further language; in three statements."""
    rows = session.scalars(select(Scenario).where(Scenario.study_id == study.id)).all()
    every = _every(session, rows)
    return {
        row.id: {
            language: (len(every[row.id].keys() & of(row, language).keys()), len(every[row.id]))
            for language in study.languages[1:]
        }
        for row in rows
    }


def whole(found: Mapping[str, Mapping[str, tuple[int, int]]]) -> dict[str, tuple[int, int]]:
    """Return how many texts of a study are there, of how many, by further language, from ``state``."""
    languages = next(iter(found.values()), {})
    return {
        language: tuple(sum(row[language][part] for row in found.values()) for part in (0, 1))  # type: ignore[misc]
        for language in languages
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
    lines = tuple(_speak(page.name, line, there, (first, spoken)) for line in page.lines)
    has = [name for name in FIELDS if name != "statement" and getattr(page, name)]
    has += ["statement"] if page.statement else []
    return Spoken(
        page=replace(page, lines=lines, **given),
        language=spoken,
        languages=languages,
        of={name: spoken if name in there else first for name in (*FIELDS, *there)},
        missing=any(spoken != first and name not in there for name in has)
        or any(line.untranslated for line in lines),
        there=there,
    )


def _speak(scenario: str, line: Line, there: Mapping[str, str], tongues: tuple[str, str]) -> Line:
    """Return an item in the second of two languages where all of its texts are in it, else in the first.

    Never in both: a scale half of whose points stand in another language measures something else.
    """
    first, spoken = tongues
    words = _words(scenario, line, there) if spoken != first else {}
    if words:
        return replace(line, **words, language=spoken)
    lacking = bool(of_kind(line.kind).texts(line)) and of_kind(line.kind).place != STATEMENT
    return replace(line, language=first, untranslated=lacking and spoken != first)


def _words(scenario: str, asked: Line | OwnAnswer, there: Mapping[str, str]) -> dict[str, Any]:
    """Return wording and options of an item out of ``there``; empty unless all of its texts are there."""
    found = {key: there.get(_name(scenario, asked, key), "") for key in of_kind(asked.kind).texts(asked)}
    if not all(found.values()):
        return {}
    options: dict[str, Any] = dict(asked.options)
    for key in found.keys() - {"wording"}:
        name, _, place = key.partition(".")
        options[name] = [*options[name]]
        options[name][int(place)] = found[key]
    return {"wording": found.get("wording", asked.wording), "options": options} if found else {}


def speak_steps(session: Session, view: Desk, language: str) -> Desk:
    """Return a desk whose pages are called in ``language`` where their titles are there in it."""
    if language not in view.study.languages[1:]:
        return view
    query = select(Scenario.id, Scenario.texts).where(Scenario.study_id == view.study.id)
    titles = {key: (texts or {}).get(language, {}).get("title", "") for key, texts in session.execute(query)}
    spoken = (
        replace(step, title=titles[step.scenario_id], language=language)
        if titles.get(step.scenario_id)
        else step
        for step in view.steps
    )
    return replace(view, steps=tuple(spoken))


def speak_own(rows: Iterable[OwnAnswer], languages: Sequence[str], language: str) -> list[OwnAnswer]:
    """Return own answers with their questions in ``language`` where it has them in the words that were asked then."""
    further = language in languages[1:]
    return [_speak_own(row, language) if further else row for row in rows]


def _speak_own(row: OwnAnswer, language: str) -> OwnAnswer:
    there: Mapping[str, str] = row.texts.get(language) or {}
    words = {} if row.reworded else _words(row.page, row, there)
    title = there.get("title")
    return replace(row, scenario=title or row.scenario, language=language if title else "", **words)
