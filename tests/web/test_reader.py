"""Readers: what is released, exactly as it was released, and nothing else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Role
from copkit_delphi.network import recipients, releases
from copkit_delphi.people import accounts
from copkit_delphi.warning import rendering
from copkit_delphi.warning.models import Brief
from tests import factories
from tests.factories import migrated
from tests.network.factory import post, release
from tests.warning import factory
from tests.warning.factory import LATER, PDFS
from tests.web.stage import furnished, stage
from tests.web.staged import Stage

__all__ = ["furnished", "migrated", "stage"]


@pytest.fixture
def released(stage: Stage) -> tuple[Stage, str]:
    with stage.place.database.writing() as session:
        return stage, release(stage.place, session, stage.made, [stage.reader(session).id]).id


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


def test_a_retracted_brief_says_so_and_opens_no_document(released: tuple[Stage, str]) -> None:
    stage, brief_id = released
    with stage.place.database.writing() as session:
        brief = session.get_one(Brief, brief_id)
        releases.retract(
            session, post(stage.place), brief=brief, reason="A source was wrong.", actor="a", at=LATER
        )
    page = stage[Role.READER].get(f"/briefs/{brief_id}").text
    assert "This brief was retracted." in page
    assert "Act first" not in page
    gone = stage[Role.READER].get(f"/briefs/{brief_id}/brief.pdf")
    assert gone.status_code == 410
    assert "A source was wrong." in gone.text
    assert "personal link" not in gone.text
    assert "This document was retracted" in gone.text
    assert "A source was wrong." in stage[Role.READER].get("/briefs").text


def test_staff_see_the_briefs_of_their_studies_only(released: tuple[Stage, str]) -> None:
    stage, brief_id = released
    assert stage[Role.OWNER].get(f"/briefs/{brief_id}").status_code == 200
    with stage.place.database.writing() as session:
        stranger = factories.make_account(session, "Sven Stranger").email
    client = stage[Role.READER].application.test_client()
    assert client.get(f"/briefs/{brief_id}").status_code == 404
    assert "/sign-in?next=" in client.get(f"/briefs/{brief_id}/for-you").location
    client.post("/sign-in", data={"email": stranger, "password": factories.PASSWORD})
    assert client.get(f"/briefs/{brief_id}").status_code == 404
    assert client.get(f"/briefs/{brief_id}/brief.pdf").status_code == 404
    assert brief_id not in client.get("/briefs").text


def test_a_red_brief_is_for_its_recipients_alone_each_copy_with_a_name(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "to_pdf", lambda html: html.encode())
    with stage.place.database.writing() as session:
        reader = stage.reader(session).id
        brief_id = release(stage.place, session, stage.made, [reader], marking=Marking.RED).id
    assert "For Rita Reader, Example Ministry" in stage[Role.READER].get(f"/briefs/{brief_id}").text
    copy = stage[Role.READER].get(f"/briefs/{brief_id}/annex.pdf")
    assert b"For Rita Reader, Example Ministry" in copy.data
    for role in (Role.OWNER, Role.FACILITATOR, Role.ANALYST):
        assert stage[role].get(f"/briefs/{brief_id}").status_code == 404
        assert stage[role].get(f"/briefs/{brief_id}/brief.pdf").status_code == 404


def test_the_public_reads_clear_briefs_and_finds_no_other(stage: Stage) -> None:
    nobody = stage[Role.READER].application.test_client()
    assert "No brief is public yet." in nobody.get("/briefs").text
    with stage.place.database.writing() as session:
        reader = stage.reader(session).id
        amber = release(stage.place, session, stage.made, [reader]).id
    for path in ("", "/brief.pdf", "/annex.pdf", "/ethics"):
        hidden, absent = nobody.get(f"/briefs/{amber}{path}"), nobody.get(f"/briefs/0123456789abcdef{path}")
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert hidden.text == absent.text
    assert amber not in nobody.get("/briefs").text
    with stage.place.database.writing() as session:
        clear = release(stage.place, session, stage.made, [], marking=Marking.CLEAR).id
    page = nobody.get("/briefs").text
    assert f"/briefs/{clear}/brief.pdf" in page
    assert amber not in page
    assert nobody.get(f"/briefs/{clear}").status_code == 200
    assert nobody.get(f"/briefs/{clear}/brief.pdf").data == PDFS["brief"]
    assert "Ethics summary" in nobody.get(f"/briefs/{clear}/ethics").text
    for role in ("Rita", "Anna", "Otto", "Example Ministry"):
        assert role not in nobody.get(f"/briefs/{clear}").text, role


def test_a_retracted_clear_brief_stays_listed_with_its_reason(stage: Stage) -> None:
    nobody = stage[Role.READER].application.test_client()
    with stage.place.database.writing() as session:
        brief = release(stage.place, session, stage.made, [], marking=Marking.CLEAR)
        brief_id = brief.id
        releases.retract(session, post(stage.place), brief=brief, reason="A leak.", actor="a", at=LATER)
    page = nobody.get("/briefs").text
    assert "Retracted" in page
    assert "A leak." in page
    tomb = nobody.get(f"/briefs/{brief_id}")
    assert (tomb.status_code, "A leak." in tomb.text, "Act first" in tomb.text) == (200, True, False)
    for path in ("brief.pdf", "annex.pdf", "ethics"):
        answer = nobody.get(f"/briefs/{brief_id}/{path}")
        assert (answer.status_code, "A leak." in answer.text) == (410, True), path


def test_an_ethics_summary_can_be_public_where_its_brief_is_not(stage: Stage) -> None:
    nobody = stage[Role.READER].application.test_client()
    with stage.place.database.writing() as session:
        reader = [stage.reader(session).id]
        brief_id = release(stage.place, session, stage.made, reader, summary_public=True).id
    page = nobody.get("/briefs").text
    assert f"/briefs/{brief_id}/ethics" in page
    assert "Threats to watch" not in page
    summary = nobody.get(f"/briefs/{brief_id}/ethics")
    assert "TLP:CLEAR" in summary.text
    assert "Threats to watch" not in summary.text
    assert nobody.get(f"/briefs/{brief_id}").status_code == 404


def test_a_recipient_confirms_and_the_releaser_sees_it(released: tuple[Stage, str]) -> None:
    stage, brief_id = released
    path = f"/briefs/{brief_id}/acknowledge"
    sent = stage.fields_at(Role.READER, f"/briefs/{brief_id}", path)
    before = stage[Role.ANALYST].get(f"{stage.base}/brief/{brief_id}/recipients").text
    assert "0 of 1 have acknowledged" in before
    assert stage[Role.READER].post(path, data=sent | {"reply": "x" * 401}).status_code == 422
    assert stage[Role.READER].post(path, data={"reply": "x"}).status_code == 422
    page = stage[Role.READER].post(path, data=sent | {"reply": "We meet in May."}, follow_redirects=True)
    assert "Thank you." in page.text
    assert "I have read this" not in page.text
    after = stage[Role.ANALYST].get(f"{stage.base}/brief/{brief_id}/recipients").text
    assert "1 of 1 have acknowledged" in after
    assert "We meet in May." in after
    assert stage[Role.OWNER].post(path, data=sent).status_code == 404
    assert stage[Role.OWNER].get(f"{stage.base}/brief/{brief_id}/recipients").status_code == 403


def test_a_retraction_is_confirmed_on_the_tombstone(released: tuple[Stage, str]) -> None:
    stage, brief_id = released
    retract = f"{stage.base}/brief/{brief_id}/retract"
    old = stage.fields_at(Role.READER, f"/briefs/{brief_id}", f"/briefs/{brief_id}/acknowledge")
    assert stage[Role.ANALYST].post(retract, data={"reason": "A leak."}).status_code == 303
    assert stage[Role.READER].post(f"/briefs/{brief_id}/acknowledge", data=old).status_code == 409
    new = stage.fields_at(Role.READER, f"/briefs/{brief_id}", f"/briefs/{brief_id}/acknowledge")
    assert stage[Role.READER].post(f"/briefs/{brief_id}/acknowledge", data=new).status_code == 303
    assert (
        "1 of 1 have acknowledged"
        in stage[Role.ANALYST].get(f"{stage.base}/brief/{brief_id}/recipients").text
    )
    assert stage[Role.ANALYST].post(retract, data={"reason": "Again."}).status_code == 409


def test_the_first_opening_is_noted_by_day(released: tuple[Stage, str]) -> None:
    stage, brief_id = released
    stage[Role.OWNER].get(f"/briefs/{brief_id}")
    with stage.place.database.reading() as session:
        assert recipients.of_release(session, brief_id)[0].opened_on is None
    stage[Role.READER].get(f"/briefs/{brief_id}")
    with stage.place.database.reading() as session:
        assert recipients.of_release(session, brief_id)[0].opened_on == LATER.date()


def test_an_earlier_version_says_that_it_was_replaced(released: tuple[Stage, str]) -> None:
    stage, first = released
    with stage.place.database.writing() as session:
        second = release(stage.place, session, stage.made, [stage.made[Role.OWNER]]).id
    page = stage[Role.READER].get(f"/briefs/{first}").text
    assert "Replaced by version 2" in page
    assert second not in page  # it was not released to this reader
    assert second in stage[Role.OWNER].get(f"/briefs/{first}").text


def test_reminders_and_further_recipients_from_the_page(released: tuple[Stage, str]) -> None:
    stage, brief_id = released
    path = f"{stage.base}/brief/{brief_id}"
    assert stage[Role.ANALYST].post(f"{path}/remind").status_code == 409  # released a moment ago
    otto = stage.made[Role.OWNER]
    wrong = {"account_id": otto, "organisation": "Elsewhere"}
    answer = stage[Role.ANALYST].post(f"{path}/recipients", data=wrong)
    assert (answer.status_code, "from an organisation that received it" in answer.text) == (422, True)
    right = wrong | {"organisation": "Example Ministry"}
    page = stage[Role.ANALYST].post(f"{path}/recipients", data=right, follow_redirects=True).text
    assert "Otto Owner" in page
    assert stage[Role.ANALYST].post(f"{path}/recipients", data=right).status_code == 422


def test_communities_are_kept_by_those_who_run_studies(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        accounts.give_role(
            session, account_id=stage.made[Role.FACILITATOR], role=Role.FACILITATOR, at=LATER, actor="test"
        )
        email = stage.reader(session).email
    assert stage[Role.READER].get("/communities").status_code == 403
    lead = stage[Role.FACILITATOR]
    assert lead.post("/communities", data={"name": " "}).status_code == 422
    page = lead.post("/communities", data={"name": "Port security"}, follow_redirects=True).text
    add = re.search(r"/communities/[0-9a-f]+/members", page)
    assert add
    assert lead.post(add[0], data={"email": "who@x.example"}).status_code == 422
    page = lead.post(add[0], data={"email": email}, follow_redirects=True).text
    take = re.search(r"/communities/[0-9a-f]+/members/[0-9a-f]+/remove", page)
    assert take
    assert "Rita Reader" not in lead.post(take[0], follow_redirects=True).text


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
        second = release(stage.place, session, stage.made, [stage.reader(session).id])
        second.reference = "EWB-2026-03"
    asked.clear()
    page = stage[Role.READER].get("/briefs").text
    assert "2 briefs" in page
    assert len(asked) == once
