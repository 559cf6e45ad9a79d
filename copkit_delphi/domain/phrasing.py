"""Checks of a statement's wording. They warn and never block: a person knows better what is meant.

They read the languages that have rules (``phrasing_rules``), and of any other what needs none of its words: dates,
length, abbreviations, question marks. Each finding says where it is and how to mend it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from copkit_delphi.domain import phrasing_rules
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.phrasing_rules import Rules


@dataclass(frozen=True, slots=True)
class Finding:
    """What makes a statement hard to judge: an untranslated sentence, and where in the text (start, end)."""

    rule: str
    message: str
    params: dict[str, object] = field(default_factory=dict)
    start: int = 0
    end: int = 0


_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9]{1,7}s?\b")
_ROMAN = re.compile(r"[IVX]+")


def check(
    statement: str, *, horizon: date | None = None, explained: str = "", language: str = "en"
) -> list[Finding]:
    """Return what makes ``statement`` hard to judge, in the order of the text.

    ``horizon`` is the date the study looks ahead to; ``explained`` are texts beside it that may spell out an
    abbreviation; ``language`` is the code of the one it is written in.
    """
    if not statement.strip():
        return []
    rules = phrasing_rules.of(language)
    found = [*_date(rules, statement, horizon), *_words(rules, statement), *_claims(rules, statement)]
    found += [*_negations(rules, statement), *_question(rules, statement)]
    found += [*_abbreviations(rules, statement, explained), *_length(rules, statement)]
    return sorted(found, key=lambda one: (one.start, one.rule))


def _date(rules: Rules, text: str, horizon: date | None) -> Iterator[Finding]:
    years = [int(match[0]) for match in _YEAR.finditer(text)]
    period = rules.period.search(text)
    if not years and period:
        yield _at("period", N_("“%(words)s” counts from no day. Say by which date it happens."), period)
    elif not years:
        yield Finding("no-date", N_("The statement names no date. Say by when it happens."))
    elif horizon is not None and min(years) > horizon.year:
        yield Finding(
            "horizon",
            N_("It names %(year)s, and the study looks ahead to %(horizon)s. Make the two dates agree."),
            {"year": min(years), "horizon": horizon.year},
        )


def _words(rules: Rules, text: str) -> Iterator[Finding]:
    terms = list(rules.yardstick.finditer(text))
    for match in terms:
        yield _at(
            "yardstick",
            N_("“%(words)s” is what the panel is asked for. Leave it out: say that it happens."),
            match,
        )
    inside = [range(*match.span()) for match in terms]
    for match in rules.hedge.finditer(text):
        is_month = match[0] == rules.month and match.start() > 0
        if not is_month and not any(match.start() in span for span in inside):
            yield _at(
                "hedge", N_("“%(words)s” makes every answer right. Say that the threat happens."), match
            )


def _claims(rules: Rules, text: str) -> Iterator[Finding]:
    for match in rules.choice.finditer(text):
        yield _at("double", N_("Two claims in one: “%(words)s”. Ask about one of them."), match)
    yield from _seconds(rules, text)
    for match in rules.because.finditer(text):
        yield _at(
            "cause",
            N_(
                "“%(words)s” ties the event to its cause. Who doubts the cause cannot answer: ask about the event."
            ),
            match,
        )
    if (place := text.find(";")) >= 0:
        yield Finding(
            "double",
            N_("A semicolon joins two sentences. Keep one, and put the rest under “What counts”."),
            start=place,
            end=place + 1,
        )


def _seconds(rules: Rules, text: str) -> Iterator[Finding]:
    """Yield what begins a second claim, by its pattern or as a clause; of two that overlap the first."""
    found = [match.span() for match in rules.second.finditer(text)]
    found += [one for one in rules.clauses(text) if not any(a < one[1] and one[0] < b for a, b in found)]
    for start, end in found:
        yield Finding(
            "double",
            N_(
                "“%(words)s” looks like a second claim. Who doubts one of them cannot answer: make two scenarios."
            ),
            {"words": text[start:end].strip(" ,")},
            start,
            end,
        )


def _negations(rules: Rules, text: str) -> Iterator[Finding]:
    for sentence in _SENTENCE.finditer(text):
        words = list(rules.negation.finditer(sentence[0]))
        if len(words) > 1:
            yield Finding(
                "negation",
                N_("Two negations in one sentence: “%(first)s” and “%(second)s”. Say what happens instead."),
                {"first": words[0][0], "second": words[1][0]},
                sentence.start() + words[0].start(),
                sentence.start() + words[1].end(),
            )


def _question(rules: Rules, text: str) -> Iterator[Finding]:
    asked = text.find("?")
    if asked >= 0 or rules.asks.match(text):
        place = max(asked, 0)
        yield Finding(
            "question",
            N_("This asks. Write a statement that says that it happens, with a full stop."),
            start=place,
            end=place + 1,
        )


def _abbreviations(rules: Rules, text: str, explained: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for match in _ABBREVIATION.finditer(text):
        short = match[0].removesuffix("s")
        if short in seen or short in rules.known or _ROMAN.fullmatch(short):
            continue
        seen.add(short)
        if not _spelt_out(short, f"{text}\n{explained}"):
            yield _at(
                "abbreviation",
                N_("“%(words)s” is not spelt out. Write it in full where it first stands."),
                match,
            )


def _spelt_out(short: str, text: str) -> bool:
    """Tell whether brackets explain an abbreviation: “remote code execution (RCE)”, “RCE (remote code execution)”."""
    return f"({short})" in text or f"({short}s)" in text or f"{short} (" in text


def _length(rules: Rules, text: str) -> Iterator[Finding]:
    words = len(text.split())
    if words > rules.too_long:
        yield Finding(
            "too-long",
            N_(
                "%(n)s words: few read this to the end. Move what counts and what does not to their own fields."
            ),
            {"n": words},
            len(text),
            len(text),
        )
    elif words > rules.long:
        yield Finding(
            "long",
            N_("%(n)s words are many. Under %(most)s is read with care."),
            {"n": words, "most": rules.long},
            len(text),
            len(text),
        )


def _at(rule: str, message: str, match: re.Match[str]) -> Finding:
    words = match[0].strip(" ,")
    return Finding(rule, message, {"words": words}, match.start(), match.end())
