"""Workbooks that somebody uploads: what is read of them, and what is refused before it is unpacked, with the reason."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from openpyxl.cell.text import Text
from openpyxl.worksheet._reader import WorkSheetParser

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.elicitation import tables, workbooks
from copkit_delphi.elicitation.recruiting import grids
from copkit_delphi.elicitation.workbooks import Cells
from tests.packing import packed

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>'


def book(*lines: tuple[object, ...], change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    made = openpyxl.Workbook()
    assert made.active is not None
    for line in lines:
        made.active.append(line)
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def replaced(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook with one part of it changed."""
    parts = _parts(data)
    assert old in parts[name], parts[name]
    return packed(parts | {name: parts[name].replace(old, new)})


def grown(data: bytes, parts: dict[str, bytes]) -> bytes:
    """Return a workbook with further parts."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def read(data: bytes, sheet: str = "") -> Cells:
    assert workbooks.is_one(data, "x.xlsx")
    return workbooks.read(data, sheet=sheet)


def rows(data: bytes, sheet: str = "") -> list[tuple[str, ...]]:
    return [texts for _, texts in read(data, sheet).rows]


def test_a_workbook_is_read_as_texts_with_the_lines_of_its_rows() -> None:
    data = book(("id", "Q1", "when"), ("a", 5.0, date(2026, 4, 3)), (None, " "), ("b", 0.25, True))
    assert read(data).rows == (
        (1, ("id", "Q1", "when")),
        (2, ("a", "5", "2026-04-03")),
        (4, ("b", "0.25", "TRUE")),
    )


def test_a_text_file_is_no_workbook() -> None:
    assert not workbooks.is_one(b"a,b", "x.csv")
    assert not workbooks.is_one(b"", "x.xlsx")


def test_the_first_visible_sheet_that_holds_anything_is_read() -> None:
    def more(made: openpyxl.Workbook) -> None:
        for title, state in (("Secret", "hidden"), ("Second", "visible"), ("Third", "visible")):
            made.create_sheet(title).append((title,))
            made[title].sheet_state = state

    assert rows(book((None, " "), change=more)) == [("Second",)]

    def only_hidden(made: openpyxl.Workbook) -> None:
        made.create_sheet("Secret", 0).append(("x",))
        made["Secret"].sheet_state = "hidden"

    with pytest.raises(Invalid, match=r"no visible sheet with cells.*Secret, Sheet"):
        read(book((), change=only_hidden))


def test_a_sheet_is_chosen_by_name_and_hidden_ones_are_named() -> None:
    def more(made: openpyxl.Workbook) -> None:
        made.create_sheet("Round 1").append(("id", "Q"))
        made["Round 1"].append(("a", 1))
        made.create_sheet("Secret").sheet_state = "hidden"

    data = book(("no", "table"), ("x", "y"), change=more)
    assert rows(data, sheet="round 1") == [("id", "Q"), ("a", "1")]
    first = read(data)
    assert first.sheet == "Sheet"
    assert any(values.get("names") == "Secret" for _, values in first.notes)
    with pytest.raises(Invalid, match=r"no sheet “Other”.*Sheet, Round 1, Secret"):
        read(data, sheet="Other")


def test_merged_cells_are_said() -> None:
    data = book(("id", "Q1"), ("a", 1), ("b", 2), change=lambda made: made.active.merge_cells("A2:A3"))  # type: ignore[union-attr]
    assert any("merged" in text for text, _ in read(data).notes)


def test_a_formula_is_its_value_and_one_without_a_value_is_refused() -> None:
    data = book(("id", "Q1"), ("a", "=1+2"))
    with pytest.raises(Invalid, match="Line 2, column 2: a formula without a value"):
        read(data)
    counted = replaced(data, "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>3</v>") if b"<v></v>" in _sheet(data) else \
        replaced(data, "xl/worksheets/sheet1.xml", b"<v />", b"<v>3</v>")  # fmt: skip
    assert rows(counted) == [("id", "Q1"), ("a", "3")]
    assert any("formulas" in text for text, _ in read(counted).notes)


def _sheet(data: bytes) -> bytes:
    return _parts(data)["xl/worksheets/sheet1.xml"]


def test_entities_of_xml_are_refused() -> None:
    data = book(("id", "Q1"), ("a", 1))
    bad = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet'
    with pytest.raises(Invalid, match="entities"):
        read(replaced(data, "xl/worksheets/sheet1.xml", b"<worksheet", bad))


@pytest.mark.timeout(60)  # a million blank rows are no work
def test_what_a_sheet_says_of_its_size_is_not_believed() -> None:
    data = book(("id", "Q1"), ("a", 1))
    lying = replaced(data, "xl/worksheets/sheet1.xml", b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert rows(lying) == [("id", "Q1"), ("a", "1")]
    far = replaced(data, "xl/worksheets/sheet1.xml", b'r="2"', b'r="1048576"')
    with pytest.raises(Invalid, match="more than 100,000 rows"):
        read(far)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BAD: dict[str, tuple[bytes, str]] = {
    "large": (b"PK\x03\x04".ljust(21 << 20, b"0"), "larger than 20 MB"),
    "old kind": (OLE + b"0" * 100, "old kind"),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    "text": (b"no workbook", "called a workbook but is none"),
    "cut": (b"PK\x03\x04 and no more", "no readable table of contents"),
    "nothing packed": (packed({}), "packed file and no workbook"),
    "ods": (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "packed file and no workbook"),
    "document": (packed({"[Content_Types].xml": TYPES, "word/document.xml": "<a/>"}), "packed file and no workbook"),
    "no xml": (packed({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<workbook"}), "damaged"),
    "no sheet": (packed({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<workbook/>"}), "damaged"),
    "macros": (grown(book(("a", "b")), {"xl/vbaProject.bin": b"x"}), "macros"),
    "old macros": (grown(book(("a", "b")), {"xl/macrosheets/sheet1.xml": b"x"}), "macros"),
    "bomb": (grown(book(("a", "b")), {"xl/media/x": b"0" * (40 << 20)}), "times its size"),
    "many parts": (grown(book(("a", "b")), {f"xl/p{n}": b"" for n in range(1001)}), "more than 1000 parts"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_workbook_is_refused_with_the_reason(name: str) -> None:
    data, why = BAD[name]
    with pytest.raises(Invalid, match=why):
        read(data)


@pytest.mark.parametrize("name", ["p.xlsx", "p.XLSM", "p.xls", "p.ods"])
def test_what_has_the_name_of_a_workbook_has_to_be_one(name: str) -> None:
    with pytest.raises(Invalid, match="called a workbook but is none"):
        workbooks.is_one(b"a,b", name)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of cells and of shared texts that were read as XML."""
    counted = [0]

    def counting(into: object, name: str) -> None:
        before = getattr(into, name)

        def count(*args: object) -> object:
            counted[0] += 1
            return before(*args)

        monkeypatch.setattr(into, name, count)

    counting(WorkSheetParser, "parse_cell")
    counting(Text, "from_tree")
    return counted


