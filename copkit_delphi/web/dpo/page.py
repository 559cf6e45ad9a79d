"""What the privacy pages share: the blueprint, and forms of one button."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3
from wtforms.validators import InputRequired, Length, Optional

from copkit_delphi.elicitation import reveals
from copkit_delphi.web.account.forms import AgainForm, password_fits
from copkit_delphi.web.context import me
from copkit_delphi.web.typed import clean

blueprint = Blueprint("dpo", __name__, url_prefix="/studies")
LONGEST = Length(max=reveals.MOST, message=_l("Write at most %(max)d characters."))


def confirmed(form: AgainForm) -> bool:
    """Tell whether a form is complete and the one who sends it gave the password again."""
    return form.validate() and password_fits(form, me().account_id)


class ButtonForm(FlaskForm):
    """A button that needs a token and nothing else."""


class EraseForm(AgainForm):
    """Erasing a name, and the answers if the person wishes it."""

    answers = BooleanField(
        _l("Erase the answers too, as in a withdrawal"),
        description=_l("Otherwise they stay under their code, and nobody can tell whose they are."),
    )


class AskForm(AgainForm):
    """Why a name is needed."""

    reason = RadioField(
        _l("Ground"),
        choices=[SelectChoice(key, _l(text)) for key, text in reveals.REASONS.items()],
        validators=[InputRequired(_l("Choose a ground."))],
    )
    text = TextAreaField(
        _l("Why the name is needed, and what happens if it is not opened"),
        validators=[InputRequired(_l("Say why the name is needed.")), LONGEST],
        filters=[clean],
    )


class ApproveForm(AgainForm):
    """Agreement of one of the two."""

    untold_because = TextAreaField(
        _l("Only if law forbids telling the person: which law or order"),
        description=_l("Left empty, the person is told by mail."),
        validators=[Optional(), LONGEST],
        filters=[clean],
    )
