"""Forms of the facilitator. Labels and sentences are translated where they are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.impact import DIMENSIONS
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import ROLE_LABELS, Role
from copkit_delphi.domain.protocol import (
    AS_BUILT,
    BY_PANELLIST,
    KEEP_ANSWERS,
    KEEP_NAMES,
    Keeping,
    StoppingRule,
)
from copkit_delphi.elicitation.plans import KINDS
from copkit_delphi.web.facilitator.editing import EditForm
from copkit_delphi.web.typed import clean

MOMENT = "%Y-%m-%dT%H:%M"
MOST_ROUNDS = 5
SPARE_ROWS = 2
LONGEST = 600
GIVEN_BY_FACILITATORS = (
    Role.CO_FACILITATOR,
    Role.ANALYST,
    Role.ETHICS_REVIEWER,
    Role.DPO,
    Role.OWNER,
    Role.OBSERVER,
)


def _text(label: Any, most: int, *, hint: Any = "", needed: Any = "", area: bool = False) -> Field:
    rules: list[Any] = [Length(max=most, message=_l("Write at most %(max)d characters."))]
    if needed:
        rules.insert(0, InputRequired(needed))
    kind = TextAreaField if area else StringField
    return kind(label, validators=rules, filters=[clean], description=hint)


text_field = _text  # for forms of other modules


def _days(label: Any, default: int, most: int) -> IntegerField:
    message = _l("Give a number of days from 1 to %(max)d.")
    return IntegerField(
        label, default=default, validators=[Optional(), NumberRange(1, most, message)],
        description=_l("Default: %(n)s days.", n=default),
    )  # fmt: skip


class ConfirmForm(FlaskForm):
    """A button that needs a token and nothing else."""


class AboutForm(EditForm):
    """What a study says of itself."""

    title = _text(_l("Title of the study"), 160, needed=_l("Give the study a title."))
    purpose = _text(
        _l("Purpose"), 2000, area=True, hint=_l("What the result is for, and what it is never used for.")
    )
    commissioned_by = _text(_l("Commissioned by"), 200)
    paid_by = _text(_l("Paid by"), 200)
    received_by = _text(_l("Received by"), 200)
    ethics_contact = _text(
        _l("Ethics contact"), 200, hint=_l("Name and address of somebody who is not the facilitator.")
    )
    controller = _text(_l("Controller of the personal data"), 200)
    legal_basis = _text(_l("Legal basis"), 200)
    horizon = DateField(
        _l("Date the statements look ahead to"),
        validators=[Optional()],
        description=_l("For example 31 December 2028."),
    )
    marking = SelectField(
        _l("Marking"), choices=[SelectChoice(str(one)) for one in Marking], default=str(Marking.AMBER)
    )


class NewStudyForm(AboutForm):
    """A new study: real or for practice."""

    kind = RadioField(
        _l("Kind of study"),
        choices=[SelectChoice("real", _l("Real study")), SelectChoice("practice", _l("Practice study"))],
        default="real",
    )


class GroupRow(Form):
    """One stakeholder group."""

    name = StringField(_l("Name"), filters=[clean])
    kind = SelectField(
        _l("Kind"),
        choices=[SelectChoice(key, _l(label)) for key, label in KINDS.items()],
        validate_choice=False,
    )
    target = StringField(_l("Wanted"), filters=[clean])


class GroupsForm(EditForm):
    """The groups of the panel; a row without a name is left out."""

    rows = FieldList(FormField(GroupRow), _l("Groups"), max_entries=12)


class ScenarioForm(EditForm):
    """A scenario with the statement that is rated."""

    title = _text(_l("Title"), 200, needed=_l("Give the scenario a title."))
    short = _text(_l("Short name"), 40, hint=_l("At most 40 characters. It stands in tables and on the map."))
    statement = _text(
        _l("Statement"),
        1200,
        area=True,
        needed=_l("Write a statement that says that the threat happens."),
        hint=_l("One event, a place and a date: “By 31 December 2028, …”"),
    )
    place = _text(_l("Place"), 120)
    counts = _text(_l("What counts"), 2000, area=True, hint=_l("One point a line."))
    counts_not = _text(_l("What does not count"), 2000, area=True, hint=_l("One point a line."))
    summary = _text(_l("Background for the panel"), 4000, area=True)
    counter_view = _text(_l("Reason to doubt it"), 2000, area=True)
    track_record = _text(
        _l("Track-record question"),
        1000,
        area=True,
        hint=_l("A question that can be checked later. It never feeds the map."),
    )


class RulesForm(EditForm):
    """Questions and rules that are locked and hashed when round 1 opens."""

    dimensions = SelectMultipleField(
        _l("Impact is rated on"), choices=[SelectChoice(one.key, _l(one.label)) for one in DIMENSIONS]
    )
    ask_track_record = BooleanField(
        _l("Ask the track-record questions too"), description=_l("They show later how well the panel judged.")
    )
    order = RadioField(
        _l("Order of the scenarios"),
        choices=[
            SelectChoice(AS_BUILT, _l("As built, the same for everybody")),
            SelectChoice(BY_PANELLIST, _l("Drawn for each panellist and round")),
        ],
        default=AS_BUILT,
    )
    rule = RadioField(
        _l("Consensus criterion"),
        choices=[
            SelectChoice("default", _l("Default: the middle half spans at most 15 points")),
            SelectChoice("own", _l("Own criterion")),
        ],
        default="default",
    )
    criterion = _text(_l("Own criterion"), 60, hint=_l("For example iqr<=15, or share>=0.75 in 60..100."))
    min_rounds = IntegerField(
        _l("Earliest end after round"), default=2, validators=[InputRequired(_l("Give a whole number.")), NumberRange(2, MOST_ROUNDS, _l("Give a number from 2 to 5."))]
    )  # fmt: skip
    max_rounds = IntegerField(
        _l("Rounds at most"), default=3, validators=[InputRequired(_l("Give a whole number.")), NumberRange(2, MOST_ROUNDS, _l("Give a number from 2 to 5."))]
    )  # fmt: skip
    required_groups = SelectMultipleField(
        _l("Groups that must be heard"),
        description=_l("Fewer than 5 answers of one of them turn a consensus into a majority."),
    )

    keep_names = _days(_l("Names, addresses and links: days after the end of the study"), KEEP_NAMES, 730)
    keep_answers = _days(
        _l("Answers and reasons: days after the review date of the brief"), KEEP_ANSWERS, 3650
    )
    keep_reason = _text(
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

    def validate_max_rounds(self, field: IntegerField) -> None:
        """The last round is not before the earliest end."""
        if field.data is not None and self.min_rounds.data is not None and field.data < self.min_rounds.data:
            raise ValidationError(gettext("This lies before the earliest end."))

    def stopping(self, before: StoppingRule) -> StoppingRule:
        """Return the stopping rule as typed."""
        return replace(
            before, min_rounds=int(self.min_rounds.data or 0), max_rounds=int(self.max_rounds.data or 0)
        )


class PeopleForm(FlaskForm):
    """People to put on the list."""

    lines = _text(
        _l("Add people"),
        100_000,
        area=True,
        needed=_l("Paste at least one line: name; e-mail address; group."),
        hint=_l("One person a line: name; e-mail address; group"),
    )


class OpenForm(FlaskForm):
    """A deadline; times are UTC."""

    deadline = DateTimeLocalField(
        _l("Deadline (UTC)"), format=MOMENT, validators=[InputRequired(_l("Give a day and a time, for example 30 November, 16:00."))]
    )  # fmt: skip

    @property
    def moment(self) -> datetime:
        """Return the deadline as an aware time."""
        given = self.deadline.data
        assert given is not None  # noqa: S101 - asked after the form was found valid
        return given.replace(tzinfo=UTC)


class ReasonForm(FlaskForm):
    """A reason for deciding against the advisor."""

    reason = _text(_l("Reason"), LONGEST, area=True, hint=_l("It is stored and printed in the brief."))


class RoleForm(FlaskForm):
    """A role for an account that exists."""

    email = _text(_l("E-mail address of the account"), 254, needed=_l("Give the address of the account."))
    role = SelectField(
        _l("Role"),
        choices=[SelectChoice(str(role), _l(ROLE_LABELS[role])) for role in GIVEN_BY_FACILITATORS],
    )
