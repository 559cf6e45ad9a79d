"""Catalogues of messages: ``python -m copkit_delphi.cli.catalogues`` brings them up to date and says what is missing.

Messages are those of ``SOURCES``, and of nothing else: whoever works on a study reads English.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from copkit_delphi.domain.languages import LANGUAGES
from copkit_delphi.ethics import bank
from copkit_delphi.reporting import catalogues
from copkit_delphi.resources import resource_dir

# What a panellist may be shown: pages, the forms and refusals behind them, item types, pictures, and words of scales.
PAGES = (
    "base.html",
    "_macros/*.html",
    "errors/*.html",
    "ethics/_levels.html",
    "panellist/*.html",
    "public/[!r]*.html",  # not roles.html: who of the staff may do what
)
MODULES = (
    "domain/declines.py",
    "domain/ethics_results.py",
    "domain/figures.py",
    "domain/impact.py",
    "domain/marking.py",
    "domain/redaction.py",
    "domain/risk.py",
    "domain/verdict.py",
    "domain/yardstick.py",
    "elicitation/asked.py",
    "elicitation/attachments.py",
    "elicitation/concerns.py",
    "elicitation/expertise.py",
    "elicitation/holding.py",
    "elicitation/item_types/*.py",
    "elicitation/links.py",
    "elicitation/moderation_log.py",
    "elicitation/practice.py",
    "elicitation/proposals.py",
    "elicitation/ratings.py",
    "elicitation/recruiting/consents.py",
    "elicitation/recruiting/enrolments.py",
    "elicitation/recruiting/interests.py",
    "elicitation/recruiting/nominations.py",
    "elicitation/replies.py",
    "elicitation/sessions.py",
    "elicitation/sheets.py",
    "elicitation/withdrawals.py",
    "elicitation/wordings.py",
    "ethics/answers.py",
    "ethics/desks.py",
    "reporting/calibration.py",
    "reporting/charts.py",
    "reporting/marks.py",
    "reporting/phrases.py",
    "reporting/pins.py",
    "reporting/shares.py",
    "reporting/strips.py",
    "web/enrolment.py",
    "web/errors.py",
    "web/filters.py",
    "web/guard.py",
    "web/languages.py",
    "web/marks.py",
    "web/panellist/*.py",
    "web/practising.py",
    "web/public.py",
    "web/sign_in.py",
    "web/site.py",
    "web/transaction.py",
    "web/typed.py",
)
_BANK = "copkit_delphi/ethics/data/ethics_bank.json"  # what of it panellists read
MARKERS = {"_": None, "gettext": None, "lazy_gettext": None, "_l": None, "N_": None, "ngettext": (1, 2)}
_PACKAGE = Path(catalogues.__file__).resolve().parent.parent


def sources() -> Iterator[tuple[str, str, Path]]:
    """Yield every source with how it is read and its name in the catalogues; raises where a pattern names nothing."""
    for place, folder, method, patterns in (
        ("templates", resource_dir("templates"), "jinja2", PAGES),
        ("copkit_delphi", _PACKAGE, "python", MODULES),
    ):
        for pattern in patterns:
            found = sorted(folder.glob(pattern))
            if not found:
                raise FileNotFoundError(f"{pattern} names no file in {folder}")
            for path in found:
                yield method, f"{place}/{path.relative_to(folder).as_posix()}", path


def template() -> Catalog:
    """Return every message that a panellist may read, in the order of the sources."""
    made = Catalog()
    for method, name, path in sources():
        options = {"silent": "false"} if method == "jinja2" else {}
        for _line, message, comments, context in extract_from_file(
            method, str(path), MARKERS, options=options
        ):
            if message:
                made.add(message, "", [(name, 0)], auto_comments=comments, context=context)
    for text in bank.read_by_panel():
        made.add(text, "", [(_BANK, 0)])
    return made


def missing(catalogue: Catalog) -> list[Message]:
    """Return the messages of a catalogue that are not translated, or marked as uncertain."""
    return [one for one in catalogue if one.id and (one.fuzzy or not all(forms(one)))]


def forms(message: Message) -> tuple[str, ...]:
    """Return the translation of a message, one text for each plural form; empty texts where it is missing."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def renew(code: str, messages: Catalog) -> Catalog:
    """Return the catalogue of ``code`` with the messages of today; a new one where there was none."""
    try:
        found = catalogues.read(code)
    except FileNotFoundError:
        found = Catalog(locale=LANGUAGES[code].formats)
    found.update(messages, no_fuzzy_matching=True, update_header_comment=False)
    found.obsolete.clear()
    return found


def write(code: str, catalogue: Catalog) -> None:
    """Write a catalogue: no times and no line numbers, so that only what changed is in a comparison."""
    with (catalogues.folder() / f"{code}.po").open("wb") as file:
        file.write(_HEADER.format(code=code, plural=catalogue.plural_forms).encode())
        write_po(file, catalogue, width=110, omit_header=True, include_lineno=False, ignore_obsolete=True)


_HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {code}\\n"\n'
    '"Plural-Forms: {plural}\\n"\n\n'
)


def main(codes: list[str]) -> None:
    """Bring the catalogues that there are, and those asked for, up to date."""
    messages = template()
    for code in dict.fromkeys([*catalogues.codes(), *codes]):
        found = renew(code, messages)
        write(code, found)
        print(f"{code}: {len(messages)} messages, {len(missing(found))} missing")


if __name__ == "__main__":
    main(sys.argv[1:])
