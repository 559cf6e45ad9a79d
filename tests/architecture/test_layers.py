"""The import contracts of setup.cfg hold, and the vocabulary needs nothing but Python."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path


def test_import_contracts_hold(root: Path) -> None:
    lint = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"
    outcome = subprocess.run(
        [sys.executable, "-c", lint], cwd=root, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_vocabulary_needs_nothing_but_python(root: Path) -> None:
    allowed = sys.stdlib_module_names | {"copkit_delphi"}
    strangers = {
        path.name: imported(path) - allowed for path in (root / "copkit_delphi" / "domain").glob("*.py")
    }
    assert {name: found for name, found in strangers.items() if found} == {}


def test_the_start_needs_nothing_but_python(root: Path) -> None:
    assert imported(root / "app.py") <= sys.stdlib_module_names | {"copkit_delphi"}
