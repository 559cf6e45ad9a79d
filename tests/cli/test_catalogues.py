"""Catalogues of messages: as fresh as the code, whole where they say so, in the words of the glossary."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from copkit_delphi.cli import catalogues as command
from copkit_delphi.domain.languages import LANGUAGES, PSEUDO, SOURCE
from copkit_delphi.domain.mail import LANGUAGES as MAILS
from copkit_delphi.domain.yardstick import PHIA_GAP_FREE
from copkit_delphi.reporting import catalogues

CODES = catalogues.codes()
FILLED_IN = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w+\}")


@pytest.fixture(scope="module")
def messages() -> Catalog:
    return command.template()


def glossary(code: str) -> dict:
    return json.loads((catalogues.folder() / "glossary" / f"{code}.json").read_text(encoding="utf-8"))


def translated(code: str) -> list[Message]:
    return [one for one in catalogues.read(code) if one.id and all(command.forms(one))]


def english(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def test_there_are_catalogues() -> None:
    assert {"fr", "de", "pl"} <= set(CODES)
    assert set(MAILS) <= {SOURCE.code, *CODES}


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_holds_the_messages_of_today(code: str, messages: Catalog) -> None:
    """When this fails: python -m copkit_delphi.cli.catalogues"""
    assert {one.id for one in catalogues.read(code)} == {one.id for one in messages}


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code not in {SOURCE.code, PSEUDO.code}])
def test_a_language_is_complete_exactly_when_nothing_is_missing(code: str) -> None:
    """When this fails: say so in domain/languages.py, or translate what is missing."""
    whole = code in CODES and not command.missing(catalogues.read(code))
    assert LANGUAGES[code].complete == whole


@pytest.mark.parametrize("code", CODES)
def test_a_translation_fills_in_what_the_english_does(code: str) -> None:
    for message in translated(code):
        wanted = {hole for form in english(message) for hole in FILLED_IN.findall(form)}
        for form in command.forms(message):
            found = set(FILLED_IN.findall(form))
            assert found == wanted or (len(english(message)) > 1 and found <= wanted), message.id


@pytest.mark.parametrize("code", CODES)
def test_a_translation_begins_and_ends_as_the_english_does(code: str) -> None:
    for message in translated(code):
        for form in command.forms(message):
            first = english(message)[0]
            assert (form[:1] in " ,;") == (first[:1] in " ,;"), message.id
            assert form[-1:].isspace() == first[-1:].isspace(), message.id
            assert re.findall(r"</?\w+", form) == re.findall(r"</?\w+", first), message.id


def test_no_translation_is_that_of_another_language() -> None:
    said: dict[str, set[str]] = {}
    for code in CODES:
        for message in translated(code):
            for form in {*command.forms(message)} - {*english(message)}:
                said.setdefault(form, set()).add(code)
    assert [form for form, codes in said.items() if len(codes) > 1 and form.count(" ") > 3] == []


@pytest.mark.parametrize("code", CODES)
def test_the_probability_words_are_those_of_the_glossary(code: str) -> None:
    words = glossary(code)["words"]
    assert [word.text for word in PHIA_GAP_FREE.words] == list(words)
    assert len(set(words.values())) == len(words)
    found = {one.id: one.string for one in translated(code) if one.id in words}
    assert found == {word: words[word] for word in found}


@pytest.mark.parametrize("code", CODES)
def test_the_terms_of_the_field_are_those_of_the_glossary(code: str) -> None:
    """A message in which the English word means something else is named under ``other_sense``."""
    kept = glossary(code)
    wrong = [
        (term["term"], english(message)[0])
        for term in kept["terms"]
        for message in translated(code)
        if english(message)[0] not in kept["other_sense"]
        and re.search(rf"\b(?:{term['found_by']})\b", english(message)[0], re.IGNORECASE)
        and not any(stem in form.lower() for form in command.forms(message) for stem in term["stems"])
    ]
    assert wrong == []


@pytest.mark.parametrize("code", CODES)
def test_every_other_sense_is_one_of_a_message(code: str, messages: Catalog) -> None:
    assert set(glossary(code)["other_sense"]) <= {english(one)[0] for one in messages if one.id}


def test_no_message_hides_where_it_is_not_found() -> None:
    hidden = [
        f"{name}:{call.lineno}"
        for method, name, path in command.sources()
        if method == "python"
        for text in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in command.MARKERS
        and any(isinstance(one, ast.Constant) for one in call.args)
    ]
    assert hidden == []


# In use -------------------------------------------------------------------------------------------------------------


def test_what_is_missing_stands_in_english_and_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "it.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Help"\nmsgstr "Aiuto"\n\n'
        'msgid "Median"\nmsgstr ""\n\n#, fuzzy\nmsgid "Round"\nmsgstr "Tondo"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(catalogues, "folder", lambda: tmp_path)
    found = catalogues.catalogue.__wrapped__("it")
    said = [found.gettext(text) for text in ("Help", "Median", "Round", "Of nobody")]
    assert said == ["Aiuto", "Median", "Round", "Of nobody"]
    assert found.ngettext("%(num)s answer", "%(num)s answers", 2) == "%(num)s answers"
    assert catalogues.untranslated(found) == {"Median", "Round", "Of nobody", "%(num)s answer"}


def test_a_new_message_is_empty_and_one_that_went_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogues, "folder", lambda: tmp_path)
    old, new = Catalog(locale="de"), Catalog()
    old.add("Help", "Hilfe")
    old.add("Gone", "Weg")
    new.add("Help")
    new.add("%(n)s new")
    command.write("de", old)
    command.write("de", command.renew("de", new))
    found = {one.id: one.string for one in catalogues.read("de") if one.id}
    assert found == {"Help": "Hilfe", "%(n)s new": ""}
    assert [one.id for one in command.missing(catalogues.read("de"))] == ["%(n)s new"]
    first = (tmp_path / "de.po").read_bytes()
    command.write("de", command.renew("de", new))
    assert (tmp_path / "de.po").read_bytes() == first


def test_the_pseudo_language_is_a_third_longer(messages: Catalog) -> None:
    texts = [one.id for one in messages if isinstance(one.id, str) and len(one.id) > 40]
    for text in texts:
        assert len(catalogues.pseudo(text)) >= 1.35 * len(text) - 1
        assert FILLED_IN.findall(catalogues.pseudo(text)) == FILLED_IN.findall(text)


@pytest.mark.parametrize("code", CODES)
def test_nothing_said_stays_nothing(code: str) -> None:
    assert catalogues.catalogue(code).gettext("") == ""
