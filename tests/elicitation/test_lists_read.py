"""Lists of people as they come: pasted in every shape, files in every coding, and workbooks nobody should open."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.elicitation.recruiting import columns, grids, workbooks

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


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_is_read_in_its_coding(coding: str) -> None:
    data = "Zoë Müller;zoe@x.example\nŁ? Ønsk;o@x.example\n".replace("Ł", "É").encode(coding)
    assert grids.of_bytes(data).rows[0] == ("Zoë Müller", "zoe@x.example")


@pytest.mark.parametrize("data", [b"\x00\x01\x02ab" * 9, b"\xff\xfe\x00", b"name;\x81\x8d\x8f"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="Save it as XLSX, or as CSV"):
        grids.of_bytes(data)


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


# Workbooks ------------------------------------------------------------------------------------------------------------


def workbook(*rows: tuple[object, ...], before: int = 0) -> bytes:
    """Return a workbook with these rows on the sheet after ``before`` empty ones."""
    book = openpyxl.Workbook()
    sheet = book.active
    for n in range(before):
        sheet = book.create_sheet(f"S{n}")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(**parts: bytes) -> bytes:
    """Return an archive of these parts; __ stands for / and _dot_ for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def grown(data: bytes, **parts: bytes) -> bytes:
    """Return a workbook with further parts."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """Return a workbook whose parts say that they are encrypted, as an archive with a password does."""
    out = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(mark)
        while at >= 0:
            out[at + place] |= 1
            at = out.find(mark, at + 4)
    return bytes(out)


def test_a_workbook_is_read_from_its_first_sheet_with_something_in_it() -> None:
    data = workbook(("Name", "E-mail", "Note"), ("Ann", "ann@x.example", 12.0), (None, None, None), before=1)
    assert workbooks.of_file("people.xlsx", data).rows == (
        ("Name", "E-mail", "Note"),
        ("Ann", "ann@x.example", "12"),
    )


def test_a_formula_gives_the_value_that_was_saved_with_it() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Ann", "ann@x.example"])
    sheet.write_formula(1, 0, '=CONCAT("Be","n")', value="Ben")
    sheet.write(1, 1, "ben@x.example")
    book.close()
    assert workbooks.of_file("p.xlsx", out.getvalue()).rows[1] == ("Ben", "ben@x.example")


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><worksheet>&b;</worksheet>'
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "file is empty"),
    "called a workbook": (lambda: b"just text", "called a workbook but is none"),
    "cut": (lambda: workbook(("a", "b"))[:400], "damaged or no workbook"),
    "old kind": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old kind"),
    "password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    "password of the archive": (lambda: locked(workbook(("a", "b"))), "password"),
    "macros": (lambda: grown(workbook(("a", "b")), xl__vbaProject_dot_bin=b"x"), "macros"),
    "an archive": (lambda: packed(people_dot_csv=b"a;b"), "archive and no workbook"),
    "an archive of nothing": (packed, "archive and no workbook"),
    "a document": (lambda: packed(word__document_dot_xml=b"<a/>"), "archive and no workbook"),
    "a bomb": (lambda: grown(workbook(("a", "b")), xl__media__x=b"0" * (64 << 20)), "unpack to far more"),
    "a thin bomb": (lambda: grown(workbook(("a", "b")), xl__media__x=b"0" * (8 << 20)), "unpack to far more"),
    "many parts": (lambda: grown(workbook(("a", "b")), **{f"xl__p{n}": b"" for n in range(2001)}), "unpack to far more"),
    "no sheet": (lambda: packed(**{"[Content_Types]_dot_xml": b"<Types/>", "xl__workbook_dot_xml": b"<workbook/>"}), "damaged"),
    "blank": (lambda: workbook((None, " ")), "no sheet with cells|is empty"),
    "entities": (lambda: _replaced(workbook(("a", "b")), "xl/worksheets/sheet1.xml", ENTITIES), "entities|damaged"),
}  # fmt: skip


def _replaced(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, content if part.filename == name else old.read(part))
    return out.getvalue()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_workbook_is_refused_with_its_reason(name: str) -> None:
    made, says = BAD[name]
    with pytest.raises(Invalid, match=says):
        workbooks.of_file("people.xlsx", made())


def test_a_part_that_lies_about_its_size_is_not_unpacked_beyond_it() -> None:
    data = bytearray(_replaced(workbook(("a", "b")), "xl/worksheets/sheet1.xml", b"<a>" + b" " * (30 << 20)))
    real, said = (30 << 20) + 3, 900
    data = bytearray(bytes(data).replace(real.to_bytes(4, "little"), said.to_bytes(4, "little")))
    with pytest.raises(Invalid):
        workbooks.of_file("p.xlsx", bytes(data))
