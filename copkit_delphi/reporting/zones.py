"""What a time zone is called beside a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

from babel.dates import get_timezone_location

from copkit_delphi.domain.zones import UTC_NAME

_SPELT = {
    "Busingen": "Büsingen"
}  # where a language has no name of its own for a city, the zone's id stands: without accents


@cache
def city(name: str, formats: str) -> str:
    """Return what a zone is called in a language: its city, or UTC."""
    if name == UTC_NAME:
        return UTC_NAME
    found = str(get_timezone_location(name, locale=formats, return_city=True))
    return _SPELT.get(found, found)


def label(at: datetime, formats: str) -> str:
    """Return the zone of a time that stands in one: "UTC", "Warsaw, UTC+1"."""
    name = str(at.tzinfo)
    if name == UTC_NAME:
        return name
    minutes = (at.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    ahead = f"{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}" if minutes else ""
    return f"{city(name, formats)}, {UTC_NAME}{ahead}"


def beside(at: datetime, formats: str) -> str:
    """Return the zone of a time as it follows the time: "UTC", "(Warsaw, UTC+1)"."""
    return UTC_NAME if str(at.tzinfo) == UTC_NAME else f"({label(at, formats)})"
