"""A long list through a browser without scripts: a file, every row looked at, a mistake mended, progress that renews itself."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect

from copkit_delphi.elicitation.recruiting import listing
from copkit_delphi.people import vault
from copkit_delphi.web.context import KEY
from tests import factories as f
from tests.journey.world import World

pytestmark = pytest.mark.browser
PEOPLE = 250


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(("Name", "E-mail", "Organisation", "Sector"))
    for n in range(PEOPLE):
        book.active.append((f"Expert {n:03d}", f"e{n}@panel.example", "Acme", "Industry"))
    book.active.append(("Ben Bold", "ben(at)panel.example", "Port", "Police"))
    book.save(out)
    return out.getvalue()


def test_a_file_becomes_a_panel_without_a_script(world: World) -> None:
    place: Any = world.app.extensions[KEY]
    with place.database.writing() as session:
        account = f.make_account(session)
        study = f.draft_study(session, account.id).id
    shown: list[str] = []
    page = world.browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{world.site}/sign-in")
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_label("Password").fill(f.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{world.site}/studies/{study}/panel/import")
    page.get_by_label("File").set_input_files(
        {"name": "people.xlsx", "mimeType": "application/octet-stream", "buffer": workbook()}
    )
    page.get_by_role("button", name="Look at the rows").click()
    expect(page.get_by_role("heading", name=f"{PEOPLE} of {PEOPLE + 1} rows are ready")).to_be_visible()
    page.get_by_label("Police").select_option("Law enforcement")
    page.get_by_label(f"E-mail address, row {PEOPLE + 2}").fill("ben@panel.example")
    page.get_by_role("button", name="Check again").click()
    page.on("framenavigated", lambda frame: shown.append(frame.url))
    page.get_by_role("button", name=f"Put {PEOPLE + 1} people on the list").click()
    expect(page.get_by_text(f"{PEOPLE + 1} people are on the list now.")).to_be_visible(timeout=30_000)
    assert re.search(r"/progress$", shown[-1])
    with place.database.reading() as session:
        people = vault.contacts(session, place.vault, study_id=study)
        assert len(people) == PEOPLE + 1
        assert {one.organisation for one in people} == {"Acme", "Port"}
        assert {one.origin for one in people} == {listing.LISTED}
