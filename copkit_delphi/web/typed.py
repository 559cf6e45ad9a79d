"""What people type, as it is kept."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

from flask import request
from werkzeug.routing import IntegerConverter, Map

from copkit_delphi.domain.errors import N_, NotFound

_MOST_PAGES = 100_000

# Controls (other than tab and line ends), lone surrogates, and characters that turn the direction of what follows.
_DROPPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class Number(IntegerConverter):
    """A number in an address, as large as a column holds: a larger one is the address of nothing."""

    def __init__(self, routes: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(routes, *args, **{"max": 2**31 - 1, **kwargs})


def clean(text: str | None) -> str:
    """Return ``text`` composed (NFC), without what no database keeps and what hides or turns other text."""
    return unicodedata.normalize("NFC", _DROPPED.sub("", text or "")).strip()


def local_path(target: str | None) -> str | None:
    """Return ``target`` when it is a path of this site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if not target.isprintable():
        return None  # a line break would reach a header
    return None if urlsplit(target).netloc else target


def asked_page() -> int:
    """Return the page the address asks for; raises ``NotFound`` for what is no number of a page."""
    typed = request.args.get("page", "1")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 6 and 1 <= int(typed) <= _MOST_PAGES):
        raise NotFound(N_("There is no such page."))
    return int(typed)
