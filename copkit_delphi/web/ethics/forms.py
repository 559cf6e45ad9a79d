"""The form of an ethics assessment: one form in sections, rows for whatever is listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FieldList, Form, FormField, RadioField, SelectField
from wtforms.validators import Optional, ValidationError

from copkit_delphi.domain.risk import LIKELIHOOD_BANDS, Burden, RiskRating
from copkit_delphi.ethics import bank
from copkit_delphi.ethics.assessments import AssessmentPlan, RiskPlan
from copkit_delphi.ethics.plans import ACCEPTANCE_FIELDS, MISUSE_FIELDS, PARTS, PROPORTIONALITY_FIELDS
from copkit_delphi.web.briefs.forms import choices, day
from copkit_delphi.web.facilitator.editing import Each, EditForm
from copkit_delphi.web.fields import line

SCOPE_FIELDS = (
    "objects",
    "horizon",
    "place",
    "presumed_legal_power",
    "exclusions",
    "reader_1",
    "reader_2",
)
BURDENS = {
    Burden.GENERAL: _l("The general public"),
    Burden.PARTLY_VULNERABLE: _l("Partly vulnerable people"),
    Burden.MAINLY_VULNERABLE: _l("Mainly vulnerable people"),
}
NOTHING = ("", _l("Choose"))


def _anchored(name: str, label: Any) -> Field:
    levels = ((level, f"{level}: {words}") for level, words in bank.scale(name).items())
    return SelectField(label, choices=choices(NOTHING, *levels))


def _likely(label: Any) -> Field:
    bands = ((str(level), _l(band)) for level, band in LIKELIHOOD_BANDS.items())
    return SelectField(label, choices=choices(NOTHING, *bands))


class RatingForm(Form):
    """Gravity, reach, irreversibility and likelihood: all or none."""

    gravity = _anchored("gravity", _l("Gravity"))
    reach = _anchored("reach", _l("Reach"))
    irreversibility = _anchored("irreversibility", _l("Irreversibility"))
    likelihood = _likely(_l("Likelihood"))

    @property
    def given(self) -> bool:
        """Tell whether anything was chosen."""
        return any(self[part].data for part in PARTS)

    def validate_gravity(self, field: Field) -> None:
        """Ask for all four where one is chosen."""
        del field
        if self.given and not all(self[part].data for part in PARTS):
            raise ValidationError(gettext("Choose all four: gravity, reach, irreversibility and likelihood."))

    def rating(self, *, burden: Burden, precedent: bool) -> RiskRating:
        """Return what was chosen."""
        gravity, reach, irreversibility, likelihood = (int(self[part].data) for part in PARTS)
        return RiskRating(gravity, reach, irreversibility, likelihood, burden=burden, precedent=precedent)


class RiskForm(Form):
    """One headline risk."""

    before = FormField(RatingForm, _l("Before measures"))
    burden = SelectField(
        _l("Who carries the harm"), choices=choices(*((str(key), label) for key, label in BURDENS.items()))
    )
    precedent = BooleanField(_l("A like case is documented in the EU or a comparable setting"))
    reason = line(_l("Reason"), 1000, area=True, hint=_l("Needed at gravity or likelihood 4 or 5."))
    after = FormField(RatingForm, _l("What remains with the measures in place"))

    def validate_reason(self, field: Field) -> None:
        """A grave or likely risk has a reason."""
        before = self.before.form
        if max(before.gravity.data or "", before.likelihood.data or "") >= "4" and not field.data:
            raise ValidationError(gettext("Give a reason. It is needed at gravity or likelihood 4 or 5."))


class ScreeningForm(Form):
    """One screening question."""

    answer = RadioField(_l("Answer"), validators=[Optional()])
    reason = line(_l("Reply"), 600, area=True, hint=_l("Needed where the answer raises a flag."))


class CriminalForm(Form):
    """One way offenders could use the brief or the measures."""

    scenario = SelectField(_l("Scenario"))
    route = line(_l("Route"), 300, area=True)
    gain = line(_l("What they gain"), 300)
    removed = line(_l("What was left out of the brief"), 300)
    release = line(_l("When it is released"), 300)


class AuthorityForm(Form):
    """One way authorities could use the measures against people."""

    scenario = SelectField(_l("Scenario"))
    use = line(_l("Misuse"), 300, area=True)
    who = line(_l("By whom"), 200)
    limit = line(_l("Limit that holds it"), 300)
    sign = line(_l("Sign to watch for"), 300)
    watcher = line(_l("Who watches"), 200)


_ASKED, _RATED = len(bank.screening()), len(bank.headline_risks())
_RISKS = choices(NOTHING, *((risk.id, risk.id) for risk in bank.headline_risks()))


class AcceptanceForm(Form):
    """Who accepts a risk that remains high."""

    risk = SelectField(_l("Risk"), choices=_RISKS)
    by_role = line(_l("Accepted by, with role"), 160)
    reason = line(_l("Reason"), 600, area=True)
    until = day(_l("Until"))

    def validate_risk(self, field: Field) -> None:
        """All four or none."""
        given = [field.data, self.by_role.data, self.reason.data, self.until.data]
        if any(given) and not all(given):
            raise ValidationError(gettext("An acceptance names the risk, who accepts, why and until when."))


class ProportionalityForm(Form):
    """The reasoning for one risk at high or above."""

    risk = SelectField(_l("Risk"), choices=_RISKS)
    law = line(_l("Law"), 600, area=True)
    aim = line(_l("Aim"), 600, area=True)
    essence = line(_l("Essence of the right"), 600, area=True)
    suitability = line(_l("Suitability"), 600, area=True)
    gentler = line(_l("Gentler means"), 600, area=True)
    balance = line(_l("Balance"), 600, area=True)

    def validate_risk(self, field: Field) -> None:
        """Text needs its risk."""
        if any(self[name].data for name in PROPORTIONALITY_FIELDS[1:]) and not field.data:
            raise ValidationError(gettext("Choose the risk this is about."))


class AssessmentForm(EditForm):
    """Everything an assessor writes."""

    objects = line(_l("What was assessed"), 600, area=True)
    horizon = line(_l("Horizon"), 120)
    place = line(_l("Place"), 120)
    presumed_legal_power = line(_l("Legal power presumed"), 600, area=True)
    exclusions = line(_l("Left out"), 600, area=True)
    reader_1 = line(_l("First reader for misuse, not an author"), 160)
    reader_2 = line(_l("Second reader, not from law enforcement or its suppliers"), 160)
    screening = Each(FormField(ScreeningForm), min_entries=_ASKED, max_entries=_ASKED)
    risks = Each(FormField(RiskForm), min_entries=_RATED, max_entries=_RATED)
    criminals = FieldList(FormField(CriminalForm), _l("Misuse by criminals"))
    authorities = FieldList(FormField(AuthorityForm), _l("Misuse by authorities"))
    acceptances = FieldList(FormField(AcceptanceForm), _l("Acceptance"))
    proportionality = FieldList(FormField(ProportionalityForm), _l("Proportionality"))
    who_carries = line(_l("Who carries the harm, and who was not asked"), 1000, area=True)
    not_assessed = line(_l("What was not assessed"), 1000, area=True)
    review_on = day(
        _l("Review date"),
        needed=_l("Choose a review date."),
        hint=_l("Within twelve months; six where a high risk remains."),
    )

    def plan(self) -> AssessmentPlan:
        """Return what was written."""
        return AssessmentPlan(
            review_on=self.review_on.data,
            scope={name: self[name].data for name in SCOPE_FIELDS},
            screening=_screening(self.screening),
            risks=_risks(self.risks),
            misuse={
                "criminals": _texts(self.criminals, MISUSE_FIELDS["criminals"], "route"),
                "authorities": _texts(self.authorities, MISUSE_FIELDS["authorities"], "use"),
            },
            acceptances=_texts(self.acceptances, ("risk", *ACCEPTANCE_FIELDS), "risk"),
            proportionality=_texts(self.proportionality, PROPORTIONALITY_FIELDS, "risk"),
            who_carries=self.who_carries.data,
            not_assessed=self.not_assessed.data,
        )


def _screening(entries: FieldList) -> list[dict[str, str]]:
    pairs = zip(bank.screening(), entries, strict=True)
    return [
        {"question": question.id, "answer": entry.form.answer.data or "", "reason": entry.form.reason.data}
        for question, entry in pairs
    ]


def _risks(entries: FieldList) -> list[RiskPlan]:
    pairs = zip(bank.headline_risks(), (entry.form for entry in entries), strict=True)
    return [_risk(question.id, form) for question, form in pairs if form.before.form.given]


def _risk(question_id: str, form: Any) -> RiskPlan:
    parts: dict[str, Any] = {"burden": Burden(form.burden.data), "precedent": form.precedent.data}
    after = form.after.form.rating(**parts) if form.after.form.given else None
    return RiskPlan(question_id, form.before.form.rating(**parts), form.reason.data, after)


def _texts(entries: FieldList, names: Sequence[str], key: str) -> list[dict[str, str]]:
    """Return the rows that have their ``key``, dates as ISO text."""
    return [
        {name: _written(entry.form[name].data) for name in names} for entry in entries if entry.form[key].data
    ]


def _written(value: str | date | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""
