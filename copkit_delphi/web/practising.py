"""The form of practice questions and what a page needs to show its score, for panellists and staff alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from copkit_delphi.domain import calibration
from copkit_delphi.elicitation.practice import LEAST, MOST, Scored
from copkit_delphi.library.practice import Statement
from copkit_delphi.reporting.calibration import curve, percent

_RANGE = _l("Give a whole number from 1 to 99.")


def form_of(asked: Sequence[Statement]) -> FlaskForm:
    """Return a form with a number for each statement."""
    fields: dict[str, Any] = {
        one.id: IntegerField(
            one.text,
            validators=[Optional(), NumberRange(LEAST, MOST, message=_RANGE)],
            render_kw={"lang": "en"},
        )
        for one in asked
    }
    return type("PracticeForm", (FlaskForm,), fields)()


def said(form: FlaskForm, asked: Sequence[Statement]) -> dict[str, int | None]:
    """Return what was typed, by statement."""
    return {one.id: form[one.id].data for one in asked}


def shown(scored: Scored) -> dict[str, Any]:
    """Return the score with its picture and the words of its figures."""
    return {
        "scored": scored,
        "curve": curve(scored.bands, say=gettext),
        "percent": percent,
        "knows_nothing": calibration.KNOWS_NOTHING,
    }
