"""Files that somebody uploads: what is read of them, and what is refused before it is unpacked, with the reason."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.elicitation import workbooks
from copkit_delphi.elicitation.workbooks import rows

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


def packed(parts: dict[str, bytes | str], **change: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for key, value in change.items():
                setattr(info, key, value)
            archive.writestr(info, content)
    return out.getvalue()


def replaced(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook with one part of it changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    assert old in parts[name], parts[name]
    return packed(parts | {name: parts[name].replace(old, new)})


def test_a_workbook_is_read_as_texts_with_the_lines_of_its_rows() -> None:
    data = book(("id", "Q1", "when"), ("a", 5, date(2026, 4, 3)), (), ("b", 0.25, True))
    table = rows(data, "x.xlsx")
    assert table.headers == ("id", "Q1", "when")
    assert table.rows == (("a", "5", "2026-04-03"), ("b", "0.25", "TRUE"))
    assert table.lines == (2, 4)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_file_is_read_whatever_separates_its_columns(separator: str) -> None:
    text = separator.join(("id", "Q1")) + "\n" + separator.join(("a", '"x, y; z"')) + "\n"
    assert rows(text.encode(), "x.csv").rows == (("a", "x, y; z"),)


def test_a_sheet_is_chosen_by_name_and_hidden_ones_are_named() -> None:
    def more(made: openpyxl.Workbook) -> None:
        made.create_sheet("Round 1").append(("id", "Q"))
        made["Round 1"].append(("a", 1))
        made.create_sheet("Secret").sheet_state = "hidden"

    data = book(("no", "table"), ("x", "y"), change=more)
    assert rows(data, "x.xlsx", sheet="round 1").rows == (("a", "1"),)
    first = rows(data, "x.xlsx")
    assert first.sheet == "Sheet"
    assert any(values.get("names") == "Secret" for _, values in first.notes)
    with pytest.raises(Invalid, match=r"no sheet “Other”.*Sheet, Round 1, Secret"):
        rows(data, "x.xlsx", sheet="Other")


def test_names_of_columns_may_stand_below_a_heading() -> None:
    data = book(("Survey of spring",), (), ("id", "Q1"), ("a", 3))
    assert rows(data, "x.xlsx", header_row=3).rows == (("a", "3"),)


def test_merged_cells_are_said() -> None:
    data = book(("id", "Q1"), ("a", 1), ("b", 2), change=lambda made: made.active.merge_cells("A2:A3"))  # type: ignore[union-attr]
    assert any("merged" in text for text, _ in rows(data, "x.xlsx").notes)


def test_a_formula_is_its_value_and_one_without_a_value_is_refused() -> None:
    data = book(("id", "Q1"), ("a", "=1+2"))
    with pytest.raises(Invalid, match="Line 2, column 2: a formula without a value"):
        rows(data, "x.xlsx")
    counted = replaced(data, "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>3</v>") if b"<v></v>" in _sheet(data) else \
        replaced(data, "xl/worksheets/sheet1.xml", b"<v />", b"<v>3</v>")  # fmt: skip
    assert rows(counted, "x.xlsx").rows == (("a", "3"),)


def _sheet(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def test_entities_of_xml_are_refused() -> None:
    data = book(("id", "Q1"), ("a", 1))
    bad = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet'
    with pytest.raises(Invalid, match="damaged"):
        rows(replaced(data, "xl/worksheets/sheet1.xml", b"<worksheet", bad), "x.xlsx")


def test_what_a_sheet_says_of_its_size_is_not_believed() -> None:
    data = book(("id", "Q1"), ("a", 1))
    lying = replaced(data, "xl/worksheets/sheet1.xml", b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert rows(lying, "x.xlsx").rows == (("a", "1"),)
    far = replaced(data, "xl/worksheets/sheet1.xml", b'r="2"', b'r="1048576"')
    with pytest.raises(Invalid, match="more than 20000 rows"):
        rows(far, "x.xlsx")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, "old workbook"),
        (b"PK\x03\x04 and no more", "no readable table of contents"),
        (packed({"ratings.csv": b"0" * (40 << 20)}), "times its size"),
        (packed({f"{n}": b"" for n in range(1001)}), "more than 1000 parts"),
        (packed({"../../etc/cron.d/x": b"x"}), "leads out of it"),
        (packed({"C:\\x": b"x"}), "leads out of it"),
        (packed({"link": b"/etc/passwd"}, external_attr=0o120777 << 16), "is a link"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "no workbook of the kind XLSX"),
        (packed({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<workbook"}), "damaged"),
        (b"", "empty"),
        (b"no workbook", "has the name of a workbook"),
        (b"PK\x03\x04".ljust(21 << 20, b"0"), "larger than 20 MB"),
    ],
    ids=["xls", "cut", "bomb", "many parts", "way out", "drive", "link", "ods", "no xml", "nothing", "text", "large"],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        rows(data, "ratings.csv" if data == b"" else "ratings.xlsx")


def test_a_password_is_refused() -> None:
    plain = bytearray(packed({"a": b"b"}))
    plain[plain.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Invalid, match="has a password"):
        rows(bytes(plain), "x.xlsx")


def test_a_part_that_is_longer_than_the_table_says_gives_no_more() -> None:
    data = book(("id", "Q1"), *((f"p{n}", n) for n in range(50)))
    lying = bytearray(data)
    at = lying.index(b"xl/worksheets/sheet1.xml", lying.index(b"PK\x01\x02")) - 46
    lying[at + 24 : at + 28] = (200).to_bytes(4, "little")
    with pytest.raises(Invalid, match="damaged"):
        rows(bytes(lying), "x.xlsx")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a,A\n1,2\n", "Two columns are called"),
        ("a,b\n1,2,3\n", "Line 2 has more cells"),
        ("a,b\n", "no row below"),
        ("a\n" + "x\n" * (workbooks.MOST_ROWS + 1), "more than 20000 rows"),
        (",".join(f"c{n}" for n in range(401)) + "\n1\n", "more than 400 columns"),
        ("a\n" + "x" * 10_001 + "\n", "longer than 10000"),
        ("a\0b\n1\n", "NUL"),
    ],
)
def test_a_table_that_is_none_is_refused_with_the_line(text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        rows(text.encode(), "x.csv")
