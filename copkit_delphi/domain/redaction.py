"""Marks in the place of removed words, and what may have to be removed from a reason before the panel reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copkit_delphi.domain.errors import N_

# Why something is taken out or left out: the list of the moderation policy.
KINDS = {
    "identity": N_("identity"),
    "case": N_("case"),
    "classified": N_("classified matter"),
    "insult": N_("insult"),
    "off_topic": N_("off topic"),
}
EMPTY = "empty"
# Grounds on which a whole reason is left out; the first ones are those of the marks.
GROUNDS = KINDS | {EMPTY: N_("gives no reason")}
_SLUGS = {key: key.replace("_", " ") for key in KINDS}
_MARK = re.compile(r"\[removed(?:: ?(identity|case|classified|insult|off topic))?\]")
_SPACE = re.compile(r"\s+")

POLICY = N_(
    "Before the panel reads a reason, the facilitators take out what could tell who wrote it (names, places of work, "
    "posts), details of cases and persons, classified matter, insults, and what has nothing to do with the question. A "
    "visible mark stands in its place. Like reasons are merged. A wording that the facilitators change goes back to its "
    "author; without a yes the panel reads the original with its marks, or nothing. A reason is never taken out because "
    "of the view it holds."
)

SUSPECT_LABELS = {
    "address": N_("an e-mail or web address"),
    "number": N_("a telephone, case or file number"),
    "name": N_("words written like a name"),
}
_NAME = r"[A-ZÀ-ÖØ-Þ][a-zß-ÿ'’-][\w'’-]*"
_SUSPECTS = (
    ("address", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)),
    ("number", re.compile(r"\+?\d[\d /().-]{6,}\d|\b[A-Z]{1,5}[-/ ]?\d{2,}(?:[-/.]\d+)*\b|\b\d+/\d{2,4}\b")),
    ("name", re.compile(rf"(?<![.!?:] )(?<!^)\b{_NAME}(?: (?:of |de |van |von |der )?{_NAME})*")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; ``kind`` says what it is: "" words, "removed" or one of ``KINDS`` a mark, else a suspect."""

    text: str
    kind: str = ""


def mark(kind: str) -> str:
    """Return the mark for removed words; raises ``KeyError`` for what is not in ``KINDS``."""
    return f"[removed: {_SLUGS[kind]}]"


def redact(text: str, words: str, kind: str) -> str:
    """Return ``text`` with every place of ``words``, in whatever case, replaced by the mark of ``kind``.

    >>> redact("Ask Ann. ANN knows.", "ann", "identity")
    'Ask [removed: identity]. [removed: identity] knows.'
    """
    wanted = _SPACE.sub(" ", words).strip()
    if not wanted:
        return text
    pattern = r"\s+".join(re.escape(word) for word in wanted.split(" "))
    edge = (r"(?<!\w)" if wanted[0].isalnum() else "", r"(?!\w)" if wanted[-1].isalnum() else "")
    return re.sub(edge[0] + pattern + edge[1], lambda _: mark(kind), text, flags=re.IGNORECASE)


def only_redacts(original: str, text: str) -> bool:
    """Tell whether ``text`` is ``original`` with nothing but marks in the place of some words.

    >>> only_redacts("Ann at the port said so.", "[removed: identity] said so.")
    True
    >>> only_redacts("Ann said so.", "Somebody said so.")
    False
    """
    whole = _plain(original)
    parts = [_plain(part) for part in _MARK.sub("\x00", text).split("\x00")]
    if len(parts) == 1:
        return parts[0] == whole
    if not any(parts) or not whole.startswith(parts[0]) or not whole.endswith(parts[-1]):
        return False
    at, end = len(parts[0]), len(whole) - len(parts[-1])
    for part in parts[1:-1]:
        found = whole.find(part, at + 1, end)
        if found < 0:
            return False
        at = found + len(part)
    return at < end


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def pieces(text: str) -> list[Piece]:
    """Cut a text at its marks."""
    found, at = [], 0
    for match in _MARK.finditer(text):
        found += [Piece(text[at : match.start()]), Piece(match.group(), _kind(match.group(1)))]
        at = match.end()
    return [piece for piece in [*found, Piece(text[at:])] if piece.text]


def _kind(slug: str | None) -> str:
    return slug.replace(" ", "_") if slug else "removed"


def marks(text: str) -> list[str]:
    """Return the kinds of the marks in a text, in order; "removed" for one without a kind."""
    return [_kind(match.group(1)) for match in _MARK.finditer(text)]


def suspects(text: str) -> list[Piece]:
    """Cut a text where something may tell who wrote it: a person looks at these first, and decides.

    The text alone is looked at: no list of names is asked, since a hit would tell who is on the panel.
    """
    return [part for piece in pieces(text) for part in ([piece] if piece.kind else _hits(piece.text))]


def _hits(text: str) -> list[Piece]:
    spans = sorted(
        (match.start(), -match.end(), kind) for kind, pattern in _SUSPECTS for match in pattern.finditer(text)
    )
    found, at = [], 0
    for start, end, kind in spans:
        if start >= at:
            found += [Piece(text[at:start]), Piece(text[start:-end], kind)]
            at = -end
    return [piece for piece in [*found, Piece(text[at:])] if piece.text]
