"""A file that is there as a whole or not at all, and that replaces nothing but a file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from copkit_delphi.domain.delimited import shown
from copkit_delphi.domain.errors import N_, Invalid


def check_target(target: Path, source: str = "") -> None:
    """Refuse in one line, before long work, a place where no file can be written, or that is ``source`` itself."""
    try:
        wrong = _wrong(target, source)
    except OSError as error:
        raise _unwritable(target, error.strerror or str(error)) from None
    if wrong:
        raise Invalid(wrong, file=shown(str(target)))


def _wrong(target: Path, source: str) -> str | None:
    if target.is_dir():
        return N_("“%(file)s” is a directory. Name a file in it.")
    if target.exists():
        if not target.is_file():
            return N_("“%(file)s” is not a plain file. Name another.")
        if source and Path(source).exists() and target.samefile(source):
            return N_("“%(file)s” holds the ratings. Name another file.")
    if not target.parent.is_dir():
        return N_("“%(file)s” cannot be written: its directory is not there.")
    if not os.access(target.parent, os.W_OK):
        return N_("“%(file)s” cannot be written: its directory takes no files from you.")
    return None


def write_whole(target: Path, text: str) -> None:
    """Write ``text`` beside ``target``, then put it in its place; an old file stays as it was when that fails."""
    place = Path(os.path.realpath(target))
    draft = place.with_name(f".{secrets.token_hex(8)}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(place)
    except OSError as error:
        raise _unwritable(target, error.strerror or str(error)) from None
    finally:
        draft.unlink(missing_ok=True)


def _unwritable(target: Path, why: str) -> Invalid:
    return Invalid(N_("“%(file)s” cannot be written: %(why)s."), file=shown(str(target)), why=why)
