"""Readers: what is released, exactly as it was released, and nothing else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Role
from copkit_delphi.warning import briefs
from copkit_delphi.warning.models import Brief
from tests import factories
from tests.factories import migrated
from tests.warning import factory
from tests.warning.factory import LATER, PDFS
from tests.web.stage import furnished, stage
from tests.web.staged import Stage

__all__ = ["furnished", "migrated", "stage"]


@pytest.fixture
def released(stage: Stage) -> tuple[Stage, str]:
    with stage.place.database.writing() as session:
        return stage, factory.published_brief(session, stage.made).id


def test_the_latest_brief_stands_first_with_word_number_and_badge(released: tuple[Stage, str]) -> None:
    stage, brief_id = released
    page = stage[Role.READER].get("/briefs").text
    assert "Act first on the first threat." in page
    assert "; panel divided</b>" in page
    assert "Polarised" in page
    assert f"/briefs/{brief_id}/annex.pdf" in page
    assert "PRACTICE STUDY" in page
    assert "How to read a judgement" in page


def test_search_finds_or_says_that_nothing_was_found(released: tuple[Stage, str]) -> None:
    stage, brief_id = released
    assert brief_id in stage[Role.READER].get("/briefs?q=threats").text
    page = stage[Role.READER].get("/briefs?q=<unicorn>").text
    assert "No brief holds “&lt;unicorn&gt;”." in page
    assert brief_id not in page


def test_a_brief_on_the_screen(released: tuple[Stage, str]) -> None:
    stage, brief_id = released
    page = stage[Role.READER].get(f"/briefs/{brief_id}").text
    for part in ("Fund it.", "It grows.", "TLP:AMBER", "Moderate", "not graded", "Impact:", "EWB-2026-01"):
        assert part in page


@pytest.mark.parametrize("kind", ["brief", "annex"])
def test_the_stored_bytes_open_under_a_telling_name(released: tuple[Stage, str], kind: str) -> None:
    stage, brief_id = released
    answer = stage[Role.READER].get(f"/briefs/{brief_id}/{kind}.pdf")
    assert answer.data == PDFS[kind]
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="EWB-2026-01-v1-{kind}-TLP-AMBER.pdf"'


def test_a_later_assessment_changes_nothing_that_was_released(released: tuple[Stage, str]) -> None:
    stage, brief_id = released

    def page() -> str:
        text = stage[Role.READER].get(f"/briefs/{brief_id}").text
        return re.sub(r'name="csrf_token" value="[^"]*"', "", text)  # drawn anew every second

    before = page()
    with stage.place.database.writing() as session:
        factory.assess(session, stage.made, factory.assessment_plan(who_carries="Others."))
    assert page() == before


def test_drafts_and_unknown_briefs_are_not_found(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        draft = factory.signed_brief(session, stage.made).id
    for path in (f"/briefs/{draft}", f"/briefs/{draft}/brief.pdf", "/briefs/0123456789abcdef"):
        assert stage[Role.READER].get(path).status_code == 404, path
    assert "No brief has been released to you yet." in stage[Role.READER].get("/briefs").text


def test_a_withdrawn_brief_says_so_and_opens_no_document(released: tuple[Stage, str]) -> None:
    stage, brief_id = released
    with stage.place.database.writing() as session:
        brief = session.get_one(Brief, brief_id)
        briefs.withdraw(session, brief=brief, reason="A source was wrong.", actor="a", at=LATER)
    page = stage[Role.READER].get(f"/briefs/{brief_id}").text
    assert "This brief was withdrawn." in page
    assert "Act first" not in page
    assert stage[Role.READER].get(f"/briefs/{brief_id}/brief.pdf").status_code == 410
    assert "A source was wrong." in stage[Role.READER].get("/briefs").text


def test_staff_see_the_briefs_of_their_studies_only(released: tuple[Stage, str]) -> None:
    stage, brief_id = released
    assert stage[Role.OWNER].get(f"/briefs/{brief_id}").status_code == 200
    with stage.place.database.writing() as session:
        stranger = factories.make_account(session, "Sven Stranger").email
    client = stage[Role.READER].application.test_client()
    assert client.get(f"/briefs/{brief_id}").status_code == 302
    client.post("/sign-in", data={"email": stranger, "password": factories.PASSWORD})
    assert client.get(f"/briefs/{brief_id}").status_code == 404
    assert client.get(f"/briefs/{brief_id}/brief.pdf").status_code == 404
    assert brief_id not in client.get("/briefs").text


def test_a_red_brief_stays_with_the_staff_of_its_study(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        factory.assess(session, stage.made)
        brief = factory.written_brief(session, stage.made, marking=Marking.RED)
        briefs.send_for_signature(session, brief=brief, actor="a", at=LATER)
        for role in (Role.ETHICS_REVIEWER, Role.OWNER):
            factory.sign(session, stage.made, brief, role)
        shown = briefs.prepare(session, brief, at=LATER).content_hash
        briefs.publish(session, brief=brief, content_hash=shown, pdfs=PDFS, actor="a", at=LATER)
        brief_id = brief.id
    assert stage[Role.READER].get(f"/briefs/{brief_id}").status_code == 404
    assert stage[Role.OWNER].get(f"/briefs/{brief_id}").status_code == 200


def test_the_list_asks_the_database_as_often_for_two_briefs_as_for_one(released: tuple[Stage, str]) -> None:
    stage, brief_id = released
    asked: list[str] = []
    event.listen(
        stage.place.database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_rest: asked.append(statement),
    )
    stage[Role.READER].get("/briefs")
    once, asked[:] = len(asked), []
    with stage.place.database.writing() as session:
        brief = session.get_one(Brief, brief_id)
        brief.reference = "EWB-2026-02"
        session.flush()
        second = factory.published_brief(session, stage.made)
        second.reference = "EWB-2026-03"
    asked.clear()
    page = stage[Role.READER].get("/briefs").text
    assert "2 briefs" in page
    assert len(asked) == once
