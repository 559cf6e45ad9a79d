"""The monitor and the mail page of a thousand people and two hundred items: as many queries as for two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, insert, select

from copkit_delphi.elicitation import rounds, studies
from copkit_delphi.elicitation.models import Item, Participation, Study
from tests import factories as f

PATHS = ("", "?page=7", "?group=Industry&state=queued&progress=done", "/mail", "/rounds/1/close")


def study_of(place: Any, people: int, items: int) -> tuple[str, str]:
    """Make a study in its first round; return its id and the address of who runs it."""
    with place.database.writing() as session:
        account = f.make_account(session, f"Fatima {people}")
        study = f.draft_study(session, account.id, scenarios=("S02",))
        scenario = studies.scenarios(session, study.id)[0]
        have = len(studies.items(session, study.id))
        rows = [
            {"id": f"{people:05d}{n:05d}", "study_id": study.id, "scenario_id": scenario.id, "name": f"S02.extra.{n}",
             "kind": "impact", "dimension": "physical", "wording": "More", "low": 0.0, "high": 4.0, "step": 1.0,
             "position": 900 + n}
            for n in range(items - have)
        ]  # fmt: skip
        if rows:
            session.execute(insert(Item), rows)
        groups = list(f.GROUPS)
        lines = "\n".join(f"P{n:04d}; p{n}@x.example; {groups[n % 3]}" for n in range(people))
        f.add_people(place, session, study, lines, actor=account.id)
        round_ = f.open_round(place, session, study, actor=account.id, at=f.NOW - timedelta(days=3))
        codes = session.scalars(select(Participation.panellist_id).where(Participation.round_id == round_.id))
        for code in sorted(codes)[: people // 2]:
            session.merge(Participation(panellist_id=code, round_id=round_.id, progress="done"))
        return study.id, account.email


def test_a_thousand_people_and_two_hundred_items_take_as_many_queries_as_ten(
    place: Any, sign_in: Callable[[str], FlaskClient]
) -> None:
    counts = [0]

    def count(*_args: Any) -> None:
        counts[-1] += 1

    event.listen(place.database.engine, "before_cursor_execute", count)
    seen = []
    for people, items in ((12, 8), (1000, 200)):
        study_id, email = study_of(place, people, items)
        client = sign_in(email)
        client.get(f"/studies/{study_id}")  # writes down that the names are opened
        found = []
        for path in PATHS:
            counts.append(0)
            answer = client.get(f"/studies/{study_id}{path}")
            assert answer.status_code == 200
            found.append(counts[-1])
        seen.append(found)
        with place.database.reading() as session:
            assert session.get_one(Study, study_id).state == "running"
            assert rounds.latest(session, study_id) is not None
            assert len(session.scalars(select(Item.id).where(Item.study_id == study_id)).all()) >= items
    assert seen[0] == seen[1]
    assert "1000 of 1000 people" in client.get(f"/studies/{study_id}").text
