"""The design of a study as JSON: the round trip is exact, and what is no design is refused with nothing written."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from copkit_delphi.domain.errors import Conflict, Invalid, NotFound
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.protocol import Criterion, Protocol
from copkit_delphi.domain.texts import clean
from copkit_delphi.elicitation import copies, designs, grouping, studies, templates
from copkit_delphi.elicitation.models import Attachment, Item, Panellist, Rating, Round, Study
from copkit_delphi.people import vault
from tests import factories as f

TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=60).map(clean)
TITLE = TEXT.filter(str.strip).map(str.strip)


@st.composite
def plans(draw: Any) -> dict[str, Any]:
    names = draw(st.lists(st.from_regex(r"[A-Z][0-9]{1,3}", fullmatch=True), max_size=3, unique=True))
    groups = draw(st.lists(TITLE, max_size=3, unique_by=str.casefold))
    return {
        "about": {"title": draw(TITLE), "purpose": draw(TEXT), "horizon": draw(st.none() | st.dates(date(2026, 1, 1), date(2090, 1, 1)))},
        "protocol": Protocol(
            criterion=draw(st.sampled_from((Criterion(), Criterion(width=10), Criterion(share=0.75, low=7, high=9)))),
            dimensions=tuple(draw(st.lists(st.sampled_from(("physical", "rights", "economic")), min_size=1, unique=True))),
            ask_track_record=draw(st.booleans()),
            order=draw(st.sampled_from(("as_built", "by_panellist"))),
        ),
        "groups": [studies.GroupPlan(name, "other", draw(st.integers(0, 99))) for name in groups],
        "scenarios": [
            studies.ScenarioPlan(
                name=name, title=draw(TITLE), short=draw(TEXT)[:40], statement=draw(TITLE), summary=draw(TEXT),
                counts=draw(st.lists(TITLE, max_size=2)), track_record=draw(TEXT), hazard=draw(st.sampled_from(("low", "medium"))),
                sources=[{"title": draw(TEXT), "year": 2026}],
            )
            for name in names
        ],
    }  # fmt: skip


@given(plan=plans())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_round_trip_is_exact(plan: dict[str, Any], place_sqlite: f.Install) -> None:
    with place_sqlite.database.writing() as session:
        lead = f.make_account(session).id
        made = studies.create(session, about=studies.About(**plan["about"]), facilitator=lead, at=f.NOW)
        made.title, made.purpose = made.title.strip(), made.purpose.strip()
        if plan["groups"]:
            grouping.set_groups(session, study_id=made.id, plans=plan["groups"])
        studies.set_protocol(session, study_id=made.id, protocol=plan["protocol"])
        for one in plan["scenarios"]:
            studies.add_scenario(session, study_id=made.id, plan=one)
        session.flush()
        data = designs.to_dict(session, made.id)
        again = designs.draft_from(session, json.loads(json.dumps(data)), facilitator=lead, at=f.NOW)
        assert designs.to_dict(session, again.id) == data
        assert again.seed != made.seed
        session.rollback()


@pytest.fixture(scope="module")
def place_sqlite(tmp_path_factory: pytest.TempPathFactory, migrated: Any) -> Any:
    import shutil

    from copkit_delphi.database import Database

    path = tmp_path_factory.mktemp("designs") / "copkit.sqlite3"
    shutil.copy(migrated, path)
    database = Database(f"sqlite:///{path}", info=f.KEYS)
    yield f.Install(database, f.Vault(b"v" * 32), f.Links(b"l" * 32, "http://127.0.0.1:8000"))
    database.engine.dispose()


BROKEN = [
    lambda d: d.pop("about"),
    lambda d: d.update(schema=2),
    lambda d: d.update(people=[]),
    lambda d: d.update(scenarios={}),
    lambda d: d["about"].update(horizon="soon"),
    lambda d: d["about"].update(marking="TLP:PINK"),
    lambda d: d["about"].update(title=7),
    lambda d: d["about"].update(title="x" * 161),
    lambda d: d["about"].update(purpose="\x00"),
    lambda d: d["about"].update(seed=1),
    lambda d: d.update(languages=[]),
    lambda d: d.update(languages=["<b>"]),
    lambda d: d["protocol"].update(k=1),
    lambda d: d["protocol"].update(unknown=1),
    lambda d: d["protocol"].update(stopping=[1]),
    lambda d: d["groups"][0].update(target="many"),
    lambda d: d["groups"][0].update(kind="king"),
    lambda d: d["groups"][0].pop("name"),
    lambda d: d["groups"].append(d["groups"][0]),
    lambda d: d["scenarios"].append(d["scenarios"][0]),
    lambda d: d["scenarios"][0].update(study_id="0"),
    lambda d: d["scenarios"][0].update(title=None),
    lambda d: d["scenarios"][0].update(sources="none"),
    lambda d: d["scenarios"][0].update(counts=[["x"]]),
    lambda d: d["scenarios"][0].update(sources=[{}] * 501),
    lambda d: d["scenarios"][0].update(items=[1]),
    lambda d: d["scenarios"][0]["items"][0].update(kind="guess"),
    lambda d: d["scenarios"][0]["items"][0].update(low=100, high=0),
    lambda d: d["scenarios"][0]["items"][0].update(low=float("1e400")),
    lambda d: d["scenarios"][0]["items"].append(d["scenarios"][0]["items"][0]),
]


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_what_is_no_design_is_refused(number: int, place_sqlite: f.Install) -> None:
    with place_sqlite.database.writing() as session:
        lead = f.make_account(session).id
        data = copy.deepcopy(designs.to_dict(session, f.draft_study(session, lead).id))
        BROKEN[number](data)
        with pytest.raises((Invalid, Conflict)):
            designs.draft_from(session, data, facilitator=lead, at=f.NOW)
        session.rollback()


@pytest.mark.parametrize("data", [None, [], "x", 7, {}, {"schema": 1}])
def test_other_json_is_refused_too(data: Any) -> None:
    with pytest.raises(Invalid):
        designs.check(data)


def test_a_copy_holds_the_design_and_files_and_nobody(place: f.Install) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session).id
        study = f.closed_study(place, session, lead, n_rounds=1, people="Ann; ann@x.example; Industry")
        first = studies.scenarios(session, study.id)[0].id
        session.add(
            Attachment(id="a" * 16, study_id=study.id, scenario_id=first, name="a.pdf", mimetype="application/pdf",
                       size=3, hash="h", position=1, content=b"abc")
        )  # fmt: skip
        session.flush()
        made = copies.copy(session, study_id=study.id, title="Again", facilitator=lead, at=f.NOW)
        assert (made.title, made.state, made.practice, made.protocol_hash) == ("Again", "draft", False, None)
        before, after = designs.to_dict(session, study.id), designs.to_dict(session, made.id)
        assert before["about"].pop("title") != after["about"].pop("title")
        assert before == after
        assert session.scalar(select(func.count()).where(Panellist.study_id == made.id)) == 0
        items = select(Item.id).where(Item.study_id == made.id)
        assert session.scalar(select(func.count()).where(Rating.item_id.in_(items))) == 0
        assert [row.state for row in session.scalars(select(Round).where(Round.study_id == made.id))] == [
            "draft"
        ]
        kept = session.scalars(select(Attachment).where(Attachment.study_id == made.id)).one()
        assert (kept.content, kept.scenario_id) == (b"abc", studies.scenarios(session, made.id)[0].id)
        assert not vault.holds(session, study_id=made.id)


def test_the_shipped_templates_start_studies(place: f.Install) -> None:
    assert {one["name"] for one in templates.shipped().values()} == {
        "Classical Delphi of 2 to 4 rounds", "Delphi with a round 0",
    }  # fmt: skip
    with place.database.writing() as session:
        lead = f.make_account(session).id
        for key in templates.shipped():
            made = templates.start(session, key=key, title="Mine", facilitator=lead, at=f.NOW)
            assert (made.title, made.state) == ("Mine", "draft")
            assert len(studies.groups(session, made.id)) == 4


def test_a_template_is_private_until_shared_and_changed_by_its_owner_alone(place: f.Install) -> None:
    with place.database.writing() as session:
        lead, other = f.make_account(session).id, f.make_account(session, "Cora Second").id
        study = f.draft_study(session, lead)
        given = {"study_id": study.id, "actor": lead, "at": f.NOW}
        row = templates.save(session, name="Ours", description="", scenarios=True, **given)
        assert [one.key for one in templates.offered(session, account=other) if one.owner] == []
        with pytest.raises(NotFound):
            templates.start(session, key=row.id, title="X", facilitator=other, at=f.NOW)
        templates.share(session, key=row.id, shared=True, actor=lead, at=f.NOW)
        assert templates.start(session, key=row.id, title="X", facilitator=other, at=f.NOW).title == "X"
        for act in (
            lambda: templates.share(session, key=row.id, shared=False, actor=other, at=f.NOW),
            lambda: templates.remove(session, key=row.id, actor=other, at=f.NOW),
            lambda: templates.save_version(
                session, key=row.id, study_id=study.id, note="", scenarios=True, actor=other, at=f.NOW
            ),
        ):
            with pytest.raises(Conflict):
                act()
        studies.remove_scenario(
            session, study_id=study.id, scenario_id=studies.scenarios(session, study.id)[0].id
        )
        assert templates.save_version(session, key=row.id, note="Shorter", scenarios=True, **given) == 2
        assert [len(one.design["scenarios"]) for one in templates.versions(session, key=row.id)] == [1, 2]
        templates.remove(session, key=row.id, actor=lead, at=f.NOW)
        assert [one for one in templates.offered(session, account=lead) if one.owner] == []


def test_what_is_marked_red_is_shared_without_its_scenarios_only(place: f.Install) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session).id
        study = f.draft_study(session, lead, marking=Marking.RED)
        given = {"study_id": study.id, "name": "Red", "description": "", "actor": lead, "at": f.NOW}
        red = templates.save(session, scenarios=True, **given)
        with pytest.raises(Conflict, match="TLP:RED"), session.begin_nested():
            templates.share(session, key=red.id, shared=True, actor=lead, at=f.NOW)
        bare = templates.save(session, scenarios=False, **given)
        templates.share(session, key=bare.id, shared=True, actor=lead, at=f.NOW)
        assert templates.versions(session, key=bare.id)[0].design["scenarios"] == []
        assert session.get_one(Study, study.id).marking == Marking.RED
