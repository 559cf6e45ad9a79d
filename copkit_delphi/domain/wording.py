"""Words that weaken a judgement: some block it, others only warn."""

from __future__ import annotations

import re

from copkit_delphi.domain.yardstick import PHIA_GAP_FREE

BLOCKED = ("may", "might", "could", "possible", "possibly", "perhaps")
WARNED = ("significant", "unprecedented")
_WORD = re.compile(r"[a-z]+")


def _words(text: str) -> list[str]:
    lowered = text.lower()
    for term in PHIA_GAP_FREE.words:
        lowered = lowered.replace(term.text.lower(), " ")
    # "May" with a capital inside a sentence is the month
    months = len(re.findall(r"\bMay\b(?= \d{4})", text))
    found = _WORD.findall(lowered)
    for _ in range(months):
        found.remove("may")
    return found


def blocked_words(text: str) -> list[str]:
    """Return the hedging words in ``text`` that no key judgement may hold, outside yardstick terms."""
    return sorted(set(_words(text)) & set(BLOCKED))


def warned_words(text: str) -> list[str]:
    """Return the words in ``text`` that say more than the figures do."""
    return sorted(set(_words(text)) & set(WARNED))
