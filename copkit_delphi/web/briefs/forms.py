"""Forms of the brief: its text, indicators and actions, a signature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired, Optional, ValidationError

from copkit_delphi.domain.documents import GRADE_LABELS, MAX_DECISIONS
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.domain.wording import blocked_words
from copkit_delphi.warning.briefs import BriefText
from copkit_delphi.warning.models import Brief
from copkit_delphi.warning.texts import LONGEST
from copkit_delphi.web.facilitator.editing import EditForm
from copkit_delphi.web.fields import line

LINES = 2000


def day(label: Any, *, hint: Any = "", needed: Any = "") -> Field:
    """Return a date field."""
    return DateField(label, validators=[InputRequired(needed)] if needed else [Optional()], description=hint)


def choices(*pairs: tuple[str, Any]) -> list[Any]:
    """Return ``(value, label)`` pairs as the choices of a field."""
    return [SelectChoice(value, label) for value, label in pairs]


class ConfirmForm(FlaskForm):
    """A button that needs a token and nothing else."""


class DecisionForm(Form):
    """One decision requested."""

    text = line(_l("Decision"), 300, area=True)
    owner = line(_l("Who decides"), 120)
    by = day(_l("By"))
    waiting = line(_l("What waiting costs"), 300)

    def validate_text(self, field: Field) -> None:
        """Ask for all three where one is given."""
        needed = (field.data, self.owner.data, self.by.data)
        if any((*needed, self.waiting.data)) and not all(needed):
            raise ValidationError(gettext("Give a text, an owner and a date."))


class ConfidenceForm(Form):
    """Analytic confidence in the judgements of one scenario."""

    grade = RadioField(
        _l("Analytic confidence"),
        choices=choices(
            ("", _l("Not graded")), *((str(key), _l(label)) for key, label in GRADE_LABELS.items())
        ),
        default="",
        validators=[Optional()],
    )
    information = line(_l("Information base"), 300, area=True)
    rigour = line(_l("Rigour"), 300, area=True)
    volatility = line(_l("Volatility"), 300, area=True)
    settle = line(_l("What would settle it"), 300, area=True)

    def validate_grade(self, field: Field) -> None:
        """A grade has its three reasons."""
        if field.data and not all((self.information.data, self.rigour.data, self.volatility.data)):
            raise ValidationError(gettext("Give a reason on information, rigour and volatility."))


class TextForm(EditForm):
    """What people write in a brief."""

    title = line(_l("Title"), LONGEST["title"], needed=_l("Give a title."))
    lede = line(_l("Line under the title"), LONGEST["lede"], area=True)
    bottom_line = line(
        _l("Bottom line"),
        LINES,
        needed=_l("Write the bottom line."),
        area=True,
        hint=_l("60 to 90 words. One short paragraph a line. Say how likely; do not hedge."),
    )
    decisions = FieldList(FormField(DecisionForm), min_entries=MAX_DECISIONS, max_entries=MAX_DECISIONS)
    limits = line(_l("Limits"), LINES, area=True, hint=_l("One limit a line."))
    analyst = line(_l("Analyst"), LONGEST["analyst"], hint=_l("Printed beside every confidence grade."))
    marking = SelectField(_l("Handling marking"), choices=choices(*((str(one), str(one)) for one in Marking)))
    community = line(_l("Community"), LONGEST["community"], hint=_l("Needed for TLP:GREEN only."))
    review_on = day(_l("Review date"), needed=_l("Choose a review date."), hint=_l("Within twelve months."))

    def validate_bottom_line(self, field: Field) -> None:
        """Refuse words that hedge."""
        words = blocked_words(field.data)
        if words:
            raise ValidationError(
                gettext(
                    "The bottom line hedges with “%(words)s”. Say how likely, or leave it out.",
                    words=", ".join(words),
                )
            )

    def validate_community(self, field: Field) -> None:
        """GREEN names its community."""
        if self.marking.data == Marking.GREEN and not field.data:
            raise ValidationError(gettext("TLP:GREEN needs the name of its community."))

    def validate_analyst(self, field: Field) -> None:
        """A grade is set by somebody."""
        graded = [part for name, part in self._fields.items() if name.startswith("scenario-")]
        if any(part.form.grade.data for part in graded) and not field.data:
            raise ValidationError(gettext("Confidence is set by a named analyst. Give the name."))

    def written(self) -> BriefText:
        """Return what was written."""
        parts = {
            name.removeprefix("scenario-"): f.form
            for name, f in self._fields.items()
            if name.startswith("scenario-")
        }
        return BriefText(
            title=self.title.data,
            lede=self.lede.data,
            bottom_line=self.bottom_line.data,
            decisions=[_decision(part.form) for part in self.decisions if part.form.text.data],
            confidence={name: _graded(part) for name, part in parts.items() if part.grade.data},
            settle={name: part.settle.data for name, part in parts.items() if part.settle.data},
            limits=[line.strip() for line in self.limits.data.splitlines() if line.strip()],
            analyst=self.analyst.data,
            marking=Marking(self.marking.data),
            review_on=self.review_on.data,
            community=self.community.data,
        )


def _decision(form: Any) -> dict[str, str]:
    return {
        "text": form.text.data,
        "owner": form.owner.data,
        "by": form.by.data.isoformat(),
        "waiting": form.waiting.data,
    }


def _graded(form: Form) -> dict[str, str]:
    return {name: form[name].data for name in ("grade", "information", "rigour", "volatility")}


def text_form(brief: Brief, items: Sequence[ItemResult], *, stands: bool = False) -> TextForm:
    """Return the form of ``brief`` with one part for each scenario; what was sent wins unless asked for what ``stands``."""

    class Form(TextForm):
        pass

    for item in items:
        setattr(Form, f"scenario-{item.scenario}", FormField(ConfidenceForm))
    return Form(formdata=None, data=_stored(brief, items)) if stands else Form(data=_stored(brief, items))


def _stored(brief: Brief, items: Sequence[ItemResult]) -> dict[str, Any]:
    names = ("title", "lede", "bottom_line", "analyst", "marking", "community", "review_on")
    data: dict[str, Any] = {name: getattr(brief, name) for name in names}
    data["limits"] = "\n".join(brief.limits)
    data["decisions"] = [
        decision | {"by": date.fromisoformat(decision["by"])} for decision in brief.decisions
    ]
    for item in items:
        graded = brief.confidence.get(item.scenario, {})
        data[f"scenario-{item.scenario}"] = {**graded, "settle": brief.settle.get(item.scenario, "")}
    return data


class IndicatorForm(Form):
    """What an indicator needs before it enters a brief."""

    owner = line(_l("Who watches it"), 120)
    baseline = line(_l("Baseline today"), 300)
    threshold = line(_l("Threshold"), 300)
    source = line(_l("Source"), 200)
    expiry = day(_l("Watch until"))
    disconfirming = BooleanField(_l("Crossing it shows that the scenario is NOT happening"))


class ActionForm(Form):
    """What an action needs before it enters a brief."""

    owner = line(_l("Who acts"), 160)
    trigger = line(_l("Trigger"), 200)
    stop_rule = line(_l("Stop rule"), 300)
    recommended = BooleanField(_l("Recommend it in the brief"))


class OwnIndicatorForm(FlaskForm):
    """An indicator of one's own."""

    scenario = SelectField(_l("Scenario"))
    text = line(_l("What is observed"), 300, needed=_l("Say what is observed."), area=True)
    disconfirming = BooleanField(_l("It would show that the scenario is NOT happening"))


class SignForm(FlaskForm):
    """A signature over what was shown."""

    content_hash = HiddenField(validators=[InputRequired()])
    read = BooleanField(
        _l("I have read brief and annex"), validators=[InputRequired(_l("Read both, then tick the box."))]
    )
