"""Deciding on what came from elsewhere: archived copies and joined rounds say what is true of them."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from copkit_delphi.elicitation import advice, archives, decisions, rounds
from copkit_delphi.elicitation.models import Decision
from copkit_delphi.installation import Installation
from tests import factories as f
from tests.elicitation.test_archives import parts, sealed
from tests.elicitation.test_joining import MAPPING, join, table


@pytest.fixture
def archive(place: Installation, lead: tuple[str, str]) -> bytes:
    with place.database.writing() as session:
        study = f.closed_study(place, session, lead[0], end=False)
        advice.end(session, study_id=study.id, actor=lead[0], at=f.NOW)
        return archives.write(session, study.id)


def brought(place: Installation, lead: str, data: bytes) -> str:
    with place.database.writing() as session:
        return archives.bring_in(session, data, facilitator=lead, at=f.NOW, draft=False).id


def said(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


UNTRUE = ("It closed before records were made", "Nothing has been decided yet", "No dissent is on record")


def test_a_copy_shows_what_the_original_decided_and_where_it_stayed_apart(
    client: FlaskClient, place: Installation, lead: tuple[str, str], archive: bytes
) -> None:
    study = brought(place, lead[0], archive)
    page = said(client, f"/studies/{study}/deciding")
    assert "2 of 2 statements are settled." in page
    assert "Monday 2 November 2026 Facilitator Another round" in page
    register = said(client, f"/studies/{study}/deciding/dissent")
    assert "Groups stand far apart" in register
    assert "did not agree to be quoted" not in register
    assert not [text for text in UNTRUE if text in page + register]
    assert "medians 62 points apart" in said(client, f"/studies/{study}/deciding/2/items/S13.likelihood")
    assert "decisions/" not in said(client, f"/studies/{study}/files")


def test_an_older_archive_says_that_decisions_are_not_part_of_it(
    client: FlaskClient, place: Installation, lead: tuple[str, str], archive: bytes
) -> None:
    old = sealed({name: one for name, one in parts(archive).items() if not name.startswith("decisions/")})
    study = brought(place, lead[0], old)
    page = said(client, f"/studies/{study}/deciding")
    assert "Decision records are not part of the archive" in page
    assert "The log of decisions is not part of the archive" in page
    register = said(client, f"/studies/{study}/deciding/dissent")
    assert "Decision records are not part of the archive" in register
    assert not [text for text in UNTRUE if text in page + register]


def test_a_round_that_joined_has_its_record_and_its_advice(
    client: FlaskClient, place: Installation, lead: tuple[str, str]
) -> None:
    with place.database.writing() as session:
        study = f.draft_study(session, lead[0], practice=False).id
        join(place, session, session.get_one(archives.Study, study), table(), mapping=MAPPING)
    page = said(client, f"/studies/{study}/deciding")
    assert "Hold another round" in page
    assert "0 of 2 statements are settled." in page
    assert "It closed before records were made" not in page
    with place.database.writing() as session:
        first = rounds.get(session, study_id=study, number=1)
        assert len(decisions.of_study(session, study)) == 1
        session.execute(delete(Decision).where(Decision.round_id == first.id))  # as it joined earlier
    page, register = (said(client, f"/studies/{study}/deciding{path}") for path in ("", "/dissent"))
    assert "Its answers joined from a file" in page
    assert "Hold another round" in page
    assert "Its answers joined from a file" in register
    assert "No dissent is on record" not in register
