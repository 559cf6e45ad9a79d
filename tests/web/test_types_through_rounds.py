"""Every type of the registry is asked from round 1 to the close of round 2, and every page on the way opens."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import rounds, studies
from copkit_delphi.elicitation.item_types import ITEM_TYPES
from copkit_delphi.elicitation.models import Study
from copkit_delphi.installation import Installation
from tests import factories, own_questions
from tests.web import panel

DEADLINE = "2026-11-09T09:00"


def opened(client: FlaskClient, *start: str, below: str) -> dict[str, str]:
    """Open ``start`` and every page below an address that is linked from there; return what each said.

    Mails know no items: their pages are left out.
    """
    found: dict[str, str] = {}
    waiting = list(start)
    while waiting:
        address = waiting.pop()
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == 200, (address, answer.status)
        found[address] = answer.text if answer.mimetype == "text/html" else ""
        linked = re.findall(rf'href="({re.escape(below)}[^"#?]*)', found[address])
        waiting += [
            one
            for one in dict.fromkeys(linked)
            if not {one}.intersection((*found, *waiting)) and "/mail/" not in one
        ]
    return found


@pytest.fixture
def study(place: Installation) -> Study:
    """A practice study in round 1 that asks every type of the registry, with a track record beside it."""
    protocol = Protocol(dimensions=("economic", "rights"), ask_track_record=True)
    study = own_questions.started(place, protocol=protocol)
    with place.database.reading() as session:
        assert {item.kind for item in studies.items(session, study.id)} == set(ITEM_TYPES)
    return study


def names_every_item(page: str) -> None:
    for words in (
        "(desirability)",
        "(feasibility)",
        "Economic loss per country and year",
        *own_questions.WORDING.values(),
    ):
        assert words in page


def test_the_page_of_the_next_round_names_items_of_every_type(
    place: Installation, study: Study, sign_in: Callable[[str], FlaskClient]
) -> None:
    with place.database.writing() as session:
        email = factories.make_account(session, study_id=study.id).email
        round_ = rounds.latest(session, study.id)
        factories.answer(session, round_)
        factories.close_round(session, round_)
    office, next_round = sign_in(email), f"/studies/{study.id}/rounds/next"
    names_every_item(office.get(next_round).text)
    refused = office.post(next_round, data={"deadline": "", "why": "Everything is asked again."})
    assert refused.status_code == 422
    names_every_item(refused.text)
    assert office.post(next_round, data={"deadline": DEADLINE}).status_code == 303


@pytest.mark.long
def test_every_type_goes_from_round_1_to_the_close_of_round_2(
    app: Flask, place: Installation, study: Study, sign_in: Callable[[str], FlaskClient]
) -> None:
    with place.database.writing() as session:
        email = factories.make_account(session, study_id=study.id).email
    office = sign_in(email)
    base = f"/studies/{study.id}"

    def look(*pages: str) -> dict[str, str]:
        ann = panel.enter(app, place, study)
        return opened(office, base, *pages, below=base) | opened(ann, "/panel", below="/panel/")

    def press(path: str, **fields: str) -> None:
        assert office.post(base + path, data=fields).status_code == 303, path

    look()
    for number in (1, 2):
        press(f"/rounds/{number}/synthetic")
        press(f"/rounds/{number}/close", reason="Everybody answered.")
        look()
        factories.pass_all(office, f"{base}/rounds/{number}/moderation")
        press(f"/rounds/{number}/moderation", then="open")
        look()
        if number == 1:
            names_every_item(office.get(f"{base}/rounds/next").text)
            press("/rounds/next", deadline=DEADLINE, why="Everything is asked again.")
            look()
    with place.database.reading() as session:
        assert rounds.latest(session, study.id).number == 2
