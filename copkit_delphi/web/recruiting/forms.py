"""Forms about the panel. Labels and sentences are translated where they are shown."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from copkit_delphi.web.facilitator.editing import EditForm
from copkit_delphi.web.typed import clean

LONGEST_PASTE = 1_000_000
_TOO_LONG = _l("Write at most %(max)d characters.")


def _area(label: Any, most: int, hint: Any = "") -> Any:
    rules = [Length(max=most, message=_TOO_LONG)]
    return TextAreaField(label, filters=[clean], validators=rules, description=hint)


class TextsForm(EditForm):
    """What panellists read and agree to, beside what every study says."""

    information = _area(
        _l("Added to the information sheet"),
        6_000,
        _l("What is special about this study. It stands below the purpose; one paragraph a line."),
    )
    agreement = StringField(
        _l("Sentence that is agreed to"),
        filters=[clean],
        validators=[Length(max=300, message=_TOO_LONG)],
        description=_l("Empty: “I have read this and I take part.”"),
    )
    changed = _area(_l("What changed"), 600, _l("Read by everybody who agreed to an earlier version."))


class HandlingForm(EditForm):
    """What is done about interests."""

    handling = _area(
        _l("What you do about interests"),
        2_000,
        _l("For example: who decides, and when somebody is asked to leave an item out. Reports print it."),
    )


class DecisionForm(FlaskForm):
    """A reason for declining somebody who was proposed."""

    reason = _area(_l("Reason"), 600, _l("Only facilitators see it."))


class EnrolmentForm(EditForm):
    """The page where people ask to join."""

    is_open = BooleanField(_l("The page is open"), description=_l("Whoever has its address can read it."))
    title = StringField(
        _l("Title that visitors read"),
        filters=[clean],
        validators=[Length(max=160, message=_TOO_LONG), InputRequired(_l("Give the page a title."))],
    )
    text = _area(_l("Who is asked for what"), 4_000, _l("In words that may be public. One paragraph a line."))
    until = DateField(_l("Last day"), validators=[Optional()], description=_l("Empty: until you close it."))
    most = IntegerField(
        _l("Applications at most"),
        default=50,
        validators=[NumberRange(1, 1_000, _l("Give a number of people from 1 to 1000."))],
        description=_l("The page closes by itself while so many wait for you."),
    )
    groups = SelectMultipleField(_l("Groups to choose from"), description=_l("None ticked: all of them."))


class UploadForm(FlaskForm):
    """A list of people: a file, or pasted text."""

    file = FileField(_l("File"), description=_l("XLSX, CSV or text, up to 5,000 people and 20 MB."))
    lines = TextAreaField(
        _l("Or paste the list"),
        filters=[clean],
        validators=[Length(max=LONGEST_PASTE, message=_l("Write at most %(max)d characters."))],
        description=_l(
            "From a spreadsheet, or one person a line with tab, semicolon or comma; or names with addresses as your mail program writes them, one after another."
        ),
    )
