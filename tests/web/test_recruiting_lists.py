"""Importing a list as a facilitator sees it: upload, look, mend, confirm; a long one with progress."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import StagedUpload
from copkit_delphi.elicitation.recruiting import grids, staging
from copkit_delphi.elicitation.recruiting.progress import Held
from copkit_delphi.installation import Installation
from copkit_delphi.people import audit, vault
from copkit_delphi.web.recruiting import importing
from tests import factories as f
from tests.web.corpus import MULTIPART, URLENCODED, uploaded


@pytest.fixture
def study(place: Installation) -> tuple[str, str]:
    """Id of a draft study and the address of its facilitator."""
    with place.database.writing() as session:
        account = f.make_account(session)
        return f.draft_study(session, account.id).id, account.email


@pytest.fixture
def client(study: tuple[str, str], sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in(study[1])


def names(place: Installation, study_id: str) -> list[str]:
    with place.database.reading() as session:
        return [one.name for one in vault.contacts(session, place.vault, study_id=study_id)]


def paste(client: FlaskClient, study_id: str, text: str) -> str:
    """Paste a list; return the address of its preview."""
    answer = client.post(f"/studies/{study_id}/panel/import", data={"lines": text})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def ready(page: str) -> str:
    found = re.search(r'name="ready" value="(\d+)"', page)
    assert found
    return found[1]


def book(rows: list[list[Any]]) -> io.BytesIO:
    made, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(out)
    out.seek(0)
    return out


def settle() -> None:
    """Wait for the threads of imports."""
    for thread in threading.enumerate():
        if thread.name == "import":
            thread.join()


def test_a_pasted_list_is_looked_at_and_confirmed(
    client: FlaskClient, study: tuple[str, str], place: Installation
) -> None:
    where = paste(client, study[0], "Ann Able;ann@x.example;Industry\nBen;ben@x.example;civil society")
    page = client.get(where).text
    assert "2 of 2 rows are ready" in page
    assert names(place, study[0]) == []
    done = client.post(where, data={"act": "confirm", "ready": ready(page)}, follow_redirects=True)
    assert "2 people are on the list now." in done.text
    assert names(place, study[0]) == ["Ann Able", "Ben"]
    assert client.post(where, data={"act": "confirm", "ready": "2"}).status_code == 404  # its rows are gone


def test_rows_are_mended_on_the_page_before_they_are_taken(
    client: FlaskClient, study: tuple[str, str], place: Installation
) -> None:
    text = "Name;Mail;Group\nAnn Able;ann@x.example;Police\nBen;ben(at)x.example;Industry\nAble, Ann;a.nn@x.example;Industry"
    where = paste(client, study[0], text)
    page = client.get(where).text
    assert "1 of 3 rows are ready" in page
    assert "Not an e-mail address" in page
    with place.database.reading() as session:
        police = next(g.id for g in studies.groups(session, study[0]) if g.kind == "lea")
    sent = {
        "act": "check", "columns": "y", "heading": "y", "named-0": police, "row": ["2", "3", "4"], "email-3": "ben@x.example",
    }  # fmt: skip
    assert client.post(where, data=sent).status_code == 303
    page = client.get(where).text
    assert "2 of 3 rows are ready" in page
    assert "Perhaps the same person as Ann Able" in page
    client.post(where, data={"act": "check", "columns": "y", "heading": "y", "row": "4", "sure-4": "y"})
    page = client.get(where + "?show=all").text
    assert "3 of 3 rows are ready" in page
    # a choice that changes the number is not confirmed unseen
    sent = {"act": "confirm", "ready": "3", "columns": "y", "heading": "y", "row": "3", "out-3": "y"}
    again = client.post(where, data=sent, follow_redirects=True)
    assert "2 rows are ready now and not 3" in again.text
    assert names(place, study[0]) == []


def test_columns_can_be_chosen_where_they_were_not_recognised(
    client: FlaskClient, study: tuple[str, str], place: Installation
) -> None:
    where = paste(client, study[0], "Acme;Ann Able;ann@x.example;Industry")
    page = client.get(where).text
    assert '<option value="name" selected>' in page
    sent = {"columns": "y", "act": "check", "column-0": "organisation", "column-1": "name"}
    client.post(where, data=sent)
    client.post(where, data={"act": "confirm", "ready": "1"})
    assert names(place, study[0]) == ["Ann Able"]


def test_a_workbook_is_taken_through_the_door_that_takes_files(
    client: FlaskClient, study: tuple[str, str], place: Installation
) -> None:
    rows = [["First name", "Family name", "E-mail", "Group"], ["Ann", "Able", "ann@x.example", "Industry"]]
    data = {"file": (book(rows), "people.xlsx")}
    answer = client.post(f"/studies/{study[0]}/panel/import", data=data)
    assert answer.status_code == 303
    assert "Ann Able" in client.get(answer.location).text
    elsewhere = client.post(f"/studies/{study[0]}/set-up/panel", data={"file": (book(rows), "people.xlsx")})
    assert elsewhere.status_code == 415


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("people.xlsx", b"PK\x03\x04broken", "The file is damaged"),
        ("people.csv", b"\x00\x01\x02", "not plain text"),
        ("people.csv", b"", "The list is empty"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason_and_kept_text(
    client: FlaskClient, study: tuple[str, str], name: str, content: bytes, says: str
) -> None:
    data = {"file": (io.BytesIO(content), name), "lines": "Ann;ann@x.example;Industry"}
    answer = client.post(f"/studies/{study[0]}/panel/import", data=data)
    assert answer.status_code == 422
    assert says in answer.text
    assert "Ann;ann@x.example;Industry" in answer.text


def test_files_are_taken_up_to_twenty_megabytes_and_forms_up_to_two(
    client: FlaskClient, study: tuple[str, str]
) -> None:
    page = f"/studies/{study[0]}/panel/import"
    for size, status in ((3 << 20, 422), (21 << 20, 413)):
        body = uploaded("file", "p.csv", "text/csv", b"x" * size)
        assert client.post(page, data=body, content_type=MULTIPART).status_code == status
    assert client.post(page, data=b"lines=" + b"x" * (3 << 20), content_type=URLENCODED).status_code == 413


def test_a_long_list_is_taken_beside_the_request_and_says_how_far_it_is(
    client: FlaskClient, study: tuple[str, str], place: Installation
) -> None:
    text = "\n".join(f"Person {n};p{n}@x.example;Industry" for n in range(300))
    where = paste(client, study[0], text)
    answer = client.post(where, data={"act": "confirm", "ready": "300"})
    assert answer.location.endswith("/progress")
    settle()
    page = client.get(answer.location)
    assert "300 people are on the list now." in page.text
    assert "Refresh" not in page.headers
    assert len(names(place, study[0])) == 300
    assert not list(importing.folder(place).iterdir())


def test_the_page_of_progress_tells_one_that_goes_on_from_one_that_was_killed(
    client: FlaskClient, study: tuple[str, str], place: Installation
) -> None:
    where = paste(client, study[0], "Ann;ann@x.example;Industry\nBen;ben@x.example;Industry")
    staged_id = where.rpartition("/")[2]
    with place.database.writing() as session:
        staging.begin(session, place.vault, study_id=study[0], staged_id=staged_id, expected=2, at=f.NOW)
    held = Held(importing.folder(place), staged_id)
    held.tell(1, 2)
    page = client.get(where, follow_redirects=True)
    assert "1 of 2 people" in page.text
    assert page.headers["Refresh"] == "2"
    held._file.close()  # the process is gone, and its lock with it; the file stays
    page = client.get(f"{where}/progress")
    assert "The import was interrupted. Nobody was added." in page.text
    assert "Refresh" not in page.headers
    assert names(place, study[0]) == []
    again = client.post(where, data={"act": "confirm", "ready": "2"})
    assert again.status_code == 303
    assert names(place, study[0]) == ["Ann", "Ben"]


def test_an_import_that_is_refused_beside_the_request_says_so(
    client: FlaskClient, study: tuple[str, str], place: Installation
) -> None:
    where = paste(client, study[0], "Ann;ann@x.example;Industry")
    staged_id = where.rpartition("/")[2]
    with place.database.writing() as session:
        staging.begin(session, place.vault, study_id=study[0], staged_id=staged_id, expected=1, at=f.NOW)
        f.add_people(place, session, studies.get(session, study[0]), "Ann; ann@x.example; Industry")
    importing.run(place, Held(importing.folder(place), staged_id), staged_id, "a")
    assert "Nobody was added: look again" in client.get(f"{where}/progress").text
    with place.database.reading() as session:
        assert session.get_one(StagedUpload, staged_id).state == "failed"


def test_a_list_can_be_forgotten_and_is_seen_by_nobody_else(
    client: FlaskClient, study: tuple[str, str], place: Installation, sign_in: Callable[[str], FlaskClient]
) -> None:
    where = paste(client, study[0], "Ann;ann@x.example;Industry")
    with place.database.writing() as session:
        other = f.make_account(session, "Olga Other")
        mine = f.draft_study(session, other.id, title="Of Olga").id
        analyst = f.make_account(session, "Anna Analyst", Role.ANALYST, study_id=study[0])
    stranger = sign_in(other.email)
    assert stranger.get(where).status_code == 404
    assert stranger.get(where.replace(study[0], mine)).status_code == 404
    assert sign_in(analyst.email).get(where).status_code == 403
    assert "A list waits for you" in client.get(f"/studies/{study[0]}/panel").text
    assert client.post(f"{where}/cancel").status_code == 303
    assert client.get(where).status_code == 404
    assert "A list waits for you" not in client.get(f"/studies/{study[0]}/panel").text


def test_whoever_is_told_of_the_panel_by_a_preview_opened_the_names(
    client: FlaskClient, study: tuple[str, str], place: Installation
) -> None:
    with place.database.writing() as session:
        f.add_people(place, session, studies.get(session, study[0]), "Ann; ann@x.example; Industry")
    where = paste(client, study[0], "Ann;ann@x.example;Industry")
    assert "On the panel already" in client.get(where).text
    with place.database.reading() as session:
        told = [row.action for row in audit.of_study(session, study[0])]
    assert told.count("panel:open-names") == 1


def _count(place: Installation, act: Callable[[], Any]) -> int:
    seen: list[str] = []
    note = lambda _c, _cur, sql, *_: seen.append(sql)  # noqa: E731
    event.listen(place.database.engine, "before_cursor_execute", note)
    act()
    event.remove(place.database.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("page", ["", "/import"])
def test_pages_about_the_panel_take_as_many_statements_for_a_thousand_people(
    client: FlaskClient, study: tuple[str, str], place: Installation, page: str
) -> None:
    path, counts = f"/studies/{study[0]}/panel{page}", []
    client.get(path)
    for n in (10, 1_000):
        with place.database.writing() as session:
            text = "\n".join(f"P {i};of{n}p{i}@x.example;Industry" for i in range(n))
            found = studies.get(session, study[0])
            f.add_people(place, session, found, text.replace(";", "; "))
        counts.append(_count(place, lambda: client.get(path)))
    assert counts[0] == counts[1]


def test_a_preview_takes_as_many_statements_for_a_thousand_rows(
    client: FlaskClient, study: tuple[str, str], place: Installation
) -> None:
    counts = []
    for n in (10, 1_000):
        with place.database.writing() as session:
            grid = grids.of_text("\n".join(f"P {i};p{i}@x.example;Press" for i in range(n)))
            row = staging.stage(session, place.vault, study_id=study[0], grid=grid, at=f.NOW, actor="a").id
        path = f"/studies/{study[0]}/panel/import/{row}"
        client.get(path)
        counts.append(_count(place, lambda path=path: client.get(path)))
    assert counts[0] == counts[1]
