"""Two people editing the same text: the second is told, sees both versions, and saves knowingly.

Every form of the set-up carries a mark of what it was made from. What only the other person changed is taken into
the form; where both did, both versions stand side by side. Nothing is stored before the second save.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, FormField, HiddenField, SelectFieldBase

from copkit_delphi.domain import differing
from copkit_delphi.domain.differing import Parts
from copkit_delphi.elicitation import edits
from copkit_delphi.web.context import db

TOLD = 409
_OWN = frozenset({"basis", "csrf_token"})
_MOVES = {"up": -1, "down": 1}

Form = TypeVar("Form", bound=FlaskForm)


class EditForm(FlaskForm):
    """A form that says what it was made from."""

    basis = HiddenField()


class Each(FieldList):
    """Rows that have their places: each is compared by itself and told under the label of its entry."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field as it is saved and as it was typed; ``taken`` when the saved text now stands in the form."""

    field: str
    label: str
    saved: Parts
    typed: Parts
    taken: bool


def begun(form: Form) -> Form:
    """Return a form made from what stands, with the mark of it."""
    form.basis.data = _mark(form)
    return form


def clash(form: FlaskForm, stands: FlaskForm) -> tuple[Difference, ...]:
    """Return what somebody else saved since ``form`` was made, empty when it may be saved.

    ``stands`` is the same form made from what is stored now. What is typed stays in ``form``, which is ready to be
    saved knowingly. Call ``hold`` before reading what stands.
    """
    found = edits.meanwhile(form["basis"].data or "", _values(stands), _values(form))
    mine, now = _fields(form), _fields(stands)
    told = tuple(
        _difference(mine[name], now[name], taken=name in found.theirs)
        for name in (*found.both, *found.theirs)
    )
    for name in found.theirs:
        mine[name].raw_data = None
        mine[name].process(None, now[name].data)
    if told:
        form["basis"].data = _mark(stands)
    return told


def hold(study_id: str) -> None:
    """Let nobody else change the set-up until this request ends."""
    edits.hold(db(), study_id)


def _difference(mine: Field, now: Field, *, taken: bool) -> Difference:
    saved, typed = differing.sides(_shown(now), _shown(mine))
    return Difference(mine.id, mine.label.text, saved, typed, taken)


def _mark(form: FlaskForm) -> str:
    return edits.mark(list(_values(form).values()))


def _fields(form: FlaskForm) -> dict[str, Field]:
    """Return what is compared, by name; rows that have their places by place."""
    found: dict[str, Field] = {}
    for field in form:
        if isinstance(field, Each):
            found |= {f"{field.name}-{place}": entry for place, entry in enumerate(field)}
        elif field.name not in _OWN:
            found[field.name] = field
    return found


def _values(form: FlaskForm) -> dict[str, str]:
    return {name: _value(field) for name, field in _fields(form).items()}


def _value(field: Field) -> str:
    """Return what a field holds as one text that does not depend on the language of the page."""
    if isinstance(field, FieldList):
        return "\n".join("; ".join(map(_value, row)) for row in _rows(field))
    if isinstance(field, FormField):
        return "\n".join(f"{part.short_name}: {text}" for part in field.form if (text := _value(part)))
    data = field.data
    if data is None and field.raw_data and not isinstance(field, SelectFieldBase):
        return str(field.raw_data[0])
    return _plain(data)


def _rows(field: FieldList) -> list[Iterable[Field]]:
    """Return the rows in which something is written; a choice alone makes no row."""
    return [
        entry.form
        for entry in field
        if any(_value(part) for part in entry.form if not isinstance(part, SelectFieldBase))
    ]


def _plain(data: Any) -> str:
    if isinstance(data, date):
        return data.isoformat()
    if isinstance(data, list | tuple):
        return "\n".join(sorted(map(str, data)))
    return "" if data is None else str(data).replace("\r\n", "\n")


def _shown(field: Field) -> str:
    """Return what a field holds as people read it."""
    if isinstance(field, FieldList):
        return "\n".join("; ".join(filter(None, map(_shown, row))) for row in _rows(field))
    if isinstance(field, FormField):
        return "\n".join(f"{part.label.text}: {text}" for part in field.form if (text := _shown(part)))
    if isinstance(field, SelectFieldBase):
        chosen = field.data if isinstance(field.data, list | tuple) else [field.data]
        known = {str(choice[0]): str(choice[1] or choice[0]) for choice in field.iter_choices()}
        return ", ".join(known.get(str(one), str(one)) for one in chosen or () if one not in (None, ""))
    if isinstance(field.data, bool):
        return gettext("yes") if field.data else gettext("no")
    return _value(field)


def move() -> int:
    """Return by how many places the pressed button moves something: -1 up, 1 down, 0 for anything else."""
    return _MOVES.get(request.form.get("to", ""), 0)
