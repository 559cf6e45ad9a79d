"""Every page of a panellist in the pseudo-language: whatever is not pseudo was forgotten."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import languages
from tests.journey import walk
from tests.journey.prepared import Prepared, prepare
from tests.journey.walk import WAYS

PAGES = [
    name
    for name, way in WAYS.items()
    if name.startswith(("panellist.", "public.", "enrolment."))
    and name
    not in {
        "panellist.file",
        "panellist.copy",
        "panellist.copy_pdf",
        "panellist.my_data_json",
        "panellist.deadline_file",
    }
    and name not in {"public.roles", "public.healthz", "public.home"}
]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Prepared:
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copy(migrated, folder / "copkit.sqlite3")
    return prepare(folder, translating=True)


@pytest.fixture(scope="module")
def known(prepared: Prepared) -> list[str]:
    return languages.texts(prepared.place)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_a_page_is_left_in_english(prepared: Prepared, known: list[str], name: str) -> None:
    client = prepared.client("panellist" if WAYS[name].who == walk.PANEL else "nobody")
    for address in walk.addresses(prepared.app, name, prepared.known):
        page = client.get(f"{address}{'&' if '?' in address else '?'}language=x-pseudo")
        assert page.status_code in (200, 410), address
        assert '<html lang="x-pseudo" dir="rtl">' in page.text, address
        assert languages.untranslated(page.text, known) == [], address
