"""The forms of a panellist. Nothing is preset: a form starts from a draft, from what is saved, or from the own
answer of the round before.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.figures import plain, span
from copkit_delphi.domain.impact import BY_KEY, LEVELS
from copkit_delphi.domain.results import CONFIDENCE_KIND, IMPACT_KIND, LIKELIHOOD, TRACK_RECORD
from copkit_delphi.elicitation import own
from copkit_delphi.elicitation.asked import Asked
from copkit_delphi.elicitation.items import ITEM_TYPES
from copkit_delphi.elicitation.ratings import MAX_REASON, Answer, Reason
from copkit_delphi.elicitation.sheets import Line, Sheet
from copkit_delphi.reporting.phrases import NOT_SHOWN
from copkit_delphi.web.errors import said
from copkit_delphi.web.typed import clean

CANNOT = "cannot"
_LONGEST_DRAFT = 2000
_PERCENT_FIELDS = {LIKELIHOOD: "likelihood", TRACK_RECORD: "track_record"}
_BOTH = N_("Give a value or choose “I cannot judge this”, not both.")
_REASON_OR_NOT = N_("You wrote a reason and chose “I prefer not to say”. Keep one of the two.")


class ConsentForm(FlaskForm):
    """Consent, and whether reasons may be quoted in a brief."""

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


class AnswerForm(FlaskForm):
    """One scenario. Impact dimensions are added by ``form_for``; ``basis`` tells what the page was made from."""

    basis = HiddenField()
    likelihood = StringField(
        lazy_gettext("Likelihood"),
        description=lazy_gettext(
            "Your own best estimate. There is no right answer, and nobody sees it next to your name."
        ),
    )
    likelihood_cannot = BooleanField(lazy_gettext("I cannot judge this"))
    confidence = RadioField(
        lazy_gettext("How sure are you of these answers?"),
        choices=[
            SelectChoice("1", lazy_gettext("Not very")),
            SelectChoice("2", lazy_gettext("Fairly")),
            SelectChoice("3", lazy_gettext("Very")),
        ],
        validate_choice=False,
    )
    track_record = StringField(
        lazy_gettext("Likelihood of the question that will be resolved"),
        description=lazy_gettext(
            "This one is checked later against what happened. It does not enter the results above."
        ),
    )
    track_record_cannot = BooleanField(lazy_gettext("I cannot judge this"))
    reason = TextAreaField(
        lazy_gettext("What is your main reason?"),
        description=lazy_gettext(
            "One or two sentences help the panel most. Do not name people, cases or organisations."
        ),
    )
    facilitators_only = BooleanField(
        lazy_gettext("Show my reason to the facilitators only, not to the panel")
    )
    no_say = BooleanField(lazy_gettext("I prefer not to say"))


def field_name(line: Line) -> str:
    """Return the name of the field that answers ``line``."""
    if line.kind == IMPACT_KIND:
        return f"impact_{line.dimension}"
    return _PERCENT_FIELDS.get(line.kind, "confidence")


def _tiles(line: Line) -> RadioField:
    choices = [SelectChoice(str(level), gettext(word)) for level, word in enumerate(LEVELS)]
    choices.append(SelectChoice(CANNOT, gettext("Cannot judge")))
    return RadioField(wording(line), description=_panel_said(line), choices=choices, validate_choice=False)


def _panel_said(line: Line) -> str:
    """Return what the panel and the panellist said of an impact dimension in the round before, in one sentence."""
    if line.result is None:
        return _you_said(line.previous) if line.previous.given else ""
    figures = line.result.panel
    if figures.median is None:
        return f"{gettext(NOT_SHOWN)}. {_you_said(line.previous)}"
    panel = gettext("Panel: median %(median)s", median=plain(figures.median))
    if figures.q1 is not None and figures.q3 is not None:
        panel = gettext("%(panel)s, middle half %(span)s", panel=panel, span=span(figures.q1, figures.q3, ""))
    return f"{panel}. {_you_said(line.previous)}"


def _you_said(answer: Answer) -> str:
    if answer.cannot_judge:
        return gettext("You could not judge this.")
    if answer.value is None:
        return gettext("You did not answer.")
    return gettext("You said %(value)s.", value=plain(answer.value))


def form_for(page: Sheet) -> AnswerForm:
    """Return the form of a page: what was posted, else what the page starts from."""
    tiles = {field_name(line): _tiles(line) for line in page.of_kind(IMPACT_KIND)}
    kind = type("AnswerForm", (AnswerForm,), tiles)
    # A posted form stands for itself: what another device typed meanwhile must not slip into it.
    form: AnswerForm = kind() if request.method == "POST" else kind(data=starting(page))
    return form


@cache
def _bare(dimensions: tuple[str, ...]) -> type[AnswerForm]:
    tiles = {f"impact_{name}": RadioField(choices=[], validate_choice=False) for name in dimensions}
    return type("BareForm", (AnswerForm,), tiles)


def posted(page: Asked) -> AnswerForm:
    """Return what was posted, to be read and not to be shown: no words, and its token was checked at the door."""
    kind = _bare(tuple(line.dimension or "" for line in page.lines if line.kind == IMPACT_KIND))
    return kind(meta={"csrf": False})


def starting(page: Sheet) -> dict[str, Any]:
    """Return the values a page starts from, by field name."""
    values: dict[str, Any] = {"basis": page.basis}
    for line in page.lines:
        start = _start(page, line)
        if line.kind in _PERCENT_FIELDS:
            values[field_name(line)] = start["value"]
            values[f"{field_name(line)}_cannot"] = bool(start["cannot"])
        else:
            values[field_name(line)] = (CANNOT if start["cannot"] else start["value"]) or None
    reason = page.reason_draft or {"text": page.reason.text, "visibility": page.reason.visibility}
    visibility = reason.get("visibility", "panel")
    values |= {"reason": reason.get("text", ""), "no_say": visibility == "declined"}
    return values | {"facilitators_only": visibility == "facilitators"}


def _start(page: Sheet | Asked, line: Line) -> Mapping[str, Any]:
    if line.draft is not None:
        return line.draft
    if isinstance(page, Sheet) and page.changes:
        return own.typed(line.own)  # an answer to other words is shown, and not filled in
    return own.typed(line.own if page.saved else line.previous)


def _typed(form: AnswerForm, line: Line) -> tuple[str, bool]:
    name = field_name(line)
    text = clean(form[name].data)
    if line.kind in _PERCENT_FIELDS:
        return text, bool(form[f"{name}_cannot"].data)
    return ("", True) if text == CANNOT else (text, False)


def drafts(form: AnswerForm, page: Sheet) -> dict[str, dict[str, Any]]:
    """Return what was typed, by item id, as drafts keep it; nothing is checked."""
    kept: dict[str, dict[str, Any]] = {}
    for line in page.lines:
        text, cannot = _typed(form, line)
        kept[line.item_id] = {"value": text[:_LONGEST_DRAFT], "cannot": cannot}
        if line.kind == LIKELIHOOD:
            kept[line.item_id] |= {"text": _text(form)[:_LONGEST_DRAFT], "visibility": _visibility(form)}
    return kept


def answers(form: AnswerForm, page: Sheet | Asked) -> dict[str, Answer]:
    """Return the answers by item id; what cannot be read becomes an error of its field."""
    found = {}
    for line in page.lines:
        field = form[field_name(line)]
        try:
            found[line.item_id] = _answer(form, page, line)
        except Invalid as error:
            field.errors = [said(error)]
    return found


def _answer(form: AnswerForm, page: Sheet | Asked, line: Line) -> Answer:
    text, cannot = _typed(form, line)
    if cannot:
        # Without scripts the number the page began with is still in its field: one tick is enough.
        if text not in {"", _start(page, line)["value"]}:
            raise Invalid(_BOTH)
        return Answer(cannot_judge=True)
    return Answer(ITEM_TYPES[line.kind].parse(text))


def reason(form: AnswerForm) -> Reason:
    """Return the reason; a contradiction or an overlong text becomes an error of the field."""
    text = _text(form)
    if text and form.no_say.data:
        form.reason.errors = [gettext(_REASON_OR_NOT)]
    elif len(text) > MAX_REASON:
        form.reason.errors = [gettext("A reason has at most %(n)s characters.", n=MAX_REASON)]
    return Reason(text, _visibility(form)) if text or form.no_say.data else Reason()


def _text(form: AnswerForm) -> str:
    """Return the reason with plain line ends: a browser sends two characters for one."""
    return clean(form.reason.data).replace("\r\n", "\n")


def _visibility(form: AnswerForm) -> str:
    if form.no_say.data:
        return "declined"
    return "facilitators" if form.facilitators_only.data else "panel"


def missing(page: Sheet | Asked, given: Mapping[str, Answer]) -> list[str]:
    """Return the names of what was left open on a page."""
    return [wording(line) for line in page.lines if not given.get(line.item_id, Answer()).given]


def wording(line: Line) -> str:
    """Return what a line is called on screen."""
    if line.kind == IMPACT_KIND and line.dimension:
        return gettext(BY_KEY[line.dimension].label)
    names = {
        LIKELIHOOD: N_("likelihood"),
        CONFIDENCE_KIND: N_("how sure you are"),
        TRACK_RECORD: N_("track record"),
    }
    return gettext(names[line.kind])
