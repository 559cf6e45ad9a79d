"""What people type, as it is kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import request
from werkzeug.routing import IntegerConverter, Map

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.domain.texts import clean

__all__ = ["Number", "asked_page", "clean", "local_path"]

_MOST_PAGES = 100_000


class Number(IntegerConverter):
    """A number in an address, as large as a column holds: a larger one is the address of nothing."""

    def __init__(self, routes: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(routes, *args, **{"max": 2**31 - 1, **kwargs})


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
