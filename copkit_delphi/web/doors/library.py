"""The library of threats."""

from __future__ import annotations

from copkit_delphi.domain.permission import Action
from copkit_delphi.web.doors.door import Door, Source

ROWS: dict[str, Door] = {
    "library.catalogue": Door(Action.LIBRARY_READ, Source.LIBRARY),
    "library.entry": Door(Action.LIBRARY_READ, Source.LIBRARY),
    "library.version": Door(Action.LIBRARY_READ, Source.LIBRARY),
    "library.new": Door(Action.LIBRARY_EDIT, Source.TEXT),
    "library.new_post": Door(Action.LIBRARY_EDIT, Source.NONE),
    "library.revise": Door(Action.LIBRARY_EDIT, Source.LIBRARY),
    "library.revise_post": Door(Action.LIBRARY_EDIT, Source.LIBRARY),
    "library.retire": Door(Action.LIBRARY_EDIT, Source.LIBRARY),
    "library.retire_post": Door(Action.LIBRARY_EDIT, Source.LIBRARY),
    "library.bring_back": Door(Action.LIBRARY_EDIT, Source.NONE),
    "library.take": Door(Action.LIBRARY_READ, Source.LIBRARY),
}
