"""Forms of one's own account, and the check that its owner is sitting there."""

from __future__ import annotations

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.people import factors, passwords
from copkit_delphi.web.context import context, now
from copkit_delphi.web.errors import said

_TWICE = N_("Both must be the same.")


class AgainForm(FlaskForm):
    """The current password, asked for again before something that cannot be undone or opens a name."""

    current = PasswordField(
        N_("Current password"), validators=[DataRequired(N_("Give your current password."))]
    )


class OwnerForm(AgainForm):
    """The current password, and a code where the account has an authenticator."""

    code = StringField(N_("Code"), description=N_("From your authenticator app, or a recovery code."))


class NewPasswordForm(FlaskForm):
    """A new password, typed twice."""

    new = PasswordField(
        N_("New password"),
        description=N_("12 characters or more, any of them. A phrase of several words is good."),
        validators=[DataRequired(N_("Give a new password."))],
    )
    again = PasswordField(N_("New password again"), validators=[EqualTo("new", _TWICE)])


class PasswordForm(OwnerForm, NewPasswordForm):
    """A change of the password."""


class SetUpForm(FlaskForm):
    """The first code of a new authenticator, with the password."""

    code = StringField(N_("Code that the app shows"), validators=[DataRequired(N_("Give the six figures."))])
    current = PasswordField(
        N_("Current password"), validators=[DataRequired(N_("Give your current password."))]
    )


class CodeForm(FlaskForm):
    """A code at sign-in."""

    code = StringField(N_("Code"), validators=[DataRequired(N_("Give a code."))])


class ForgottenForm(FlaskForm):
    """The address of a forgotten password."""

    email = StringField(N_("E-mail address"), validators=[DataRequired(N_("Give your e-mail address."))])


def password_fits(form: AgainForm | SetUpForm, account_id: str) -> bool:
    """Tell whether the current password was given; says so at its field otherwise. Nothing is held meanwhile."""
    try:
        with context().database.reading() as looking:
            passwords.confirm(looking, account_id=account_id, password=form.current.data or "")
    except Invalid as error:
        form.current.errors = [said(error)]
        return False
    return True


def code_fits(form: OwnerForm | CodeForm, account_id: str) -> bool:
    """Tell whether the code is a right one, and use it up; says so at its field otherwise.

    This happens in a transaction of its own: a code is used up, and a wrong one noted, whatever the answer will be.
    """
    place = context()
    with place.database.writing() as checking:
        at = now(checking)
        fits = factors.passes(
            checking, place.factor_vault, account_id=account_id, code=form.code.data or "", at=at
        )
        if not fits:
            factors.note_refusal(checking, account_id=account_id, at=at)
    if not fits:
        form.code.errors = [gettext("This code does not fit, or it was used. Wait for the next one.")]
    return fits
