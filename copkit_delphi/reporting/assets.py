"""The named assets that a document may load, and nothing else: print styles and full font files."""

from __future__ import annotations

from copkit_delphi.resources import resource_dir

BASE = "https://assets.invalid/"
"""Base address of a document while it becomes a PDF; it names assets and is never contacted."""

TYPES = {
    "print.css": "text/css",
    "fonts/NotoSans-Regular.ttf": "font/ttf",
    "fonts/NotoSans-SemiBold.ttf": "font/ttf",
    "fonts/NotoSans-Bold.ttf": "font/ttf",
}


def read_asset(name: str) -> bytes:
    """Return the bytes of the asset called ``name``; raises KeyError for any other name."""
    if name not in TYPES:
        raise KeyError(name)
    return (resource_dir("reports") / name).read_bytes()


def asset_at(address: str) -> tuple[str, bytes]:
    """Return content type and bytes of the asset at ``address``; raises ValueError unless it is a named one."""
    name = address.removeprefix(BASE)
    if not address.startswith(BASE) or name not in TYPES:
        raise ValueError("documents load named assets only")
    return TYPES[name], read_asset(name)
