"""Forms of the rules: set up before round 1, amended between rounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, IntegerField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.impact import DIMENSIONS
from copkit_delphi.domain.protocol import (
    AS_BUILT,
    BY_NAME,
    BY_PANELLIST,
    EVERYBODY,
    FINISHED,
    KEEP_ANSWERS,
    KEEP_NAMES,
    MIN_K,
    PRIVACY,
    Keeping,
    StoppingRule,
)
from copkit_delphi.web.facilitator.between_forms import BetweenFields
from copkit_delphi.web.facilitator.editing import EditForm
from copkit_delphi.web.facilitator.forms import LONGEST
from copkit_delphi.web.fields import line

MOST_ROUNDS = 4
MOST_K = 20


def _days(label: Any, default: int, most: int) -> IntegerField:
    message = _l("Give a number of days from 1 to %(max)d.")
    return IntegerField(
        label, default=default, validators=[Optional(), NumberRange(1, most, message)],
        description=_l("Default: %(n)s days.", n=default),
    )  # fmt: skip


def _rounds(label: Any, default: int) -> IntegerField:
    rules = [
        InputRequired(_l("Give a whole number.")),
        NumberRange(2, MOST_ROUNDS, _l("Give a number from 2 to 4.")),
    ]
    return IntegerField(label, default=default, validators=rules)


class AmendableForm(FlaskForm):
    """Rules that a dated amendment may change between rounds."""

    rule = RadioField(
        _l("Consensus criterion"),
        choices=[
            SelectChoice("default", _l("Default: the middle half spans at most 15 points")),
            SelectChoice("own", _l("Own criterion")),
        ],
        default="default",
    )
    criterion = line(_l("Own criterion"), 60, hint=_l("For example iqr<=15, or share>=0.75 in 60..100."))
    min_rounds = _rounds(_l("Earliest end after round"), 2)
    max_rounds = _rounds(_l("Rounds at most"), 3)
    required_groups = SelectMultipleField(
        _l("Groups that must be heard"),
        description=_l("Fewer than 5 answers of one of them turn a consensus into a majority."),
    )

    def validate_max_rounds(self, field: IntegerField) -> None:
        """The last round is not before the earliest end."""
        if field.data is not None and self.min_rounds.data is not None and field.data < self.min_rounds.data:
            raise ValidationError(gettext("This lies before the earliest end."))

    def stopping(self, before: StoppingRule) -> StoppingRule:
        """Return the stopping rule as typed."""
        return replace(
            before, min_rounds=int(self.min_rounds.data or 0), max_rounds=int(self.max_rounds.data or 0)
        )


class AmendForm(AmendableForm, EditForm):
    """An amendment: the rules as they shall hold, what no rule says, and why."""

    note = line(
        _l("What else changes"),
        LONGEST,
        area=True,
        hint=_l("For example: a second industry association was asked for names."),
    )
    reason = line(
        _l("Reason"),
        LONGEST,
        area=True,
        needed=_l("Say why. The brief prints it."),
        hint=_l("It is dated, chained to the protocol's hash and printed in the brief."),
    )


class RulesForm(BetweenFields, AmendableForm, EditForm):
    """Questions and rules that are locked and hashed when round 1 opens."""

    dimensions = SelectMultipleField(
        _l("Impact is rated on"), choices=[SelectChoice(one.key, _l(one.label)) for one in DIMENSIONS]
    )
    ask_track_record = BooleanField(
        _l("Ask the track-record questions too"), description=_l("They show later how well the panel judged.")
    )
    invite = RadioField(
        _l("Who is asked to the next round"),
        choices=[
            SelectChoice(EVERYBODY, _l("Everybody, also those who missed the last round")),
            SelectChoice(FINISHED, _l("Only those who finished the last round")),
        ],
        default=EVERYBODY,
        validate_choice=False,
        description=_l(
            "Asking everybody brought 61% instead of 46% back in a trial, and less false agreement."
        ),
    )
    order = RadioField(
        _l("Order of the scenarios"),
        choices=[
            SelectChoice(AS_BUILT, _l("As built, the same for everybody")),
            SelectChoice(BY_PANELLIST, _l("Drawn for each panellist and round")),
        ],
        default=AS_BUILT,
        validate_choice=False,
    )
    privacy = RadioField(
        _l("Level of privacy"),
        choices=[SelectChoice(key, _l(text)) for key, text in PRIVACY.items()],
        default=BY_NAME,
        validate_choice=False,
    )
    k = IntegerField(
        _l("Smallest group that is ever shown"),
        default=MIN_K,
        validators=[Optional(), NumberRange(MIN_K, MOST_K, _l("Give a number from 5 to 20."))],
        description=_l("5 at least. Raise it where group members know each other."),
    )
    keep_names = _days(_l("Names, addresses and links: days after the end of the study"), KEEP_NAMES, 730)
    keep_answers = _days(
        _l("Answers and reasons: days after the review date of the brief"), KEEP_ANSWERS, 3650
    )
    keep_reason = line(
        _l("Why data are kept for another time"), LONGEST, area=True, hint=_l("Needed for other times than 90 and 365 days. The annex prints it.")
    )  # fmt: skip

    def keeping(self) -> Keeping:
        """Return how long data are kept as typed; raises ``Invalid``."""
        return Keeping(
            names=self.keep_names.data or KEEP_NAMES,
            answers=self.keep_answers.data or KEEP_ANSWERS,
            reason=self.keep_reason.data or "",
        )

    def validate_keep_reason(self, _field: Field) -> None:
        """Another time than the default has a reason."""
        try:
            self.keeping()
        except Invalid as error:
            raise ValidationError(gettext(error.message)) from None
