"""The server is killed while it takes a list of 5,000 people: all of them are on the list afterwards, or nobody is."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from copkit_delphi.elicitation.models import StagedUpload
from copkit_delphi.elicitation.recruiting import grids, staging
from copkit_delphi.people.models import AuditEvent, SealedIdentity
from tests import factories
from tests.races.client import Browser, staff
from tests.races.server import Server
from tests.races.stage import Scene, plan, scene

pytestmark = pytest.mark.long
PEOPLE = grids.MOST_ROWS
PATIENCE = 120  # seconds


def _staged(made: Scene) -> tuple[str, str]:
    """Let the longest list wait in a draft study; return the ids of both."""
    lines = [f"Expert {n:04d};e{n:04d}@panel.example;Industry" for n in range(PEOPLE)]
    grid = grids.of_text("\n".join(["Name;E-mail;Group", *lines]))
    place = made.place
    with place.database.writing() as session:
        lead = factories.accounts.by_email(session, made.staff[0]["email"])
        study = factories.draft_study(session, lead.id, title="A long list")
        at = place.clock(session)
        row = staging.stage(session, place.vault, study_id=study.id, grid=grid, at=at, actor=lead.id)
        return study.id, row.id


def _confirm(port: int, made: Scene, path: str) -> Browser:
    [browser] = staff(plan(made, "none", port))
    hidden, _ = browser.page(path.rpartition("/")[0])
    form = {"csrf_token": hidden["csrf_token"], "act": "confirm", "ready": str(PEOPLE)}
    answer = browser.ask("POST", path, form)
    assert (answer.status, answer.headers["location"]) == (303, f"{path}/progress")
    return browser


def _stands(made: Scene, study: str, staged: str) -> tuple[int, int, str]:
    """Return how many are on the list, how often the audit says so, and the state of what was uploaded."""
    with made.place.database.reading() as session:
        listed = session.scalar(select(func.count()).where(SealedIdentity.study_id == study))
        told = select(func.count()).where(AuditEvent.study_id == study, AuditEvent.action == "panel:add")
        return listed or 0, session.scalar(told) or 0, session.get_one(StagedUpload, staged).state


def test_a_killed_import_is_whole_or_absent_and_can_be_begun_again(tmp_path: Path, url: str) -> None:
    made = scene(tmp_path, url, staff=1)
    study, staged = _staged(made)
    path, progress = f"/studies/{study}/panel/import/{staged}", tmp_path / "imports" / f"{staged}.progress"
    with Server(tmp_path, made.url) as server:
        _confirm(server.port, made, path)
        until = time.monotonic() + PATIENCE
        while not (progress.is_file() and progress.read_text()) and time.monotonic() < until:
            time.sleep(0.001)
        server.kill()  # some are sealed, nothing is committed
        assert _stands(made, study, staged) == (0, 0, staging.RUNNING)
        server.start()
        browser = _confirm(server.port, made, path)
        while _stands(made, study, staged)[2] == staging.RUNNING and time.monotonic() < until:
            time.sleep(0.1)
        assert browser.ask("GET", f"{path}/progress").status == 200
    assert _stands(made, study, staged) == (PEOPLE, 1, staging.DONE)
    assert made.self_check() == []
    made.leave()
