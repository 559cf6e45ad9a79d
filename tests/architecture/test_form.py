"""Files and functions stay small, and nothing in the repository tells of the machine it was made on."""

from __future__ import annotations

import ast
import re
from pathlib import Path

LONGEST_FILE, LONGEST_FUNCTION = 300, 40
# Written so that this file does not hold what it looks for.
ELSEWHERE = re.compile(
    r"farm[-]studio|sub[a]gent|files[.]pythonhosted|pypi[.]org|/[w]ork/[ms]|/tmp/[d]ev\b|/opt/[p]ypi|/root/[.]"
)


def product(tracked: list[Path], root: Path) -> list[Path]:
    rooms = (root / "copkit_delphi", root / "migrations")
    return [path for path in tracked if path.suffix == ".py" and (path.parent == root or path.is_relative_to(rooms[0])
            or path.is_relative_to(rooms[1]))]  # fmt: skip


def length(function: ast.AST) -> int:
    """Count the lines of a function without its docstring."""
    body = function.body
    docstring = body[0] if ast.get_docstring(function) is not None else None
    spoken = docstring.end_lineno - docstring.lineno + 1 if docstring else 0
    return function.end_lineno - function.lineno + 1 - spoken


def test_no_file_is_long(tracked: list[Path], root: Path) -> None:
    lengths = {
        str(path.relative_to(root)): path.read_text().count("\n")
        for path in product(tracked, root)
        if "versions" not in path.parts
    }
    assert {name: lines for name, lines in lengths.items() if lines >= LONGEST_FILE} == {}


def test_no_function_is_long(tracked: list[Path], root: Path) -> None:
    long = [
        f"{path.relative_to(root)}: {node.name} {length(node)}"
        for path in product(tracked, root)
        if "versions" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > LONGEST_FUNCTION
    ]
    assert long == []


def test_nothing_tells_of_the_machine_it_was_made_on(tracked: list[Path], root: Path) -> None:
    told = []
    for path in tracked:
        text = path.read_bytes().decode("utf-8", "replace")
        told += [f"{path.relative_to(root)}: {found.group()}" for found in ELSEWHERE.finditer(text)]
    assert told == []


def test_locks_are_hashed_and_name_no_index(root: Path) -> None:
    for lock in root.glob("requirements*.lock"):
        blocks = re.split(r"\n(?=\S)", lock.read_text().strip())
        pins = [block for block in blocks if not block.startswith("#")]
        assert all(re.match(r"[\w.-]+==\S+", pin) and "--hash=sha256:" in pin for pin in pins), lock.name
        assert "://" not in lock.read_text()


def test_both_locks_agree(root: Path) -> None:
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", (root / name).read_text(), re.MULTILINE))

    run, test = pins("requirements.lock"), pins("requirements-test.lock")
    assert {name: (run[name], test[name]) for name in run.keys() & test if run[name] != test[name]} == {}
