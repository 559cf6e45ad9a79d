"""Fields that many forms have."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from copkit_delphi.web.typed import clean


def line(label: Any, most: int, *, hint: Any = "", needed: Any = "", area: bool = False) -> Field:
    """Return a field for a text of at most ``most`` characters; ``needed`` is what an empty one is told."""
    rules: list[Any] = [InputRequired(needed)] if needed else []
    rules.append(Length(max=most, message=_l("Write at most %(max)d characters.")))
    kind = TextAreaField if area else StringField
    return kind(label, validators=rules, filters=[clean], description=hint)
