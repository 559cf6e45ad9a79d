"""Pages in the language of whoever reads them: how it is chosen, what it says of times and figures, what it never mixes."""

from __future__ import annotations

import csv
import re
import shutil
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from copkit_delphi.domain.languages import LANGUAGES
from copkit_delphi.domain.zones import ZONES
from copkit_delphi.elicitation import letter_texts, studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.people.models import OutboxMessage
from copkit_delphi.reporting import catalogues
from copkit_delphi.reporting.zones import city
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from tests import factories
from tests.web import panel
from tests.web.test_panellist import text

LANG = re.compile(r'<html lang="([^"]+)" dir="([^"]+)">')


@pytest.fixture
def app(tmp_path: Path, migrated: Path) -> Flask:
    """The application of translators: languages in work are offered, and the pseudo-language."""
    shutil.copy(migrated, tmp_path / "copkit.sqlite3")
    app = create_app(Settings(data_dir=tmp_path, translating=True), clock=lambda _session: factories.NOW)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


@pytest.fixture
def place(app: Flask):
    return app.extensions[KEY]


def language(page: str) -> str:
    found = LANG.search(page)
    assert found, page[:200]
    return found[1]


def test_the_link_says_the_language_before_the_browser_does(app: Flask, place) -> None:
    study = panel.started(place)
    client, path = app.test_client(), panel.link(place, study)
    polish = {"Accept-Language": "pl,en;q=0.5"}
    assert language(text(client.get(path, headers=polish))) == "pl"
    assert language(text(client.get(f"{path}?language=fr", headers=polish))) == "fr"
    client.post(path, headers=polish)
    answer = client.get("/panel", headers=polish)
    assert language(text(answer)) == "fr"
    assert answer.headers["Content-Language"] == "fr"


def test_a_language_that_is_none_changes_nothing(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    client.get("/panel?language=de")
    for asked in ("xx", "es", "", "../../de", "de\x00"):
        assert language(text(client.get("/panel", query_string={"language": asked}))) == "de"


def test_without_a_word_of_the_browser_the_study_speaks_its_first_language(app: Flask, place) -> None:
    study = panel.started(place)
    path = panel.link(place, study)
    assert language(text(app.test_client().get(path))) == "en"
    with place.database.writing() as session:
        session.get_one(Study, study.id).languages = ["de", "en"]
    assert language(text(app.test_client().get(path))) == "de"
    assert language(text(app.test_client().get(path, headers={"Accept-Language": "fr-CA"}))) == "fr"


@pytest.mark.parametrize("path", ["/panel", "/panel/1", "/panel/review", "/panel/my-data", "/panel/withdraw"])
def test_the_menu_keeps_the_page_and_names_each_language_in_itself(app: Flask, place, path: str) -> None:
    page = text(panel.enter(app, place, panel.started(place)).get(path))
    for code in ("en", "fr", "de", "pl"):
        assert f'<a href="{path}?language={code}" lang="{code}" hreflang="{code}" dir="ltr"' in page
        assert LANGUAGES[code].name in page
    assert "not yet read by a native speaker" in page


def test_the_menu_stands_before_consent_and_where_something_was_refused(app: Flask, place) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study, consent=False)
    assert "?language=pl" in text(client.get("/panel"))
    assert "/panel?language=pl" in text(client.post("/panel/consent", data={}))  # it has no page of its own
    assert "?language=pl" in text(app.test_client().get("/p/of-nobody"))


def test_only_complete_languages_are_offered_to_a_panel(tmp_path: Path, migrated: Path) -> None:
    folder = tmp_path / "as-it-comes"
    folder.mkdir()
    shutil.copy(migrated, folder / "copkit.sqlite3")
    client = create_app(Settings(data_dir=folder)).test_client()
    complete = {code for code, one in LANGUAGES.items() if one.complete}
    page = text(client.get("/help?language=x-pseudo", headers={"Accept-Language": "x-pseudo, es"}))
    assert language(page) == "en"
    assert set(re.findall(r'hreflang="([^"]+)"', page)) == (complete if len(complete) > 1 else set())


def test_staff_read_english(app: Flask, place) -> None:
    with place.database.writing() as session:
        email = factories.make_account(session).email
    client = app.test_client()
    client.get("/help?language=x-pseudo")
    client.post("/sign-in", data={"email": email, "password": factories.PASSWORD})
    for path in ("/studies", "/help"):
        page = text(client.get(path, headers={"Accept-Language": "x-pseudo"}))
        assert language(page) == "en"
        assert "⟦" not in page


