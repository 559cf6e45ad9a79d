"""Forms of the registers: a level, a reading, a step. ``seen`` counts what stood there when the form was shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from copkit_delphi.domain.alert import CHANGE_LABELS, LASTS, LEVEL_MEANINGS, LEVEL_NAMES
from copkit_delphi.domain.register import MOVES, OBSERVED_LABELS, STATUS_LABELS
from copkit_delphi.warning.levels import REASON_LENGTH, Stand
from copkit_delphi.warning.progress import OWNER_LENGTH, Tracked
from copkit_delphi.warning.readings import Watch
from copkit_delphi.web.briefs.forms import choices, day
from copkit_delphi.web.fields import line


def _seen() -> Any:
    return IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class LevelForm(FlaskForm):
    """A warning level, set by a person; nothing is preset but its end."""

    level = RadioField(_l("Warning level"), validators=[InputRequired(_l("Choose a level."))])
    changed = RadioField(
        _l("What led to it"),
        choices=choices(*((str(key), _l(label)) for key, label in CHANGE_LABELS.items())),
        validators=[InputRequired(_l("Say what led to it."))],
    )
    reason = line(
        _l("Reason, in one line"),
        REASON_LENGTH,
        needed=_l("Give one reason."),
        hint=_l("Printed on page 1 of the brief with your name."),
    )
    expires_on = day(
        _l("Stands until"), needed=_l("Choose a day."), hint=_l("Six months is usual, twelve the most.")
    )
    seen = _seen()


class ReadingForm(FlaskForm):
    """What an indicator showed on a day."""

    status = SelectField(
        _l("What it shows"),
        choices=choices(*((str(key), _l(label)) for key, label in OBSERVED_LABELS.items())),
    )
    value = line(_l("Value"), 120, hint=_l("As the source gives it, for example: 12 cases in a quarter."))
    on = day(_l("As of"), needed=_l("Choose a day."))
    seen = _seen()


class StepForm(FlaskForm):
    """The next step of an early action."""

    status = SelectField(_l("New status"))
    owner = line(_l("Owner"), OWNER_LENGTH, hint=_l("Needed from “adopted” on."))
    reason = line(_l("Why"), 300, needed=_l("Say why the status changes."), area=True)
    seen = _seen()


def level_form(stand: Stand, today: date) -> LevelForm:
    """Return the form that sets a scenario's level."""
    form = LevelForm(prefix=stand.scenario.id, data={"expires_on": today + LASTS, "seen": len(stand.history)})
    form.level.choices = choices(
        *(
            (str(int(key)), f"{int(key)} {_l(LEVEL_NAMES[key])}: {_l(LEVEL_MEANINGS[key])}")
            for key in LEVEL_NAMES
        )
    )
    return form


def reading_form(watch: Watch, today: date) -> ReadingForm:
    """Return the form that adds a reading."""
    return ReadingForm(prefix=watch.indicator.id, data={"on": today, "seen": len(watch.readings)})


def step_form(tracked: Tracked) -> StepForm:
    """Return the form that moves an action, offering the moves it can make."""
    form = StepForm(prefix=tracked.action.id, data={"owner": tracked.owner, "seen": len(tracked.steps)})
    form.status.choices = choices(
        *((str(key), _l(label)) for key, label in STATUS_LABELS.items() if key in MOVES[tracked.status])
    )
    return form
