"""Pilots: their answers stay apart, what changed afterwards is listed with reasons, and they can be deleted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from copkit_delphi.domain.between import Feedback
from copkit_delphi.domain.errors import Conflict, NotFound
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Criterion, Protocol
from copkit_delphi.elicitation import (
    archiving,
    behaviours,
    changes,
    designs,
    overviews,
    panels,
    pilots,
    results,
    retention,
    studies,
)
from copkit_delphi.elicitation.models import Panellist, Rating, Rationale, Snapshot, Study
from copkit_delphi.people import accounts, audit, vault
from tests import factories as f


def ran(place: f.Install, session: object, study_id: str, lead: str) -> Study:
    """Start a pilot, let 20 made-up panellists and one test person answer round 1, and end it."""
    pilot = pilots.start(session, study_id=study_id, actor=lead, at=f.NOW)
    f.add_people(place, session, pilot, "Tess Tester; tess@x.example; Industry")
    behaviours.seat_panel(session, study_id=pilot.id, sizes={"Industry": 10, "Civil society": 10})
    round_ = f.open_round(place, session, pilot)
    f.answer(session, round_)
    f.close_round(session, round_)
    studies.end(session, study_id=pilot.id, actor=lead, at=f.NOW)
    return pilot


def test_a_pilot_is_a_flagged_study_of_its_own(place: f.Install) -> None:
    with place.database.writing() as session:
        lead, second = f.make_account(session).id, f.make_account(session, "Cora Second", None).id
        study = f.draft_study(session, lead, practice=False)
        accounts.give_role(
            session, account_id=second, role=Role.CO_FACILITATOR, study_id=study.id, at=f.NOW, actor="test"
        )
        pilot = ran(place, session, study.id, lead)
        assert (pilot.pilot, pilot.practice, pilot.title) == (True, True, f"Pilot 1: {study.title}")
        assert {(role, who) for role, _, who in accounts.holders(session, study_id=pilot.id)} == {
            (Role.FACILITATOR, lead), (Role.CO_FACILITATOR, second),
        }  # fmt: skip
        assert session.scalar(select(func.count()).where(Panellist.study_id == study.id)) == 0
        assert results.of_study(session, study.id) == ()
        assert len(results.of_study(session, pilot.id)) == 1
        assert [one.number for one in pilots.of_study(session, study.id)] == [1]
        assert pilots.main_of(session, pilot.id) == study.id
        with pytest.raises(Conflict):
            pilots.start(session, study_id=pilot.id, actor=lead, at=f.NOW)
        other = f.draft_study(session, lead)
        with pytest.raises(NotFound):
            pilots.get(session, study_id=other.id, pilot_id=pilot.id)


def test_what_changed_since_is_listed_and_a_reason_holds_for_that_change_alone(place: f.Install) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session).id
        study = f.draft_study(session, lead, scenarios=("S02", "S04", "S13"))
        pilot = ran(place, session, study.id, lead)
        assert pilots.log(session, study_id=study.id, pilot_id=pilot.id) == []
        first, second, _third = studies.scenarios(session, study.id)
        plan = studies.ScenarioPlan(
            first.name, first.title, first.short, "By 2029, reworded.", place="France"
        )
        studies.edit_scenario(session, study_id=study.id, scenario_id=first.id, plan=plan)
        studies.remove_scenario(session, study_id=study.id, scenario_id=second.id)
        studies.add_scenario(
            session, study_id=study.id, plan=studies.ScenarioPlan("N01", "New", "", "By 2029, new.")
        )
        studies.set_protocol(session, study_id=study.id, protocol=Protocol(dimensions=("economic",)))
        session.flush()
        found = {(one.change.kind, one.change.what, one.change.of): one for one in pilots.log(session, study_id=study.id, pilot_id=pilot.id)}  # fmt: skip
        assert ("changed", "Statement", first.title) in found
        assert ("changed", "Place", first.title) in found
        assert ("changed", "Impact is rated on", "") in found
        assert ("removed", "Scenario", second.title) in found
        assert ("added", "Scenario", "New") in found
        statement = found["changed", "Statement", first.title].change
        assert statement.after == "By 2029, reworded."
        reasons = {statement.key: "Testers read two claims."}
        pilots.explain(session, study_id=study.id, pilot_id=pilot.id, reasons=reasons)
        session.flush()
        given = {
            one.change.key: one.reason for one in pilots.log(session, study_id=study.id, pilot_id=pilot.id)
        }
        assert given[statement.key] == "Testers read two claims."
        plan = studies.ScenarioPlan(
            first.name, first.title, first.short, "By 2029, reworded again.", place="France"
        )
        studies.edit_scenario(session, study_id=study.id, scenario_id=first.id, plan=plan)
        session.flush()
        assert not any(one.reason for one in pilots.log(session, study_id=study.id, pilot_id=pilot.id))
        with pytest.raises(Conflict):
            pilots.explain(session, study_id=study.id, pilot_id=pilot.id, reasons=reasons)


def test_an_ended_pilot_loses_people_and_answers_and_the_chain_holds(place: f.Install) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session).id
        study = f.draft_study(session, lead)
        early = pilots.start(session, study_id=study.id, actor=lead, at=f.NOW)
        with pytest.raises(Conflict, match="End the pilot first"):
            pilots.erase(session, study_id=study.id, pilot_id=early.id, actor=lead, at=f.NOW)
        pilot = ran(place, session, study.id, lead)
        codes = select(Panellist.id).where(Panellist.study_id == pilot.id)
        assert session.scalar(select(func.count()).where(Rating.panellist_id.in_(codes))) > 50
        pilots.erase(session, study_id=study.id, pilot_id=pilot.id, actor=lead, at=f.NOW)
        for table in (Rating, Rationale):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert session.scalar(select(func.count()).where(Panellist.study_id == pilot.id)) == 0
        assert not vault.holds(session, study_id=pilot.id)
        assert session.scalar(select(func.count()).select_from(Snapshot)) == 1
        assert audit.verify(session) is None
        with pytest.raises(Conflict, match="already"):
            pilots.erase(session, study_id=study.id, pilot_id=pilot.id, actor=lead, at=f.NOW)


def test_the_archive_takes_ended_studies_and_gives_them_back(place: f.Install) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session).id
        running, round_ = f.running_study(place, session, lead)
        with pytest.raises(Conflict):
            archiving.archive(session, study_id=running.id, actor=lead, at=f.NOW)
        f.answer(session, round_)
        f.close_round(session, round_)
        studies.end(session, study_id=running.id, actor=lead, at=f.NOW)
        archiving.archive(session, study_id=running.id, actor=lead, at=f.NOW)
        session.flush()
        with pytest.raises(Conflict, match="read only"):
            archiving.check_in_use(session, running.id)
        archiving.unarchive(session, study_id=running.id, actor=lead, at=f.NOW)
        session.flush()
        archiving.check_in_use(session, running.id)


def test_overviews_say_what_the_pages_of_each_study_say(place: f.Install) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session).id
        made = [f.running_study(place, session, lead, title=f"Study {n}") for n in range(2)]
        f.answer(session, made[0][1])
        found = overviews.responses(session, [round_ for _, round_ in made])
        for study, _round in made:
            wanted = [
                (one.name, one.done, one.invited) for one in panels.by_group(session, study_id=study.id)
            ]
            assert [(one.group, one.done, one.invited) for one in found[study.id]] == wanted
        ended = f.closed_study(place, session, lead, n_rounds=1)
        every = [ended, made[0][0]]
        assert overviews.deletions(session, every, {}) == {
            one.id: retention.dates(session, one, review_on=None) for one in every
        }


def test_the_same_design_has_no_changes_and_another_order_is_listed(place: f.Install) -> None:
    with place.database.writing() as session:
        data = designs.to_dict(session, f.draft_study(session, f.make_account(session).id).id)
    assert changes.between(data, data) == []
    other = {**data, "scenarios": data["scenarios"][::-1]}
    assert [one.what for one in changes.between(data, other)] == ["Place in the questionnaire"]


def test_rules_and_plan_are_told_in_words_one_change_for_each(place: f.Install) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session).id
        study = f.draft_study(session, lead)
        pilot = pilots.start(session, study_id=study.id, actor=lead, at=f.NOW)
        plan = {"aims": "To show dissent.", "criteria": "Five years of casework."}
        rules = Protocol.from_dict(study.protocol)
        changed = replace(
            rules, plan=plan, order="by_panellist", criterion=Criterion(width=20), invite="finished", interval=True,
            feedback=Feedback("none"), carry="open", privacy="by_group", k=7,
        )  # fmt: skip
        studies.set_protocol(session, study_id=study.id, protocol=changed)
        studies.groups(session, study.id)[0].target = 31
        session.flush()
        found = {
            one.change.what: one.change
            for one in pilots.log(session, study_id=study.id, pilot_id=pilot.id)
            if not one.change.of
        }
    assert (found["Aim"].kind, found["Aim"].before, found["Aim"].after) == ("added", "", "To show dissent.")
    assert found["Panel criteria"].after == "Five years of casework."
    order = found["Order of the scenarios"]
    assert order.before == "as built, the same for everybody"
    assert order.after == "drawn for each panellist and round from the seed of the study"
    assert found["Between rounds panellists see"].after == "only their own answer"
    assert found["A further round asks"].before == "every item again"
    assert found["Level of privacy"].before.startswith("Coded:")
    assert found["Smallest group that is ever shown"].before == "No figure for fewer than 5."
    assert found["Group"].after.endswith("31 wanted")
    told = "".join(one.before + one.after for one in found.values())
    assert not [
        code for code in ("{", "by_panellist", "by_name", "iqr<=15", "; lea;", "Rule") if code in told
    ]
    assert all(one.before or one.kind == "added" for one in found.values())
