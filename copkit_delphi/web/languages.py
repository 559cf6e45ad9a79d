"""Languages of texts by their own names, and the one that a panellist chose."""

from __future__ import annotations

from collections.abc import Iterable

from babel import Locale, UnknownLocaleError
from flask import session

_CHOSEN = "text_language"


def known(code: str) -> bool:
    """Tell whether a code is one of a language."""
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def named(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return languages as code and own name: ``de``, "Deutsch"."""
    return [
        (code, (Locale.parse(code).display_name or code).capitalize() if known(code) else code)
        for code in codes
    ]


def chosen() -> str:
    """Return the language in which this browser reads scenarios, empty for the first one of a study."""
    return str(session.get(_CHOSEN, ""))


def choose(code: str) -> None:
    """Read scenarios in this language from now on."""
    session[_CHOSEN] = code
