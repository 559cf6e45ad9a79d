"""A round that was run elsewhere: upload its table, say which column is what, look at it, join it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain import columns as roles
from copkit_delphi.domain.columns import Columns, Problem, Reading, proposed
from copkit_delphi.domain.errors import N_, DelphiError, Invalid
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.elicitation import joinable, joining, studies, uploads
from copkit_delphi.elicitation.models import Study, UploadedRatings
from copkit_delphi.elicitation.tables import Table
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.facilitator.forms import ConfirmForm
from copkit_delphi.web.facilitator.page import Page, refused, study_of
from copkit_delphi.web.files.forms import ACCEPTED, ColumnsForm, UploadForm, columns_form, typed
from copkit_delphi.web.files.page import blueprint, go, show
from copkit_delphi.web.forms import done

SHOWN_ROWS, SHOWN_ITEMS = 8, 12


def _upload_page(study: Study, form: UploadForm) -> str:
    return show(
        "upload",
        study,
        form=form,
        accepted=ACCEPTED,
        planned=joinable.planned(db(), study.id),
        gaps=studies.missing(db(), study.id) if study.state == StudyState.DRAFT else [],
        mappings=uploads.kept(db(), account_id=me().account_id),
        mine=me().account_id,
        confirm=ConfirmForm(),
    )


@blueprint.get("/<study_id>/set-up/elsewhere")
def upload(study_id: str) -> str:
    """The form for the file of a round that was run elsewhere."""
    return _upload_page(study_of(study_id, elicited=True), UploadForm())


@blueprint.post("/<study_id>/set-up/elsewhere")
def upload_post(study_id: str) -> Page:
    """Read the file and go on to its columns; what is no table is refused with the reason."""
    study, form = study_of(study_id, elicited=True), UploadForm()
    joinable.planned(db(), study_id)
    made: list[UploadedRatings] = []

    def act() -> None:
        sent = form.sent()
        if sent is None:
            raise Invalid(N_("Choose a file."))
        made.append(
            uploads.stage(
                db(), context().vault, study_id=study_id, account_id=me().account_id, sent=sent, at=now()
            )
        )

    if not done(form, act, "file"):
        return refused(_upload_page(study, form))
    return go("columns", study_id, upload_id=made[0].id)


@dataclass(frozen=True, slots=True)
class Screen:
    """The screen that maps columns: whose upload, its table, the words of the study's items by name."""

    study: Study
    row: UploadedRatings
    table: Table
    items: dict[str, str]

    @property
    def form(self) -> type[ColumnsForm]:
        """Return the form for the columns of this table."""
        return columns_form(self.table.headers, self.items, drafting=self.study.state == StudyState.DRAFT)


def _screen(study_id: str, upload_id: str) -> Screen:
    study = study_of(study_id, elicited=True)
    row = uploads.get(db(), study_id=study_id, upload_id=upload_id, account_id=me().account_id, at=now())
    titles = {one.id: one.short or one.title for one in studies.scenarios(db(), study_id)}
    items = {
        item.name: f"{item.name}: {titles[item.scenario_id]}{f', {item.wording}' if item.dimension else ''}"
        for item in studies.items(db(), study_id)
    }
    return Screen(study, row, uploads.table(context().vault, row), items)


def _start(screen: Screen) -> Columns:
    """Return the mapping to begin with: the one asked for, else a kept one that fits, else what names tell."""
    wanted = request.args.get("kept", "")
    if wanted:
        return uploads.mapping(db(), account_id=me().account_id, mapping_id=wanted)
    for row in uploads.kept(db(), account_id=me().account_id):
        found = Columns.from_dict(row.mapping)
        if found.whole and found.fits(screen.table.headers):
            return found
    return proposed(screen.table.headers, screen.items)


def _columns_page(screen: Screen, form: ColumnsForm, mapping: Columns | None) -> str:
    reading = (
        joinable.read(db(), study_id=screen.study.id, table=screen.table, mapping=mapping)
        if mapping
        else None
    )
    return show(
        "columns",
        screen.study,
        row=screen.row,
        table=screen.table,
        items=screen.items,
        form=form,
        planned=joinable.planned(db(), screen.study.id),
        kept=[one for one in uploads.kept(db(), account_id=me().account_id)
              if Columns.from_dict(one.mapping).fits(screen.table.headers)],
        confirm=ConfirmForm(),
        preview=_preview(screen.table, mapping, reading) if mapping and reading else None,
    )  # fmt: skip


