"""Where templates, styles, migrations and native libraries lie, in a checkout and once installed."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_dir(name: str) -> Path:
    """Directory ``name``: inside the package once installed, beside it in a checkout."""
    for base in (_PACKAGE, _PACKAGE.parent):
        if (base / name).is_dir():
            return base / name
    raise FileNotFoundError(f"resource directory {name!r} is neither in nor beside {_PACKAGE}")


def native_library_dir() -> Path | None:
    """Where ``app.py`` put Debian's Pango on a machine without it; None where nothing was put."""
    folder = Path(sys.prefix) / "pango"
    return folder if folder.is_dir() else None


def preload_native_libraries() -> None:
    """Load the Pango that ``app.py`` fetched, so that WeasyPrint finds it by name. Call before importing it.

    The loader knows a library by its name once it is loaded, but only if the libraries it needs are
    loaded before it: those that fail are tried again until a whole pass loads none.
    """
    folder = native_library_dir()
    waiting = sorted(folder.rglob("*.so.*")) if folder else []
    while waiting:
        failed = [library for library in waiting if not _loads(library)]
        if len(failed) == len(waiting):
            return
        waiting = failed


def _loads(library: Path) -> bool:
    try:
        ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
