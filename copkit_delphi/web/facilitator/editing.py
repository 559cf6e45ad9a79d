"""Two people editing the same text: the second is told, sees both versions, and saves knowingly.

Every form of the set-up carries a mark of what it was made from. What only the other person changed is taken into
the form; where both did, both versions stand side by side. Nothing is stored before the second save.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    told = tuple(
        _difference(form, stands, name, taken=name in found.theirs) for name in (*found.both, *found.theirs)
    )
    for name in found.theirs:
        form[name].raw_data = None
        form[name].process(None, stands[name].data)
    if told:
        form["basis"].data = _mark(stands)
    return told


def hold(study_id: str) -> None:
    """Let nobody else change the set-up until this request ends."""
    edits.hold(db(), study_id)


def _difference(form: FlaskForm, stands: FlaskForm, name: str, *, taken: bool) -> Difference:
    saved, typed = differing.sides(_shown(stands[name]), _shown(form[name]))
    return Difference(form[name].id, form[name].label.text, saved, typed, taken)


def _mark(form: FlaskForm) -> str:
    return edits.mark(list(_values(form).values()))


def _fields(form: FlaskForm) -> Iterator[Field]:
    return (field for field in form if field.name not in _OWN)


def _values(form: FlaskForm) -> dict[str, str]:
    return {field.name: _value(field) for field in _fields(form)}


def _value(field: Field) -> str:
    """Return what a field holds as one text that does not depend on the language of the page."""
    if isinstance(field, FieldList):
        return "\n".join(line for line in map(_row, field) if line)
    if isinstance(field, FormField):
        return "\n".join(filter(None, (_plain(part.data) for part in field.form)))
    data = field.data
    if data is None and field.raw_data and not isinstance(field, SelectFieldBase):
        return str(field.raw_data[0])
    return _plain(data)


def _plain(data: Any) -> str:
    if isinstance(data, date):
        return data.isoformat()
    if isinstance(data, list | tuple):
        return "\n".join(sorted(map(str, data)))
    return "" if data is None else str(data).replace("\r\n", "\n")


def _row(entry: Any) -> str:
    """Return a row of a list of fields as one line; a row without its first field is no row."""
    cells = [_plain(field.data) for field in entry.form]
    return "; ".join(cells) if cells[0] else ""


def _shown(field: Field) -> str:
    """Return what a field holds as people read it."""
    if isinstance(field, SelectFieldBase):
        chosen = field.data if isinstance(field.data, list | tuple) else [field.data]
        known = {str(choice[0]): str(choice[1] or choice[0]) for choice in field.iter_choices()}
        return ", ".join(known.get(str(one), str(one)) for one in chosen or ())
    if isinstance(field.data, bool):
        return gettext("yes") if field.data else gettext("no")
    return _value(field)


def move() -> int:
    """Return by how many places the pressed button moves something: -1 up, 1 down, 0 for anything else."""
    return _MOVES.get(request.form.get("to", ""), 0)
