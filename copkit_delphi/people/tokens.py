"""Random tokens that people carry, and the hash of them that the database keeps."""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def draw() -> str:
    """Return a token of 256 random bits for a cookie or a link."""
    return secrets.token_urlsafe(32)


def draw_spoken() -> str:
    """Return a random word that can be read aloud: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def digest(token: str) -> str:
    """Return what is stored of ``token``. It is random, so that a plain hash cannot be tried out."""
    return hashlib.sha256(token.encode()).hexdigest()
