"""The forms of the ethics round: one headline risk or one stop question; nothing is preset."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.risk import LIKELIHOOD_BANDS, Burden, RiskRating
from copkit_delphi.elicitation.ratings import MAX_REASON, Reason
from copkit_delphi.ethics import answers, bank
from copkit_delphi.ethics.answers import Given, RiskAnswer, StopAnswer
from copkit_delphi.web.typed import clean

SCALES = {
    "gravity": (N_("Gravity"), N_("How bad is it for a person it happens to?")),
    "reach": (N_("Reach"), N_("How many people would it reach?")),
    "irreversibility": (N_("Irreversibility"), N_("Can it be put right?")),
    "likelihood": (N_("Likelihood"), N_("How likely is it, if what is described above is done?")),
}
BURDENS = {
    Burden.GENERAL: N_("The general public"),
    Burden.PARTLY_VULNERABLE: N_("Partly vulnerable people"),
    Burden.MAINLY_VULNERABLE: N_("Mainly vulnerable people"),
}
SURE = {"1": N_("Not very"), "2": N_("Fairly"), "3": N_("Very")}
_NEEDED = (*bank.PARTS, "burden")


def anchors(part: str) -> dict[str, str]:
    """Return what levels 1 to 5 of a part mean; likelihoods in bands, never in words of the yardstick."""
    if part == "likelihood":
        return {str(level): gettext(band) for level, band in LIKELIHOOD_BANDS.items()}
    return {level: gettext(words) for level, words in bank.scale(part).items()}


def _radio(label: Any, pairs: Any, hint: Any = "") -> RadioField:
    found = [SelectChoice(value, text) for value, text in pairs]
    return RadioField(label, description=hint, choices=found, validate_choice=False)


def _levels(part: str) -> RadioField:
    label, hint = SCALES[part]
    return _radio(_l(label), ((str(level), str(level)) for level in range(1, 6)), _l(hint))


class StopForm(FlaskForm):
    """One stop question; its choices are those of the bank."""

    basis = HiddenField()
    answer = _radio(_l("Your answer"), ())
    cannot = BooleanField(_l("I cannot judge this"))


class RiskForm(FlaskForm):
    """One headline risk."""

    basis = HiddenField()
    gravity = _levels("gravity")
    reach = _levels("reach")
    irreversibility = _levels("irreversibility")
    likelihood = _levels("likelihood")
    burden = _radio(_l("Who would carry the harm?"), ((str(key), _l(word)) for key, word in BURDENS.items()))
    confidence = _radio(_l("How sure are you?"), ((key, _l(word)) for key, word in SURE.items()))
    cannot = BooleanField(_l("I cannot judge this"))
    reason = TextAreaField(
        _l("What is your main reason?"),
        description=_l("Asked at gravity or likelihood 4 or 5."),
    )
    facilitators_only = BooleanField(_l("Show my reason to the facilitators only, not to the panel"))
    no_say = BooleanField(_l("I prefer not to say"))


Form = RiskForm | StopForm


def form_for(question: bank.Question, own: Given, basis: str) -> Form:
    """Return the form of a question: what was posted, else what is saved."""
    start = None if request.method == "POST" else {"basis": basis, **_starting(own)}
    if not question.options:
        return RiskForm() if start is None else RiskForm(data=start)
    form = StopForm() if start is None else StopForm(data=start)
    form.answer.choices = [SelectChoice(option.value, gettext(option.label)) for option in question.options]
    return form


def _starting(own: Given) -> dict[str, Any]:
    if isinstance(own, StopAnswer):
        return {"answer": own.value, "cannot": own.cannot_judge}
    rating = own.rating
    parts = {part: str(getattr(rating, part)) for part in bank.PARTS} if rating else {}
    return parts | {
        "burden": str(rating.burden) if rating else None,
        "confidence": str(own.confidence) if own.confidence else None,
        "cannot": own.cannot_judge,
        "reason": own.reason.text,
        "facilitators_only": own.reason.visibility == "facilitators",
        "no_say": own.reason.visibility == "declined",
    }


def read(form: Form) -> Given:
    """Return the answer; what is missing or contradicts itself becomes an error of its field."""
    return _stop(form) if isinstance(form, StopForm) else _risk(form)


def _stop(form: StopForm) -> StopAnswer:
    value = form.answer.data or None
    if value is not None and form.cannot.data:
        form.answer.errors = [gettext("Give an answer or choose “I cannot judge this”, not both.")]
    return StopAnswer(value, bool(form.cannot.data))


def _risk(form: RiskForm) -> RiskAnswer:
    rating, reason = _rating(form), _reason(form)
    if answers.asks_reason(rating) and not reason.given and not form.reason.errors:
        form.reason.errors = [gettext("Give a reason, or choose “I prefer not to say”.")]
    sure = form.confidence.data if form.confidence.data in SURE else None
    return RiskAnswer(rating, int(sure) if sure else None, bool(form.cannot.data), reason)


def _rating(form: RiskForm) -> RiskRating | None:
    chosen = {name: form[name].data for name in _NEEDED if _known(name, form[name].data)}
    if chosen and form.cannot.data:
        form.gravity.errors = [gettext("Give a rating or choose “I cannot judge this”, not both.")]
        return None
    if not chosen:
        return None
    for name in _NEEDED:
        if name not in chosen:
            form[name].errors = [
                gettext("%(part)s is still open. A rating needs all five.", part=form[name].label.text)
            ]
    if len(chosen) < len(_NEEDED):
        return None
    numbers: dict[str, Any] = {part: int(chosen[part]) for part in bank.PARTS}
    return RiskRating(**numbers, burden=Burden(chosen["burden"]))


def _known(name: str, value: str | None) -> bool:
    return value in set(BURDENS) if name == "burden" else value in set("12345")


def _reason(form: RiskForm) -> Reason:
    text = clean(form.reason.data).replace("\r\n", "\n")
    if text and form.no_say.data:
        form.reason.errors = [
            gettext("You wrote a reason and chose “I prefer not to say”. Keep one of the two.")
        ]
    elif len(text) > MAX_REASON:
        form.reason.errors = [gettext("A reason has at most %(n)s characters.", n=MAX_REASON)]
    if form.no_say.data:
        return Reason(text, "declined")
    return Reason(text, "facilitators" if text and form.facilitators_only.data else "panel")


def typed() -> list[tuple[str, str]]:
    """Return what was typed into a form of the ethics round, as label and text, without reading the study."""
    rows = [(gettext(label), request.form.get(part, "")) for part, (label, _) in SCALES.items()]
    burden = request.form.get("burden", "")
    rows.append(
        (
            gettext("Who would carry the harm?"),
            gettext(BURDENS[Burden(burden)]) if burden in set(BURDENS) else "",
        )
    )
    rows.append((gettext("Your answer"), request.form.get("answer", "")))
    sure = request.form.get("confidence", "")
    rows.append((gettext("How sure are you?"), gettext(SURE[sure]) if sure in SURE else ""))
    if "cannot" in request.form:
        rows.append((gettext("Answer"), gettext("I cannot judge this")))
    return [(label, text) for label, text in rows if text]
