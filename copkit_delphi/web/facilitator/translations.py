"""Texts of scenarios in several languages, edited side by side."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, TextAreaField
from wtforms.validators import Length

from copkit_delphi.domain.errors import N_, Invalid, NotFound
from copkit_delphi.elicitation import statements, studies
from copkit_delphi.elicitation import translations as texts
from copkit_delphi.elicitation.models import Scenario, Study
from copkit_delphi.web.context import db
from copkit_delphi.web.facilitator.editing import TOLD, EditForm, begun, clash
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused
from copkit_delphi.web.facilitator.setup import draft, held, page
from copkit_delphi.web.facilitator.wording import sentences
from copkit_delphi.web.fields import line
from copkit_delphi.web.forms import done
from copkit_delphi.web.languages import known, named
from copkit_delphi.web.typed import clean

_LABELS = {
    "title": _l("Title"),
    "statement": _l("Statement"),
    "place": _l("Place"),
    "counts": _l("What counts"),
    "counts_not": _l("What does not count"),
    "summary": _l("Background for the panel"),
    "counter_view": _l("Reason to doubt it"),
}


class LanguagesForm(EditForm):
    """The languages of a study's texts."""

    languages = line(
        _l("Languages of the texts"), 60,
        hint=_l("Codes, the first for what everything falls back to. For example: en, de, fr."),
    )  # fmt: skip


_CHOICES = {"options": _l("option"), "anchors": _l("point")}


def _label(key: str) -> Any:
    """Return what a text is called: ``items.q1.options.0`` is "Question q1, option 1"."""
    if key in _LABELS:
        return _LABELS[key]
    room, _, rest = key.partition(".")
    if room == "files":
        return _l("Name of a file")
    name, _, place = rest.rpartition(".")
    item, _, kind = name.rpartition(".")
    if kind in _CHOICES and place.isdigit():
        return f"{_l('Question')} {item}, {_CHOICES[kind]} {int(place) + 1}"
    return f"{_l('Question')} {rest}"


def _area(label: Any) -> Field:
    rules = [Length(max=4000, message=_l("Write at most %(max)d characters."))]
    return TextAreaField(label, validators=rules, filters=[clean])


def _form(base: dict[str, str], there: dict[str, str], *, stands: bool = False) -> EditForm:
    """Return a form with one field for each text that the first language has; what is posted stands in it."""
    fields = {_name(key): _area(_label(key)) for key in base}
    kind = type("TranslationForm", (EditForm,), fields)
    data = {_name(key): there.get(key, "") for key in base}
    form: EditForm = kind(formdata=None, data=data) if stands else kind(data=data)
    return form


def _name(key: str) -> str:
    return "text_" + key.replace(".", "_")


@blueprint.get("/<study_id>/set-up/languages", endpoint="languages")
def listing(study_id: str) -> str:
    """The languages of a study, and how far each scenario is in them."""
    study = draft(study_id)
    return _languages(study, begun(_languages_form(study)))


def _languages_form(study: Study) -> LanguagesForm:
    return LanguagesForm(formdata=None, data={"languages": ", ".join(study.languages)})


def _languages(study: Study, form: LanguagesForm, **more: object) -> str:
    there = texts.state(db(), study)
    return page(
        "languages",
        study,
        form=form,
        names=named(study.languages),
        rows=studies.scenarios(db(), study.id),
        there=there,
        whole=texts.whole(there),
        **more,
    )


@blueprint.post("/<study_id>/set-up/languages")
def languages_post(study_id: str) -> Page:
    """Save the languages of a study."""
    study, form = held(study_id), LanguagesForm()
    if clashes := clash(form, _languages_form(study)):
        return _languages(study, form, clashes=clashes), TOLD

    def act() -> None:
        found = texts.codes(form.languages.data or "")
        if unknown := [code for code in found if not known(code)]:
            raise Invalid(N_("“%(code)s” is not the code of a language."), code=unknown[0])
        texts.set_languages(db(), study_id=study_id, languages=found)

    if not done(form, act, "languages"):
        return refused(_languages(study, form))
    return go("languages", study_id, N_("Saved."))


def _scenario(study: Study, scenario_id: str, language: str) -> Scenario:
    if language not in study.languages[1:]:
        raise NotFound(
            N_("This study has no texts in that language. Add it to the languages of the study first.")
        )
    return studies.scenario_of(db(), study_id=study.id, scenario_id=scenario_id)


@blueprint.get("/<study_id>/set-up/scenarios/<scenario_id>/texts/<language>")
def translation(study_id: str, scenario_id: str, language: str) -> str:
    """The texts of a scenario in the first language and in another, side by side."""
    study = draft(study_id)
    found = _scenario(study, scenario_id, language)
    base = texts.base(db(), found)
    return _side_by_side(study, found, language, begun(_form(base, texts.of(found, language), stands=True)))


def _side_by_side(study: Study, scenario: Scenario, language: str, form: EditForm, **more: object) -> str:
    base = texts.base(db(), scenario)
    rows = [(text, form[_name(key)]) for key, text in base.items()]
    found = statements.of_translation(study, scenario, language)
    return page(
        "translation",
        study,
        form=form,
        scenario=scenario,
        rows=rows,
        language=language,
        first=study.languages[0],
        names=dict(named(study.languages)),
        wording=sentences(found),
        **more,
    )


@blueprint.post("/<study_id>/set-up/scenarios/<scenario_id>/texts/<language>")
def translation_post(study_id: str, scenario_id: str, language: str) -> Page:
    """Save the texts of a scenario in another language."""
    study = held(study_id)
    found = _scenario(study, scenario_id, language)
    base, there = texts.base(db(), found), texts.of(found, language)
    form = _form(base, there)
    if clashes := clash(form, _form(base, there, stands=True)):
        return _side_by_side(study, found, language, form, clashes=clashes), TOLD
    given = {key: form[_name(key)].data or "" for key in base}
    if not done(form, lambda: texts.write(db(), found, language=language, given=given)):
        return refused(_side_by_side(study, found, language, form))
    return go("languages", study_id, N_("Saved."))
