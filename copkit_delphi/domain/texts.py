"""Text from outside: what may be kept of it."""

from __future__ import annotations

import re
import unicodedata

# Controls (other than tab and line ends), lone surrogates, and characters that turn the direction of what follows.
DROPPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def clean(text: str | None) -> str:
    """Return ``text`` composed (NFC), without what no database keeps and what hides or turns other text."""
    return unicodedata.normalize("NFC", DROPPED.sub("", text or "")).strip()
