"""The template environment of documents: escaped, strict, translated, with dates of the language."""

from __future__ import annotations

from datetime import date
from functools import cache

from babel.dates import format_date
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from copkit_delphi.resources import resource_dir


def translations(language: str) -> NullTranslations:
    """Return the catalogue of ``language``; the texts as written where there is none."""
    try:
        folder = resource_dir("translations")
    except FileNotFoundError:
        return NullTranslations()
    return Translations.load(folder, [language])


@cache
def environment(language: str) -> Environment:
    """Return the environment over ``reports/`` for one language."""
    made = Environment(
        loader=FileSystemLoader(resource_dir("reports")),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    catalogue = translations(language)
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    made.globals["say"] = catalogue.gettext
    made.filters["day"] = lambda value: written_day(value, language)
    return made


def written_day(value: date | None, language: str) -> str:
    """Return "20 November 2026" in ``language``; empty for None."""
    locale = "en_GB" if language == "en" else language
    return "" if value is None else format_date(value, "long", locale=locale)
