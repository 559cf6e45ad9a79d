"""Messages in the languages of panellists: catalogues are read as translators write them, once a process."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from math import ceil
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from copkit_delphi.domain.languages import LANGUAGES, PSEUDO, SOURCE
from copkit_delphi.resources import resource_dir

_KEPT = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w+\}|<[^>]+>|\n")
_ACCENTED = str.maketrans(
    "AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz",
    "ÅáɃƀÇçĐđÉéƑƒĜĝĤĥÎîĴĵĶķĻļṀṁÑñÖöƤƥǪǫŘřŞşŢţÛûṼṽŴŵẊẋÝýŽž",
)
_LONGER = 0.35


def folder() -> Path:
    """Return where the catalogues lie."""
    return resource_dir("catalogues")


def codes() -> list[str]:
    """Return the languages that have a catalogue, in the order of the table."""
    return [code for code in LANGUAGES if (folder() / f"{code}.po").is_file()]


def read(code: str) -> Catalog:
    """Return the catalogue of ``code`` as it is written; raises ``FileNotFoundError`` where there is none."""
    with (folder() / f"{code}.po").open("rb") as file:
        return read_po(file, locale=LANGUAGES[code].formats)


def pseudo(text: str) -> str:
    """Return English as no language is: a third longer, accented, between brackets; what is filled in stays.

    >>> pseudo("Save %(n)s")
    '⟦Şáṽé %(n)s ~~~⟧'
    """
    written, at = [], 0
    for kept in _KEPT.finditer(text):
        written += [text[at : kept.start()].translate(_ACCENTED), kept.group()]
        at = kept.end()
    written.append(text[at:].translate(_ACCENTED))
    padding = "~~~~~~~ " * ceil(len(text) * _LONGER / 8)
    return f"⟦{''.join(written)} {padding[: max(1, round(len(text) * _LONGER) - 1)].strip()}⟧"


class Untranslated(NullTranslations):
    """The end of each catalogue: English stands where a message is missing, and ``missing`` names it for tests."""

    def __init__(self) -> None:
        super().__init__()
        self.missing: set[str] = set()

    def gettext(self, message: str) -> str:
        """Return ``message``, and note it."""
        self.missing.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the English form, and note it."""
        self.missing.add(msgid1)
        return msgid1 if n == 1 else msgid2


@cache
def catalogue(code: str) -> NullTranslations:
    """Return the translations of a language for use; English and languages without a catalogue give the texts as written."""
    if code == PSEUDO.code:
        return _usable(_pseudo_catalogue())
    return _usable(read(code)) if code != SOURCE.code and code in codes() else NullTranslations()


def untranslated(found: NullTranslations) -> set[str]:
    """Return what a catalogue in use was asked for in vain, so that a test can tell."""
    end = found._fallback  # noqa: SLF001 - gettext gives it no other name
    return set(end.missing) if isinstance(end, Untranslated) else set()


def _usable(written: Catalog) -> Translations:
    compiled = BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    found = Translations(compiled)
    found._catalog[""] = ""  # noqa: SLF001 - nothing said is nothing in any language, and not the file's header
    found.add_fallback(Untranslated())
    return found


def _pseudo_catalogue() -> Catalog:
    made = Catalog(locale=PSEUDO.formats)
    for message in read(codes()[0]):
        if message.id:
            made.add(message.id, _pseudo_forms(message))
    return made


def _pseudo_forms(message: Message) -> str | tuple[str, ...]:
    if isinstance(message.id, str):
        return pseudo(message.id)
    return tuple(pseudo(form) for form in message.id)
