"""The moderation of one item as a value: which reasons make which argument, which are left out, which wait.

Every act returns a new board and leaves the old one as it was, so that a step back is the board before.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from copkit_delphi.domain.errors import N_, Conflict, Invalid
from copkit_delphi.domain.protocol import digest
from copkit_delphi.domain.redaction import GROUNDS, only_redacts

SIDES = ("higher", "lower")
MAX_ARGUMENT = 600
MAX_REDACTED = 2 * MAX_ARGUMENT  # a mark may be longer than what it replaces
REDACTED, NONE = "redacted", "none"
FALLBACKS = {
    REDACTED: N_("The originals, with their marks"),
    NONE: N_("Nothing"),
}
NO_YES = "no_yes"
OPEN, AGREED, REFUSED = "open", "agreed", "refused"


@dataclass(frozen=True, slots=True)
class RawReason:
    """A reason as the facilitator reads it: no code, no group, no time, in random order."""

    key: str
    item_id: str
    item_name: str
    text: str
    side: str
    for_panel: bool
    quoting: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One argument in the making: the reasons it comes from, and the wording that the panel is to read."""

    id: str
    side: str
    text: str
    sources: tuple[str, ...]
    fallback: str = REDACTED


@dataclass(frozen=True, slots=True)
class Board:
    """Arguments in order, grounds of what is left out and redacted texts by reason, and what authors answered.

    A reason that is in none of them waits to be checked. ``redacted`` holds only texts that carry a mark.
    """

    entries: tuple[Entry, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    redacted: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def basis(self) -> str:
        """A mark of everything staff decided; what authors answer does not change it."""
        return digest(self.to_json())[:16]

    def to_json(self) -> dict[str, Any]:
        """Return the decisions as plain data, without the answers of authors."""
        return {
            "entries": [
                [one.id, one.side, one.text, sorted(one.sources), one.fallback]
                for one in sorted(self.entries, key=lambda one: one.id)
            ],
            "left_out": dict(self.left_out),
            "redacted": dict(self.redacted),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Board:
        """Return the board that ``to_json`` wrote."""
        entries = tuple(
            Entry(id_, side, text, tuple(sources), fallback)
            for id_, side, text, sources, fallback in data["entries"]
        )
        return cls(entries, dict(data["left_out"]), dict(data["redacted"]))

    def of(self, key: str) -> Entry | None:
        """Return the argument that a reason is part of."""
        return next((one for one in self.entries if key in one.sources), None)

    def decided(self, key: str) -> bool:
        """Tell whether anything was decided on a reason."""
        return key in self.left_out or self.of(key) is not None

    def without(self, gone: Iterable[str]) -> Board:
        """Return the board without some reasons, as if they had never been written.

        What is left of an argument keeps its wording only if that is the redacted original of a reason still there.
        """
        lost = frozenset(gone)
        return Board(
            tuple(shrunk for one in self.entries if (shrunk := self._shrunk(one, lost))),
            {key: ground for key, ground in self.left_out.items() if key not in lost},
            {key: text for key, text in self.redacted.items() if key not in lost},
            {key: answer for key, answer in self.answers.items() if key not in lost},
        )

    def _shrunk(self, entry: Entry, lost: frozenset[str]) -> Entry | None:
        left = tuple(key for key in entry.sources if key not in lost)
        if left == entry.sources or not left:
            return entry if left else None
        texts = [self.redacted[key] for key in left]
        return replace(entry, sources=left, text=entry.text if entry.text in texts else texts[0])


Reasons = Mapping[str, RawReason]


def needs_yes(board: Board, entry: Entry) -> bool:
    """Tell whether a wording is more than the original of one of its reasons with marks in it."""
    return all(entry.text != board.redacted[key] for key in entry.sources)


def agreed(board: Board, entry: Entry) -> bool:
    """Tell whether every author whose words a wording edits said yes to it."""
    return bool(entry.sources) and all(board.answers.get(key) == AGREED for key in entry.sources)


def passed(board: Board, reasons: Reasons, keys: Iterable[str], side: str = "") -> Board:
    """Let reasons pass, as they stand; arguments that are there already move to ``side``."""
    if side and side not in SIDES:
        raise Invalid(N_("Choose a side: higher or lower."))
    wanted = _chosen(reasons, keys)
    moved = tuple(
        replace(one, side=side or one.side) if wanted & set(one.sources) else one for one in board.entries
    )
    taken = {key for one in board.entries for key in one.sources}
    new = [key for key in reasons if key in wanted and key not in taken]
    texts = {key: board.redacted.get(key, reasons[key].text.strip()) for key in new}
    made = tuple(Entry(secrets.token_hex(16), side or reasons[key].side, texts[key], (key,)) for key in new)
    return replace(
        board,
        entries=moved + made,
        left_out={key: ground for key, ground in board.left_out.items() if key not in wanted},
        redacted={**board.redacted, **texts},
    )


def merged(board: Board, reasons: Reasons, keys: Iterable[str]) -> Board:
    """Make one argument of several reasons or arguments, in the words and on the side of the first of them."""
    wanted = _chosen(reasons, keys)
    board = passed(board, reasons, wanted)
    order = {key: place for place, key in enumerate(reasons)}
    joined = sorted(
        (one for one in board.entries if wanted & set(one.sources)),
        key=lambda one: min(order[key] for key in one.sources),
    )
    if len(joined) < 2:
        raise Invalid(N_("Choose at least two reasons to merge."))
    first = replace(joined[0], sources=tuple(key for one in joined for key in one.sources))
    return replace(board, entries=(*(one for one in board.entries if one not in joined), first))


def split(board: Board, reasons: Reasons, keys: Iterable[str]) -> Board:
    """Take arguments apart again: each reason by itself, in its own words with its marks."""
    wanted = _chosen(reasons, keys)
    entries: list[Entry] = []
    for one in board.entries:
        apart = len(one.sources) > 1 and wanted & set(one.sources)
        entries += (
            [Entry(secrets.token_hex(16), one.side, board.redacted[key], (key,)) for key in one.sources]
            if apart
            else [one]
        )
    if len(entries) == len(board.entries):
        raise Invalid(N_("None of what you chose is merged."))
    return replace(board, entries=tuple(entries))


def left_out(board: Board, reasons: Reasons, keys: Iterable[str], ground: str) -> Board:
    """Leave reasons out on a ground of the policy."""
    if ground not in GROUNDS:
        raise Invalid(N_("Say on which ground of the policy these are left out."))
    wanted = _chosen(reasons, keys)
    kept = board.without(wanted)
    return replace(
        kept,
        left_out={**kept.left_out, **dict.fromkeys(wanted, ground)},
        redacted={**kept.redacted, **{key: text for key, text in board.redacted.items() if key in wanted}},
    )


def restored(board: Board, reasons: Reasons, keys: Iterable[str]) -> Board:
    """Put reasons back as they were written: nothing is decided on them, and no word is removed."""
    return board.without(_chosen(reasons, keys))


def redacted(board: Board, reasons: Reasons, texts: Mapping[str, str]) -> Board:
    """Set marks in reasons; an argument that stood in the words of one of them follows."""
    for key in _chosen(reasons, texts) if texts else ():
        text = texts[key].strip()
        if not only_redacts(reasons[key].text, text):
            raise Invalid(
                N_(
                    "Only marks may stand in the place of words here, and not of all words. Put other words into the "
                    "edited wording, which its author is asked about, or leave the reason out."
                )
            )
        if len(text) > MAX_REDACTED:
            raise Invalid(N_("A reason with its marks has at most %(n)s characters."), n=MAX_REDACTED)
        old = board.redacted.get(key, reasons[key].text.strip())
        entries = tuple(
            replace(one, text=text) if key in one.sources and one.text == old else one
            for one in board.entries
        )
        board = replace(board, entries=entries, redacted={**board.redacted, key: text})
    return board


def worded(board: Board, entry: Entry, reasons: Reasons, text: str, fallback: str) -> Board:
    """Set the wording of an argument, and what is shown unless its authors agree to it.

    Words that are the original with marks in it are taken for a redaction, which nobody has to agree to.
    """
    text = text.strip()
    if fallback not in FALLBACKS:
        raise Invalid(N_("Say what the panel reads without a yes."))
    for key in entry.sources:
        if text != board.redacted[key] and only_redacts(reasons[key].text, text):
            board = redacted(board, reasons, {key: text})
            break
    if text not in {board.redacted[key] for key in entry.sources} and not 0 < len(text) <= MAX_ARGUMENT:
        raise Invalid(N_("An argument has 1 to %(n)s characters."), n=MAX_ARGUMENT)
    new = replace(entry, text=text)
    if needs_yes(board, new):
        new = replace(new, fallback=fallback)
    return replace(board, entries=tuple(new if one.id == entry.id else one for one in board.entries))


def settled(board: Board) -> Board:
    """Return what the panel reads: edited wordings with every yes, else what was chosen to stand in their place."""
    entries: list[Entry] = []
    gone: dict[str, str] = {}
    for one in board.entries:
        if not needs_yes(board, one) or agreed(board, one):
            entries.append(one)
        elif one.fallback == REDACTED:
            entries += [
                Entry(secrets.token_hex(16), one.side, board.redacted[key], (key,)) for key in one.sources
            ]
        else:
            gone |= dict.fromkeys(one.sources, NO_YES)
    return replace(board, entries=tuple(entries), left_out={**board.left_out, **gone})


def carried(before: Board, after: Board) -> Board:
    """Return ``after`` with the answers that still hold: given to the same words of the same reasons."""
    same = {(one.text, frozenset(one.sources)) for one in before.entries}
    kept = {
        key: before.answers[key]
        for one in after.entries
        if (one.text, frozenset(one.sources)) in same
        for key in one.sources
        if key in before.answers
    }
    return replace(after, answers=kept)


def _chosen(reasons: Reasons, keys: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(keys)
    if not wanted:
        raise Invalid(N_("Choose at least one reason."))
    if not wanted <= reasons.keys():
        raise Conflict(N_("A reason you chose is not there any more. This is how the item stands now."))
    if any(not reasons[key].for_panel for key in wanted):
        raise Invalid(N_("A reason given to the facilitators only cannot be shown to the panel."))
    return wanted


Act = Callable[[Board, Reasons], Board]
