"""Forms of the facilitator. Labels and sentences are translated where they are shown."""

from __future__ import annotations

from datetime import datetime

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3
from wtforms.validators import InputRequired, Optional

from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import ROLE_LABELS, Role
from copkit_delphi.domain.zones import UTC_NAME, ZONES
from copkit_delphi.elicitation.moderation_log import MAX_POLICY
from copkit_delphi.elicitation.plans import KINDS
from copkit_delphi.web import zones
from copkit_delphi.web.facilitator.editing import EditForm
from copkit_delphi.web.fields import line
from copkit_delphi.web.typed import clean

MOMENT = "%Y-%m-%dT%H:%M"
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


class ConfirmForm(FlaskForm):
    """A button that needs a token and nothing else."""


class AskAuthorsForm(FlaskForm):
    """Until when the authors of edited wordings can answer."""

    until = DateField(
        _l("Answers until"),
        validators=[InputRequired(_l("Choose the last day for answers."))],
        description=_l("The feedback can open on the day after."),
    )


class OpenFeedbackForm(FlaskForm):
    """The feedback opens; ``drop`` says how many edited wordings are given up."""

    drop = StringField()

    @property
    def dropped(self) -> int:
        """Return the number that the page said, 0 for what is none."""
        typed = self.drop.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


class PolicyForm(EditForm):
    """The moderation policy of a study; empty for the default."""

    text = line(
        _l("Policy in your own words"),
        MAX_POLICY,
        hint=_l("What is removed from reasons, and why. Leave it empty to use the text above."),
        area=True,
    )


class AboutForm(EditForm):
    """What a study says of itself."""

    title = line(_l("Title of the study"), 160, needed=_l("Give the study a title."))
    purpose = line(
        _l("Purpose"), 2000, area=True, hint=_l("What the result is for, and what it is never used for.")
    )
    commissioned_by = line(_l("Commissioned by"), 200)
    paid_by = line(_l("Paid by"), 200)
    received_by = line(_l("Received by"), 200)
    ethics_contact = line(
        _l("Ethics contact"), 200, hint=_l("Name and address of somebody who is not the facilitator.")
    )
    controller = line(_l("Controller of the personal data"), 200)
    legal_basis = line(_l("Legal basis"), 200)
    horizon = DateField(
        _l("Date the statements look ahead to"),
        validators=[Optional()],
        description=_l("For example 31 December 2028."),
    )
    marking = SelectField(
        _l("Marking"), choices=[SelectChoice(str(one)) for one in Marking], default=str(Marking.AMBER)
    )
    time_zone = SelectField(
        _l("Time zone of deadlines"),
        choices=[SelectChoice(one) for one in ZONES],
        default=UTC_NAME,
        description=_l("Deadlines are typed in it, and told in it where a panellist chose no other."),
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

    title = line(_l("Title"), 200, needed=_l("Give the scenario a title."))
    short = line(_l("Short name"), 40, hint=_l("At most 40 characters. It stands in tables and on the map."))
    statement = line(
        _l("Statement"),
        1200,
        area=True,
        needed=_l("Write a statement that says that the threat happens."),
        hint=_l("One event, a place and a date: “By 31 December 2028, …”"),
    )
    place = line(_l("Place"), 120)
    counts = line(_l("What counts"), 2000, area=True, hint=_l("One point a line."))
    counts_not = line(_l("What does not count"), 2000, area=True, hint=_l("One point a line."))
    summary = line(_l("Background for the panel"), 4000, area=True)
    counter_view = line(_l("Reason to doubt it"), 2000, area=True)
    track_record = line(
        _l("Track-record question"),
        1000,
        area=True,
        hint=_l("A question that can be checked later. It never feeds the map."),
    )


class PeopleForm(FlaskForm):
    """People to put on the list."""

    lines = line(
        _l("Add people"),
        100_000,
        area=True,
        needed=_l("Paste at least one line: name; e-mail address; group."),
        hint=_l("One person a line: name; e-mail address; group"),
    )


class OpenForm(FlaskForm):
    """A deadline; it is typed in the zone of the study."""

    deadline = DateTimeLocalField(
        LazyString(lambda: gettext("Deadline (%(zone)s)", zone=zones.of_study())), format=MOMENT, validators=[InputRequired(_l("Give a day and a time, for example 30 November, 16:00."))]
    )  # fmt: skip

    @property
    def moment(self) -> datetime:
        """Return the deadline as an aware time."""
        given = self.deadline.data
        assert given is not None  # noqa: S101 - asked after the form was found valid
        return zones.typed(given)


class ReasonForm(FlaskForm):
    """A reason for deciding against the advisor."""

    reason = line(_l("Reason"), LONGEST, area=True, hint=_l("It is stored and printed in the brief."))


class DecideForm(FlaskForm):
    """A reason for holding another round, needed against the advice."""

    reason = line(
        _l("Reason"), LONGEST, area=True, hint=_l("Needed against the advice. The report prints it.")
    )


class RoleForm(FlaskForm):
    """A role for an account that exists."""

    email = line(_l("E-mail address of the account"), 254, needed=_l("Give the address of the account."))
    role = SelectField(
        _l("Role"),
        choices=[SelectChoice(str(role), _l(ROLE_LABELS[role])) for role in GIVEN_BY_FACILITATORS],
    )
