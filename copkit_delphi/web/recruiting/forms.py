"""Forms about the panel. Labels and sentences are translated where they are shown."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, TextAreaField
from wtforms.validators import Length

from copkit_delphi.web.typed import clean

LONGEST_PASTE = 1_000_000


class UploadForm(FlaskForm):
    """A list of people: a file, or pasted text."""

    file = FileField(_l("File"), description=_l("XLSX, CSV or text, up to 5,000 people and 20 MB."))
    lines = TextAreaField(
        _l("Or paste the list"),
        filters=[clean],
        validators=[Length(max=LONGEST_PASTE, message=_l("Write at most %(max)d characters."))],
        description=_l(
            "From a spreadsheet, or one person a line with tab, semicolon or comma; or addresses as your mail program writes them: Name <name@example.org>."
        ),
    )
