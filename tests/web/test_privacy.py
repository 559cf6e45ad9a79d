"""Pages of privacy: own data, dates in words, names erased on request, a name opened by two."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import ratings, rounds
from copkit_delphi.elicitation.models import Rationale
from tests import factories
from tests.web import panel

OWN, WRONG = {"current": factories.PASSWORD}, {"current": "a wrong password"}


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_everything_kept_about_me_and_nothing_of_others(app: Flask, place) -> None:
    study = panel.started(place, rounds=2)
    client = panel.enter(app, place, study)
    client.post("/panel/1", data=panel.fields(client, round_=2, reason="Mine alone."))
    client.post("/panel/1", data=panel.fields(client, round_=2, reason="Mine, again.", likelihood="33"))
    client.post("/panel/2/draft", data=panel.fields(client, 2, round_=2, likelihood="44"))
    mine = client.get("/panel/my-data.json").get_json()
    ann = {"name": "Ann", "address": "ann@panel.example", "group": "Industry", "language": ""}
    assert mine["profile"] == ann
    assert mine["consent"]["version"]
    found = [(r["value"], r["is_current"]) for r in mine["ratings"] if r["item"] == "S02.likelihood"]
    assert found == [(80.0, True), (80.0, False), (33.0, True)]
    assert {r["text"] for r in mine["reasons"]} == {"Ann alone wrote this.", "Mine alone.", "Mine, again."}
    assert "44" in str(mine["drafts"])
    page = text(client.get("/panel/my-data"))
    for said in ("ann@panel.example", "Mine alone.", "33"):
        assert said in page
    assert "bob@" not in page + str(mine)
    other = panel.enter(app, place, study, 1)
    assert "Mine alone." not in text(other.get("/panel/my-data")) + text(other.get("/panel/my-data.json"))


def staffed(place) -> tuple[str, str, dict[str, str]]:
    """Return a study with a closed round, one of Ann's reasons, and the addresses of its staff."""
    with place.database.writing() as session:
        lead = factories.make_account(session)
        study, round_ = factories.running_study(place, session, lead.id, people=panel.PEOPLE)
        ann = panel.real(session, study)[0].id
        ratings.give_consent(session, panellist_id=ann, version="t", quoting="no")
        panel.save_all(session, study, round_.id)
        factories.answer(session, round_)
        rounds.close(session, round_id=round_.id, actor="test", clock=factories.clock_at())
        key = session.scalars(select(Rationale.id).where(Rationale.panellist_id == ann)).first()
        emails = {Role.FACILITATOR: lead.email}
        for role in (Role.DPO, Role.ETHICS_REVIEWER, Role.ANALYST):
            emails[role] = factories.make_account(session, f"A {role}", role, study_id=study.id).email
        return study.id, key, emails


def test_a_name_is_opened_by_two_and_seen_by_one(app: Flask, place, sign_in) -> None:
    study, key, emails = staffed(place)
    lead, dpo, reviewer = (sign_in(emails[r]) for r in (Role.FACILITATOR, Role.DPO, Role.ETHICS_REVIEWER))
    ask = f"/studies/{study}/reveals/ask/{key}"
    assert dpo.get(ask).status_code == 403
    assert lead.post(ask, data={"text": ""}).status_code == 422
    why = {"reason": "safety", "text": "A named threat."}
    assert lead.post(ask, data=why).status_code == 422
    assert "A named threat." in text(lead.post(ask, data={**why, **WRONG}))
    assert "A named threat." not in text(dpo.get(f"/studies/{study}/privacy"))
    assert lead.post(ask, data={**why, **OWN}).status_code == 303
    page = text(dpo.get(f"/studies/{study}/privacy"))
    assert "A named threat." in page
    approve = re.search(r'action="([^"]*/approve)"', page)
    assert approve
    name = approve[1].replace("approve", "name")
    assert "/approve" not in text(lead.get(f"/studies/{study}/privacy"))
    assert lead.post(approve[1]).status_code == 403
    refused = dpo.post(approve[1], data={**WRONG, "untold_because": "Order 12 of a court."})
    assert (refused.status_code, "Order 12 of a court." in text(refused)) == (422, True)
    assert "0 of 2 have agreed" in text(dpo.get(f"/studies/{study}/privacy"))
    assert dpo.post(approve[1], data=OWN).status_code == 303
    assert dpo.post(name).status_code == 409
    assert reviewer.post(approve[1], data=OWN).status_code == 303
    seen = dpo.post(name)
    assert (seen.status_code, "ann@panel.example" in text(seen)) == (200, True)
    for other in (lead, reviewer):
        assert other.post(name).status_code == 403
        assert "ann@panel.example" not in text(other.get(f"/studies/{study}/privacy"))
    assert "A name opened by two for 24 hours" in text(lead.get(f"/studies/{study}/audit"))


def test_guesses_at_the_password_before_a_name_are_limited(app: Flask, place, sign_in) -> None:
    study, key, emails = staffed(place)
    lead = sign_in(emails[Role.FACILITATOR])
    sent = {"reason": "safety", "text": "A named threat.", **WRONG}
    said = [lead.post(f"/studies/{study}/reveals/ask/{key}", data=sent).status_code for _ in range(11)]
    assert said == [422] * 10 + [429]


def test_the_officer_erases_a_name_on_request(app: Flask, place, sign_in) -> None:
    study, _, emails = staffed(place)
    dpo, lead = sign_in(emails[Role.DPO]), sign_in(emails[Role.FACILITATOR])
    assert lead.post(f"/studies/{study}/privacy/names").status_code == 403
    page = text(dpo.post(f"/studies/{study}/privacy/names"))
    erase = re.search(r'action="([^"]*/erase)".*?Ann', page, re.DOTALL)
    assert erase
    refused = dpo.post(erase[1], data=WRONG)
    assert (refused.status_code, "ann@panel.example" in text(refused)) == (422, False)
    assert "ann@panel.example" in text(dpo.post(f"/studies/{study}/privacy/names"))
    assert dpo.post(erase[1], data=OWN).status_code == 303
    after = text(dpo.post(f"/studies/{study}/privacy/names"))
    assert ("ann@panel.example" in after, "bob@panel.example" in after) == (False, True)
    assert "Names of the panel opened" in text(lead.get(f"/studies/{study}/audit"))
    assert dpo.post(erase[1], data=OWN).status_code == 404
    assert sign_in(emails[Role.ANALYST]).get(f"/studies/{study}/privacy").status_code == 403
