"""A panellist from the link to the last page of a round: nothing is preset, drafts never count, saved answers do."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from copkit_delphi.elicitation import rounds
from copkit_delphi.elicitation.models import Panellist, Participation
from copkit_delphi.elicitation.results import snapshot
from copkit_delphi.web import create_app
from tests import factories
from tests.web import panel


def text(answer) -> str:
    return answer.get_data(as_text=True)


# The link ------------------------------------------------------------------------------------------------------------


def test_opening_a_link_changes_nothing_and_says_who_asks(app: Flask, place) -> None:
    study = panel.started(place)
    client, path = app.test_client(), panel.link(place, study)
    page = client.get(path)
    assert page.status_code == 200
    assert "Example Ministry" in text(page)
    assert "TLP:AMBER" in text(page)
    assert client.get("/panel").status_code == 410
    assert client.post(path).headers["Location"] == "/panel"
    assert client.get("/panel").status_code == 200


def test_altered_foreign_expired_and_revoked_links(app: Flask, place, monkeypatch) -> None:
    study = panel.started(place)
    client, path = app.test_client(), panel.link(place, study)
    for wrong in (path[:-2] + ("aa" if path[-2:] != "aa" else "bb"), "/p/nonsense", path + "x"):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong).status_code == 404
    newer = panel.link(place, study)
    refused = client.get(path)
    assert refused.status_code == 410
    assert "Ask for a new one" in text(refused)
    monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(days=15))
    assert client.post(newer).status_code == 410


def test_a_session_that_ran_out_says_that_saved_answers_are_kept(app: Flask, place, monkeypatch) -> None:
    client = panel.enter(app, place, panel.started(place))
    sent = panel.fields(client, reason="A long reason")
    monkeypatch.setattr(factories, "NOW", factories.NOW + timedelta(hours=3))
    page = client.post("/panel/1", data=sent)
    assert page.status_code == 410
    assert "Everything you saved is kept" in text(page)
    assert "A long reason" in text(page)
    assert "80%" in text(page)


def test_the_warning_before_the_end_says_what_becomes_of_what_was_typed(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place, rounds=2))
    client.post("/panel/1", data=panel.fields(client, round_=2))
    assert "What you typed is kept as a draft" in text(client.get("/panel/1"))
    assert "would be lost" not in text(client.get("/panel/1"))
    assert "would be lost" in text(client.get("/panel/ethics-contact"))
    first = panel.enter(app, place, panel.started(place, title="Another study"))
    assert "What you typed is kept as a draft" in text(first.get("/panel/1"))


def test_leaving_ends_the_session(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    assert client.post("/panel/leave").status_code == 303
    page = client.get("/panel")
    assert page.status_code == 410
    assert "<h1>Your session has ended</h1>" in text(page)
    assert "no longer valid" not in text(page)
    assert 'href="/link/lost"' in text(page)


# Consent -------------------------------------------------------------------------------------------------------------


def test_consent_comes_first(app: Flask, place) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study, consent=False)
    page = text(client.get("/panel"))
    for said in ("Example Ministry", "Example research budget", "parliament", "ethics@institute.example",
                 "Example Police Innovation Office", "Public interest", "Fewer than 5"):  # fmt: skip
        assert said in page
    assert "checked" not in page
    for path in ("/panel/1", "/panel/review", "/panel/answers.csv", "/panel/results", "/panel/done"):
        assert client.get(path).headers["Location"] == "/panel"
    assert client.post("/panel/1", data={"round": "1", **panel.ROUND_1}).status_code == 403
    assert client.post("/panel/1/draft", data={"round": "1", **panel.ROUND_1}).status_code == 403
    assert panel.values(place) == {}


def test_consent_needs_the_box_and_a_choice_about_quoting(app: Flask, place) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study, consent=False)
    refused = client.post("/panel/consent", data={})
    assert refused.status_code == 422
    assert text(refused).count("Choose whether your reasons may be quoted.") == 2
    assert "<title>Error:" in text(refused)
    assert client.post("/panel/consent", data={"agree": "y", "quoting": "all"}).status_code == 422
    assert client.post("/panel/consent", data={"agree": "y", "quoting": "paraphrased"}).status_code == 303
    with place.database.reading() as session:
        ann = session.get_one(Panellist, panel.real(session, study)[0].id)
        assert (ann.quoting, ann.declined, bool(ann.consent_version)) == ("paraphrased", False, True)


def test_stopping_and_coming_back(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    assert client.post("/panel/decline").status_code == 303
    assert "You do not take part." in text(client.get("/panel"))
    assert client.get("/panel/1").headers["Location"] == "/panel"
    client.post("/panel/consent", data={"agree": "y", "quoting": "no"})
    assert client.get("/panel/1").status_code == 200


# Answering -----------------------------------------------------------------------------------------------------------


def test_nothing_is_preset(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    page = text(client.get("/panel/1"))
    assert " checked" not in page
    number = re.search(r'<input[^>]*id="likelihood"[^>]*>', page)
    assert number
    assert 'value=""' in number[0]
    slider = re.search(r'<input[^>]*type="range"[^>]*>', page)
    assert slider
    assert "data-unset" in slider[0]
    assert "value=" not in slider[0]
    assert "By 31 December 2028" in page
    assert "Does not count" in page


def test_saved_answers_count_without_submit(app: Flask, place) -> None:
    study = panel.started(place, sizes={})
    client = panel.enter(app, place, study)
    assert client.post("/panel/1", data=panel.fields(client)).headers["Location"] == "/panel/2"
    assert panel.values(place) == {
        "S02.likelihood": 80.0, "S02.impact.physical": 1.0, "S02.impact.economic": 3.0,
        "S02.impact.rights": "cannot", "S02.confidence": 2.0,
    }  # fmt: skip
    after = text(client.get("/panel/2"))
    assert "Saved at 09:00 UTC" in after
    assert "1</b>" not in after
    assert 'value="80"' in text(client.get("/panel/1"))
    with place.database.reading() as session:
        rows = session.query(Participation).all()
        assert {row.progress for row in rows} - {"not_started"} == {"in_progress"}


def test_cannot_judge_is_one_action_and_counts_as_progress(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    sent = panel.fields(client, likelihood="", likelihood_cannot="y")
    assert client.post("/panel/1", data=sent).status_code == 303
    assert panel.values(place)["S02.likelihood"] == "cannot"
    assert "1 of 2 scenarios answered" in text(client.get("/panel"))
    # The number that the page began with may still stand in its field without scripts.
    client.post("/panel/1", data=panel.fields(client))
    assert client.post("/panel/1", data=panel.fields(client, likelihood_cannot="y")).status_code == 303
    assert panel.values(place)["S02.likelihood"] == "cannot"


def test_a_value_and_cannot_judge_together_are_asked_back(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    refused = client.post("/panel/1", data=panel.fields(client, likelihood="44", likelihood_cannot="y"))
    assert refused.status_code == 422
    assert "not both" in text(refused)
    assert 'value="44"' in text(refused)
    assert panel.values(place) == {}


@pytest.mark.parametrize("wrong", ["0", "100", "55.5", "half", "٥"])
def test_a_number_off_the_scale_is_named_and_nothing_typed_is_lost(app: Flask, place, wrong: str) -> None:
    client = panel.enter(app, place, panel.started(place))
    refused = client.post("/panel/1", data=panel.fields(client, likelihood=wrong, reason="My reason stays"))
    page = text(refused)
    assert refused.status_code == 422
    assert "<title>Error:" in page
    assert page.count("Give a whole number from 1 to 99") == 2
    assert 'href="#likelihood"' in page
    assert f'value="{wrong}"' in page
    assert "My reason stays" in page
    assert len(re.findall(r" checked", page)) == 4
    assert panel.values(place) == {}


def test_a_tile_off_the_scale_is_refused(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    assert client.post("/panel/1", data=panel.fields(client, impact_physical="5")).status_code == 422
    assert client.post("/panel/1", data=panel.fields(client, confidence="4")).status_code == 422
    assert panel.values(place) == {}


def test_a_part_may_be_saved_and_what_is_left_is_said(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    sent = panel.fields(client)
    kept = {key: sent[key] for key in ("round", "basis", "likelihood")}
    page = text(client.post("/panel/1", data=kept, follow_redirects=True))
    assert "1 of 5 answers saved" in page
    assert "Physical harm" in page
    assert panel.values(place) == {"S02.likelihood": 80.0}
    assert "partly answered" in page


def test_an_answer_can_be_taken_back(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    client.post("/panel/1", data=panel.fields(client))
    given = panel.values(place)
    client.post("/panel/1", data=panel.fields(client, likelihood=""))
    assert given.pop("S02.likelihood") == 80.0
    assert panel.values(place) == given != {}


def test_reasons_and_who_may_read_them(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    client.post(
        "/panel/1", data=panel.fields(client, reason="One line\r\nand another", facilitators_only="y")
    )
    page = text(client.get("/panel/review"))
    assert "One line\nand another" in page
    assert "facilitators only" in page
    client.post("/panel/1", data=panel.fields(client, no_say="y"))
    assert "I prefer not to say" in text(client.get("/panel/review"))
    both = client.post("/panel/1", data=panel.fields(client, reason="But here it is", no_say="y"))
    assert both.status_code == 422
    assert "But here it is" in text(both)


def test_a_reason_of_600_characters_with_line_ends_is_taken(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    lines = "\r\n".join(["x" * 59] * 10)  # 599 characters in the browser's count
    assert client.post("/panel/1", data=panel.fields(client, reason=lines)).status_code == 303
    refused = client.post("/panel/1", data=panel.fields(client, reason="y" * 601))
    assert refused.status_code == 422
    assert "at most 600" in text(refused)


# Drafts --------------------------------------------------------------------------------------------------------------


def test_a_draft_comes_back_on_another_device_and_does_not_count(app: Flask, place) -> None:
    study = panel.started(place, sizes={})
    path = panel.link(place, study)
    phone = panel.enter(app, place, study, path=path)
    kept = phone.post("/panel/1/draft", data=panel.fields(phone, likelihood="33", reason="Half a thought"))
    assert kept.get_json() == {"kept_at": "09:00 UTC"}
    assert panel.values(place) == {}
    page = text(panel.enter(app, place, study, path=path).get("/panel/1"))
    assert 'value="33"' in page
    assert "Half a thought" in page
    assert "Draft, not counted" in page
    assert "draft, not counted" in text(phone.get("/panel/review"))
    with place.database.writing() as session:
        closed = factories.close_round(session, rounds.latest(session, study.id), open_feedback=False)
        assert all(item.panel.n is None for item in snapshot(session, closed.id).items)


def test_a_saved_draft_is_no_draft_any_more(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    sent = panel.fields(client, reason="Done")
    client.post("/panel/1/draft", data=sent)
    client.post("/panel/1", data=sent)
    client.post("/panel/1/draft", data=sent)  # one that was on its way while Save was pressed
    for path in ("/panel/1", "/panel/review"):
        page = text(client.get(path))
        assert "Done" in page
        assert "draft, not counted" not in page.lower()


def test_a_draft_after_the_close_is_refused_with_a_sentence(app: Flask, place, monkeypatch) -> None:
    client = panel.enter(app, place, panel.started(place))
    sent = panel.fields(client)
    panel.later(client, monkeypatch, factories.NOW + factories.WEEK + timedelta(seconds=61))
    refused = client.post("/panel/1/draft", data=sent)
    assert refused.status_code == 409
    assert "not open" in refused.get_json()["message"]


# Closing -------------------------------------------------------------------------------------------------------------


def test_a_round_that_closed_while_typing_gives_every_word_back(app: Flask, place) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study)
    sent = panel.fields(client, reason="I typed this <b>for long</b>")
    with place.database.writing() as session:
        factories.close_round(session, rounds.latest(session, study.id), open_feedback=False)
    refused = client.post("/panel/1", data=sent)
    page = text(refused)
    assert refused.status_code == 409
    assert "I typed this &lt;b&gt;for long&lt;/b&gt;" in page
    for said in (
        "80%",
        "1 Limited",
        "3 Severe",
        "Cannot judge",
        "Fairly",
        "what is on this page was not stored",
    ):
        assert said in page
    assert client.post("/panel/1/draft", data=sent).status_code == 409
    assert client.get("/panel/1").status_code == 409
    assert client.post("/panel/submit", data={"round": "1"}).status_code == 409
    assert "Round 1 has closed." in text(client.get("/panel"))


def test_the_deadline_is_kept_by_the_databases_clock(app: Flask, place, monkeypatch) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study)
    sent = panel.fields(client)
    late = factories.NOW + factories.WEEK + timedelta(seconds=60)
    panel.later(client, monkeypatch, late)
    assert client.post("/panel/1", data=sent).status_code == 303
    monkeypatch.setattr(factories, "NOW", late + timedelta(seconds=1))
    assert client.post("/panel/2", data=sent).status_code == 409


def test_a_page_of_round_1_is_not_taken_for_round_2(app: Flask, place) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study)
    sent = panel.fields(client)
    with place.database.writing() as session:
        factories.answer(session, rounds.latest(session, study.id))
        factories.close_round(session, rounds.latest(session, study.id))
        rounds.open_next(
            session,
            study_id=study.id,
            deadline=factories.NOW + factories.WEEK,
            actor="t",
            clock=factories.clock_at(),
        )
    refused = client.post("/panel/1", data=sent)
    assert refused.status_code == 409
    assert "from a round that has closed" in text(refused)
    assert panel.values(place) == {}


# Two tabs, other studies ---------------------------------------------------------------------------------------------


def test_an_older_tab_does_not_overwrite_unasked(app: Flask, place) -> None:
    study = panel.started(place)
    path = panel.link(place, study)
    first, second = (panel.enter(app, place, study, path=path) for _ in range(2))
    old = panel.fields(second, likelihood="20", reason="As typed here")
    first.post("/panel/1", data=panel.fields(first, likelihood="60", reason="<b>As saved there"))
    refused = second.post("/panel/1", data=old)
    page = text(refused)
    assert refused.status_code == 409
    assert "another tab" in page
    assert 'value="20"' in page
    assert "As typed here" in page
    assert "&lt;b&gt;As saved there" in page
    assert panel.values(place)["S02.likelihood"] == 60.0
    basis = re.search(r'name="basis"[^>]*value="([^"]*)"', page)
    assert basis
    assert second.post("/panel/1", data=old | {"basis": basis[1]}).status_code == 303
    assert panel.values(place)["S02.likelihood"] == 20.0


def test_pages_and_items_of_another_study_are_not_found(app: Flask, place) -> None:
    study, other = panel.started(place), panel.started(place, scenarios=("S04", "S06", "S12"), sizes={})
    client = panel.enter(app, place, study)
    sent = panel.fields(client)
    for path in ("/panel/3", "/panel/0", "/panel/99"):
        assert client.get(path).status_code == 404
        assert client.post(path, data=sent).status_code == 404
    with place.database.reading() as session:
        from copkit_delphi.elicitation import studies

        foreign = studies.items(session, other.id)[0].id
    client.post("/panel/1", data=sent | {foreign: "50", "scenario_id": other.id})
    assert all(name.startswith("S02.") for name in panel.values(place))


# End of a round ------------------------------------------------------------------------------------------------------


def test_review_submit_done_and_change(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    client.post("/panel/1", data=panel.fields(client))
    assert (
        client.post("/panel/2", data=panel.fields(client, 2, likelihood="")).headers["Location"]
        == "/panel/review"
    )
    page = text(client.get("/panel/review"))
    assert "Highly likely, 80%" in page
    assert "1 answer is left open" in page
    early = client.get("/panel/done")  # nobody is told that they are done who did not say so
    assert (early.status_code, early.headers["Location"]) == (302, "/panel/review")
    assert client.post("/panel/submit", data={"round": "1"}).headers["Location"] == "/panel/done"
    done = text(client.get("/panel/done"))
    assert "You can change answers until Monday 9 November 2026, 09:00 UTC" in done
    assert client.post("/panel/1", data=panel.fields(client, likelihood="70")).status_code == 303
    assert panel.values(place)["S02.likelihood"] == 70.0


def test_done_on_a_page_of_an_earlier_round_is_not_done_with_the_next(app: Flask, place) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study)
    page = text(client.get("/panel/review"))
    assert '<input type="hidden" name="round" value="1">' in page
    with place.database.writing() as session:
        factories.close_round(session, rounds.latest(session, study.id))
        factories.open_round(place, session, study)
    client = panel.enter(app, place, study)  # the mail about round 2 carries a new link
    refused = client.post("/panel/submit", data={"round": "1"})
    assert refused.status_code == 409
    assert "This page is from a round that has closed." in text(refused)
    assert "I am done with round 2" in text(client.get("/panel/review"))
    assert client.post("/panel/submit", data={"round": "2"}).status_code == 303


def test_own_copy_is_safe_in_a_spreadsheet(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    client.post("/panel/1", data=panel.fields(client, reason='=HYPERLINK("http://x";"y")'))
    answer = client.get("/panel/answers.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"
    lines = text(answer).lstrip("\ufeff").splitlines()
    assert lines[0] == (
        "Round,Scenario,Code of the question,Question,Answer,In words,Reason,Who reads the reason,"
        "Argument you replied to,Your reply"
    )
    assert any(',80,"Highly likely, 80%","\'=HYPERLINK' in line for line in lines)
    assert any(",cannot judge," in line for line in lines)
    assert len(lines) == 6 + 3  # and what was agreed to


def test_no_figure_reason_code_or_name_while_a_round_is_open(app: Flask, place) -> None:
    study = panel.started(place)
    with place.database.writing() as session:
        factories.answer(session, rounds.latest(session, study.id))
    client = panel.enter(app, place, study)
    client.post("/panel/1", data=panel.fields(client))
    with place.database.reading() as session:
        codes = [one.id for one in session.query(Panellist).filter_by(study_id=study.id)]
    for path in ("/panel", "/panel/1", "/panel/2", "/panel/review", "/panel/done", "/panel/answers.csv"):
        page = text(client.get(path))
        for leak in (
            "panellists put this",
            "Prices of the software",
            "middle half",
            "Median",
            "Ann",
            "ann@",
            *codes,
        ):
            assert leak not in page, (path, leak)
    assert client.get("/panel/results").status_code == 404


@pytest.mark.parametrize(
    "path", ["/panel", "/panel/1", "/panel/review", "/panel/results", "/panel/answers.csv"]
)
def test_statements_do_not_grow_with_the_panel(app: Flask, place, path: str) -> None:
    small = panel.enter(app, place, panel.started(place, rounds=2, sizes={"Industry": 4}))
    large = panel.enter(app, place, panel.started(place, rounds=2, sizes=factories.SIZES))
    counts = [count(place, lambda client=client: client.get(path)) for client in (small, large)]
    assert counts[0] == counts[1]
    assert counts[0] <= 30


def count(place, call) -> int:
    from sqlalchemy import event

    seen: list[str] = []

    def note(_conn, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    engine = place.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert call().status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_forms_are_refused_without_their_token(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    sent = panel.fields(client, reason="Kept on the page")
    app.config["WTF_CSRF_ENABLED"] = True
    refused = client.post("/panel/1", data=sent)
    assert refused.status_code == 400
    assert "Kept on the page" in text(refused)
    assert panel.values(place) == {}


def test_links_are_limited(tmp_path, migrated) -> None:
    import shutil

    from copkit_delphi.settings import Settings

    shutil.copy(migrated, tmp_path / "copkit.sqlite3")
    client = create_app(Settings(data_dir=tmp_path), clock=lambda _session: factories.NOW).test_client()
    answers = [client.get("/p/guess").status_code for _ in range(61)]
    assert set(answers[:60]) == {404}
    assert answers[60] == 429


def test_pages_of_staff_are_closed_to_a_panellist_and_lead_to_the_sign_in(app, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    answer = client.get("/studies?q=1")
    assert answer.status_code == 403
    assert "/sign-in?next=/studies?q%3D1" in answer.get_data(as_text=True)
    assert client.post("/studies/new").status_code == 403
    assert client.get("/panel").status_code == 200
