"""Dates and times as a page writes them: in the reader's zone where one was chosen, else in the study's, else in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Flask, request, session

from copkit_delphi.domain.zones import UTC_NAME, ZONES
from copkit_delphi.reporting.zones import beside, label
from copkit_delphi.web import languages
from copkit_delphi.web.context import now

_ZONE = "zone"  # of the cookie, and the word in an address


def install(app: Flask) -> None:
    """Remember the zone an address asks for, and offer zones beside the languages."""
    app.before_request(_begin)
    app.context_processor(lambda: {"zone_menu": menu()})


def _begin() -> None:
    asked = request.args.get(_ZONE)
    if request.method != "GET" or asked is None or not languages.translated():
        return
    session.pop(_ZONE, None)
    if asked in ZONES:
        session[_ZONE] = asked


def of_study() -> str:
    """Return the zone of the study of this request."""
    study = languages.asking()
    return study.time_zone if study else UTC_NAME


def current() -> str:
    """Return the zone in which this page tells times."""
    chosen = str(session.get(_ZONE, "")) if languages.translated() else ""
    return chosen or of_study()


def menu() -> list[tuple[str, str, bool]]:
    """Return zones as name, words and whether it is this page's; on pages of panellists alone."""
    if not request or request.blueprint != "panellist":
        return []
    found, words = current(), _menu(languages.current().formats, now().date())
    return [(name, word, name == found) for name, word in words]


@lru_cache(maxsize=16)
def _menu(formats: str, on: date) -> list[tuple[str, str]]:
    """Return zones by name, each with how far its clocks are from UTC on a day."""
    noon = datetime.combine(on, time(12), UTC)
    return sorted(
        ((name, label(noon.astimezone(ZoneInfo(name)), formats)) for name in ZONES), key=lambda pair: pair[1]
    )


def day(value: date | datetime | None) -> str:
    """Write a date: Friday 6 November 2026. A time is a day in the page's zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(current()))
    formats = languages.current().formats
    return str(format_date(value, "EEEE d MMMM y" if formats == "en" else "full", locale=formats))


def clock(value: datetime) -> str:
    """Write a time of day with its zone: "18:00 UTC", "18:00 (Warsaw, UTC+1)"."""
    at = value.astimezone(ZoneInfo(current()))
    return f"{at:%H:%M} {beside(at, languages.current().formats)}"


def moment(value: datetime | None) -> str:
    """Write a time with its zone: Friday 6 November 2026, 18:00 UTC."""
    return f"{day(value)}, {clock(value)}" if value else ""


def typed(value: datetime) -> datetime:
    """Return the time that a facilitator typed without a zone: it is of the study's zone."""
    return value.replace(tzinfo=ZoneInfo(of_study())).astimezone(UTC)


def to_type(value: datetime | None) -> datetime | None:
    """Return a time as a facilitator would type it."""
    return value.astimezone(ZoneInfo(of_study())) if value else None
