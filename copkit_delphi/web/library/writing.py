"""Add an entry, revise it as a new version, retire it and bring it back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask import flash
from flask_babel import gettext

from copkit_delphi.domain.errors import N_, Conflict
from copkit_delphi.library import entries
from copkit_delphi.library import scenarios as library
from copkit_delphi.library.entries import ActionText, Entry, IndicatorText, SourceText, Statement
from copkit_delphi.library.models import LibraryScenario
from copkit_delphi.web.context import db, me, now
from copkit_delphi.web.forms import done
from copkit_delphi.web.library.forms import EntryForm, ReasonForm
from copkit_delphi.web.library.page import UNPROCESSABLE, Page, blueprint, go, show

SPARE = {"indicators": 2, "actions": 2, "sources": 1}
FIRST = {"indicators": 3, "actions": 4, "sources": 2}
_LISTS = ("counts", "counts_not")
_WORDING = ("short", "claim", "statement", "place", *_LISTS)


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def _rows(form: EntryForm, name: str, kind: Any, key: str = "text") -> tuple[Any, ...]:
    """Return the rows of a table of the form that hold anything; a number left out is 0."""
    typed = [{part: 0 if value is None else value for part, value in row.data.items()} for row in form[name]]
    return tuple(kind(**values) for values in typed if values[key])


def _statement(form: EntryForm) -> Statement | None:
    if not form.statement.data:
        return None
    words: dict[str, Any] = {name: form[name].data for name in _WORDING}
    return Statement(**words | {name: _lines(words[name]) for name in _LISTS})


def _typed(form: EntryForm, name: str = "") -> Entry:
    """Return the entry as typed."""
    own = {"id", "rights", "statement", "indicators", "actions", "sources"}
    values = {field.name: form[field.name].data for field in fields(Entry) if field.name not in own}
    return Entry(
        id=name,
        rights=tuple(form.rights.data or ()),
        statement=_statement(form),
        indicators=_rows(form, "indicators", IndicatorText),
        actions=_rows(form, "actions", ActionText),
        sources=_rows(form, "sources", SourceText, key="title"),
        **values,
    )


def _filled(entry: Entry) -> EntryForm:
    values: dict[str, Any] = {field.name: getattr(entry, field.name) for field in fields(Entry)}
    if entry.statement:
        values |= {name: getattr(entry.statement, name) for name in _WORDING}
        values |= {name: "\n".join(values[name]) for name in _LISTS}
    for name, spare in SPARE.items():
        values[name] = [_columns(row) for row in values[name]] + [{}] * spare
    return EntryForm(data=values | {"statement": entry.statement.statement if entry.statement else ""})


def _columns(row: Any) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) or None for field in fields(row)}


def _new() -> EntryForm:
    rows: dict[str, list[dict[str, Any]]] = {name: [{}] * n for name, n in FIRST.items()}
    rows["actions"] = [{"category": category} for category in entries.CATEGORIES]
    return EntryForm(data=rows)


def _warn(entry: Entry) -> None:
    for sentence in entries.warnings(entry):
        flash(gettext(sentence), "warn")


@blueprint.get("/new")
def new() -> str:
    """The form of an own entry."""
    return show("edit", form=_new(), row=None)


@blueprint.post("/new")
def new_post() -> Page:
    """Add an own entry."""
    form, made = EntryForm(), []

    def act() -> None:
        entry = _typed(form)
        made.append(library.add(db(), entry=entry, author=me().name, actor=me().account_id, at=now()))
        _warn(entry)

    if not done(form, act, "title"):
        return show("edit", form=form, row=None), UNPROCESSABLE
    return go(made[0].name, N_("The entry is in the library."))


@blueprint.get("/<name>/revise")
def revise(name: str) -> str:
    """The form of a new version, filled with the current one."""
    row = library.get(db(), name)
    return show("edit", form=_filled(library.entry_of(db(), row)), row=row)


@blueprint.post("/<name>/versions/<int:version>/revise")
def revise_post(name: str, version: int) -> Page:
    """Make a new version of the version that was read."""
    row, form = library.get(db(), name, version), EntryForm()

    def act() -> None:
        entry = _typed(form, row.name)
        by = {"author": me().name, "note": form.note.data}
        library.revise(db(), before=row, entry=entry, by=by, actor=me().account_id, at=now())
        _warn(entry)

    if not done(form, act, "note"):
        return show("edit", form=form, row=row), UNPROCESSABLE
    return go(name, N_("The new version stands. Studies that took an earlier one keep theirs."))


def _retiring(row: LibraryScenario, form: ReasonForm) -> str:
    if row.retired_because:
        raise Conflict(N_("This entry is retired already."))
    return show("retire", row=row, form=form)


@blueprint.get("/<name>/retire")
def retire(name: str) -> str:
    """What retiring means, and the reason."""
    return _retiring(library.get(db(), name), ReasonForm())


@blueprint.post("/<name>/retire")
def retire_post(name: str) -> Page:
    """Take an entry out of use."""
    row, form = library.get(db(), name), ReasonForm()
    act = lambda: library.retire(  # noqa: E731
        db(), name=name, reason=form.reason.data, actor=me().account_id, at=now()
    )
    if not done(form, act, "reason"):
        return _retiring(row, form), UNPROCESSABLE
    return go(name, N_("The entry is retired. Studies that took it keep it."))


@blueprint.post("/<name>/bring-back")
def bring_back(name: str) -> Page:
    """Bring a retired entry back."""
    library.bring_back(db(), name=name, actor=me().account_id, at=now())
    return go(name, N_("The entry is in use again."))
