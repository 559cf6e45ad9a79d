"""A study whose first round came from XLSX: mapped and joined by its facilitator, gone on with by a linked panellist."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import ratings, rounds, studies
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.elicitation.ratings import Answer
from copkit_delphi.people import accounts
from copkit_delphi.web.context import KEY
from tests import factories as f
from tests.journey.steps import enter, open_next, press, sees, tick
from tests.journey.world import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]

GROUPS = ("Law enforcement", "Industry", "Civil society")
WORDS = {35: "rather unlikely", 60: "likely", 85: "very likely"}
ANN = "p00@panel.example"


def workbook(folder: Path) -> Path:
    """Write what another tool exported: a heading, words for numbers, columns under other names."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(("Export of 3 May 2026",))
    sheet.append(("Respondent", "Sector", "Mail", "Deepfakes by 2028?", "Prints of guns by 2028?", "Browser"))
    for n in range(18):
        sector = ("Police", "Industry", "Civil society")[n % 3]
        value = (35, 60, 85)[n % 3]
        sheet.append(
            (f"R-{n:03d}", sector, f"p{n:02d}@panel.example", WORDS[value], 20 + n if n else "n/a", "Firefox")
        )
    out = io.BytesIO()
    book.save(out)
    path = folder / "survey export.xlsx"
    path.write_bytes(out.getvalue())
    return path


def furnished(world: World) -> tuple[tuple[str, str], str]:
    """Make a facilitator with a draft study whose set-up is complete; return the sign-in and the study."""
    place = world.app.extensions[KEY]
    with place.database.writing() as session:
        lead = f.make_account(session)
        accounts.give_role(session, account_id=lead.id, role=Role.FACILITATOR, at=f.NOW, actor="test")
        study = f.draft_study(session, lead.id, practice=False)
        return (lead.email, f.PASSWORD), study.id


def others_answer(world: World, study_id: str) -> None:
    """Let everybody but Ann keep their answers of round 1 to the first statement."""
    place = world.app.extensions[KEY]
    with place.database.writing() as session:
        second = rounds.get(session, study_id=study_id, number=2)
        item = next(one for one in studies.items(session, study_id) if one.name == "S02.likelihood")
        people = list(session.scalars(select(Panellist).where(Panellist.study_id == study_id)))
        for one in people:
            if one.consent_version is None:
                ratings.give_consent(session, panellist_id=one.id, version="t", quoting="no")
                ratings.save(
                    session, panellist_id=one.id, round_id=second.id, scenario_id=item.scenario_id,
                    answers={item.id: Answer(60.0)}, clock=world.clock,
                )  # fmt: skip
                ratings.submit(session, panellist_id=one.id, round_id=second.id, clock=world.clock)


def test_a_study_goes_on_from_a_round_that_came_from_a_workbook(world: World, tmp_path: Path) -> None:
    account, study_id = furnished(world)
    study = f"/studies/{study_id}"
    page = world.signed_in(account)
    join(world, page, study, workbook(tmp_path))
    press(page, "Open the feedback to the panel")
    open_next(page, study, "2026-11-16T16:00")
    world.tick()
    ann_revises(world)
    others_answer(world, study_id)
    page.goto(f"{study}/rounds/2/close")
    if page.locator("textarea[name=reason]").count():
        page.locator("textarea[name=reason]").fill("Everybody has answered.")
    press(page, "Close round 2 now")
    page.goto(f"{study}/results/2/items/S02.likelihood")
    sees(page, "moving")
    world.stop(page, "elsewhere-results")


def join(world: World, page: Any, study: str, path: Path) -> None:
    """Upload, map with the preview that follows each choice, keep the mapping, and join."""
    page.goto(f"{study}/set-up")
    page.get_by_role("link", name="Was round 1 run elsewhere?").click()
    page.get_by_label("CSV file or workbook (XLSX)").set_input_files(path)
    press(page, "Upload and map its columns")
    sees(page, "Line 2 has more cells than there are columns.")  # its first line is a heading
    page.get_by_label("CSV file or workbook (XLSX)").set_input_files(path)
    page.get_by_label("Row with the names of the columns").fill("2")
    press(page, "Upload and map its columns")
    for column, role in (
        ("Respondent", "panellist"), ("Sector", "group"), ("Mail", "email"),
        ("Deepfakes by 2028?", "is:"), ("Prints of guns by 2028?", "is:"),
    ):  # fmt: skip
        page.get_by_label(column, exact=True).select_option(role)
    page.get_by_label("Item of “Deepfakes by 2028?”").fill("S02.likelihood")
    page.get_by_label("Item of “Prints of guns by 2028?”").fill("S13.likelihood")
    sees(page, "no group “Police”")  # the preview follows by itself
    page.get_by_label("Words that mean a number").fill(
        "\n".join(f"{word} = {n}" for n, word in WORDS.items())
    )
    page.get_by_label("Groups with another name").fill("Police = Law enforcement")
    page.get_by_label("Groups with another name").blur()
    sees(page, "18 panellists with 36 answers; 18 of them with an address")
    world.stop(page, "elsewhere-columns")
    page.get_by_label("Name of this mapping").fill("Our survey tool")
    press(page, "Keep the mapping")
    sees(page, "The mapping is kept.")
    page.get_by_label("Who ran this round, when and how").fill(
        "Example Institute, May 2026, with its survey tool."
    )
    press(page, "Join these answers as round 1")
    sees(page, "The round has joined.")
    page.goto(f"{study}/rounds/1/moderation")


def ann_revises(world: World) -> None:
    """Ann agrees, sees the own answer of the workbook beside the panel's, and changes it."""
    ann = enter(world, world.links(ANN)[0])
    tick(ann, "input[name=agree]")
    tick(ann, "input[name=quoting][value=no]")
    press(ann, "Agree and go on")
    ann.goto("/panel/1")
    sees(ann, "What the panel said in round 1")
    assert ann.locator("[name=likelihood]").first.is_visible()
    assert "35" in ann.locator("main").inner_text()
    ann.locator("[name=likelihood]").first.fill("60")
    ann.locator("[data-save-button]").first.click()
    ann.wait_for_url(lambda url: not url.endswith("/panel/1"))
