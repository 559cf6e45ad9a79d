"""Files that are none at the commands that read files: one line that says why, nothing stored, no traceback."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from copkit_delphi import installation
from copkit_delphi.cli.main import main
from copkit_delphi.settings import Settings
from tests.web.corpus import SVG, TEXTS, zip_bomb

HEAD = "round,panellist,group,item,value,rationale\n"
FILES = {
    "nothing": b"",
    "a picture": SVG,
    "an archive that unpacks to 64 MB": zip_bomb(),
    "bytes that are no text": HEAD.encode() + b"1,\xff\xfe,g,i,5,\xed\xa0\x80\n",
    "NUL": HEAD.encode() + b"1,a\x00b,g,i,5,\n",
    "deep JSON": b"[" * 100_000,
    "huge JSON": json.dumps({"a": ["b" * 99] * 10_000}).encode(),
    "twelve megabytes on one line": b"x" * (12 << 20),
    "values that are none": (
        HEAD + "".join(f'1,p{n},g,i,"{n}",x\n' for n in ("NaN", "1e309", "٣", "-"))
    ).encode(),
    "a heading alone": HEAD.encode(),
    "another table": b"a;b;c\n1;2;3\n",
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPKIT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    installation.make(Settings()).migrate()
    return tmp_path / "data"


def _stored(data: Path) -> list[int]:
    with sqlite3.connect(data / "copkit.sqlite3") as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = [connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(names)]
    connection.close()
    return found


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
@pytest.mark.parametrize("command", ["analyse", "import-ratings", "restore"])
def test_a_file_that_is_none_is_refused_in_one_line(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, content: bytes
) -> None:
    file, before = tmp_path / "given.csv", _stored(data)
    file.write_bytes(content)
    more = ["--facilitator", "f@example.org"] if command == "import-ratings" else []
    with pytest.raises(SystemExit) as left:
        main([command, str(file), *more])
    said = capsys.readouterr()
    assert left.value.code == 2, said
    assert len(said.err.strip().splitlines()) == 1, said.err[:500]
    assert "Traceback" not in said.err
    assert len(said.err) < 600
    assert _stored(data) == before


@pytest.mark.parametrize(
    "text", [value for value in TEXTS.values() if "\ud800" not in value and "\x00" not in value]
)
def test_a_strange_text_in_a_table_of_ratings_is_no_error(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    cell = '"' + text.replace('"', '""') + '"'
    rows = "".join(f"1,p{n},{cell},i{n % 2},{n % 5 + 1},{cell}\n" for n in range(12))
    file = tmp_path / "given.csv"
    file.write_text(HEAD + rows, encoding="utf-8", newline="")
    with pytest.raises(SystemExit) as left:
        main(["analyse", str(file), "--scale", "1:5"])
    said = capsys.readouterr()
    assert left.value.code in {0, 2}, said.err[:500]
    assert "Traceback" not in said.err
    assert "\x1b" not in said.out + said.err  # a terminal would obey it
