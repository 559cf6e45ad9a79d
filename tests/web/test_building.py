"""What helps while building a study: minutes, order, copies, templates, pilots, previews, languages, attachments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from copkit_delphi.database import Base, Database
from copkit_delphi.domain.protocol import BY_PANELLIST, Protocol
from copkit_delphi.elicitation import studies
from copkit_delphi.installation import Installation
from copkit_delphi.warning.models import Indicator
from copkit_delphi.web.doors import DOORS
from tests import factories as f
from tests.journey.prepared import PICTURE
from tests.web import panel
from tests.web.corpus import MULTIPART, uploaded
from tests.web.staged import read_form


@contextmanager
def count(database: Database) -> Iterator[list[str]]:
    """Collect the statements that a block runs."""
    seen: list[str] = []
    note = lambda _c, _r, said, *_more: seen.append(said)  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.fixture
def study(place: Installation, lead: tuple[str, str]) -> str:
    with place.database.writing() as session:
        return f.draft_study(session, lead[0], practice=False).id


def test_minutes_stand_beside_the_steps_and_warn_when_there_are_many(
    client: FlaskClient, study: str, place: Installation
) -> None:
    assert "About 4 minutes to answer a round" in client.get(f"/studies/{study}/set-up/rules").text
    with place.database.writing() as session:
        one = studies.scenarios(session, study)[0]
        one.summary = "word " * 4000
    page = client.get(f"/studies/{study}/set-up/scenarios").text
    assert "panels thin out" in page
    assert "About 20 minutes" in page


def test_each_panellist_answers_in_an_order_of_their_own(app: Flask, place: Installation) -> None:
    rules = Protocol(dimensions=("physical", "economic", "rights"), order=BY_PANELLIST)
    study = panel.started(place, scenarios=("S02", "S04", "S06", "S12", "S13", "S14"), protocol=rules)
    titles = []
    for who in (0, 1):
        client = panel.enter(app, place, study, who)
        seen = []
        for position in range(1, 7):
            page = client.get(f"/panel/{position}").text
            seen.append(re.search(r"<h1[^>]*>(.*?)</h1>", page)[1])
            assert f"scenario {position}" in page
            answer = client.post(f"/panel/{position}", data=panel.fields(client, position))
            onward = f"/panel/{position + 1}" if position < 6 else "/panel/review"
            assert answer.location == onward
        titles.append(seen)
        assert client.get("/panel/7").status_code == 404
        assert client.post("/panel/7", data=panel.fields(client, 1)).status_code == 404
        review = client.get("/panel/review").text
        assert [review.index(title) for title in seen] == sorted(review.index(title) for title in seen)
    assert titles[0] != titles[1]
    assert sorted(titles[0]) == sorted(titles[1])


def test_the_order_is_chosen_with_the_rules(client: FlaskClient, study: str, place: Installation) -> None:
    path = f"/studies/{study}/set-up/rules"
    data = read_form(client.get(path).text, path) | {"order": "by_panellist", "dimensions": "economic"}
    assert client.post(path, data=data).status_code == 303
    page = client.get(f"/studies/{study}/set-up").text
    assert "drawn for each panellist and round from the seed of the study" in page
    assert "<dt>Seed of what is drawn</dt><dd>7</dd>" in page
    with place.database.reading() as session:
        assert studies.get(session, study).protocol["order"] == BY_PANELLIST


def test_a_study_is_copied_from_its_page(client: FlaskClient, study: str, place: Installation) -> None:
    assert f"/studies/{study}/copy" in client.get(f"/studies/{study}").text
    assert "(copy)" in client.get(f"/studies/{study}/copy").text
    assert client.post(f"/studies/{study}/copy", data={"title": ""}).status_code == 422
    answer = client.post(f"/studies/{study}/copy", data={"title": "Second wave"})
    assert answer.status_code == 303
    copied = answer.location.split("/")[2]
    page = client.get(f"/studies/{copied}/set-up/scenarios").text
    assert "Edit the wording" in page
    assert "Second wave" in client.get("/studies").text
    with place.database.reading() as session:
        watched = session.query(Indicator).filter_by(study_id=copied).count()
    assert watched > 0  # what the library watches comes along


def test_a_template_is_saved_shared_used_and_deleted_on_pages(
    client: FlaskClient, study: str, place: Installation, sign_in: Callable[[str], FlaskClient]
) -> None:
    path = f"/studies/{study}/template"
    data = read_form(client.get(path).text, path) | {"name": "Border threats", "scenarios": "y"}
    assert client.post(path, data=data | {"name": ""}).status_code == 422
    saved = client.post(path, data=data)
    assert saved.status_code == 303
    key = saved.location.rpartition("/")[2]
    with place.database.writing() as session:
        email = f.make_account(session, "Cora Second").email
    other = sign_in(email)
    assert "Border threats" not in other.get("/studies/templates").text
    assert other.get(f"/studies/templates/{key}").status_code == 404
    assert client.post(f"/studies/templates/{key}/share").status_code == 303
    assert "Border threats" in other.get("/studies/templates").text
    assert other.post(f"/studies/templates/{key}/use", data={"title": ""}).status_code == 422
    trial = {"title": "To practise", "practice": "y"}
    tried = other.post(f"/studies/templates/{key}/use", data=trial, follow_redirects=True)
    assert "PRACTICE STUDY: not for decisions" in tried.text
    made = other.post(f"/studies/templates/{key}/use", data={"title": "From theirs"})
    assert "From theirs" in other.get(made.location).text
    again = read_form(client.get(path).text, path) | {"into": key, "note": "Reworded"}
    assert client.post(path, data=again).status_code == 303
    assert "Reworded" in client.get(f"/studies/templates/{key}").text
    assert other.post(f"/studies/templates/{key}/remove").status_code == 409
    assert client.post(f"/studies/templates/{key}/remove").status_code == 303
    assert "Border threats" not in client.get("/studies/templates").text


def test_a_pilot_runs_beside_its_study_and_is_flagged_everywhere(client: FlaskClient, study: str) -> None:
    assert "No pilot yet." in client.get(f"/studies/{study}/pilots").text
    pilot = client.post(f"/studies/{study}/pilots").location.split("/")[2]
    for page in ("", "/set-up", "/set-up/panel", "/roles"):
        assert "PILOT: a test of the questions" in client.get(f"/studies/{pilot}{page}").text
        assert "PILOT" not in client.get(f"/studies/{study}{page}").text
    log = f"/studies/{study}/pilots/{pilot}"
    assert "Nothing differs." in client.get(log).text
    about = f"/studies/{study}/set-up/about"
    client.post(about, data=read_form(client.get(about).text, about) | {"paid_by": "Another budget"})
    assert "1 change since" in client.get(f"/studies/{study}/pilots").text
    data = read_form(client.get(log).text, log)
    key = next(name for name in data if name.startswith("reason-"))
    assert client.post(log, data={key: "x" * 601}).status_code == 422
    assert client.post(log, data={key: "The ministry pays."}).status_code == 303
    assert "The ministry pays." in client.get(log).text
    assert client.post(f"{log}/delete").status_code == 409
    assert client.get(f"/studies/{pilot}/pilots/{study}").status_code == 404


def test_an_archived_study_is_read_only_and_comes_back(
    client: FlaskClient, lead: tuple[str, str], place: Installation
) -> None:
    with place.database.writing() as session:
        ended = f.closed_study(place, session, lead[0], n_rounds=1, title="Over and done").id
    page = client.get("/studies?shelf=ended").text
    assert "Over and done" in page
    assert "Deleted: names from" in page
    assert client.post(f"/studies/{ended}/archive").status_code == 303
    assert "Over and done" not in client.get("/studies").text
    assert "Over and done" in client.get("/studies?shelf=archived&q=over").text
    assert "Over and done" not in client.get("/studies?shelf=archived&q=drones").text
    assert client.get(f"/studies/{ended}/results").status_code == 200
    refused = client.post(f"/studies/{ended}/rounds/1/moderation", data={})
    assert refused.status_code == 409
    assert "read only" in refused.text
    assert client.post(f"/studies/{ended}/copy", data={"title": "Anew"}).status_code == 303
    assert client.post(f"/studies/{ended}/unarchive").status_code == 303
    assert "Over and done" in client.get("/studies").text


def test_the_list_takes_the_same_statements_for_two_studies_and_for_twenty(
    client: FlaskClient, lead: tuple[str, str], place: Installation
) -> None:
    def counted() -> int:
        with count(place.database) as statements:
            assert client.get("/studies").status_code == 200
        return len(statements)

    def add(number: int) -> None:
        with place.database.writing() as session:
            for _ in range(number):
                f.running_study(place, session, lead[0], scenarios=("S02",), sizes={"Industry": 5})
                f.closed_study(place, session, lead[0], n_rounds=1, scenarios=("S02",))

    add(1)
    few = counted()
    add(4)
    assert counted() == few
    assert "Industry 0 of 5" in client.get("/studies").text


def rows(place: Installation) -> dict[str, int]:
    with place.database.reading() as session:
        return {table.name: session.query(table).count() for table in Base.metadata.sorted_tables}


def test_a_preview_is_what_a_panellist_will_see_and_stores_nothing(
    app: Flask, client: FlaskClient, study: str, place: Installation
) -> None:
    before = rows(place)
    with place.database.reading() as session:
        groups = {group.name: group.id for group in studies.groups(session, study)}
    first = client.get(f"/studies/{study}/preview").text
    assert "PREVIEW: nothing is stored" in first
    assert "“Law enforcement” will see" in first
    other = client.get(f"/studies/{study}/preview?group={groups['Industry']}").text
    assert "“Industry” will see" in other
    page = client.get(f"/studies/{study}/preview/1?group={groups['Industry']}").text
    assert f"/studies/{study}/preview/2?group={groups['Industry']}" in page
    assert 'href="/panel' not in page + first
    assert '<fieldset class="bare" disabled>' in page
    assert rows(place) == before
    for address in ("preview/3", "preview?group=none", "preview/0"):
        assert client.get(f"/studies/{study}/{address}").status_code == 404
    assert client.post(f"/studies/{study}/preview/1").status_code == 405
    # What a panellist then sees is the same, but for the frame.
    with place.database.writing() as session:
        made = studies.get(session, study)
        f.add_people(place, session, made, panel.PEOPLE)
        f.open_round(place, session, made)
        session.expunge_all()
    real = panel.enter(app, place, made).get("/panel/1").text
    for part in (page, real):
        assert '<p class="claim"' in part
    assert body(page) == body(real)


def body(page: str) -> list[str]:
    """Return the questions of a page: what stands in its form, without tokens and marks."""
    inside = page.partition('aria-label="Your answers"')[2].partition("</form>")[0]
    return [label.partition("</")[0] for label in re.split(r"<(?:label|legend|h2)[^>]*>", inside)[1:]]


def test_a_study_without_a_group_has_no_preview_yet(client: FlaskClient) -> None:
    made = client.post("/studies/new", data={"title": "Bare", "kind": "real", "marking": "TLP:AMBER"})
    bare = made.location.split("/")[2]
    assert client.get(f"/studies/{bare}/preview").status_code == 409


def test_scenarios_are_read_in_the_language_a_panellist_chose(
    app: Flask, client: FlaskClient, study: str, place: Installation
) -> None:
    languages = f"/studies/{study}/set-up/languages"
    data = read_form(client.get(languages).text, languages)
    for wrong in ("", "english", "en, xx1", "en zz", "a" * 60):
        assert client.post(languages, data=data | {"languages": wrong}).status_code == 422
    assert client.post(languages, data=data | {"languages": "en, de, ar"}).status_code == 303
    with place.database.reading() as session:
        one = studies.scenarios(session, study)[0].id
    path = f"/studies/{study}/set-up/scenarios/{one}/texts"
    texts = {"text_title": "Geklonte Stimmen", "text_statement": "Bis 2028 geschieht es."}
    german = read_form(client.get(f"{path}/de").text, f"{path}/de") | texts
    assert client.post(f"{path}/de", data=german).status_code == 303
    assert client.get(f"{path}/fr").status_code == 404
    assert "2 of " in client.get(languages).text
    preview = client.get(f"/studies/{study}/preview/1?language=de").text
    assert "Bis 2028 geschieht es." in preview
    assert "Not all of this is translated" in preview
    with place.database.writing() as session:
        made = studies.get(session, study)
        f.add_people(place, session, made, panel.PEOPLE)
        f.open_round(place, session, made)
        session.expunge_all()
    ann = panel.enter(app, place, made)
    assert "Bis 2028 geschieht es." not in ann.get("/panel/1").text
    assert ann.post("/panel/1/language", data={"language": "de"}).location == "/panel/1"
    page = ann.get("/panel/1").text
    assert '<h1 lang="de" dir="auto">Geklonte Stimmen</h1>' in page
    assert "Bis 2028 geschieht es." in page
    assert ann.post("/panel/1", data=panel.fields(ann)).status_code == 303
    ann.post("/panel/1/language", data={"language": "fr"})  # not of this study
    assert "Geklonte Stimmen" in ann.get("/panel/1").text
    assert "Geklonte Stimmen" not in panel.enter(app, place, made, 1).get("/panel/1").text


def test_two_translators_do_not_overwrite_each_other(
    client: FlaskClient, study: str, place: Installation
) -> None:
    with place.database.writing() as session:
        studies.get(session, study).languages = ["en", "de"]
        one = studies.scenarios(session, study)[0].id
    path = f"/studies/{study}/set-up/scenarios/{one}/texts/de"
    first = read_form(client.get(path).text, path)
    second = first | {"text_title": "Zweiter"}
    assert client.post(path, data=first | {"text_title": "Erster"}).status_code == 303
    told = client.post(path, data=second)
    assert told.status_code == 409
    assert "Erster" in told.text
    assert "Zweiter" in told.text


def test_other_languages_are_locked_with_the_rest(place: Installation, lead: tuple[str, str]) -> None:
    hashes = set()
    for texts in ({}, {"de": {"title": "Titel"}}):
        with place.database.writing() as session:
            made = f.draft_study(session, lead[0])
            made.languages = ["en", "de"]
            studies.scenarios(session, made.id)[0].texts = texts
            session.flush()
            f.open_round(place, session, made)
            hashes.add(made.protocol_hash)
    assert len(hashes) == 2


def upload(name: str, content: bytes) -> dict[str, Any]:
    """Return what a browser sends with a file, as bytes: the test client would leave a large file open."""
    return {"data": uploaded("file", name, "image/png", content), "content_type": MULTIPART}


def test_a_file_is_put_beside_a_scenario_and_opened_by_its_panel_alone(
    app: Flask, client: FlaskClient, study: str, place: Installation
) -> None:
    with place.database.reading() as session:
        one = studies.scenarios(session, study)[0].id
    page = f"/studies/{study}/set-up/scenarios/{one}"
    refused = client.post(f"{page}/files", **upload("a.svg", b"<svg/>"))
    assert refused.status_code == 422
    assert "Only PDF, PNG and JPEG files are taken." in refused.text
    assert "Choose a file first." in client.post(f"{page}/files", data={}).text
    assert client.post(f"{page}/files", **upload("map.png", PICTURE)).status_code == 303
    shown = client.get(page).text
    address = re.search(rf"/studies/{study}/files/(\w+)", shown)
    assert address
    with place.database.writing() as session:
        made = studies.get(session, study)
        f.add_people(place, session, made, panel.PEOPLE)
        f.open_round(place, session, made)
        session.expunge_all()
        outsider = f.make_account(session, "Ulf Outsider").email
    ann = panel.enter(app, place, made)
    assert f"/panel/files/{address[1]}" in ann.get("/panel/1").text
    assert f"/panel/files/{address[1]}" not in ann.get("/panel/2").text
    answer = ann.get(f"/panel/files/{address[1]}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == "attachment; filename=map.png"
    allowed = answer.headers["Content-Security-Policy"].split("; ")
    nothing = [f"{what} 'none'" for what in ("default-src", "form-action", "base-uri", "frame-ancestors")]
    assert allowed == [*nothing, "sandbox"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "image/png"
    assert client.get(address[0]).status_code == 200
    elsewhere = panel.started(place)
    assert panel.enter(app, place, elsewhere).get(f"/panel/files/{address[1]}").status_code == 404
    assert (
        panel.enter(app, place, made, 1, consent=False).get(f"/panel/files/{address[1]}").status_code == 302
    )
    assert app.test_client().get(f"/panel/files/{address[1]}").status_code == 410
    stranger = app.test_client()
    stranger.post("/sign-in", data={"email": outsider, "password": f.PASSWORD})
    assert stranger.get(address[0]).status_code == 404
    assert client.post(f"{page}/files", **upload("b.png", PICTURE)).status_code == 409


def test_only_the_doors_that_say_so_take_files_and_large_bodies(client: FlaskClient, study: str) -> None:
    takers = {name for name, door in DOORS.items() if door.uploads}
    assert "facilitator.add_file" in takers
    about = f"/studies/{study}/set-up/about"
    assert client.post(about, **upload("a.png", PICTURE)).status_code == 415
    assert client.post(about, data={"title": "x" * (3 << 20)}).status_code == 413
    with_file = f"/studies/{study}/set-up/scenarios/none/files"
    assert (
        client.post(with_file, **upload("a.png", b"x" * (6 << 20))).status_code == 404
    )  # read, no such scenario
    assert client.post(with_file, **upload("a.png", b"x" * (21 << 20))).status_code == 413
    assert client.post(with_file, data={"file": "x" * (3 << 20)}).status_code == 413  # larger for files alone
