"""The forms of a panellist. Nothing is preset: a form starts from a draft, from what is saved, or from the own
answer of the round before.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from secrets import token_hex
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation import drafts as saved_drafts
from copkit_delphi.elicitation import in_view, own
from copkit_delphi.elicitation.asked import Asked
from copkit_delphi.elicitation.in_view import Returned
from copkit_delphi.elicitation.items import anchor
from copkit_delphi.elicitation.ratings import MAX_REASON, Answer, Reason
from copkit_delphi.elicitation.sheets import Line, Sheet
from copkit_delphi.web.errors import said
from copkit_delphi.web.panellist import reply_forms, widgets
from copkit_delphi.web.panellist.recruiting_forms import (
    interest_field,
    interest_text_field,
    named_field,
    recontact_field,
)
from copkit_delphi.web.typed import clean

_LONGEST_DRAFT = 2000
_MOST_TICKS, _LONGEST_MARK = 20, 64
_REASON_OR_NOT = N_("You wrote a reason and chose “I prefer not to say”. Keep one of the two.")


class ConsentForm(FlaskForm):
    """Consent, and each of the further ones apart: quoting, being named, being asked again."""

    agree = BooleanField(
        lazy_gettext("I have read this and I take part."),
        validators=[DataRequired(lazy_gettext("Tick the box to take part, or choose “I do not take part”."))],
    )
    quoting = RadioField(
        lazy_gettext("May a brief quote your reasons?"),
        description=lazy_gettext("Never with your name, your group or your code."),
        choices=[
            SelectChoice("no", lazy_gettext("No")),
            SelectChoice("paraphrased", lazy_gettext("In other words only")),
            SelectChoice("verbatim", lazy_gettext("Word for word")),
        ],
        validators=[InputRequired(lazy_gettext("Choose whether your reasons may be quoted."))],
    )
    named = named_field()
    recontact = recontact_field()
    interest = interest_field()
    interest_text = interest_text_field()
    shown = HiddenField()


class AnswerForm(FlaskForm):
    """One scenario. What its items ask for is added by ``form_for``; ``basis`` and ``drafts`` tell what the page was
    made from, ``page`` which page it is, ``beside`` that another device's draft is compared with it; ``in_view`` how
    many seconds it was looked at: filled by a script, empty without.
    """

    basis = HiddenField()
    drafts = HiddenField()
    page = HiddenField()
    beside = HiddenField()
    in_view = HiddenField(render_kw={"data-in-view": True})
    reason = TextAreaField(
        lazy_gettext("What is your main reason?"),
        description=lazy_gettext("One or two sentences help the panel most."),
    )
    facilitators_only = BooleanField(
        lazy_gettext("Show my reason to the facilitators only, not to the panel")
    )
    no_say = BooleanField(lazy_gettext("I prefer not to say"))


def form_for(page: Sheet) -> AnswerForm:
    """Return the form of a page: what was posted, else what the page starts from."""
    asked: dict[str, Any] = reply_forms.fields(page)
    for line in page.lines:
        asked |= widgets.fields(line)
    kind = type("AnswerForm", (AnswerForm,), asked)
    # A posted form stands for itself: what another device typed meanwhile must not slip into it.
    form: AnswerForm = kind() if request.method == "POST" else kind(data=starting(page))
    return form


@cache
def _bare(shapes: tuple[tuple[str, str], ...]) -> type[AnswerForm]:
    return type("BareForm", (AnswerForm,), {name: widgets.bare(shape) for name, shape in shapes})


def posted(page: Asked) -> AnswerForm:
    """Return what was posted, to be read and not to be shown: no words, and its token was checked at the door."""
    kind = _bare(tuple((name, part.shape) for line in page.lines for part, name in widgets.names(line)))
    return kind(meta={"csrf": False})


def drafted(page: Sheet) -> dict[str, Mapping[str, Any]]:
    """Return what is typed and not saved of a page, by item id."""
    return {line.item_id: line.draft for line in page.lines if line.draft is not None}


def starting(page: Sheet) -> dict[str, Any]:
    """Return the values a page starts from, by field name."""
    values: dict[str, Any] = {
        "basis": page.basis,
        "drafts": saved_drafts.mark(drafted(page)),
        "page": token_hex(8),
        **reply_forms.starting(page),
    }
    for line in page.lines:
        values |= widgets.started(line, _start(page, line))
    reason = page.reason_draft or {"text": page.reason.text, "visibility": page.reason.visibility}
    visibility = reason.get("visibility", "panel")
    values |= {"reason": reason.get("text", ""), "no_say": visibility == "declined"}
    return values | {"facilitators_only": visibility == "facilitators"}


def _start(page: Sheet | Asked, line: Line) -> Mapping[str, Any]:
    if line.draft is not None:
        return line.draft
    if isinstance(page, Sheet) and page.changes:
        return own.typed(line.own)  # an answer to other words is shown, and not filled in
    if page.saved:
        return own.typed(line.own)
    return own.typed(line.previous if line.previous.given else line.upfront)


def drafts(form: AnswerForm, page: Sheet) -> dict[str, dict[str, Any]]:
    """Return what was typed, by item id, as drafts keep it; nothing is checked."""
    kept = {line.item_id: _cut(widgets.typed(form, line)) for line in page.lines}
    first = anchor(page.lines)
    if first is not None:
        kept[first.item_id] |= {"text": _text(form)[:_LONGEST_DRAFT], "visibility": _visibility(form)}
        kept[first.item_id] |= reply_forms.drafts(page, _LONGEST_DRAFT)
    return kept


def _cut(sent: dict[str, Any]) -> dict[str, Any]:
    return {key: _shortened(value) for key, value in sent.items()}


def _shortened(value: Any) -> Any:
    if isinstance(value, list):
        return [one[:_LONGEST_DRAFT] for one in value[:_MOST_TICKS]]
    return value[:_LONGEST_DRAFT] if isinstance(value, str) else value


def answers(form: AnswerForm, page: Sheet | Asked) -> dict[str, Answer]:
    """Return the answers by item id; what cannot be read becomes an error of its field."""
    found = {}
    for line in page.lines:
        try:
            found[line.item_id] = widgets.answer(widgets.typed(form, line), line, _start(page, line))
        except Invalid as error:
            _, name = next(widgets.names(line))
            form[name].errors = [said(error)]
    return found


def reason(form: AnswerForm) -> Reason:
    """Return the reason; a contradiction or an overlong text becomes an error of the field."""
    text = _text(form)
    if text and form.no_say.data:
        form.reason.errors = [gettext(_REASON_OR_NOT)]
    elif len(text) > MAX_REASON:
        form.reason.errors = [gettext("A reason has at most %(n)s characters.", n=MAX_REASON)]
    return Reason(text, _visibility(form)) if text or form.no_say.data else Reason()


def returned(form: AnswerForm) -> Returned:
    """Return what came back with the page beside its answers."""
    return Returned(
        basis=form.basis.data or "",
        seconds=in_view.coarse(form.in_view.data or ""),
        page=clean(form.page.data)[:_LONGEST_MARK],
        drafts=form.drafts.data,
        replies=reply_forms.posted(),
    )


def reasoned(form: AnswerForm) -> tuple[str, str]:
    """Return the reason as typed and whom it may reach; nothing is checked."""
    return _text(form), _visibility(form)


def _text(form: AnswerForm) -> str:
    """Return the reason with plain line ends: a browser sends two characters for one."""
    return clean(form.reason.data).replace("\r\n", "\n")


def _visibility(form: AnswerForm) -> str:
    if form.no_say.data:
        return "declined"
    return "facilitators" if form.facilitators_only.data else "panel"


def missing(page: Sheet | Asked, given: Mapping[str, Answer]) -> list[str]:
    """Return the names of what was left open on a page."""
    return [
        widgets.type_of(line).short(line, widgets.say)
        for line in page.lines
        if not given.get(line.item_id, Answer()).given
    ]