@blueprint.get("/<study_id>/set-up/elsewhere/<upload_id>")
def columns(study_id: str, upload_id: str) -> str:
    """Say which column is what; below, what that makes of the first rows and what stands against it."""
    screen = _screen(study_id, upload_id)
    mapping = _start(screen)
    return _columns_page(screen, screen.form(data=typed(mapping, screen.table.headers)), mapping)


@blueprint.post("/<study_id>/set-up/elsewhere/<upload_id>")
def columns_post(study_id: str, upload_id: str) -> Page:
    """Show what the chosen mapping makes of the table, keep the mapping, or join."""
    screen = _screen(study_id, upload_id)
    form, chosen = screen.form(), list[Columns]()
    acts = {"keep": _keep, "join": _join}
    todo = acts.get(request.form.get("do", ""))

    def act() -> None:
        chosen.append(form.columns(screen.table.headers))
        if todo is not None:
            todo(screen, form, chosen[0])

    if not done(form, act):
        return refused(_columns_page(screen, form, chosen[0] if chosen else None))
    if todo is _join:
        return go(
            "overview", study_id, N_("The round has joined. Check its reasons, then open its feedback.")
        )
    if todo is _keep:
        flash(gettext("The mapping is kept."), "ok")
    return _columns_page(screen, form, chosen[0])


def _keep(_screen: Screen, form: ColumnsForm, mapping: Columns) -> None:
    uploads.keep(
        db(),
        account_id=me().account_id,
        name=form.name.data or "",
        shared=bool(form.shared.data),
        mapping=mapping,
    )


def _join(screen: Screen, form: ColumnsForm, mapping: Columns) -> None:
    joining.join(
        db(),
        context().vault,
        study_id=screen.study.id,
        table=screen.table,
        mapping=mapping,
        source=joining.Source(screen.row.filename, screen.row.digest, form.source.data or ""),
        actor=me().account_id,
        at=now(),
    )
    uploads.forget(db(), screen.row)


@blueprint.post("/<study_id>/set-up/elsewhere/<upload_id>/drop")
def drop_upload(study_id: str, upload_id: str) -> Response:
    """Delete an upload that is not wanted."""
    uploads.forget(db(), _screen(study_id, upload_id).row)
    return go("upload", study_id, N_("The upload is deleted."))


@blueprint.post("/<study_id>/set-up/elsewhere/mappings/<mapping_id>/drop")
def drop_mapping(study_id: str, mapping_id: str) -> Response:
    """Delete a mapping of one's own."""
    study_of(study_id, elicited=True)
    uploads.drop(db(), account_id=me().account_id, mapping_id=mapping_id)
    return go("upload", study_id, N_("The mapping is deleted."))


# What a mapping makes of a table -------------------------------------------------------------------------------------


def _preview(table: Table, mapping: Columns, reading: Reading) -> dict[str, Any]:
    """Return the first rows as they are taken; who a row is stands in none of them."""
    names = list(reading.counts())
    return {
        "items": names[:SHOWN_ITEMS],
        "more_items": max(0, len(names) - SHOWN_ITEMS),
        "rows": [
            [person.line, person.group, *(_taken(person.answers.get(name)) for name in names[:SHOWN_ITEMS])]
            for person in reading.people[:SHOWN_ROWS]
        ],
        "people": len(reading.people),
        "linked": sum(bool(person.email) for person in reading.people),
        "ratings": reading.ratings,
        "other_rounds": reading.other_rounds,
        "counts": [(name, *counted) for name, counted in reading.counts().items()],
        "problems": [_said(problem) for problem in reading.problems[: roles.MOST_SHOWN]],
        "n_problems": len(reading.problems),
        "left": [name for name in table.headers if name and not mapping.roles.get(name)],
        "by_address": bool(mapping.having(roles.EMAIL)),
    }


def _taken(given: roles.Given | None) -> str:
    if given is None:
        return "–"
    return gettext("cannot judge") if given.value is None else plain(given.value)


def _said(problem: Problem) -> tuple[str, str, str]:
    error = DelphiError(problem.text, **problem.params)
    text = gettext(error.message) % error.params if error.params else gettext(error.message)
    return str(problem.line or "–"), problem.column or "–", text
