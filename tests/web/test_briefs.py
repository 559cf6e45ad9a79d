"""Brief pages: from the proposal to the release, refusals, and a database that is not held meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy import text as sql

from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.tidy import read_ratings
from copkit_delphi.elicitation import imports
from copkit_delphi.network import recipients
from copkit_delphi.warning import briefs, planning, rendering
from tests import factories
from tests.factories import migrated
from tests.network.factory import release
from tests.warning import factory
from tests.warning.factory import LATER, PDFS
from tests.web.stage import READER, furnished, stage
from tests.web.staged import Stage, read_form

__all__ = ["furnished", "migrated", "stage"]

TIDY = "round,panellist,group,item,value\n" + "".join(f"1,p{n},A,Q1,{n}\n" for n in range(1, 8))


@pytest.fixture
def drafted(stage: Stage) -> Stage:
    with stage.place.database.writing() as session:
        factory.written_brief(session, stage.made)
    return stage


def test_of_two_who_write_the_text_the_second_is_told_and_loses_nothing(drafted: Stage) -> None:
    path = f"{drafted.base}/brief/text"
    one, other = drafted[Role.ANALYST], drafted[Role.FACILITATOR]
    reasons = dict.fromkeys(
        (f"scenario-S02-{part}" for part in ("information", "rigour", "volatility")), "Good."
    )
    first = {**read_form(one.get(path).text, path), "title": "Their title", "limits": "One.\nTwo."}
    second = {
        **read_form(other.get(path).text, path),
        "title": "My title",
        "scenario-S02-grade": "high",
        **reasons,
    }
    assert one.post(path, data=first).status_code == 303
    told = other.post(path, data=second)
    assert told.status_code == 409
    assert "Somebody else saved this meanwhile" in told.text
    assert "Their" in told.text
    again = read_form(told.text, path)
    assert (again["title"], again["scenario-S02-grade"]) == ("My title", "high")
    assert again["limits"].split() == ["One.", "Two."]
    assert other.post(path, data=again).status_code == 303
    assert read_form(one.get(path).text, path)["title"] == "My title"


@pytest.fixture
def sent(stage: Stage) -> Stage:
    with stage.place.database.writing() as session:
        factory.sent_brief(session, stage.made)
    return stage


@pytest.fixture
def signed(stage: Stage) -> Stage:
    with stage.place.database.writing() as session:
        factory.signed_brief(session, stage.made)
    return stage


def test_an_analyst_starts_a_version_from_the_results(stage: Stage) -> None:
    assert "Start a version from the results" in stage[Role.ANALYST].get(f"{stage.base}/brief").text
    answer = stage[Role.ANALYST].post(f"{stage.base}/brief/propose", follow_redirects=True)
    assert "Act first on" in answer.text
    assert stage[Role.ANALYST].post(f"{stage.base}/brief/propose").status_code == 409


def test_the_workbench_says_what_is_missing_and_which_gates_are_closed(drafted: Stage) -> None:
    page = drafted[Role.OWNER].get(f"{drafted.base}/brief").text
    assert "The bottom line has 9 words" in page
    assert "Not released: 9 of nine gates are closed" in page
    assert "Write the text" not in page
    assert "Write the text" in drafted[Role.FACILITATOR].get(f"{drafted.base}/brief").text


def test_a_refused_text_keeps_everything_that_was_typed(drafted: Stage) -> None:
    path = f"{drafted.base}/brief/text"
    typed = drafted.fields(Role.ANALYST, path) | {
        "title": "A title of mine",
        "bottom_line": "It might happen.",
        "decisions-1-text": "Half a decision",
        "scenario-S13-grade": "high",
        "scenario-S13-rigour": "Only one reason",
    }
    answer = drafted[Role.ANALYST].post(path, data=typed)
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    for kept in ("A title of mine", "It might happen.", "Half a decision", "Only one reason"):
        assert kept in answer.text
    for sentence in (
        "hedges with “might”",
        "Give a text, an owner and a date.",
        "information, rigour and volatility",
    ):
        assert sentence in answer.text
    with drafted.place.database.reading() as session:
        brief = briefs.working(session, drafted.made.study_id)
        assert brief is not None
        assert brief.title == "Threats to watch"


def test_a_saved_text_stands_in_the_form_again(drafted: Stage) -> None:
    path = f"{drafted.base}/brief/text"
    typed = drafted.fields(Role.ANALYST, path) | {
        "scenario-S13-grade": "low",
        "scenario-S13-information": "One source",
        "scenario-S13-rigour": "Weak",
        "scenario-S13-volatility": "Fast",
        "marking": "TLP:GREEN",
        "community": "Prosecutors",
    }
    assert drafted[Role.ANALYST].post(path, data=typed).status_code == 303
    again = drafted.fields(Role.ANALYST, path)
    del typed["basis"]  # it tells what a form was made from
    assert {key: again[key] for key in typed} == typed


def test_rows_say_what_they_lack_and_keep_what_was_typed(drafted: Stage) -> None:
    path = f"{drafted.base}/brief/plans"
    fields = drafted.fields(Role.ANALYST, path)
    with drafted.place.database.reading() as session:
        found = planning.of_study(session, drafted.made.study_id)
    action, indicator = found.actions[0].id, found.indicators[0].id
    typed = fields | {f"{action}-recommended": "y", f"{action}-owner": "Somebody typed"}
    answer = drafted[Role.ANALYST].post(path, data=typed)
    assert answer.status_code == 422
    assert "Somebody typed" in answer.text
    typed = fields | {
        f"{indicator}-owner": "Police",
        f"{indicator}-baseline": "None",
        f"{indicator}-expiry": "2027-01-01",
    }
    page = drafted[Role.ANALYST].post(path, data=typed, follow_redirects=True).text
    assert page.count("Complete: enters the brief.") == 1
    assert "Missing: owner, baseline, end date." in page
    assert page.count("No complete indicator here would show") == 2


def test_an_own_indicator_is_added(drafted: Stage) -> None:
    path = f"{drafted.base}/brief/indicators"
    assert drafted[Role.ANALYST].post(path, data={"scenario": "S02", "text": ""}).status_code == 422
    assert drafted[Role.ANALYST].post(path, data={"scenario": "S99", "text": "X"}).status_code == 422
    added = {"scenario": "S02", "text": "Detectors find all of it"}
    assert (
        "Detectors find all of it" in drafted[Role.ANALYST].post(path, data=added, follow_redirects=True).text
    )


def test_the_preview_has_its_own_style_sheet_and_says_draft(drafted: Stage) -> None:
    for kind in ("brief", "annex"):
        page = drafted[Role.DPO].get(f"{drafted.base}/brief/{kind}.html").text
        assert "Not released: no ethics assessment" in page
        assert 'href="/print/print.css"' in page
        assert "style=" not in page
    assert drafted[Role.DPO].get("/print/print.css").mimetype == "text/css"
    assert drafted[Role.DPO].get("/print/../setup.cfg").status_code == 404
    assert drafted[Role.DPO].get(f"{drafted.base}/brief/summary.html").status_code == 404


def test_the_draft_pdf_opens_in_the_browser_under_its_marking(sent: Stage) -> None:
    answer = sent[Role.OWNER].get(f"{sent.base}/brief/annex-draft.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert (
        answer.headers["Content-Disposition"] == 'inline; filename="EWB-2026-01-v1-annex-draft-TLP-AMBER.pdf"'
    )


def test_signing_needs_the_box_and_the_content_that_was_shown(sent: Stage) -> None:
    path = f"{sent.base}/brief/sign"
    shown = sent.fields(Role.OWNER, path)
    page = sent[Role.OWNER].get(path).text
    assert shown["content_hash"][:12] in page
    refused = sent[Role.OWNER].post(path, data=shown)
    assert (refused.status_code, "Read both, then tick the box." in refused.text) == (422, True)
    with sent.place.database.writing() as session:
        factory.assess(session, sent.made, factory.assessment_plan(not_assessed="Something new."))
    assert sent[Role.OWNER].post(path, data=shown | {"read": "y"}).status_code == 409
    again = sent.fields(Role.OWNER, path) | {"read": "y"}
    assert "Otto Owner" in sent[Role.OWNER].post(path, data=again, follow_redirects=True).text


def test_facilitator_and_analyst_have_no_way_to_sign(sent: Stage) -> None:
    for role in (Role.FACILITATOR, Role.ANALYST):
        assert sent[role].get(f"{sent.base}/brief/sign").status_code == 403
        assert sent[role].post(f"{sent.base}/brief/sign", data={"read": "y"}).status_code == 403


def test_an_unsigned_brief_is_not_released(sent: Stage) -> None:
    page = sent[Role.ANALYST].get(f"{sent.base}/brief/release").text
    assert "Release brief and annex" not in page
    assert "Who gets it" not in page
    assert sent[Role.ANALYST].post(f"{sent.base}/brief/release").status_code == 409


def naming(stage: Stage, role: Role, *names: str) -> dict[str, str]:
    """Return the release form with people named by name, each of the ministry."""
    path = f"{stage.base}/brief/release"
    typed = stage.fields(role, path)
    with stage.place.database.reading() as session:
        known = {one.account_id: one.name for one in recipients.candidates(session, stage.made.study_id)}
    for key, account_id in list(typed.items()):
        if key.endswith("-account_id") and known[account_id] in names:
            row = key.removesuffix("account_id")
            typed |= {f"{row}named": "y", f"{row}organisation": "Example Ministry"}
    return typed


def test_a_release_without_a_recipient_says_so_before_anything_is_typeset(
    signed: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "pdf", lambda _document: pytest.fail("typeset too early"))
    answer = signed[Role.ANALYST].post(f"{signed.base}/brief/release", data=naming(signed, Role.ANALYST))
    assert answer.status_code == 422
    assert "name at least one recipient" in answer.text


def test_release_makes_both_pdfs_without_holding_the_database(
    signed: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[str] = []

    def slow(document: object) -> bytes:
        with (
            signed.place.database.engine.connect() as connection
        ):  # BEGIN IMMEDIATE: waits if somebody writes
            connection.execute(sql("PRAGMA busy_timeout = 200"))
        with signed.place.database.writing() as session:
            session.execute(sql("PRAGMA busy_timeout = 200"))
            others.append(type(document).__name__)
        return PDFS["brief"]

    monkeypatch.setattr(rendering, "pdf", slow)
    path = f"{signed.base}/brief/release"
    typed = naming(signed, Role.FACILITATOR, READER)
    assert signed[Role.FACILITATOR].post(path, data=typed).status_code == 303
    assert others == ["BriefDocument", "AnnexDocument"]
    page = signed[Role.READER].get("/briefs").text
    assert "Threats to watch" in page


def test_a_post_of_a_recognised_person_writes_nothing_before_its_use_case(stage: Stage) -> None:
    begun: list[str] = []
    event.listen(
        stage.place.database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_rest: begun.append(statement),
    )
    assert stage[Role.ANALYST].post("/studies/elsewhere/brief/propose").status_code == 404
    assert "BEGIN" in begun
    assert "BEGIN IMMEDIATE" not in begun


def test_a_retraction_needs_a_reason(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        brief_id = release(stage.place, session, stage.made, [stage.reader(session).id]).id
    path = f"{stage.base}/brief/{brief_id}/retract"
    assert stage[Role.OWNER].get(path).status_code == 403
    assert stage[Role.ANALYST].post(path, data={"reason": " "}).status_code == 422
    assert stage[Role.ANALYST].post(path, data={"reason": "A source was wrong."}).status_code == 303
    assert "A source was wrong." in stage[Role.READER].get(f"/briefs/{brief_id}").text


def test_another_study_is_not_reached(drafted: Stage) -> None:
    with drafted.place.database.writing() as session:
        other = factories.make_account(session, "Olga Other")
        study = factories.draft_study(session, other.id)
        brief_id = factory.published_brief  # a brief of the first study is asked for under the second
        del brief_id
        mine = briefs.working(session, drafted.made.study_id)
        assert mine is not None
    for path in (
        "brief",
        "brief/text",
        "brief/plans",
        "brief/sign",
        "brief/release",
        "brief/brief.html",
        "report.pdf",
    ):
        assert drafted[Role.ANALYST].get(f"/studies/{study.id}/{path}").status_code == 404, path
        assert drafted[Role.READER].get(f"{drafted.base}/{path}").status_code == 404, path
    assert drafted[Role.ANALYST].get(f"{drafted.base}/brief/nothing/retract").status_code == 404


def test_an_imported_study_has_an_analysis_report_and_no_brief(stage: Stage, tmp_path: Path) -> None:
    del tmp_path
    with stage.place.database.writing() as session:
        study = imports.import_ratings(
            session,
            read_ratings(TIDY.encode()),
            title="Elsewhere",
            facilitator=stage.made[Role.FACILITATOR],
            at=LATER,
        )
    base = f"/studies/{study.study_id}"
    page = stage[Role.FACILITATOR].get(f"{base}/brief").text
    assert "This is no early warning" in page
    assert "Start a version" not in page
    refused = stage[Role.FACILITATOR].post(f"{base}/brief/propose")
    assert (refused.status_code, "analysis report" in refused.text) == (409, True)
    report = stage[Role.FACILITATOR].get(f"{base}/report.pdf")
    assert report.data.startswith(b"%PDF-")
    assert "analysis-TLP" in report.headers["Content-Disposition"]
    assert stage[Role.FACILITATOR].get(f"{stage.base}/report.pdf").status_code == 404


@pytest.mark.parametrize(
    "path", ["brief", "brief/text", "brief/plans", "brief/sign", "brief/release", "ethics"]
)
def test_pages_carry_marking_and_flags(sent: Stage, path: str) -> None:
    role = Role.OWNER if path.endswith("sign") else Role.ANALYST
    page = sent[role].get(f"{sent.base}/{path}").text
    assert "TLP:AMBER" in page
    assert "PRACTICE STUDY" in page
