"""The form of practice questions and what a page needs to show the scores, for panellists and staff alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional, StopValidation

from copkit_delphi.domain import calibration
from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.figures import round_half_up, written
from copkit_delphi.elicitation.practice import LARGEST, LEAST, MOST, Said, Scored, interval
from copkit_delphi.library.practice import Quantity, Question
from copkit_delphi.reporting import charts
from copkit_delphi.web.errors import said as in_words

LOW, HIGH = "_low", "_high"
_MOST_TURNS = 1000
_RANGE = _l("Give a whole number from 1 to 99.")


def turn() -> int:
    """Return which turn an address or a form is about; the first where it says nothing that makes sense."""
    asked = request.values.get("turn", "")
    return int(asked) % _MOST_TURNS if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0


class _Both:
    """Both ends of an interval stand or neither, the lower one first; runs where an end is empty too."""

    field_flags: dict[str, Any] = {}  # noqa: RUF012 - read by WTForms

    def __init__(self, low: str) -> None:
        self.low = low

    def __call__(self, form: FlaskForm, field: IntegerField) -> None:
        if not "".join(field.raw_data or ()).strip():
            field.errors = []  # an empty text is no number, and none is wanted
        if field.errors or form[self.low].errors:
            return
        try:
            interval(form[self.low].data, field.data)
        except Invalid as error:
            raise StopValidation(in_words(error)) from error


def form_of(asked: Sequence[Question]) -> FlaskForm:
    """Return a form with a number for each statement and two for each quantity."""
    fields: dict[str, Any] = {}
    for one in asked:
        fields |= _ends(one) if isinstance(one, Quantity) else {one.id: _probability(one)}
    return type("PracticeForm", (FlaskForm,), fields)()


def _probability(one: Question) -> IntegerField:
    rules = [Optional(), NumberRange(LEAST, MOST, message=_RANGE)]
    return IntegerField(one.text, validators=rules, render_kw={"lang": "en"})


def _ends(one: Quantity) -> dict[str, IntegerField]:
    low, high = one.id + LOW, one.id + HIGH
    kept = NumberRange(0, LARGEST)
    return {
        low: IntegerField(_l("Lowest"), validators=[Optional(), kept]),
        high: IntegerField(_l("Highest"), validators=[_Both(low)]),
    }


def said(form: FlaskForm, asked: Sequence[Question]) -> dict[str, Said | None]:
    """Return what was typed, by question; raises ``Invalid``."""
    return {
        one.id: interval(form[one.id + LOW].data, form[one.id + HIGH].data)
        if isinstance(one, Quantity)
        else form[one.id].data
        for one in asked
    }


def shown(scored: Scored) -> dict[str, Any]:
    """Return the scores with their picture, its table and the words of the figures."""
    return {
        "scored": scored,
        "curve": charts.calibration(scored.bands, say=gettext),
        "table": charts.calibration_twin(scored.bands, say=gettext),
        "percent": charts.percent,
        "rounded": lambda value: written(round_half_up(value, 0.01)),
        "knows_nothing": calibration.KNOWS_NOTHING,
        "half_to_double": calibration.HALF_TO_DOUBLE,
        "level": calibration.LEVEL,
    }
