"""Panellists with a browser: personal links as the invitation carries them, and what they press."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Item, Panellist, Rating, Round, StakeholderGroup, Study
from copkit_delphi.elicitation.ratings import Answer, Reason, give_consent, save
from tests import factories

PEOPLE = "Ann; ann@panel.example; Industry\nBob; bob@panel.example; Civil society"
ROUND_1 = {
    "likelihood": "80",
    "impact_physical": "1",
    "impact_economic": "3",
    "impact_rights": "cannot",
    "confidence": "2",
}


def started(place: factories.Place, *, rounds: int = 1, **changes: Any) -> Study:
    """Make a study with Ann, Bob and the synthetic panel in an open round; Ann put 80% in rounds that closed."""
    with place.database.writing() as session:
        facilitator = factories.make_account(session).id
        study, round_ = factories.running_study(place, session, facilitator, people=PEOPLE, **changes)
        for _ in range(rounds - 1):
            give_consent(session, panellist_id=real(session, study)[0].id, version="t", quoting="no")
            save_all(session, study, round_.id)
            factories.answer(session, round_)
            factories.close_round(session, round_, actor=facilitator)
            round_ = factories.open_round(place, session, study, actor=facilitator)
        return study


def real(session: Any, study: Study) -> list[Panellist]:
    """Return the panellists who are people, by group: Industry (Ann), then Civil society (Bob)."""
    query = select(Panellist).join(StakeholderGroup, StakeholderGroup.id == Panellist.group_id)
    wanted = query.where(Panellist.study_id == study.id, ~Panellist.synthetic)
    return list(session.scalars(wanted.order_by(StakeholderGroup.position)))


def save_all(session: Any, study: Study, round_id: str) -> None:
    """Let Ann answer 80% with a reason everywhere."""
    values = {"likelihood": 80.0, "impact": 2.0, "confidence": 2.0, "track_record": 40.0}
    items = studies.items(session, study.id)
    for scenario in studies.scenarios(session, study.id):
        answers = {item.id: Answer(values[item.kind]) for item in items if item.scenario_id == scenario.id}
        reason = Reason("Ann alone wrote this.", "facilitators")
        ann = real(session, study)[0].id
        save(
            session, panellist_id=ann, round_id=round_id, scenario_id=scenario.id, answers=answers, reason=reason,
            clock=factories.clock_at(),
        )  # fmt: skip


def link(place: factories.Place, study: Study, who: int = 0) -> str:
    """Return the path of a new personal link of Ann (0) or Bob (1)."""
    with place.database.writing() as session:
        address = place.links.issue(session, real(session, study)[who])
    return "/p/" + address.rpartition("/p/")[2]


def enter(
    app: Flask, place: factories.Place, study: Study, who: int = 0, *, consent: bool = True, path: str = ""
) -> FlaskClient:
    """Return a browser in which Ann (0) or Bob (1) pressed Continue, and agreed; ``path`` is a link used before."""
    client = app.test_client()
    assert client.post(path or link(place, study, who)).status_code == 303
    if consent:
        assert client.post("/panel/consent", data={"agree": "y", "quoting": "no"}).status_code == 303
    return client


def token(client: FlaskClient, path: str) -> str:
    """Return the token of the forms on a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert found
    return found[1]


def entered_with_token(app: Flask, place: factories.Place, study: Study) -> FlaskClient:
    """Return a browser of Ann in an application whose forms carry tokens."""
    client, path = app.test_client(), link(place, study)
    assert client.post(path, data={"csrf_token": token(client, path)}).status_code == 303
    agreed = {"agree": "y", "quoting": "no", "csrf_token": token(client, "/panel")}
    assert client.post("/panel/consent", data=agreed).status_code == 303
    return client


def later(client: FlaskClient, monkeypatch: Any, moment: datetime) -> None:
    """Move the clock, with a session that is as fresh as if the link was opened just then."""
    with client.session_transaction() as cookie:
        cookie["entry_seen"] = cookie["entry_since"] = int(moment.timestamp())
    monkeypatch.setattr(factories, "NOW", moment)


def fields(client: FlaskClient, position: int = 1, round_: int = 1, **changes: str) -> dict[str, str]:
    """Return a filled-in page as a browser would send it."""
    page = client.get(f"/panel/{position}").get_data(as_text=True)
    basis = re.search(r'name="basis"[^>]*value="([^"]*)"', page)
    assert basis
    return {"round": str(round_), "basis": basis[1], **ROUND_1, **changes}


def values(place: factories.Place) -> dict[str, Any]:
    """Return the ratings of people in the open round, as stored, by item name; "cannot" for cannot judge."""
    with place.database.reading() as session:
        query = (
            select(Item.name, Rating.value, Rating.cannot_judge)
            .join(Item, Item.id == Rating.item_id)
            .join(Panellist, Panellist.id == Rating.panellist_id)
            .join(Round, Round.id == Rating.round_id)
            .where(~Panellist.synthetic, Rating.is_current, Round.state == "open")
        )
        return {name: "cannot" if cannot else value for name, value, cannot in session.execute(query)}
