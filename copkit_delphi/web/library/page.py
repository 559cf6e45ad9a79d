"""What the library's pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.documents import CATEGORY_LABELS
from copkit_delphi.domain.marking import LEAST_BY_HAZARD
from copkit_delphi.domain.permission import Action
from copkit_delphi.library import entries
from copkit_delphi.library import scenarios as library
from copkit_delphi.library.models import LibraryScenario
from copkit_delphi.web.context import db, me
from copkit_delphi.web.library.forms import ConfirmForm, TakeForm

blueprint = Blueprint("library", __name__, url_prefix="/library")

Page = str | Response | tuple[str, int]
UNPROCESSABLE = 422


def show(template: str, **values: Any) -> str:
    """Render a page of the library."""
    return render_template(
        f"library/{template}.html",
        writes=me().may(Action.LIBRARY_EDIT),
        horizons=entries.HORIZONS,
        evidence=entries.EVIDENCE,
        hazards=entries.HAZARDS,
        least=LEAST_BY_HAZARD,
        **values,
    )


def show_entry(row: LibraryScenario, take: TakeForm | None, drafts: list[Any]) -> str:
    """Render one version of an entry, with the form that takes it into a study."""
    entry = library.entry_of(db(), row)
    versions = library.versions(db(), row.name)
    return show(
        "entry",
        row=row,
        entry=entry,
        current=next(one for one in versions if one.is_current),
        versions=versions,
        warnings=entries.warnings(entry),
        categories={key: CATEGORY_LABELS[key].split(":")[0] for key in entries.CATEGORIES},
        areas=library.crime_areas(row),
        take=take,
        drafts=drafts,
        confirm=ConfirmForm(),
        form=take,
    )


def go(name: str, message: str) -> Response:
    """Go on to an entry, with an untranslated sentence on what was done."""
    flash(gettext(message), "ok")
    return redirect(url_for("library.entry", name=name), 303)
