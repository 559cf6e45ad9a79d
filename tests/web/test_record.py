"""What staff see of the record: stored answers that were changed, the audit by pages, withdrawals as a count."""

from __future__ import annotations

import json
import re

from flask import Flask
from sqlalchemy import select
from sqlalchemy import text as sql

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import withdrawals
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.people import audit
from copkit_delphi.people.models import AuditEvent
from tests import factories
from tests.factories import migrated
from tests.network.factory import release
from tests.web.stage import furnished, stage
from tests.web.staged import Stage
from tests.web.test_privacy import OWN, staffed

__all__ = ["furnished", "migrated", "stage"]
FAILED = "Integrity check failed"


def change_a_rating(place) -> None:
    """Change one answer as somebody would who reaches the database without the application."""
    with place.database.engine.begin() as connection:
        for suffix in ("append_only", "frozen", "kept"):
            connection.execute(sql(f"DROP TRIGGER IF EXISTS rating_{suffix}"))
        first = "SELECT id FROM round WHERE number = 1"
        one = f"(SELECT min(id) FROM rating WHERE is_current AND value = 3 AND round_id IN ({first}))"
        assert connection.execute(sql(f"UPDATE rating SET value = 4 WHERE id = {one}")).rowcount == 1


def test_staff_are_told_where_stored_answers_were_changed_and_readers_are_not(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        brief = release(stage.place, session, stage.made, [stage.reader(session).id]).id
    pages = [(Role.ANALYST, f"{stage.base}/results"), (Role.ANALYST, f"/briefs/{brief}")]
    for role, page in pages:
        assert FAILED not in stage[role].get(page).text, page
    change_a_rating(stage.place)
    for role, page in pages:
        shown = stage[role].get(page)
        assert (shown.status_code, FAILED in shown.text) == (200, True), page
        assert "stored for round 1 are not" in shown.text
    assert FAILED not in stage[Role.READER].get(f"/briefs/{brief}").text


def test_the_audit_comes_by_pages_the_latest_first(app: Flask, place, sign_in) -> None:
    study, _, emails = staffed(place)
    with place.database.writing() as session:
        for _ in range(audit.PAGE):
            audit.record(
                session, actor="x", action="round:move-deadline", at=factories.NOW, study_id=study, round=1
            )
    lead = sign_in(emails[Role.FACILITATOR])
    first = lead.get(f"/studies/{study}/audit").text
    assert (first.count("Deadline moved"), "Study made" in first) == (audit.PAGE, False)
    assert f"/studies/{study}/audit?page=2" in first
    second = lead.get(f"/studies/{study}/audit?page=2").text
    assert ("Deadline moved" in second, "Study made" in second, "page=3" in second) == (False, True, False)
    for odd in ("0", "-1", "x", "9999999", "²"):
        assert lead.get(f"/studies/{study}/audit?page={odd}").status_code == 404


def test_whoever_checks_a_study_sees_withdrawals_as_a_number_from_five_on(app: Flask, place, sign_in) -> None:
    study, _, emails = staffed(place)
    with place.database.reading() as session:
        codes = session.scalars(select(Panellist.id).where(Panellist.study_id == study)).all()[:5]
    checkers = [sign_in(emails[role]) for role in (Role.DPO, Role.ETHICS_REVIEWER)]
    lead = sign_in(emails[Role.FACILITATOR])
    for number, code in enumerate(codes):
        for checker in checkers:
            assert "Withdrawals: fewer than 5" in checker.get(f"/studies/{study}/audit").text, number
        with place.database.writing() as session:
            withdrawals.withdraw(
                session, place.vault, place.links, panellist_id=code, clock=factories.clock_at()
            )
    for checker in checkers:
        assert "Withdrawals: 5" in checker.get(f"/studies/{study}/audit").text
    assert "Withdrawals" not in lead.get(f"/studies/{study}/audit").text


def test_an_erasure_with_the_answers_names_the_officer_and_no_code(app: Flask, place, sign_in) -> None:
    study, _, emails = staffed(place)
    with place.database.reading() as session:
        codes = session.scalars(select(Panellist.id).where(Panellist.study_id == study)).all()
    dpo = sign_in(emails[Role.DPO])
    erase = re.search(r'action="([^"]*/erase)"', dpo.post(f"/studies/{study}/privacy/names").text)
    assert erase
    assert dpo.post(erase[1], data={**OWN, "answers": "1"}).status_code == 303
    with place.database.reading() as session:
        gone = set(codes) - set(session.scalars(select(Panellist.id).where(Panellist.study_id == study)))
        (left,) = session.scalars(select(AuditEvent).where(AuditEvent.action == audit.WITHDRAW)).all()
        (erased,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "panel:erase-name")).all()
    assert len(gone) == 1
    assert left.actor == erased.actor
    assert json.loads(left.detail).keys() == {"seals"}
    assert not any(code in left.detail + erased.detail for code in codes)
