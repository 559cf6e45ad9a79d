"""In which language a page is: the link says it, then the choice, the browser, the study, and English is left.

Pages that panellists reach are translated; whoever works on a study reads English.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations
from flask import Flask, current_app, g, request, session, url_for
from flask_babel import Babel, Domain, gettext, refresh
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from copkit_delphi.domain import figures
from copkit_delphi.domain.languages import LANGUAGES, PSEUDO, SOURCE, Language
from copkit_delphi.elicitation import studies
from copkit_delphi.reporting import catalogues
from copkit_delphi.web.context import context, db

_PAGE, _TEXTS = "language", "text_language"  # of the cookie; the first is the word in an address too
_TRANSLATED = frozenset({"panellist", "public", "enrolment", None})  # blueprints; None: there is no such page
_ENGLISH = frozenset({"public.roles"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One language of the menu, and the address of this page in it."""

    language: Language
    href: str
    current: bool


class _Messages(Domain):
    """The catalogue of the language of a request."""

    def get_translations(self) -> NullTranslations:
        return catalogues.catalogue(current().code)


def install(app: Flask) -> None:
    """Translate pages, write figures and dates as their language does, and remember what an address asks for."""
    babel = Babel(app, default_locale="en", locale_selector=lambda: current().formats)
    babel.domain_instance = _Messages()
    app.before_request(_begin)
    app.teardown_request(lambda _error: figures.write_as(figures.ENGLISH))
    app.after_request(_say_language)
    app.context_processor(lambda: {"page_language": current(), "language_menu": menu(), "page_path": _path()})


def _begin() -> None:
    """Keep the language of an address in this browser; write figures as the page's language does."""
    asked = request.args.get(_PAGE, "")
    if request.method == "GET" and asked in offered() and translated():
        session[_PAGE] = asked
        session.pop(_TEXTS, None)
    figures.write_as(_style(current().formats))


def about(study_id: str) -> None:
    """Say which study a page is of where neither session nor address does; its first language may be the page's."""
    g.study_id = study_id
    g.pop(_PAGE, None)
    refresh()
    figures.write_as(_style(current().formats))


def _say_language(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = current().code
    return response


@cache
def _style(formats: str) -> figures.Style:
    locale = Locale.parse(formats)
    pattern = str(locale.percent_formats[None].pattern)
    return figures.Style(
        decimal=str(locale.number_symbols["latn"]["decimal"]),
        percent="\N{NO-BREAK SPACE}%" if pattern[-2].isspace() else "%",
        say=gettext,
    )


def offered() -> dict[str, Language]:
    """Return the languages of the menu: the complete ones; where translators work, those in work and the pseudo-language."""
    if not context().settings.translating:
        return {code: one for code, one in LANGUAGES.items() if one.complete}
    begun = {SOURCE.code, PSEUDO.code, *catalogues.codes()}
    return {code: one for code, one in LANGUAGES.items() if code in begun}


def translated() -> bool:
    """Tell whether the page of this request is one that panellists reach, and nobody of the staff asks for it."""
    if request.blueprint == "panellist":
        return True
    staff = g.get("identity") or g.get("half_way")
    return not staff and request.blueprint in _TRANSLATED and request.endpoint not in _ENGLISH


def current() -> Language:
    """Return the language of the page of this request."""
    if not request or not translated():
        return SOURCE
    if _PAGE not in g:
        g.language = _found()
    language: Language = g.language
    return language


def _found() -> Language:
    choice = offered()
    if chosen := choice.get(session.get(_PAGE, "")):
        return chosen
    if read := request.accept_languages.best_match(list(choice)):
        return choice[read]
    study = asking()
    return choice.get(study.languages[0], SOURCE) if study else SOURCE


@dataclass(frozen=True, slots=True)
class Asking:
    """What a page needs to know of the study that asks, read once a request and safe after a refusal."""

    id: str
    languages: tuple[str, ...]
    time_zone: str
    marking: str


def asking() -> Asking | None:
    """Return the study of this request, None where there is none."""
    found = g.get("panellist")
    study_id = found.study_id if found else g.get("study_id") or (request.view_args or {}).get("study_id")
    known_: Asking | None = g.get("asking")
    if study_id and (known_ is None or known_.id != study_id):
        found_ = studies.frame(db(), study_id)
        known_ = Asking(study_id, tuple(found_[0]), *found_[1:]) if found_ else None
        g.asking = known_
    return known_ if study_id else None


def menu() -> list[Entry]:
    """Return the languages to choose from with the address of this page in each; none where there is one language."""
    choice = offered()
    if len(choice) < 2 or not translated():
        return []
    path, asked = _path(), request.args.to_dict()
    return [
        Entry(one, f"{path}?{urlencode({**asked, _PAGE: one.code})}", one is current())
        for one in choice.values()
    ]


def _path() -> str:
    """Return the address of this page; of what can only be posted, that of the overview."""
    try:
        endpoint, values = current_app.create_url_adapter(request).match(method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return url_for("panellist.desk" if "panellist" in g else "public.landing")
    return url_for(endpoint, **values)


# Texts of a study ----------------------------------------------------------------------------------------------------


def known(code: str) -> bool:
    """Tell whether a code is one of a language."""
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def named(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return languages as code and own name: ``de``, "Deutsch"."""
    return [
        (code, (Locale.parse(code).display_name or code).capitalize() if known(code) else code)
        for code in codes
    ]


def name(code: str) -> str:
    """Return what the language of the page calls another one: "Englisch" on a German page."""
    found = Locale.parse(code).get_display_name(current().formats) if known(code) else None
    return found or code


def of_texts() -> str:
    """Return the language in which this browser reads scenarios: that of the page where none was chosen for them."""
    return str(session.get(_TEXTS, "")) or current().code


def read_texts_in(code: str) -> None:
    """Read scenarios in this language from now on, and pages too where they are there in it."""
    session[_TEXTS] = code
    if code in offered():
        session[_PAGE] = code
