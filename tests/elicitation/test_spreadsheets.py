"""Results as a workbook: figures of the snapshot, the marking on each page, and nothing that calculates."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import openpyxl

from copkit_delphi.domain.results import RoundSnapshot
from copkit_delphi.elicitation import exports, results, spreadsheets
from tests import factories as f


def frozen(place: f.Install) -> RoundSnapshot:
    with place.database.writing() as session:
        study = f.closed_study(place, session, f.make_account(session).id, n_rounds=1)
        return results.of_study(session, study.id)[0]


def test_the_workbook_holds_the_rows_of_the_table_and_the_marking(place: f.Install) -> None:
    found = frozen(place)
    data = spreadsheets.as_xlsx(found, marking="TLP:AMBER A&B")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0] == exports.COLUMNS
    wanted = [[cell if cell != "" else None for cell in row] for row in exports.table(found, "TLP:AMBER A&B")]
    assert [[cell if cell != "" else None for cell in line] for line in lines[1:]] == wanted
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<oddHeader>&amp;C&amp;BTLP:AMBER A&amp;&amp;B</oddHeader>" in xml
    assert "TLP:AMBER A&amp;&amp;B" in xml.partition("<oddFooter>")[2]


def test_a_text_that_looks_like_a_formula_or_an_address_stays_text(place: f.Install) -> None:
    found = frozen(place)
    hostile = ("=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "https://evil.example", "1e5")
    items = tuple(replace(found.items[0], name=text, wording=text) for text in hostile)
    data = spreadsheets.as_xlsx(replace(found, items=items), marking="TLP:AMBER")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value in hostile]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.value for cell in cells} == set(hostile)
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_the_same_snapshot_makes_the_same_bytes(place: f.Install) -> None:
    found = frozen(place)
    assert spreadsheets.as_xlsx(found, marking="X") == spreadsheets.as_xlsx(found, marking="X")
