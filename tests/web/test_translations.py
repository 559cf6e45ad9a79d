"""A study in two languages: own questions with all of their words, names of files, and marks on what is missing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.elicitation import attachments, copies, studies, translations
from copkit_delphi.elicitation.ratings import give_consent
from copkit_delphi.installation import Installation
from tests import factories as f
from tests import own_questions
from tests.elicitation.test_attachments import PDF
from tests.web import panel
from tests.web.staged import read_form

FELL = "nicht übersetzt, daher auf Englisch gezeigt"


@pytest.fixture
def study(place: Installation, lead: tuple[str, str]) -> str:
    """Return a draft in English and German that asks every kind of question on two pages, with a file."""
    with place.database.writing() as session:
        made, page = own_questions.draft(session, lead[0])
        made.languages = ["en", "de"]
        attachments.add(session, study_id=made.id, scenario_id=page.id, name="Map of ports.pdf", content=PDF)
        return made.id


def kinds(session: Any, study_id: str) -> dict[str, str]:
    """Return the part of the name of each own question by its kind."""
    rows = [row for row in studies.items(session, study_id) if ".q" in row.name]
    return {row.kind: row.name.partition(".")[2].partition(".")[0] for row in rows}


def german(base: dict[str, str], *without: str) -> dict[str, str]:
    """Return a made-up translation of every text but those named."""
    return {key: f"Deutsch: {text}"[:70] for key, text in base.items() if key not in without}


def test_every_word_of_an_own_question_and_every_name_of_a_file_can_be_translated(
    place: Installation, study: str
) -> None:
    with place.database.reading() as session:
        page = studies.scenarios(session, study)[1]
        base, named = translations.base(session, page), kinds(session, study)
    single, ordinal = named["single"], named["ordinal"]
    assert {f"items.{single}", f"items.{single}.options.0", f"items.{ordinal}.anchors.1"} <= base.keys()
    assert [text for key, text in base.items() if key.startswith("files.")] == ["Map of ports.pdf"]
    assert "statement" not in base  # a page that has none lacks none


def test_how_far_a_language_is_counts_all_of_them_and_same_questions_are_filled_in(
    place: Installation, study: str
) -> None:
    with place.database.writing() as session:
        first, page = studies.scenarios(session, study)
        base, key = translations.base(session, page), f"items.{kinds(session, study)['single']}"
        translations.write(session, page, language="de", given=german(base, key))
        session.flush()
        made = studies.get(session, study)
        found = translations.state(session, made)
        assert found[page.id]["de"] == (len(base) - 1, len(base))
        shared = [name for name in base if name.startswith("items.") and name != key]
        assert sorted(translations.of(first, "de")) == sorted(shared)
        assert translations.whole(found)["de"][1] == len(base) + len(translations.base(session, first))
        again = german(base) | {key: "Wer soll führen?"}
        first.texts = {"de": {key: "Schon da"}}
        translations.write(session, page, language="de", given=again)
        assert translations.of(first, "de")[key] == "Schon da"
        assert translations.state(session, made)[page.id]["de"] == (len(base), len(base))


@pytest.mark.parametrize(
    ("texts", "why"),
    [(("Gleich", "gleich"), "are the same"), (("x" * 81, "y"), "at most 80"), (("a\nb", "y"), "one line")],
)
def test_options_that_cannot_be_told_apart_or_read_are_refused(
    place: Installation, study: str, texts: tuple[str, str], why: str
) -> None:
    with place.database.writing() as session:
        page = studies.scenarios(session, study)[1]
        key = f"items.{kinds(session, study)['single']}.options"
        given = {f"{key}.{place_}": text for place_, text in enumerate(texts)}
        with pytest.raises(Invalid, match=why):
            translations.write(session, page, language="de", given=given)


def test_it_takes_three_statements_however_many_items_there_are(place: Installation, study: str) -> None:
    asked: list[str] = []
    with place.database.reading() as session:
        made = studies.get(session, study)
        event.listen(session.get_bind(), "before_cursor_execute", lambda *a: asked.append(a[2]))
        translations.state(session, made)
    assert len(asked) == 3


def test_a_copy_keeps_the_names_of_files_in_every_language(
    place: Installation, lead: tuple[str, str], study: str
) -> None:
    with place.database.writing() as session:
        page = studies.scenarios(session, study)[1]
        translations.write(session, page, language="de", given=german(translations.base(session, page)))
        session.flush()
        made = copies.copy(session, study_id=study, title="Again", facilitator=lead[0], at=f.NOW)
        session.flush()
        again = studies.scenarios(session, made.id)[1]
        assert translations.base(session, again).keys() == translations.of(again, "de").keys()


def test_panellists_read_questions_in_their_language_and_marks_where_there_is_none(
    app: Flask, client: FlaskClient, place: Installation, study: str
) -> None:
    with place.database.reading() as session:
        page = studies.scenarios(session, study)[1].id
        named = kinds(session, study)
    path = f"/studies/{study}/set-up/scenarios/{page}/texts/de"
    form = client.get(path).text
    assert "option 1" in form
    texts = {name: f"Deutsch {place_}" for place_, name in enumerate(_fields(form, named["single"]))}
    texts |= {name: f"Stufe {place_}" for place_, name in enumerate(_fields(form, named["ordinal"])[1:])}
    texts |= dict.fromkeys(re.findall(r'name="(text_files_\w+)"', form), "Karte der Häfen")
    assert client.post(path, data=read_form(form, path) | texts).status_code == 303
    listed = client.get(f"/studies/{study}/set-up/languages").text
    assert re.search(r"<b>Deutsch</b>: \d+ of \d+ texts", listed)
    with place.database.writing() as session:
        made = studies.get(session, study)
        f.add_people(place, session, made, panel.PEOPLE)
        f.open_round(place, session, made)
        give_consent(session, panellist_id=panel.real(session, made)[0].id, version="t", quoting="no")
        session.expunge_all()
    ann = panel.enter(app, place, made)
    assert "because not translated" not in ann.get("/panel/2").text
    ann.post("/panel/2/language", data={"language": "de"})
    page_ = ann.get("/panel/2").text
    assert 'lang="de" dir="auto">Deutsch 1</span>' in page_  # an option
    assert "Stufe" not in page_  # its question is not translated, so that nothing of it is
    assert FELL in page_
    assert "Nicht übersetzt, daher auf Englisch gezeigt." in page_
    assert 'lang="de" dir="auto">Karte der Häfen</a>' in page_
    sent = {
        key: text for key, text in panel.fields(ann, 2).items() if key in ("csrf_token", "basis", "round")
    }
    assert ann.post("/panel/2", data=sent | {named["single"]: "2"}).status_code == 303
    again = ann.get("/panel/2").text
    assert re.search(rf'<input checked[^>]*name="{named["single"]}"[^>]*value="2"', again)
    assert "Deutsch 2" in again
    for own in ("/panel/review", "/panel/my-data", "/panel/answers.csv"):
        assert "Deutsch 2" in ann.get(own).text, own
        assert "option 2" not in ann.get(own).text, own


def _fields(form: str, question: str) -> list[str]:
    return re.findall(rf'name="(text_items_{question}(?:_\w+)?)"', form)


def test_the_statement_is_read_by_the_rules_of_its_language(
    client: FlaskClient, place: Installation, study: str
) -> None:
    with place.database.reading() as session:
        one = studies.scenarios(session, study)[0].id
    path = f"/studies/{study}/set-up/scenarios/{one}/texts/de"
    data = read_form(client.get(path).text, path)
    client.post(path, data=data | {"text_statement": "Bis 2028 könnte eine Drohne ein Flugzeug treffen."})
    assert "“könnte” makes every answer right" in client.get(path).text
