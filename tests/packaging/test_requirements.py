"""Every library that is asked for is locked, and docs/dependencies.md says what it is for."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = (ROOT / "docs" / "dependencies.md").read_text().lower()


def names(section: str, option: str) -> set[str]:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    return {re.split(r"[\[<>=; ]", line)[0].lower() for line in config[section][option].split("\n") if line}


@pytest.mark.parametrize(
    ("lock", "asked"),
    [
        ("requirements.lock", names("options", "install_requires")),
        ("requirements-test.lock", names("options.extras_require", "test")),
    ],
)
def test_every_library_is_locked_and_explained(lock: str, asked: set[str]) -> None:
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
    assert asked - locked == set()
    assert {name for name in asked if not re.search(rf"\b{re.escape(name)}\b", EXPLAINED)} == set()
