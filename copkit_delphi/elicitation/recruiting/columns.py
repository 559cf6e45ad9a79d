"""Which column holds what: read from headings in several languages, else from what stands in the cells."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from copkit_delphi.domain.errors import N_
from copkit_delphi.elicitation.recruiting.grids import Grid

NAME, FIRST, FAMILY, EMAIL = "name", "first", "family", "email"
ORGANISATION, GROUP, LANGUAGE, NOTE, NOTHING = "organisation", "group", "language", "note", ""
LABELS = {
    NOTHING: N_("Leave out"),
    NAME: N_("Name"),
    FIRST: N_("First name"),
    FAMILY: N_("Family name"),
    EMAIL: N_("E-mail address"),
    ORGANISATION: N_("Organisation"),
    GROUP: N_("Group"),
    LANGUAGE: N_("Language"),
    NOTE: N_("Note"),
}
_HEADINGS = {
    NAME: "name|full name|person|participant|expert|contact|display name|nom complet|nom et prenom|vollstandiger name|imie i nazwisko",
    FIRST: "first name|firstname|first|given name|forename|vorname|prenom|imie",
    FAMILY: "last name|lastname|last|surname|family name|family|nachname|familienname|nom|nom de famille|nazwisko",
    EMAIL: "e-mail|email|mail|e-mail address|email address|mail address|e-mail-adresse|emailadresse|adresse|courriel|adresse e-mail|adres e-mail",
    ORGANISATION: "organisation|organization|institution|affiliation|company|employer|agency|firma|einrichtung|behorde|organisme|organizacja|instytucja",
    GROUP: "group|stakeholder group|stakeholder|sector|panel group|gruppe|groupe|grupa|category",
    LANGUAGE: "language|lang|sprache|langue|jezyk",
    NOTE: "note|notes|comment|comments|remark|remarks|bemerkung|notiz|remarque|uwaga|uwagi",
}
_MEANS = {word: column for column, words in _HEADINGS.items() for word in words.split("|")}
_LANGUAGES = {
    "en": "english|englisch|anglais|angielski",
    "fr": "french|franzosisch|francais|francuski",
    "de": "german|deutsch|allemand|niemiecki",
    "pl": "polish|polnisch|polonais|polski",
    "es": "spanish|spanisch|espagnol|espanol|hiszpanski",
    "it": "italian|italienisch|italien|italiano|wloski",
    "nl": "dutch|niederlandisch|neerlandais|nederlands|niderlandzki",
    "pt": "portuguese|portugiesisch|portugais|portugues|portugalski",
}
_CODES = {word: code for code, words in _LANGUAGES.items() for word in (code, *words.split("|"))}


def plain(text: str) -> str:
    """Return a word without accents and case, as it is compared."""
    spread = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L"))
    return " ".join("".join(c for c in spread if not unicodedata.combining(c)).casefold().split())


def language(text: str) -> str:
    """Return the code of a language written as a code or a word; empty when it is none that is known."""
    word = plain(text)
    return _CODES.get(word) or _CODES.get(word[:2] if word[2:3] in {"-", "_"} else "", "")


def has_heading(grid: Grid) -> bool:
    """Tell whether the first row names the columns: it holds no address, and the rest does or it reads like names."""
    first = grid.rows[0]
    if any("@" in cell for cell in first):
        return False
    return any(_meant(cell) for cell in first) or _column_of_addresses(grid.rows[1:]) is not None


def recognised(grid: Grid, *, heading: bool, groups: Iterable[str]) -> list[str]:
    """Return what each column holds; each meaning is given once."""
    if heading:
        found = [_meant(cell) for cell in grid.rows[0]]
        if EMAIL in found:
            return _once(found)
    return _by_content(grid.rows[1 if heading else 0 :] or grid.rows, grid.width, set(map(plain, groups)))


def _meant(cell: str) -> str:
    return _MEANS.get(plain(cell).rstrip(":* ").strip(), NOTHING)


def _once(found: Sequence[str]) -> list[str]:
    return [one if one not in found[:place] else NOTHING for place, one in enumerate(found)]


def _by_content(rows: Sequence[Sequence[str]], width: int, groups: set[str]) -> list[str]:
    found = [NOTHING] * width
    email = _column_of_addresses(rows)
    if email is not None:
        found[email] = EMAIL
    for column in range(width):
        if found[column] == NOTHING and GROUP not in found and _mostly(rows, column, groups):
            found[column] = GROUP
    for meaning in (NAME, GROUP if GROUP not in found and width == 3 else ORGANISATION):
        free = next(
            (n for n, one in enumerate(found) if one == NOTHING and any(row[n] for row in rows)), None
        )
        if free is not None:
            found[free] = meaning
    return found


def _column_of_addresses(rows: Sequence[Sequence[str]]) -> int | None:
    width = len(rows[0]) if rows else 0
    counts = [sum("@" in row[column] for row in rows) for column in range(width)]
    best = max(range(width), key=lambda column: counts[column], default=None)
    return best if best is not None and counts[best] else None


def _mostly(rows: Sequence[Sequence[str]], column: int, groups: set[str]) -> bool:
    cells = [plain(row[column]) for row in rows if row[column]]
    return bool(cells) and sum(cell in groups for cell in cells) * 2 > len(cells)
