"""Time zones that a study or a panellist may choose: those in which people of the Union and its neighbours live."""

from __future__ import annotations

from zoneinfo import available_timezones

UTC_NAME = "UTC"
_AWAY = {
    "America/Cayenne",
    "America/Guadeloupe",
    "America/Martinique",
    "Asia/Nicosia",
    "Atlantic/Azores",
    "Atlantic/Canary",
    "Atlantic/Madeira",
    "Atlantic/Reykjavik",
    "Indian/Mayotte",
    "Indian/Reunion",
}
# Older names of zones that stand here under their present one: a menu would show the same city twice.
_OLD = {
    "Europe/Belfast",
    "Europe/Kiev",
    "Europe/Nicosia",
    "Europe/Tiraspol",
    "Europe/Uzhgorod",
    "Europe/Zaporozhye",
}
ZONES = tuple(
    sorted(
        name
        for name in available_timezones()
        if name == UTC_NAME or name in _AWAY or (name.startswith("Europe/") and name not in _OLD)
    )
)
