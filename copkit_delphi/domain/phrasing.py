"""Checks of a statement's wording. They warn and never block: a person knows better what is meant.

They read English. Each finding says where it is and how to mend it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.wording import BLOCKED
from copkit_delphi.domain.yardstick import PHIA_GAP_FREE

LONG, TOO_LONG = 40, 60  # words


@dataclass(frozen=True, slots=True)
class Finding:
    """What makes a statement hard to judge: an untranslated sentence, and where in the text (start, end)."""

    rule: str
    message: str
    params: dict[str, object] = field(default_factory=dict)
    start: int = 0
    end: int = 0


_YEAR = re.compile(r"\b20\d\d\b")
_PERIOD = re.compile(
    r"\b(?:within|in|over|during) (?:the )?(?:next |coming |following )?"
    r"(?:\d+|one|two|three|four|five|six|ten|twelve) (?:days?|weeks?|months?|years?|decades?)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(rf"\b(?:{'|'.join(BLOCKED)})\b", re.IGNORECASE)
_YARDSTICK = re.compile(
    r"\b(?:"
    + "|".join(re.escape(word.text) for word in sorted(PHIA_GAP_FREE.words, key=lambda w: -len(w.text)))
    + r"|probabl[ey]|improbable)\b(?! to)",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"\band/or\b|\beither\b", re.IGNORECASE)
# What begins a second claim: "and" before a verb that needs no other subject, or before a subject with its own.
_VERBS = (
    "will|is|are|was|were|has|have|had|does|do|did|can|must|shall|cannot|becomes?|causes?|leads?|makes?|forces?|"
    "kills?|injures?|harms?|disrupts?|disables?|stops?|fails?|reaches|reach|exceeds?|falls?|rises?|spreads?|"
    "steals?|publishes|publish|refuses?|bans?|adopts?|requires?|prosecutes?|convicts?|loses?|pays?"
)
_SECOND = re.compile(
    rf",? (?:and|or|but) (?:also |then |that |thereby )?(?:(?:it|they) \w+|(?:{_VERBS})\b)", re.IGNORECASE
)
_BECAUSE = re.compile(r"\b(?:because|therefore|as a result|which leads|thereby|so that)\b", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|unless|cannot|\w+n['’]t|fails? to|lacks?)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_ASKS = re.compile(
    r"\s*(?:will|is|are|does|do|did|can|could|should|would|has|have|how|what|who|whom|when|where|which|why)\b",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9]{1,7}s?\b")
_KNOWN = frozenset(
    {
        "AI",
        "CCTV",
        "CEO",
        "CO2",
        "COVID",
        "CV",
        "DNA",
        "EEA",
        "EFTA",
        "EU",
        "EUR",
        "GB",
        "GDP",
        "GNSS",
        "GPS",
        "HIV",
    }
    | {
        "ICT",
        "ID",
        "IP",
        "IT",
        "LGBT",
        "NATO",
        "NGO",
        "OECD",
        "PC",
        "PDF",
        "PIN",
        "SIM",
        "SMS",
        "TB",
        "TV",
        "UK",
    }
    | {"UN", "US", "USA", "USB", "USD", "UTC", "VAT", "WHO", "WIFI"}
)


def check(statement: str, *, horizon: date | None = None, explained: str = "") -> list[Finding]:
    """Return what makes ``statement`` hard to judge, in the order of the text.

    ``horizon`` is the date the study looks ahead to; ``explained`` are texts beside it that may spell out an abbreviation.
    """
    if not statement.strip():
        return []
    found = [*_date(statement, horizon), *_words(statement), *_claims(statement), *_negations(statement)]
    found += [*_question(statement), *_abbreviations(statement, explained), *_length(statement)]
    return sorted(found, key=lambda one: (one.start, one.rule))


def _date(text: str, horizon: date | None) -> Iterator[Finding]:
    years = [int(match[0]) for match in _YEAR.finditer(text)]
    period = _PERIOD.search(text)
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


def _words(text: str) -> Iterator[Finding]:
    terms = list(_YARDSTICK.finditer(text))
    for match in terms:
        yield _at(
            "yardstick",
            N_("“%(words)s” is what the panel is asked for. Leave it out: say that it happens."),
            match,
        )
    inside = [range(*match.span()) for match in terms]
    for match in _HEDGE.finditer(text):
        is_month = match[0] == "May" and match.start() > 0
        if not is_month and not any(match.start() in span for span in inside):
            yield _at(
                "hedge", N_("“%(words)s” makes every answer right. Say that the threat happens."), match
            )


def _claims(text: str) -> Iterator[Finding]:
    for match in _CHOICE.finditer(text):
        yield _at("double", N_("Two claims in one: “%(words)s”. Ask about one of them."), match)
    for match in _SECOND.finditer(text):
        yield _at(
            "double",
            N_(
                "“%(words)s” looks like a second claim. Who doubts one of them cannot answer: make two scenarios."
            ),
            match,
        )
    for match in _BECAUSE.finditer(text):
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


def _negations(text: str) -> Iterator[Finding]:
    for sentence in _SENTENCE.finditer(text):
        words = list(_NEGATION.finditer(sentence[0]))
        if len(words) > 1:
            yield Finding(
                "negation",
                N_("Two negations in one sentence: “%(first)s” and “%(second)s”. Say what happens instead."),
                {"first": words[0][0], "second": words[1][0]},
                sentence.start() + words[0].start(),
                sentence.start() + words[1].end(),
            )


def _question(text: str) -> Iterator[Finding]:
    asked = text.find("?")
    if asked >= 0 or _ASKS.match(text):
        place = max(asked, 0)
        yield Finding(
            "question",
            N_("This asks. Write a statement that says that it happens, with a full stop."),
            start=place,
            end=place + 1,
        )


def _abbreviations(text: str, explained: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for match in _ABBREVIATION.finditer(text):
        short = match[0].removesuffix("s")
        if short in seen or short in _KNOWN:
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


def _length(text: str) -> Iterator[Finding]:
    words = len(text.split())
    if words > TOO_LONG:
        yield Finding(
            "too-long",
            N_(
                "%(n)s words: few read this to the end. Move what counts and what does not to their own fields."
            ),
            {"n": words},
            len(text),
            len(text),
        )
    elif words > LONG:
        yield Finding(
            "long",
            N_("%(n)s words are many. Under %(most)s is read with care."),
            {"n": words, "most": LONG},
            len(text),
            len(text),
        )


def _at(rule: str, message: str, match: re.Match[str]) -> Finding:
    words = match[0].strip(" ,")
    return Finding(rule, message, {"words": words}, match.start(), match.end())
