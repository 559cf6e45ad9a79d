"""What differs between two wordings, word by word, for two texts side by side."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

MOST_WORDS = 2000  # of longer texts each side is shown whole: comparing takes time by the square
_PIECES = re.compile(r"\S+|\s+")

Parts = tuple[tuple[bool, str], ...]


def sides(before: str, after: str) -> tuple[Parts, Parts]:
    """Return both texts as ``(differs, piece)``; the pieces of a side put together are that text.

    >>> sides("By 2028, it happens", "By 2030, it happens")[1]
    ((False, 'By '), (True, '2030,'), (False, ' it happens'))
    """
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if before == after or max(len(old), len(new)) > 2 * MOST_WORDS:
        return _whole(before, before != after), _whole(after, before != after)
    left: list[tuple[bool, str]] = []
    right: list[tuple[bool, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left += _piece(old[a:b], differs=tag != "equal")
        right += _piece(new[c:d], differs=tag != "equal")
    return tuple(left), tuple(right)


def _whole(text: str, differs: bool) -> Parts:
    return ((differs, text),) if text else ()


def _piece(pieces: list[str], *, differs: bool) -> list[tuple[bool, str]]:
    return [(differs, "".join(pieces))] if pieces else []
