"""Forms of the library. Labels are translated where they are shown."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3
from wtforms.validators import NumberRange, Optional

from copkit_delphi.domain.documents import CATEGORY_LABELS
from copkit_delphi.library.entries import EVIDENCE, GRADES, HAZARDS, HORIZONS, RIGHTS
from copkit_delphi.web.fields import line

MOST_ROWS = 20
LONGEST_LEAD = 600  # months


def _choice(label: Any, words: dict[str, str], hint: Any = "", default: str = "") -> SelectField:
    choices = [SelectChoice(key, _l(word)) for key, word in words.items()]
    return SelectField(label, choices=choices, default=default or next(iter(words)), description=hint)


def _months(label: Any) -> IntegerField:
    rules = [Optional(), NumberRange(0, LONGEST_LEAD, _l("Give whole months, from 0 to 600."))]
    return IntegerField(label, validators=rules)


class ConfirmForm(FlaskForm):
    """A button that needs a token and nothing else."""


class IndicatorRow(Form):
    """One indicator; a row without a text is left out."""

    id = line(_l("Code"), 20)
    text = line(_l("What is observed"), 1000, area=True)
    disconfirming = BooleanField(_l("It would show that the scenario is not happening"))
    threshold = line(_l("Threshold"), 500)
    source = line(_l("Source"), 200)
    cadence = line(_l("How often it is read"), 40)
    kind = line(_l("Kind"), 40)
    diagnosticity = _choice(_l("How telling it is"), GRADES, default="medium")


class ActionRow(Form):
    """One candidate action; a row without a text is left out."""

    category = _choice(_l("Category"), {key: label.split(":")[0] for key, label in CATEGORY_LABELS.items()})
    text = line(_l("What is done"), 1000, area=True)
    owner = line(_l("Who does such things"), 160)
    trigger = line(_l("What sets it off"), 200, hint=_l("The code of an indicator, or your own words."))
    months_from = _months(_l("Lead time: months at least"))
    months_to = _months(_l("Months at most"))
    rights_level = _choice(_l("Rights check"), {"": "–", **GRADES})
    rights_note = line(_l("What the rights check says"), 200)


class SourceRow(Form):
    """One open source; a row without a title is left out."""

    title = line(_l("Title"), 300)
    publisher = line(_l("Publisher"), 200)
    year = IntegerField(_l("Year"), validators=[Optional(), NumberRange(1900, 2200, _l("Give a year."))])
    grade = line(_l("Admiralty grade"), 5, hint=_l("For example B2."))
    url = line(_l("Address"), 300)


class EntryForm(FlaskForm):
    """An entry with its indicators, candidate actions and sources."""

    title = line(_l("Title"), 200, needed=_l("Give the entry a title."))
    summary = line(
        _l("Summary"),
        4000,
        area=True,
        needed=_l("Write a summary."),
        hint=_l("60 to 120 words, at policy level. Nothing that teaches a method."),
    )
    technology = line(_l("Technology"), 200)
    family = line(_l("Technology family"), 120)
    maturity = line(_l("Readiness"), 120, hint=_l("For example TRL 8-9."))
    accessibility = line(_l("Accessible to criminals"), 120, hint=_l("Cost, skill, availability."))
    crime_area = line(_l("Crime areas"), 200, hint=_l("Put a semicolon between two."))
    actor = line(_l("Actor"), 200)
    motivation = line(_l("Motivation"), 200)
    capability = line(_l("Capability required"), 120)
    method = line(_l("How it is done, at policy level"), 1000, area=True)
    target = line(_l("Target"), 1000, area=True)
    horizon = _choice(_l("Horizon"), HORIZONS)
    evidence = _choice(_l("Evidence"), EVIDENCE, default="plausible")
    hazard = _choice(
        _l("Information hazard"),
        HAZARDS,
        _l("A study that takes it is marked TLP:AMBER at least for medium, TLP:RED for high."),
    )
    rights = SelectMultipleField(
        _l("Rights affected"), choices=[SelectChoice(right, _l(right)) for right in RIGHTS]
    )
    counter_view = line(_l("Reason to doubt it"), 2000, area=True)
    statement = line(
        _l("Statement"), 1200, area=True, hint=_l("One event, a place and a date: “By 31 December 2028, …”")
    )
    short = line(_l("Short name"), 40, hint=_l("At most 40 characters. It stands in tables and on the map."))
    claim = line(_l("Statement in one line"), 160)
    place = line(_l("Place"), 120)
    counts = line(_l("What counts"), 2000, area=True, hint=_l("One point a line."))
    counts_not = line(_l("What does not count"), 2000, area=True, hint=_l("One point a line."))
    track_record = line(
        _l("Track-record question"), 1000, area=True, hint=_l("A question that can be checked later.")
    )
    indicators = FieldList(FormField(IndicatorRow), max_entries=MOST_ROWS)
    actions = FieldList(FormField(ActionRow), max_entries=MOST_ROWS)
    sources = FieldList(FormField(SourceRow), max_entries=MOST_ROWS)
    note = line(_l("What changed, and why"), 500, hint=_l("It stands beside the version."))


class ReasonForm(FlaskForm):
    """Why an entry is retired."""

    reason = line(_l("Reason"), 500, area=True, needed=_l("Say why the entry is retired."))


class TakeForm(FlaskForm):
    """What is taken from an entry, and into which draft study."""

    study = SelectField(_l("Draft study"))
    indicators = SelectMultipleField(_l("Indicators"))
    actions = SelectMultipleField(_l("Early actions"), coerce=int)
