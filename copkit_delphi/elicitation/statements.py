"""Checks of a statement's wording. They warn and never block: a person knows better what is meant."""

from __future__ import annotations

import re

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.wording import blocked_words

MAX_WORDS = 60
_YEAR = re.compile(r"\b20\d\d\b")
_DOUBLE = re.compile(r"\band/or\b|\beither\b", re.IGNORECASE)


def warnings(statement: str) -> list[tuple[str, dict[str, object]]]:
    """Return untranslated sentences with their parameters on what makes ``statement`` hard to judge."""
    found: list[tuple[str, dict[str, object]]] = []
    if not _YEAR.search(statement):
        found.append((N_("The statement names no date. Say by when it happens."), {}))
    if hedges := blocked_words(statement):
        found.append(
            (
                N_("“%(words)s” makes every answer right. Say that the threat happens."),
                {"words": ", ".join(hedges)},
            )
        )
    if _DOUBLE.search(statement):
        found.append((N_("Two claims in one: “and/or” or “either”. Ask about one of them."), {}))
    words = len(statement.split())
    if words > MAX_WORDS:
        found.append(
            (N_("%(n)s words are many. Keep the statement under %(most)s."), {"n": words, "most": MAX_WORDS})
        )
    return found