def wide(data: bytes, lines: int, columns: int, cell: str = "<c><v>1</v></c>") -> bytes:
    """Return a workbook with further rows, of heights that are hard to pack."""
    rows = (f'<row ht="{line * 0.618034 % 1:.15f}">{cell * columns}</row>' for line in range(lines))
    return replaced(
        data, "xl/worksheets/sheet1.xml", b"</sheetData>", "".join(rows).encode() + b"</sheetData>"
    )


LARGE = {
    "many cells": lambda data: wide(data, 9_000, 60, '<c s="0" t="n"><v>1</v></c>'),
    "empty cells with a format": lambda data: wide(data, 9_000, 60, '<c s="0"/>'),
    "rows without a cell": lambda data: wide(data, 501_000, 0),
    "cells in a namespace": lambda data: wide(data, 9_000, 60, '<x:c s="0"/>'),
}


@pytest.mark.parametrize("kind", LARGE)
def test_a_sheet_with_too_many_cells_is_refused_before_one_is_read(kind: str, parsed: list[int]) -> None:
    with pytest.raises(Invalid, match=r"more than 500,000 cells.*Save the sheet as CSV"):
        read(LARGE[kind](book(("id", "Q1"))))
    assert parsed[0] == 0


def test_many_shared_texts_are_refused_before_one_is_read(parsed: list[int]) -> None:
    texts = "<sst>" + "".join(f"<si><t>{n}</t></si>" for n in range(500_001)) + "</sst>"
    with pytest.raises(Invalid, match="more than 500,000 cells"):
        read(packed({**_parts(book(("id", 1))), "xl/sharedStrings.xml": texts}))
    assert parsed[0] == 0


def test_a_large_part_beside_the_sheets_is_refused() -> None:
    styles = b"<fill>".join(str(n).encode() for n in range(500_000))
    with pytest.raises(Invalid, match=r"larger than 4 MB: xl/styles.xml. Copy the table into a new workbook"):
        read(packed({**_parts(book(("id", 1))), "xl/styles.xml": styles}))
    picture = grown(book(("id", 1)), {"xl/media/image1.png": styles})
    assert rows(picture) == [("id", "1")]


def test_nothing_is_opened_that_has_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening reads a sheet to its end where that does not say its size; all sheets count together."""
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *_args, **_more: pytest.fail("it was opened"))
    with pytest.raises(Invalid, match="more than 500,000 cells"):
        read(
            grown(
                wide(book(("id", "Q")), 6_000, 60),
                {"xl/worksheets/sheet2.xml": _sheet(wide(book(), 6_000, 60))},
            )
        )


def test_a_list_of_too_many_people_is_read_up_to_one_too_many(parsed: list[int]) -> None:
    with pytest.raises(Invalid, match=r"more than 5,000 rows. Divide it"):
        grids.of_file("people.xlsx", wide(book(("name", "email")), 40_000, 3))
    assert parsed[0] <= 5_010 * 3


def test_a_table_of_too_many_rows_is_read_up_to_one_too_many(parsed: list[int]) -> None:
    with pytest.raises(Invalid, match=r"more than 20000 rows. Split it"):
        tables.read(wide(book(("id", "Q1", "Q2")), 45_000, 3), "ratings.xlsx", header_row=1)
    assert parsed[0] <= 20_010 * 3


def test_five_thousand_rows_of_forty_columns_are_read() -> None:
    names = ("id", *(f"Q{n}" for n in range(1, 40)))
    found = tables.read(wide(book(names), 5_000, 40), "ratings.xlsx")
    assert (len(found.rows), len(found.headers)) == (5_000, 40)


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def test_a_part_that_is_longer_than_the_table_says_gives_no_more() -> None:
    data = book(("id", "Q1"), *((f"p{n}", n) for n in range(50)))
    lying = bytearray(data)
    at = lying.index(b"xl/worksheets/sheet1.xml", lying.index(b"PK\x01\x02")) - 46
    lying[at + 24 : at + 28] = (200).to_bytes(4, "little")
    with pytest.raises(Invalid, match="damaged"):
        read(bytes(lying))
