"""Every way out stands in a table that says who, from what and what holds it back; docs/outlets.md shows them."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import copkit_delphi
from copkit_delphi.cli import outlets
from copkit_delphi.network import reading
from copkit_delphi.web import reader
from copkit_delphi.web.doors import DOORS, Leaves
from tests.factories import migrated
from tests.journey import walk
from tests.journey.prepared import Prepared, prepare
from tests.journey.test_every_page import opens
from tests.journey.walk import WAYS

__all__ = ["migrated"]
ROOT = Path(copkit_delphi.__file__).parent
WRITES = {"write_bytes", "write_text", "fdopen", "touch"}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Prepared:
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copy(migrated, folder / "copkit.sqlite3")
    return prepare(folder)


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield path.relative_to(ROOT).as_posix(), node, node.func.attr


def test_every_answer_that_is_no_page_says_what_leaves_and_released_ones_leave_one_way(
    prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued: list[str] = []
    real = reading.issue

    def counted(*args: object, **options: object) -> object:
        issued.append(str(options["kind"]))
        return real(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(reader.reading, "issue", counted)
    wrong = []
    for endpoint in WAYS:
        client, door = prepared.client(opens(endpoint)), DOORS[endpoint]
        for address in walk.addresses(prepared.app, endpoint, prepared.known):
            issued.clear()
            answer = client.get(address, buffered=True)
            is_file = answer.status_code == 200 and answer.mimetype != "text/html"
            if is_file != (door.leaves is not None) and not (300 <= answer.status_code < 500):
                wrong.append((address, answer.mimetype, "leaves"))
            # An archive of a study with a release holds it; it is made by the same function.
            if bool(issued) != (door.leaves is Leaves.RELEASED) and door.leaves is not Leaves.ARCHIVE:
                wrong.append((address, answer.mimetype, "issue"))
    assert wrong == []


def test_every_writer_of_files_stands_in_the_table() -> None:
    # Keeping a session alive is called touching too: a file is touched without a positional argument.
    found = {path for path, node, name in calls() if name in WRITES and not (name == "touch" and node.args)}
    assert found <= outlets.FILES.keys()


def test_every_line_of_the_log_stands_in_the_table() -> None:
    found = {
        str(node.args[0].value)
        for _, node, name in calls()
        if name in {"info", "warning", "error", "exception", "critical"}
        and ast.unparse(node.func).startswith("log.")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert found == outlets.LOGS.keys()


def test_every_kind_of_mail_in_the_code_stands_in_the_table() -> None:
    kinds = set()
    for path in (*(ROOT / "people").rglob("*.py"), *(ROOT / "elicitation").rglob("*.py")):
        text = path.read_text()
        if "outbox.queue(" in text:
            kinds |= set(re.findall(r'kind="([a-z-]+)"', text))
    assert kinds - {"other"} <= set(outlets.KINDS)


def test_the_page_in_docs_shows_the_tables() -> None:
    shown = Path(__file__).parents[2] / "docs" / "outlets.md"
    assert shown.read_text() == outlets.page(), "python -m copkit_delphi.cli.outlets > docs/outlets.md"
