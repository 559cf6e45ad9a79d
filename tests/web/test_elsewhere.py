"""Upload, columns, preview, joining: as a facilitator meets them."""

from __future__ import annotations

import html
import io
from typing import Any

import openpyxl
import pytest
from babel.dates import format_date
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from copkit_delphi.elicitation import results
from copkit_delphi.elicitation.models import Panellist, Rating, UploadedRatings
from tests import factories as f
from tests.web.corpus import BOUNDARY, MULTIPART, uploaded, zip_bomb

GROUPS = [
    name
    for name, size in {"Law enforcement": 6, "Industry": 6, "Civil society": 5}.items()
    for _ in range(size)
]


def workbook(people: int = 17) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(("Code", "Group", "E-mail", "How likely?"))  # type: ignore[union-attr]
    for n in range(people):
        row = (f"code-{n:02d}", GROUPS[n % 17], f"p{n:02d}@panel.example", 40 + n % 17)
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def stage(place: Any, sign_in: Any) -> tuple[FlaskClient, str]:
    """A facilitator with a draft study that could open."""
    with place.database.writing() as session:
        lead = f.make_account(session)
        study = f.draft_study(session, lead.id, practice=False, scenarios=("S02",))
        email, study_id = lead.email, study.id
    return sign_in(email), f"/studies/{study_id}"


def sent(client: FlaskClient, base: str, data: bytes, name: str = "round 1.xlsx", **fields: str) -> Any:
    body = {"file": (io.BytesIO(data), name), "sheet": "", "header_row": "1", **fields}
    return client.post(f"{base}/set-up/elsewhere", data=body, content_type="multipart/form-data")


CHOSEN = {
    "column-0": "panellist", "column-1": "group", "column-2": "email", "column-3": "is:", "about-3": "s02.Likelihood",
    "cannot": "x",
}  # fmt: skip


def text(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


def count(place: Any, table: Any) -> int:
    with place.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_from_a_workbook_to_a_closed_round(place: Any, stage: tuple[FlaskClient, str]) -> None:
    client, base = stage
    assert "Was round 1 run elsewhere?" in text(client.get(f"{base}/set-up"))
    answer = sent(client, base, workbook())
    assert answer.status_code == 303
    screen = answer.headers["Location"]
    page = text(client.get(screen))
    assert "17 rows, 4 columns" in page
    assert "Say which columns hold answers." in page
    page = text(client.post(screen, data=CHOSEN | {"do": "show"}))
    assert "17 panellists with 17 answers; 17 of them with an address" in page
    for personal in ("code-00", "p00@panel.example"):
        assert personal not in page
    assert count(place, Rating) == 0
    answer = client.post(screen, data=CHOSEN | {"do": "join", "source": "Asked on paper in May."})
    assert answer.status_code == 303
    assert (count(place, Rating), count(place, Panellist), count(place, UploadedRatings)) == (17, 17, 0)
    page = text(client.get(answer.headers["Location"]))
    assert "The round has joined." in page
    assert "Asked on paper in May." in page
    page = text(client.get(f"{base}/results"))
    assert "Results of round 1" in page
    assert "This round was run elsewhere" in page
    day = format_date(f.NOW, "EEEE d MMMM y")
    assert f"joined its answers from a workbook (XLSX) on {day}. Source: Asked on paper in May." in page
    assert "round 1.xlsx" not in page
    assert "Check the reasons" in text(client.get(base))
    assert client.get(screen).status_code == 404


def test_a_mapping_is_kept_and_taken_for_the_next_file(stage: tuple[FlaskClient, str]) -> None:
    client, base = stage
    screen = sent(client, base, workbook()).headers["Location"]
    page = client.post(screen, data=CHOSEN | {"do": "keep", "name": " "})
    assert page.status_code == 422
    assert "Give the mapping a name" in text(page)
    assert client.post(screen, data=CHOSEN | {"do": "keep", "name": "Our survey"}).status_code == 200
    again = text(client.get(sent(client, base, workbook()).headers["Location"]))
    assert "Everything can be read" in again
    assert "Our survey" in again
    no_answers = CHOSEN | {"column-3": ""}
    assert client.post(screen, data=no_answers | {"do": "keep", "name": "A first"}).status_code == 200
    again = text(client.get(sent(client, base, workbook()).headers["Location"]))
    assert "Everything can be read" in again  # one without answers is offered, and not begun with
    other = openpyxl.Workbook()
    other.active.append(("Who", "Answer"))  # type: ignore[union-attr]
    other.active.append(("a", 1))  # type: ignore[union-attr]
    out = io.BytesIO()
    other.save(out)
    assert "Our survey" not in text(client.get(sent(client, base, out.getvalue()).headers["Location"]))


def test_what_was_chosen_stays_on_the_page_with_what_is_wrong(
    place: Any, stage: tuple[FlaskClient, str]
) -> None:
    client, base = stage
    screen = sent(client, base, workbook()).headers["Location"]
    bad = CHOSEN | {"do": "join", "source": "Mine.", "column-1": "", "words": "no sign"}
    answer = client.post(screen, data=bad)
    assert answer.status_code == 422
    page = text(answer)
    assert "Line 1: write the word of the file = what it means." in page
    assert "no sign</textarea>" in page
    assert "Mine.</textarea>" in page
    assert '<option selected value="is:">' in page
    assert 'value="s02.Likelihood"' in page
    answer = client.post(screen, data=bad | {"words": ""})
    assert answer.status_code == 422
    assert "Say which column holds the group" in text(answer)
    assert count(place, Rating) == 0
    assert count(place, UploadedRatings) == 1


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (zip_bomb(), "bomb.xlsx", "times its size"),
        (b"PK\x03\x04 cut off", "cut.xlsx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "old.xls", "old kind (XLS) or another Office file"),
        (b"", "empty.csv", "The file is empty."),
        (b"a;b\n1;2;3\n", "wide.csv", "Line 2 has more cells"),
    ],
    ids=["bomb", "cut", "old", "empty", "wide"],
)
def test_a_malformed_file_is_refused_with_the_reason(
    place: Any, stage: tuple[FlaskClient, str], data: bytes, name: str, why: str
) -> None:
    client, base = stage
    answer = sent(client, base, data, name)
    assert answer.status_code == 422
    assert why in text(answer)
    assert count(place, UploadedRatings) == 0


