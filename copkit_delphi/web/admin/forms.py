"""Forms of the administrator."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3
from wtforms.validators import InputRequired, Length

from copkit_delphi.domain.permission import GLOBAL_ROLES, ROLE_LABELS, STUDY_ROLES, Role
from copkit_delphi.web.typed import clean

EVERYWHERE = {
    Role.ADMIN: _l("Administrator: accounts and roles"),
    Role.FACILITATOR: _l("Facilitator: may make studies"),
    Role.READER: _l("Reader: briefs that are released to them"),
    Role.TRAINER: _l("Trainer: exercises only"),
}
assert EVERYWHERE.keys() == GLOBAL_ROLES  # noqa: S101 - a role without a label would not be offered
TOO_LONG = _l("Write at most %(max)d characters.")


class DescriptionForm(FlaskForm):
    """What an account says of its owner."""

    name = StringField(
        _l("Name"), [InputRequired(_l("Give a name.")), Length(max=120, message=TOO_LONG)], [clean]
    )
    organisation = StringField(_l("Organisation"), [Length(max=160, message=TOO_LONG)], [clean])


class NewAccountForm(DescriptionForm):
    """A new account."""

    email = StringField(
        _l("E-mail address"),
        [InputRequired(_l("Give the address.")), Length(max=254, message=TOO_LONG)],
        [clean],
    )
    roles = SelectMultipleField(
        _l("Roles that count everywhere"),
        choices=[SelectChoice(str(role), label) for role, label in EVERYWHERE.items()],
        description=_l("Roles in a study are given on the account's own page."),
    )


class EverywhereForm(FlaskForm):
    """A role that counts everywhere."""

    role = SelectField(
        _l("Role"), choices=[SelectChoice(str(role), label) for role, label in EVERYWHERE.items()]
    )


class StudyRoleForm(FlaskForm):
    """A role in one study, picked by its title."""

    study = SelectField(_l("Study"))
    study_role = SelectField(
        _l("Role in the study"),
        choices=[SelectChoice(str(role), _l(ROLE_LABELS[role])) for role in Role if role in STUDY_ROLES],
    )

    def offer(self, titles: dict[str, str]) -> Any:
        """Offer the studies by title."""
        self.study.choices = [SelectChoice(key, title) for key, title in titles.items()]
        return self