def test_a_refusal_is_said_in_the_language_of_the_page(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    client.get("/panel?language=x-pseudo")
    page = text(client.post("/panel/1", data=panel.fields(client, likelihood="200")))
    assert catalogues.pseudo("Give a whole").rstrip("⟧ ~") in page
    answer = client.post("/panel/1/draft", data={"round": "7"}, headers={"X-Requested-With": "fetch"})
    assert answer.get_json()["message"].startswith(catalogues.pseudo("This page").rstrip("⟧ ~"))


# Times and figures ---------------------------------------------------------------------------------------------------


def in_zone(place, study: Study, zone: str) -> None:
    with place.database.writing() as session:
        session.get_one(Study, study.id).time_zone = zone


def test_deadlines_are_told_in_the_zone_of_the_study_or_of_the_reader(app: Flask, place) -> None:
    study = panel.started(place)  # until 9 November, 09:00 UTC
    client = panel.enter(app, place, study)
    assert "Monday 9 November 2026, 09:00 UTC" in text(client.get("/panel"))
    in_zone(place, study, "Europe/Warsaw")
    assert "Monday 9 November 2026, 10:00 (Warsaw, UTC+1)" in text(client.get("/panel"))
    assert "Monday 9 November 2026, 11:00 (Athens, UTC+2)" in text(client.get("/panel?zone=Europe/Athens"))
    assert '<option value="Europe/Athens" selected>' in text(client.get("/panel"))
    assert "Athens, UTC+2" in text(client.get("/panel"))
    assert "Warsaw, UTC+1" in text(client.get("/panel?zone=Nowhere/Land"))


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("de", "Montag, 9. November 2026, 10:00 (Warschau, UTC+1)"),
        ("fr", "lundi 9 novembre 2026, 10:00 (Varsovie, UTC+1)"),
        ("pl", "poniedziałek, 9 listopada 2026, 10:00 (Warszawa, UTC+1)"),
    ],
)
def test_dates_are_written_as_the_language_does(app: Flask, place, code: str, written: str) -> None:
    study = panel.started(place)
    in_zone(place, study, "Europe/Warsaw")
    assert written in text(panel.enter(app, place, study).get(f"/panel?language={code}"))


def test_figures_are_written_as_the_language_does(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place, rounds=2))
    english = text(client.get("/panel/results"))
    halves = re.findall(r"<b>(\d+)\.5%</b>", english)
    whole = re.findall(r"<b>(\d+)%</b> \(", english)
    german = unescape(text(client.get("/panel/results?language=de")))
    assert whole
    assert all(f"<b>{number}\N{NO-BREAK SPACE}%</b>" in german for number in whole)
    assert all(f"<b>{number},5\N{NO-BREAK SPACE}%</b>" in german for number in halves)
    assert not re.search(r">[^<]*\d\.\d[^<]*<", german)
    assert text(client.get("/panel/results?language=en")).count("%</b>") == english.count("%</b>")


@pytest.mark.parametrize("code", ["de", "fr"])
@pytest.mark.parametrize("path", ["/panel/1", "/panel/results", "/panel/practice"])
def test_no_figure_of_a_chart_is_glued_to_its_percent_sign(app: Flask, place, code: str, path: str) -> None:
    client = panel.enter(app, place, panel.started(place, rounds=2))
    asked = re.findall(r'name="(C\d\d)"', text(client.get("/panel/practice")))
    low = re.search(r'name="(C\d\d)_low"', text(client.get("/panel/practice")))[1]
    ends = {f"{low}_low": "1", f"{low}_high": "2"}
    client.post("/panel/practice", data=dict.fromkeys(asked, "40") | ends)
    drawn = re.findall(r"<text[^>]*>([^<]*)</text>", text(client.get(f"{path}?language={code}")))
    assert "25\N{NO-BREAK SPACE}%" in drawn
    assert [one for one in drawn if re.search(r"\d%", one)] == []
    assert "1.4" not in text(client.get("/panel/practice"))


def test_a_page_takes_back_the_number_that_it_shows(app: Flask, place) -> None:
    client = panel.enter(app, place, panel.started(place))
    client.get("/panel?language=de")
    client.post("/panel/1", data=panel.fields(client, likelihood="80"))
    page = text(client.get("/panel/1"))
    shown = re.search(r'name="likelihood" value="([^"]*)"', page)
    assert shown
    assert client.post("/panel/1", data=panel.fields(client, likelihood=shown[1])).status_code == 303
    assert panel.values(place)["S02.likelihood"] == 80


