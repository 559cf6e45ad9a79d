"""Importing a list of people: upload or paste, look at every row, confirm. Nothing is on the panel before that."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_, Conflict, Invalid, NotFound
from copkit_delphi.elicitation.models import Study
from copkit_delphi.elicitation.recruiting import checking, columns, grids, progress, staging
from copkit_delphi.elicitation.recruiting.checking import Verdict
from copkit_delphi.elicitation.recruiting.grids import Grid
from copkit_delphi.elicitation.recruiting.staging import Preview
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.errors import said
from copkit_delphi.web.facilitator.names import opened
from copkit_delphi.web.forms import done
from copkit_delphi.web.recruiting import importing, planning
from copkit_delphi.web.recruiting.forms import UploadForm
from copkit_delphi.web.recruiting.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.typed import asked_page, clean

PER_PAGE = 50
RENEWED_EVERY = 2  # seconds
AT_ONCE = 200  # people; more are taken by a thread of their own, and a page says how far it is


@blueprint.get("/<study_id>/panel/import")
def upload(study_id: str) -> str:
    """Choose a file or paste a list."""
    study = study_of(study_id, elicited=True)
    waiting = staging.latest(db(), study_id=study_id, at=now())
    return show("upload", study, form=UploadForm(), staged=waiting)


@blueprint.post("/<study_id>/panel/import")
def upload_post(study_id: str) -> Page:
    """Read the list and keep it, sealed, to be looked at."""
    study, form = study_of(study_id, elicited=True), UploadForm()
    kept: list[tuple[str, Grid]] = []

    def act() -> None:
        grid = _read(form)
        place, actor = context(), me().account_id
        row = staging.stage(db(), place.vault, study_id=study_id, grid=grid, at=now(), actor=actor)
        kept.append((row.id, grid))

    field = "file" if _file() is not None else "lines"
    if not done(form, act, field):
        return refused(show("upload", study, form=form, staged=None))
    staged_id, grid = kept[0]
    if grid.notes:
        flash(" ".join(gettext(text, **values) for text, values in grid.notes), "info")
    return go("preview", study_id, staged_id=staged_id)


def _file() -> Any:
    given = request.files.get("file")
    return given if given is not None and given.filename else None


def _read(form: UploadForm) -> Grid:
    given = _file()
    if given is not None:
        grid = grids.of_file(given.filename or "", given.read())
    elif form.lines.data:
        grid = grids.of_text(form.lines.data)
    else:
        raise Invalid(N_("Choose a file or paste a list."))
    return grids.of_rows(([clean(cell) for cell in row] for row in grid.rows), grid.notes)


@blueprint.get("/<study_id>/panel/import/<staged_id>")
def preview(study_id: str, staged_id: str) -> Page:
    """Every row with what would become of it; columns and groups to choose, mistakes to mend."""
    study = study_of(study_id, elicited=True)
    opened(study_id)  # it tells who is on the list already
    found = _look(study_id, staged_id)
    if found.state == staging.RUNNING:
        return go("progress_", study_id, staged_id=staged_id)
    return _page(study, found)


def _look(study_id: str, staged_id: str) -> Preview:
    return staging.look(db(), context().vault, study_id=study_id, staged_id=staged_id, at=now())


def _page(study: Study, found: Preview) -> str:
    mending = [row for row in found.rows if row.mends]
    only = request.args.get("show", "mend" if mending else "all") == "mend" and bool(mending)
    rows = mending if only else list(found.rows)
    page = asked_page()
    shown = rows[(page - 1) * PER_PAGE : page * PER_PAGE]
    if not shown and page > 1:
        raise NotFound(N_("There is no such page."))
    return show(
        "preview",
        study,
        found=found,
        shown=shown,
        only=only,
        mending=len(mending),
        page=page,
        pages=-(-len(rows) // PER_PAGE),
        counts=[(label_of(verdict), n) for verdict, n in Counter(row.verdict for row in found.rows).items()],
        meanings=columns.LABELS,
        labels=checking.LABELS,
        verdicts=Verdict,
        out=checking.OUT,
    )


def label_of(verdict: Verdict) -> str:
    """Return the words of a verdict without the row or person it is about."""
    short = {
        Verdict.IN_FILE: N_("Twice in the list"),
        Verdict.ALIKE: N_("Perhaps the same person as another"),
    }
    return gettext(short.get(verdict, checking.LABELS[verdict]))


@blueprint.post("/<study_id>/panel/import/<staged_id>")
def preview_post(study_id: str, staged_id: str) -> Page:
    """Keep what was chosen; with “confirm” put the people on the list."""
    study_of(study_id, elicited=True)
    place, at = context(), now()
    before = _look(study_id, staged_id)
    plan = planning.plan_of(before)
    staging.change(db(), place.vault, study_id=study_id, staged_id=staged_id, plan=plan, at=at)
    if request.form.get("act") != "confirm":
        where = {"show": "all"} if request.form.get("show") == "all" else {}
        return go("preview", study_id, N_("Checked again."), kind="info", staged_id=staged_id, **where)
    try:
        people = _begin(study_id, staged_id)
    except Conflict as error:
        flash(said(error), "warn")
        return go("preview", study_id, staged_id=staged_id)
    if people > AT_ONCE:
        importing.start(place, staged_id=staged_id, actor=me().account_id)
        return go("progress_", study_id, staged_id=staged_id)
    staging.finish(db(), place.vault, staged_id=staged_id, at=at, actor=me().account_id)
    return _on_the_list(study_id, people)


def _begin(study_id: str, staged_id: str) -> int:
    typed = request.form.get("ready", "")
    expected = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else -1
    return staging.begin(
        db(), context().vault, study_id=study_id, staged_id=staged_id, expected=expected, at=now()
    )


def _on_the_list(study_id: str, people: int) -> Response:
    flash(gettext("%(n)s people are on the list now.", n=people), "ok")
    return redirect(url_for("facilitator.panel", study_id=study_id), 303)


@blueprint.post("/<study_id>/panel/import/<staged_id>/cancel")
def cancel(study_id: str, staged_id: str) -> Response:
    """Forget the list."""
    study_of(study_id, elicited=True)
    staging.cancel(db(), study_id=study_id, staged_id=staged_id, at=now())
    return go("overview", study_id, N_("The list was forgotten. Nobody of it was added."))


@blueprint.get("/<study_id>/panel/import/<staged_id>/progress")
def progress_(study_id: str, staged_id: str) -> Page:
    """How far an import is; the page renews itself."""
    study = study_of(study_id, elicited=True)
    row = staging.find(db(), study_id=study_id, staged_id=staged_id, at=now())
    folder = importing.folder(context())
    done_, of = progress.read(folder, staged_id)
    goes_on = row.state == staging.RUNNING and progress.alive(folder, staged_id)
    page = show("progress", study, row=row, done=done_, of=of or row.people, goes_on=goes_on)
    response = make_response(page)
    if goes_on:
        response.headers["Refresh"] = str(RENEWED_EVERY)  # without a script
    return response