def test_no_file_is_refused_in_words(stage: tuple[FlaskClient, str]) -> None:
    client, base = stage
    for body in ({"header_row": "1"}, {"file": "text", "header_row": "1"}):
        answer = client.post(f"{base}/set-up/elsewhere", data=body)
        assert answer.status_code == 422
        assert "Choose a file." in text(answer)


def large(client: FlaskClient, base: str, size: int) -> Any:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="header_row"\r\n\r\n1\r\n'.encode()
    body = head + uploaded("file", "x.csv", "text/csv", b"x" * size)
    return client.post(f"{base}/set-up/elsewhere", data=body, content_type=MULTIPART)


def test_a_form_that_takes_files_takes_twenty_megabytes_and_another_none(
    stage: tuple[FlaskClient, str],
) -> None:
    client, base = stage
    assert "larger than 20 MB" in text(large(client, base, (20 << 20) + 1))
    assert large(client, base, 21 << 20).status_code == 413
    body = {"title": "x", "file": (io.BytesIO(b"x"), "x.csv")}
    assert (
        client.post(f"{base}/set-up/about", data=body, content_type="multipart/form-data").status_code == 415
    )


def test_nobody_signed_in_sends_no_large_file(app: Any, stage: tuple[FlaskClient, str]) -> None:
    _, base = stage
    assert large(app.test_client(), base, 3 << 20).status_code == 413


def test_an_upload_of_somebody_else_is_not_there(
    place: Any, stage: tuple[FlaskClient, str], sign_in: Any
) -> None:
    client, base = stage
    screen = sent(client, base, workbook()).headers["Location"]
    with place.database.writing() as session:
        second = f.make_account(
            session, "Cora Second", f.Role.CO_FACILITATOR, study_id=base.rpartition("/")[2]
        )
        email = second.email
    other = sign_in(email)
    assert other.get(screen).status_code == 404
    assert other.post(screen, data=CHOSEN | {"do": "join", "source": "x"}).status_code == 404
    assert other.post(f"{screen}/drop").status_code == 404


def test_statements_grow_neither_with_the_rows_nor_with_the_columns(
    place: Any, stage: tuple[FlaskClient, str]
) -> None:
    client, base = stage
    counted = []
    for people in (17, 2000):
        screen = sent(client, base, workbook(people)).headers["Location"]
        statements: list[str] = []

        def note(_c: Any, _u: Any, statement: str, *_more: Any, into: list[str] = statements) -> None:
            into.append(statement)

        event.listen(place.database.engine, "before_cursor_execute", note)
        assert client.get(screen).status_code == 200
        event.remove(place.database.engine, "before_cursor_execute", note)
        counted.append(len(statements))
    assert counted[0] == counted[1] < 30


def test_the_page_names_each_item_once_however_many_columns_there_are(
    place: Any, stage: tuple[FlaskClient, str]
) -> None:
    client, base = stage
    for columns in (3, 300):
        table = ",".join(["Group", *(f"c{n}" for n in range(columns))]) + "\nIndustry" + ",5" * columns
        page = text(client.get(sent(client, base, table.encode(), "x.csv").headers["Location"]))
        assert page.count('list="items-of-the-study"') == columns + 1
        assert page.count('value="S02.impact.physical"') == 1


def test_a_column_of_answers_says_of_which_item(stage: tuple[FlaskClient, str]) -> None:
    client, base = stage
    screen = sent(client, base, workbook()).headers["Location"]
    for item, says in (
        ("", "Choose the item that this column is about."),
        ("S99", "The study has no item “S99”."),
    ):
        page = text(client.post(screen, data=CHOSEN | {"about-3": item, "do": "show"}))
        assert says in page
        assert f'value="{item}"' in page
    page = text(client.post(screen, data=CHOSEN | {"column-2": "is:", "about-3": "", "do": "show"}))
    assert "E-mail, How likely?" in page
    page = text(client.post(screen, data=CHOSEN | {"column-2": "why:", "about-2": "S02.impact.physical"}))
    assert "Reasons stand with a likelihood." in page


def test_the_figures_of_a_joined_round_are_disclosed_like_any(
    place: Any, stage: tuple[FlaskClient, str]
) -> None:
    client, base = stage
    screen = sent(client, base, workbook(8)).headers["Location"]
    assert client.post(screen, data=CHOSEN | {"do": "join", "source": "Paper."}).status_code == 303
    with place.database.reading() as session:
        (frozen,) = results.of_study(session, base.rpartition("/")[2])
    panel = frozen.item("S02.likelihood").panel
    assert (panel.n, panel.q1, panel.columns) == (8, None, None)
    shown = {one.name: one.figures.n for one in frozen.item("S02.likelihood").groups}
    assert shown == {"Law enforcement": None, "Industry": None, "Civil society": None}
