"""Tables of answers from elsewhere: named columns with rows, from a text file or a workbook."""

from __future__ import annotations

import io

import openpyxl
import pytest

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.elicitation import tables
from copkit_delphi.elicitation.tables import read


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_file_is_read_whatever_separates_its_columns(separator: str) -> None:
    text = separator.join(("id", "Q1")) + "\n" + separator.join(("a", '"x, y; z"')) + "\n"
    assert read(text.encode(), "x.csv").rows == (("a", "x, y; z"),)


def test_what_hides_or_turns_text_is_dropped_from_cells() -> None:
    table = read("id,Q1\na\u202eb,\u20681\u2069\nc\x85d,2\n".encode(), "x.csv")
    assert table.rows == (("ab", "1"), ("cd", "2"))


def test_names_of_columns_may_stand_below_a_heading() -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (("Survey of spring",), (), ("id", "Q1"), (), ("a", 3)):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(out)
    table = read(out.getvalue(), "x.xlsx", header_row=3)
    assert (table.headers, table.rows, table.lines) == (("id", "Q1"), (("a", "3"),), (5,))
    assert (table.sheet, table.notes) == ("Sheet", (("Sheet: %(name)s.", {"name": "Sheet"}),))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a,A\n1,2\n", "Two columns are called"),
        ("a,b\n1,2,3\n", "Line 2 has more cells"),
        ("a,b\n", "no row below"),
        ("a\n" + "x\n" * (tables.MOST_ROWS + 1), "more than 20000 rows"),
        (",".join(f"c{n}" for n in range(401)) + "\n1\n", "more than 400 columns"),
        ("a\n" + "x" * 10_001 + "\n", "longer than 10000"),
        ("a\0b\n1\n", "NUL"),
    ],
)
def test_a_table_that_is_none_is_refused_with_the_line(text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read(text.encode(), "x.csv")
