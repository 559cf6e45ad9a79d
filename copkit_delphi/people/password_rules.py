"""What a password must be, and how it is kept: any characters, long, not among what is guessed first."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from copkit_delphi.domain.errors import N_, Invalid

SHORTEST, LONGEST = 12, 1024
PRODUCT = ("copkit", "delphi")
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = HASHER.hash(secrets.token_hex(8))  # verified where no account is, so that both take as long
_GUESSES = 8.5  # powers of ten: fewer than these a fast machine tries within minutes
_LOOKED_AT = 64  # characters; what is longer than this needs no estimate
_LEFT_OVER = 8  # characters that must be left of a password besides names that go with the account


def check_new(password: str, *, about: Iterable[str] = ()) -> None:
    """Raise ``Invalid`` with the reason why ``password`` cannot be chosen; ``about`` names person and organisation."""
    if len(password) < SHORTEST:
        raise Invalid(N_("A password needs at least %(n)s characters."), n=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid(N_("A password can have at most %(n)s characters."), n=LONGEST)
    words = _words((*PRODUCT, *about))
    if len(_without(password, words)) < _LEFT_OVER:
        raise Invalid(
            N_(
                "This password is made of your name, your address, the organisation or the product, which is guessed first. Choose other words."
            )
        )
    if _is_common(password, words):
        raise Invalid(
            N_(
                "This password is among those that are guessed first: common words, rows of keys or repeats. Choose a longer phrase."
            )
        )


def _words(texts: Iterable[str]) -> list[str]:
    found = {word for text in texts for word in re.split(r"\W+", text.casefold()) if len(word) > 3}
    return sorted(found, key=len, reverse=True)


def _without(password: str, words: Iterable[str]) -> str:
    left = password.casefold()
    for word in words:
        left = left.replace(word, "")
    return left


def _is_common(password: str, words: list[str]) -> bool:
    """Tell whether few guesses are enough. Each is read by the estimator only; what is hashed stays as typed."""
    if len(password) > _LOOKED_AT:
        return False
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its lists of words are needed only where a password is chosen

    return float(zxcvbn(password, user_inputs=words)["guesses_log10"]) < _GUESSES


def hashed(password: str) -> str:
    """Return what is stored of ``password``."""
    return HASHER.hash(password)


def belongs(password: str, stored: str | None) -> bool:
    """Tell whether ``password`` is the one of ``stored``; as slow without one. Give it no open transaction that writes."""
    try:
        return HASHER.verify(stored or _NOBODY, password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Tell whether ``stored`` was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)
