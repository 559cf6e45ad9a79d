"""Forms of a panellist about interests and about people who should be asked too."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired, Length, Optional

from copkit_delphi.web.fields import line
from copkit_delphi.web.typed import clean

_TOO_LONG = _l("Write at most %(max)d characters.")


def interest_field() -> Any:
    """Return the question for an interest."""
    return RadioField(
        _l("Do you have an interest that others should know of?"),
        description=_l(
            "Work, money or a position that gains or loses by the result. It does not keep you out."
        ),
        choices=[SelectChoice("none", _l("No")), SelectChoice("declared", _l("Yes"))],
        validators=[Optional()],
    )


def interest_text_field() -> Any:
    """Return the field for what the interest is."""
    return TextAreaField(
        _l("If yes: what kind of interest is it?"),
        filters=[clean],
        validators=[Length(max=1_000, message=_TOO_LONG)],
        description=_l(
            "For example your employer’s sector, money or shares, a product, research. No names of persons are needed; nothing classified. The facilitators read it beside your name, never beside an answer; a report gives counts only."
        ),
    )


def named_field() -> Any:
    """Return the tick for being named; empty unless somebody sets it."""
    return BooleanField(
        _l("I may be named among those who took part."),
        description=_l("Never beside an answer. Without this tick no report names you."),
    )


def recontact_field() -> Any:
    """Return the tick for being asked again; empty unless somebody sets it."""
    return BooleanField(
        _l("I may be asked to take part in another study."),
        description=_l(
            "After the study has ended the facilitators read your name and address for this. Both ticks are deleted with your name."
        ),
    )


class FurtherForm(FlaskForm):
    """What a panellist agrees to beside taking part."""

    named = named_field()
    recontact = recontact_field()


class InterestForm(FlaskForm):
    """What a panellist declares."""

    interest = interest_field()
    interest_text = interest_text_field()


class ProposalForm(FlaskForm):
    """Somebody who should be asked too; groups are filled in by the view."""

    name = line(_l("Name"), 120, needed=_l("Give a name."))
    email = line(_l("E-mail address"), 254, needed=_l("Give an e-mail address."))
    organisation = line(_l("Organisation"), 160)
    group = SelectField(
        _l("Group the person would speak for"),
        validate_choice=False,
        validators=[InputRequired(_l("Choose the group the person would speak for."))],
    )
    why = line(_l("Why this person?"), 600, area=True, hint=_l("The facilitators read it without knowing whose it is: do not write who you are."))  # fmt: skip
    introduce = BooleanField(
        _l("The person may be told that a member of the panel proposed them"),
        description=_l("Never which member. Without this tick the invitation does not mention it."),
    )
