"""Lists of people as they come: pasted in every shape, in text files and in workbooks."""

from __future__ import annotations

import io

import openpyxl
import pytest

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.elicitation.recruiting import columns, grids

ANN, BOB = ("Ann Able", "ann@x.example"), ("Bold, Ben", "ben@x.example")


@pytest.mark.parametrize(
    "text",
    [
        'Ann Able\tann@x.example\n"Bold, Ben"\tben@x.example',
        "Ann Able; ann@x.example\nBold, Ben; ben@x.example",
        'Ann Able,ann@x.example\r\n"Bold, Ben",ben@x.example\r\n',
        "Ann Able <ann@x.example>; Bold, Ben <ben@x.example>",
        'Ann Able <ann@x.example>, "Bold, Ben" <ben@x.example>',
        "Ann Able <ann@x.example>\n\nBold, Ben <ben@x.example>\n",
        "Ann Able|ann@x.example\nBold, Ben|ben@x.example",
    ],
    ids=["tab", "semicolon", "comma", "mail program", "mail program, comma", "a line each", "bar"],
)
def test_pasted_in_any_shape_it_is_the_same_list(text: str) -> None:
    assert grids.of_text(text).rows == (ANN, BOB)


def test_a_cell_with_name_and_address_is_parted_beside_other_columns() -> None:
    rows = grids.of_text("Ann Able <ann@x.example>; Industry\nBen <ben@x.example>; Police").rows
    assert rows == (("Ann Able", "ann@x.example", "Industry"), ("Ben", "ben@x.example", "Police"))


def test_what_is_behind_a_quotation_mark_left_open_is_not_lost() -> None:
    with pytest.raises(Invalid, match="Line 2: a quotation mark is not closed"):
        grids.of_text('Ann;ann@x.example\n"Ben;ben@x.example\nCem;cem@x.example\n')


def test_too_many_rows_or_columns_and_nothing_are_refused() -> None:
    line = "Ann;ann@x.example\n"
    assert len(grids.of_text(line * 5_001).rows) == 5_001  # with its headings
    for text, says in ((line * 5_002, "more than 5,000"), (";x" * 31, "more than 30"), (" \n\n", "is empty")):
        with pytest.raises(Invalid, match=says):
            grids.of_text(text)


# Columns --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Name;E-mail;Organisation;Group;Language;Notes\nA;a@x.example;O;G;de;n",
         ["name", "email", "organisation", "group", "language", "note"]),
        ("Vorname;Nachname;E-Mail;Einrichtung;Gruppe;Sprache\nA;B;a@x.example;O;G;de",
         ["first", "family", "email", "organisation", "group", "language"]),
        ("Prénom,Nom,Courriel,Groupe\nA,B,a@x.example,G", ["first", "family", "email", "group"]),
        ("Imię;Nazwisko;E-mail;Grupa\nA;B;a@x.example;G", ["first", "family", "email", "group"]),
        ("Ann;ann@x.example;Industry\nBen;ben@x.example;industry", ["name", "email", "group"]),
        ("Industry\tann@x.example\tAnn\tAcme\nIndustry\tb@x.example\tBen\tAcme", ["group", "email", "name", "organisation"]),
        ("Ann;ann@x.example;Press\nBen;ben@x.example;Press", ["name", "email", "group"]),
        ("Who;Where to\nAnn;ann@x.example", ["name", "email"]),
    ],
    ids=["English", "German", "French", "Polish", "no headings", "another order", "unknown groups", "odd headings"],
)  # fmt: skip
def test_columns_are_recognised(text: str, meant: list[str]) -> None:
    grid = grids.of_text(text)
    heading = columns.has_heading(grid)
    assert columns.recognised(grid, heading=heading, groups=["Industry", "Civil society"]) == meant
    assert heading == (not any("@" in cell for cell in grid.rows[0]))


# Files ----------------------------------------------------------------------------------------------------------------


def test_a_text_file_is_read_in_its_coding() -> None:
    data = "Zoë Müller;zoe@x.example\n".encode("cp1252")
    assert grids.of_file("people.csv", data).rows == (("Zoë Müller", "zoe@x.example"),)


def test_a_workbook_is_read_from_its_first_visible_sheet_with_something_in_it() -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.create_sheet("Hidden").append(("Eve", "eve@x.example"))
    book["Hidden"].sheet_state = "hidden"
    for row in (("Name", "E-mail", "Note"), (), ("Ann", "ann@x.example", 12.0)):
        (book["People"] if "People" in book.sheetnames else book.create_sheet("People")).append(row)
    book.save(out)
    grid = grids.of_file("people.xlsx", out.getvalue())
    assert grid.rows == (("Name", "E-mail", "Note"), ("Ann", "ann@x.example", "12"))
    assert [values.get("names") or values["name"] for _, values in grid.notes] == ["People", "Hidden"]


@pytest.mark.parametrize(("name", "data", "says"), [
    ("people.csv", b"", "is empty"),
    ("people.xlsx", b"", "is empty"),
    ("people.xlsx", b"PK\x03\x04 and no more", "no readable table of contents"),
    ("people.csv", b"a\0b", "NUL"),
])  # fmt: skip
def test_a_bad_file_is_refused_with_its_reason(name: str, data: bytes, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        grids.of_file(name, data)
