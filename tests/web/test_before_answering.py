"""Before answering: who asks, what is shown to whom, what must not be written, how to stop, and whom to tell."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import select

from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.letter_words import LANGUAGES
from copkit_delphi.people.models import OutboxMessage
from tests.journey import walk
from tests.journey.prepared import Prepared, prepare
from tests.journey.test_every_page import opens
from tests.web import panel

WARNING = "No names of people or organisations, no details of cases, nothing classified."
INTEREST = "No names of persons are needed; nothing classified."
FOOTER = 'href="/panel/ethics-contact"'


def text(answer) -> str:
    return answer.get_data(as_text=True)


class Boxes(HTMLParser):
    """Text areas to write in, by what describes them; and every text by the id of its element."""

    def __init__(self) -> None:
        super().__init__()
        self.areas: list[tuple[str, list[str]]] = []
        self.said: dict[str, str] = {}
        self._id = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._id = found.get("id") or ""
        if tag == "textarea" and "readonly" not in found:
            self.areas.append((self._id, (found.get("aria-describedby") or "").split()))

    def handle_data(self, data: str) -> None:
        if self._id:
            self.said[self._id] = self.said.get(self._id, "") + data


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, migrated) -> Prepared:
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copy(migrated, folder / "copkit.sqlite3")
    return prepare(folder)


def test_every_box_a_panellist_types_in_says_what_must_not_be_written_and_every_page_leads_to_ethics(
    prepared: Prepared,
) -> None:
    seen, bare, lost = set(), [], []
    for endpoint in (name for name in walk.WAYS if name.startswith("panellist.")):
        client = prepared.client(opens(endpoint))
        for address in walk.addresses(prepared.app, endpoint, prepared.known):
            answer = client.get(address, follow_redirects=True)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            boxes = Boxes()
            boxes.feed(text(answer))
            for area, described in boxes.areas:
                seen.add(endpoint)
                wanted = (
                    INTEREST if area == "interest_text" else WARNING
                )  # which asks for an employer's sector
                if not any(wanted in boxes.said.get(one, "") for one in described):
                    bare.append((address, area))
            if opens(endpoint) == walk.PANEL and FOOTER not in text(answer):
                lost.append(address)
    assert bare == []
    assert lost == []
    assert {"panellist.sheet", "panellist.ethics_sheet", "panellist.interests_", "panellist.concern"} <= seen


def test_a_worry_goes_to_the_ethics_contact_and_names_nobody(app: Flask, place) -> None:
    study = panel.started(place)
    with place.database.writing() as session:
        studies.get(session, study.id).ethics_contact = "Eva Ethics (eva@ethics.example), room 3"
    client = panel.enter(app, place, study, consent=False)
    page = text(client.get("/panel/ethics-contact"))
    assert "Eva Ethics" in page
    assert client.post("/panel/ethics-contact", data={"text": "", "answer_to": ""}).status_code == 422
    assert (
        client.post("/panel/ethics-contact", data={"text": "I feel pushed.", "answer_to": ""}).status_code
        == 303
    )
    with place.database.reading() as session:
        (row,) = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "ethics-contact"))
        mail = place.vault.open(row.seal)
        code = panel.real(session, study)[0].id
    assert mail["to"] == "eva@ethics.example"
    assert "I feel pushed." in mail["text"]
    for hidden in ("Ann", "ann@panel.example", code, study.title):
        assert hidden not in mail["text"] + mail["subject"]


def test_a_contact_without_an_address_is_shown_and_nothing_is_promised(app: Flask, place) -> None:
    study = panel.started(place)
    with place.database.writing() as session:
        studies.get(session, study.id).ethics_contact = "Eva Ethics, telephone 123"
    client = panel.enter(app, place, study)
    page = text(client.get("/panel/ethics-contact"))
    assert "telephone 123" in page
    assert "<textarea" not in page
    assert client.post("/panel/ethics-contact", data={"text": "Hello there"}).status_code == 422


def test_the_link_and_the_letter_say_who_commissions_pays_and_receives(app: Flask, place) -> None:
    study = panel.started(place)
    page = text(app.test_client().get(panel.link(place, study)))
    for said in (study.commissioned_by, study.paid_by, study.received_by, "minutes a round", "Who sees what"):
        assert said in page, said
    assert re.search(r"<dt>Deadline</dt><dd>[^<]*\(?UTC", page)
    for language, words in LANGUAGES.items():
        body = words.TEXTS["invitation"][1]
        for place_ in ("{commissioner}", "{payer}", "{recipient}", "{minutes}", "{deadline}", "{contact}"):
            assert place_ in body, (language, place_)


def test_a_small_group_is_told_beforehand_what_becomes_of_its_answers(app: Flask, place) -> None:
    study = panel.started(place)
    said = "its answers still count in the whole panel"
    assert said in text(panel.enter(app, place, study, consent=False).get("/panel"))
    assert said in text(panel.enter(app, place, study).get("/panel"))


def test_whoever_stops_keeps_what_was_saved_and_comes_back_by_agreeing_again(app: Flask, place) -> None:
    study = panel.started(place)
    path = panel.link(place, study)
    client = panel.enter(app, place, study, path=path)
    client.post("/panel/1", data=panel.fields(client))
    page = text(client.get("/panel"))
    for said in ("What you saved stays counted, in the open round too", "come back by your link"):
        assert said in page
    saved = panel.values(place)
    client.post("/panel/decline", data={"why": "no_time"})
    assert panel.values(place) == saved
    assert client.get("/panel/1").headers["Location"] == "/panel"
    again = panel.enter(app, place, study, path=path)
    assert again.get("/panel/1").status_code == 200
    assert again.post("/panel/1", data=panel.fields(again, likelihood="20")).status_code == 303
    assert panel.values(place) != saved
