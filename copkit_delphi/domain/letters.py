"""Letters that tell apart who speaks within one thread."""

from __future__ import annotations

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letters(number: int) -> str:
    """Return the letters of a number from one on.

    >>> [letters(number) for number in (1, 2, 26, 27, 53)]
    ['A', 'B', 'Z', 'AA', 'BA']
    """
    found = ""
    while number > 0:
        number, place = divmod(number - 1, len(_LETTERS))
        found = _LETTERS[place] + found
    return found
