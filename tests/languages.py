"""What of a page in the pseudo-language is not in it: neither a message of the catalogue nor a text of the study."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from sqlalchemy import select

from copkit_delphi.domain.languages import LANGUAGES, PSEUDO
from copkit_delphi.domain.zones import ZONES
from copkit_delphi.elicitation.models import Study
from copkit_delphi.installation import Installation
from copkit_delphi.people import vault
from copkit_delphi.reporting import zones
from copkit_delphi.schema import metadata

SAID = ("aria-label", "aria-description", "title", "placeholder", "alt")
UNSAID = frozenset({"script", "style", "textarea"})
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
WORD = re.compile(r"[A-Za-z]{2,}")  # the pseudo-language has no such letter
# Names: of the product, of what it counts in, and of files.
FILLED_IN = re.compile(
    r"\{\w+\}|\b[0-9a-f]{4}(?: [0-9a-f]{4}){3}\b"
)  # by a script; the check value of a receipt
NAMES = (
    "COPKIT Delphi",
    "UTC",
    "TLP:",
    "AMBER",
    "GREEN",
    "CLEAR",
    "RED",
    "STRICT",
    "CSV",
    "JSON",
    "kB",
    *calendar.day_name,
    *calendar.month_name[1:],
)


class _Page(HTMLParser):
    """Collects what a person sees or hears of a page and that is in the page's language."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    @property
    def read(self) -> bool:
        return not self.open or self.open[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        spoken = at.get("lang", PSEUDO.code) in (PSEUDO.code, "")
        read = self.read and spoken and tag not in UNSAID
        if read:
            self.found += [at[name] for name in SAID if name in at]
            self.found += [value for name, value in at.items() if name.startswith("data-") and " " in value]
        if tag not in VOID:
            self.open.append((tag, read))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.read and data.strip():
            self.found.append(data)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _strings(one)


MAILED = re.compile(r"(\S+@\S+\.\w+)")


def texts(place: Installation) -> list[str]:
    """Return every text that somebody wrote into this installation, the longest first: those are no messages."""
    found: set[str] = set()
    with place.database.reading() as session:
        for table in metadata.tables.values():
            for row in session.execute(select(table)):
                for value in row:
                    found.update(_strings(value))
                    if isinstance(value, str) and value[:1] == "{":
                        found.update(_strings(json.loads(value)))
        for study_id in session.scalars(select(Study.id)):
            for one in vault.contacts(session, place.vault, study_id=study_id):
                found |= {one.name, one.email, one.organisation, one.note}
    found |= {zones.city(name, PSEUDO.formats) for name in ZONES} | {one.name for one in LANGUAGES.values()}
    found |= {part for text in found for part in MAILED.split(text)}  # a page makes a link of the address
    lines = {" ".join(line.split()) for text in found for line in (text, *text.splitlines())}
    written = (line for line in lines if " " in line or "." in line or line[:1].isupper())
    return sorted(written, key=len, reverse=True)


def untranslated(page: str, known: Iterable[str]) -> list[str]:
    """Return what a page says that is neither pseudo nor known, piece by piece."""
    parser = _Page()
    parser.feed(page)
    found = []
    for piece in parser.found:
        left = FILLED_IN.sub(" ", " ".join(piece.split()))
        for text in (*known, *NAMES):
            if text in left:
                left = left.replace(text, " ")
        if WORD.search(left):
            found.append(" ".join(piece.split()))
    return found
