"""Search the library and read an entry, in any of its versions."""

from __future__ import annotations

from flask import request

from copkit_delphi.library import scenarios as library
from copkit_delphi.library.scenarios import Wanted
from copkit_delphi.web.context import db
from copkit_delphi.web.library.page import blueprint, show, show_entry
from copkit_delphi.web.library.taking import drafts, filled
from copkit_delphi.web.typed import clean

LONGEST = 120


def _asked(name: str) -> str:
    return clean(request.args.get(name))[:LONGEST]


@blueprint.get("")
def catalogue() -> str:
    """Every entry in use, or the retired ones, by words, crime area, technology and information hazard."""
    wanted = Wanted(
        _asked("q"), _asked("area"), _asked("family"), _asked("hazard"), retired=_asked("retired") == "1"
    )
    every = library.listed(db(), Wanted(retired=wanted.retired))
    return show(
        "catalogue",
        wanted=wanted,
        found=[row for row in every if wanted.fits(row)],
        every=len(every),
        areas=sorted({area for row in every for area in library.crime_areas(row)}),
        families=sorted({row.family for row in every if row.family}),
    )


@blueprint.get("/<name>")
def entry(name: str) -> str:
    """One entry as it stands, with the form that takes it into a study."""
    row = library.get(db(), name)
    mine = [] if row.retired_because else drafts(row)
    take = filled(library.entry_of(db(), row), mine) if mine and row.statement else None
    return show_entry(row, take, mine)


@blueprint.get("/<name>/versions/<int:version>")
def version(name: str, version: int) -> str:
    """One version of an entry, as a study took it."""
    return show_entry(library.get(db(), name, version), None, [])
