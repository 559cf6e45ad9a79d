"""Forms of a study's own questions, built from what an item type declares."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3
from wtforms.validators import InputRequired, Length

from copkit_delphi.elicitation.item_types.interface import ItemType
from copkit_delphi.elicitation.item_types.shapes import Input
from copkit_delphi.elicitation.models import Scenario
from copkit_delphi.elicitation.questions import MAX_SUMMARY
from copkit_delphi.web.facilitator.editing import EditForm
from copkit_delphi.web.typed import clean

EVERYWHERE = ""
PREFIX = "say_"


class BoundsForm(FlaskForm):
    """Whether the likelihood of each statement is asked as three estimates."""

    interval = BooleanField(
        _l("Ask for a lowest and a highest estimate beside the best one"),
        description=_l(
            "On every statement. It takes about twice as long, and shows how unsure each panellist is."
        ),
    )


class PageForm(EditForm):
    """A page without a statement."""

    title = StringField(
        _l("Title"), validators=[InputRequired(_l("Give the page a title."))], filters=[clean]
    )
    summary = TextAreaField(
        _l("Text of the page"),
        description=_l("What the questions are about. The panel reads it beside them."),
        validators=[Length(max=MAX_SUMMARY, message=_l("Write at most %(max)d characters."))],
        filters=[clean],
    )


class QuestionForm(EditForm):
    """A question: its words and where it is asked; what its type needs to know is added by ``_form``."""

    wording = TextAreaField(_l("Question"), filters=[clean])
    scenario = SelectField(_l("Asked on"), validate_choice=False)


def say(text: str) -> str:
    """Translate a text of the product; an empty one stays empty."""
    return gettext(text) if text else ""


def _field(one: Input) -> Any:
    words: dict[str, Any] = {"label": say(one.label), "description": say(one.hint)}
    if one.widget == "yes":
        return BooleanField(**words)
    if one.widget == "choice":
        choices = [SelectChoice(choice.value, say(choice.label)) for choice in one.choices]
        return RadioField(choices=choices, validate_choice=False, **words)
    kind = TextAreaField if one.widget == "lines" else StringField
    return kind(filters=[clean], **words)


def form_of(kind: ItemType, pages: list[Scenario], values: dict[str, Any] | None = None) -> QuestionForm:
    """Return the form of a question of one kind: of ``values``, else as posted; ``pages`` are where it can be asked."""
    asked = {PREFIX + one.key: _field(one) for one in kind.authoring}
    made = type("QuestionForm", (QuestionForm,), asked)
    form: QuestionForm = made() if values is None else made(formdata=None, data=values)
    form.scenario.choices = [
        SelectChoice(EVERYWHERE, gettext("Every page")),
        *(SelectChoice(one.id, f"{one.position}. {one.title}") for one in pages),
    ]
    return form


def said(kind: ItemType, form: QuestionForm) -> dict[str, str]:
    """Return what was typed for the definition."""
    found = {}
    for one in kind.authoring:
        data = form[PREFIX + one.key].data
        found[one.key] = ("y" if data else "") if one.widget == "yes" else data or ""
    return found


def start(kind: ItemType, options: dict[str, Any]) -> dict[str, Any]:
    """Return the values that the fields of a definition start from."""
    yes = {one.key for one in kind.authoring if one.widget == "yes"}
    return {PREFIX + key: bool(text) if key in yes else text for key, text in kind.said(options).items()}