def test_the_own_record_speaks_the_language_of_the_page_and_its_numbers_are_the_same(
    app: Flask, place
) -> None:
    client = panel.enter(app, place, panel.started(place))
    client.post("/panel/1", data=panel.fields(client, reason="Mine."))
    english, german = (
        list(
            csv.reader(text(client.get(f"/panel/answers.csv?language={code}")).lstrip("\ufeff").splitlines())
        )
        for code in ("en", "de")
    )
    assert german[0][:2] == ["Runde", "Szenario"]
    assert [row[4] for row in english[1:6]] == ["80", "1", "3", "cannot judge", "2"]
    assert [row[4] for row in german[1:6]] == ["80", "1", "3", "kein Urteil", "2"]
    assert {row[7] for row in german[1:6]} == {"", "das Panel"}
    assert len(set(german[0])) == len(german[0])
    assert all(row[3] and row[5] for row in german[1:6])
    assert "ziemlich sicher" in {row[5] for row in german[1:6]}
    assert not {row[3] for row in german[2:6]} & {row[3] for row in english[2:6]}
    page = unescape(text(client.get("/panel/my-data?language=de")))
    for said in ("Wahrscheinlichkeit", "80\N{NO-BREAK SPACE}%", "kein Urteil"):
        assert said in page
    for code in ("S02.", "cannot", "likelihood", "facilitators"):
        assert code not in page.partition("<main")[2].partition("</main")[0]


# Mails ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tongue", "zone", "written"),
    [
        ("en", "UTC", "Monday 9 November 2026, 09:00 UTC"),
        ("en", "Europe/Warsaw", "Monday 9 November 2026, 10:00 (Warsaw, UTC+1)"),
        ("de", "Europe/Warsaw", "Montag, 9. November 2026, 10:00 Uhr (Warschau, UTC+1)"),
        ("fr", "Europe/Warsaw", "lundi 9 novembre 2026 à 10:00 (Varsovie, UTC+1)"),
        ("pl", "Europe/Warsaw", "9 listopada 2026 (poniedziałek), godz. 10:00 (Warszawa, UTC+1)"),
    ],
)
def test_mails_tell_deadlines_as_pages_do(tongue: str, zone: str, written: str) -> None:
    assert letter_texts.moment(datetime(2026, 11, 9, 9, tzinfo=UTC), tongue, zone) == written


def test_a_mail_leads_to_pages_in_its_language(place) -> None:
    panel.started(place)
    with place.database.reading() as session:
        rows = session.query(OutboxMessage).filter_by(kind="invitation").all()
        mails = [place.vault.open(row.seal)["text"] for row in rows]
    assert mails
    assert all(re.search(r"/p/\S+\?language=en\s", mail) for mail in mails)


@pytest.mark.parametrize("formats", ["en", "fr", "de", "pl"])
def test_no_two_zones_of_the_menu_have_one_name(formats: str) -> None:
    names = [city(name, formats) for name in ZONES]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("formats", ["en", "fr", "de", "pl"])
def test_a_city_is_spelt_as_people_spell_it(formats: str) -> None:
    assert city("Europe/Busingen", formats).startswith("Büsingen")


def test_the_menu_of_zones_says_how_far_each_is_from_utc(app: Flask, place) -> None:
    page = text(panel.enter(app, place, panel.started(place)).get("/panel?language=de"))
    assert re.search(r'<option value="Europe/Warsaw"[^>]*>Warschau, UTC\+[12]</option>', page)


def test_what_a_study_says_in_its_own_language_only_is_marked_on_a_page_in_another(app: Flask, place) -> None:
    study = panel.started(place)
    path = panel.link(place, study)
    fell, title = "nicht übersetzt, daher auf Englisch gezeigt", "Technology threats to watch"
    link = unescape(text(app.test_client().get(f"{path}?language=de")))
    assert f'<span lang="en" dir="auto">{title}</span>' in link
    assert link.count(fell) == 2  # title and purpose
    client = panel.enter(app, place, study, path=path, consent=False)
    assert text(client.get("/panel?language=de")).count(fell) == 3  # and the group
    client.post("/panel/consent", data={"agree": "y", "quoting": "no"})
    desk = text(client.get("/panel"))
    assert f'<span lang="en" dir="auto">{title}</span>' in desk
    assert desk.count(fell) == 2
    assert fell in text(client.get("/panel/review"))
    assert fell not in text(client.get("/panel?language=en"))


def test_titles_stand_in_the_language_that_is_read_and_say_where_they_do_not(app: Flask, place) -> None:
    study = panel.started(place, scenarios=("S02", "S04"))
    with place.database.writing() as session:
        session.get_one(Study, study.id).languages = ["en", "de"]
        studies.scenarios(session, study.id)[0].texts = {"de": {"title": "Geklonte Stimmen"}}
    client = panel.enter(app, place, study)
    page = text(client.get("/panel?language=de"))
    assert "Geklonte Stimmen, nicht begonnen" in page
    review = text(client.get("/panel/review"))
    assert '1. <span lang="de" dir="auto">Geklonte Stimmen</span></h2>' in review
    assert review.count("nicht übersetzt") == 1


def test_a_page_has_one_switch_of_languages(app: Flask, place) -> None:
    study = panel.started(place)
    client = panel.enter(app, place, study)
    for codes, cards in ((["en", "de"], 0), (["en", "es"], 1)):
        with place.database.writing() as session:
            session.get_one(Study, study.id).languages = codes
        assert text(client.get("/panel/1")).count('action="/panel/1/language"') == cards
