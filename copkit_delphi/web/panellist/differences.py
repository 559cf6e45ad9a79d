"""This page beside what another device saved or typed meanwhile: field by field, to be chosen from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.elicitation import drafts, own
from copkit_delphi.elicitation.replies import FIELD
from copkit_delphi.elicitation.sheets import Line, Sheet
from copkit_delphi.web.panellist import forms, reply_forms, widgets
from copkit_delphi.web.panellist.forms import AnswerForm

_REASON, _ALL = "reason", "all"
_SWITCHES = {"facilitators_only": "facilitators", "no_say": "declined"}


@dataclass(frozen=True, slots=True)
class There:
    """What stands on the server, as a draft keeps it; ``typed`` tells that another device typed it and did not save."""

    lines: Mapping[str, tuple[Line, Mapping[str, Any]]]
    text: str
    visibility: str
    typed: bool
    replies: Mapping[str, tuple[str, str]]  # by field: what it is called, and what stands there


@dataclass(frozen=True, slots=True)
class Difference:
    """One field with what stands on this page and what stands there, in words."""

    field: str
    title: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Between:
    """Every field that differs; ``typed`` as in ``There``."""

    fields: list[Difference]
    typed: bool


def there(page: Sheet, form: AnswerForm) -> There:
    """Return what another device left on the server: its draft where this page does not know it, else what is saved."""
    known = form.beside.data != "draft" and drafts.mark(forms.drafted(page)) == form.drafts.data
    typed = not known and drafts.of_another_page(forms.drafted(page), form.page.data or "")
    reason = page.reason_draft if typed and page.reason_draft else {}
    return There(
        lines={
            widgets.field_name(line): (
                line,
                line.draft if typed and line.draft is not None else own.typed(line.own),
            )
            for line in page.lines
        },
        text=reason.get("text", page.reason.text),
        visibility=reason.get("visibility", page.reason.visibility),
        typed=typed,
        replies={
            FIELD + key: (title, reason.get(FIELD + key, page.talk.own[key]))
            for key, title in reply_forms.titles(page).items()
        },
    )


def between(form: AnswerForm, there: There) -> Between:
    """Return every field in which the page differs."""
    found = [
        Difference(name, _title(line), _words(line, widgets.typed(form, line)), _words(line, values))
        for name, (line, values) in there.lines.items()
        if _differs(widgets.typed(form, line), values)
    ]
    text, visibility = forms.reasoned(form)
    if (text, visibility) != (there.text, there.visibility):
        title = gettext("Your reason")
        found.append(Difference(_REASON, title, _said(text, visibility), _said(there.text, there.visibility)))
    found += [
        Difference(name, title, here or gettext("left open"), stands or gettext("left open"))
        for name, (title, stands) in there.replies.items()
        if (here := reply_forms.plain(form[name].data or "")) != stands
    ]
    return Between(found, there.typed)


def take(form: AnswerForm, there: There, which: str) -> None:
    """Put what stands there into the page: of one field, or of all."""
    for name, (line, values) in there.lines.items():
        if which in (name, _ALL):
            for field, value in widgets.started(line, values).items():
                form[field].data = value
    for name, (_, stands) in there.replies.items():
        if which in (name, _ALL):
            form[name].data = stands
    if which in (_REASON, _ALL):
        form.reason.data = there.text
        for field, visibility in _SWITCHES.items():
            form[field].data = there.visibility == visibility


def _title(line: Line) -> str:
    name = widgets.type_of(line).short(line, widgets.say)
    return name[:1].upper() + name[1:]


def _differs(here: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return any((here[key] or "") != (values.get(key) or "") for key in here)


def _words(line: Line, values: Mapping[str, Any]) -> str:
    try:
        given = widgets.answer(values, line, values)
    except Invalid:
        return str(values.get("value") or values.get("detail") or "")
    return widgets.type_of(line).words(line, given, widgets.say)


def _said(text: str, visibility: str) -> str:
    if visibility == "declined":
        return gettext("I prefer not to say")
    if not text:
        return gettext("left open")
    only = gettext("facilitators only")
    return f"{text} ({only})" if visibility == "facilitators" else text
