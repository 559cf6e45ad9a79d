"""The library: filled once, searched, added to, revised, retired; a study keeps the copy it took."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import Conflict, Invalid
from copkit_delphi.domain.marking import LEAST_BY_HAZARD, ORDER, Marking, check_least, least
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.library import entries, shipped
from copkit_delphi.library import scenarios as library
from copkit_delphi.library.entries import ActionText, Entry, IndicatorText, Statement
from copkit_delphi.library.scenarios import Wanted
from copkit_delphi.warning import planning, taking
from copkit_delphi.warning.taking import Chosen
from tests import factories as f

OWN = Entry(
    id="",
    title="Forged sensor readings",
    summary="Groups forge readings of public sensors to hide what they do.",
    crime_area="Environmental crime; fraud",
    statement=Statement(
        "Forged sensors", "Forged.", "By 31 December 2028, a court has found readings forged.", "EU"
    ),
    indicators=(
        IndicatorText("", "Complaints of operators"),
        IndicatorText("", "Audits find nothing", disconfirming=True),
    ),
    actions=(ActionText("prevention", "Seal the sensors.", trigger="On the first case", months_to=6),),
)
BY = {"author": "Anna Analyst", "note": "Wording."}


def add(session: Session, entry: Entry = OWN) -> str:
    return library.add(session, entry=entry, author="Anna Analyst", actor="anna", at=f.NOW).name


def revise(session: Session, name: str, **changes: object) -> None:
    row = library.get(session, name)
    entry = replace(library.entry_of(session, row), **changes)
    library.revise(session, before=row, entry=entry, by=BY, actor="anna", at=f.NOW)


def draft(session: Session, **changes: object) -> Study:
    return f.draft_study(session, f.make_account(session).id, scenarios=(), **changes)


def take(session: Session, study: Study, name: str, **how: object) -> None:
    taking.take(session, study_id=study.id, name=name, actor="test", at=f.NOW, **how)


def test_the_tables_hold_the_shipped_entries_word_for_word(place: f.Install) -> None:
    with place.database.reading() as session:
        rows = library.listed(session)
        assert tuple(library.entry_of(session, row) for row in rows) == shipped.scenarios()
        assert {row.version for row in rows} == {1}
        assert not library.lacks_shipped(session)


def test_filling_again_changes_nothing(place: f.Install) -> None:
    with place.database.writing() as session:
        assert library.fill(session, at=f.NOW) == 0


def test_a_newer_shipped_text_becomes_a_version_but_never_stands_before_peoples_own(
    place: f.Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = tuple(replace(one, summary=f"{one.summary} Newer.") for one in shipped.scenarios()[:2])
    with place.database.writing() as session:
        revise(session, "S02", title="Our own title")
        monkeypatch.setattr(shipped, "scenarios", lambda: newer)
        assert library.lacks_shipped(session)
        assert library.fill(session, at=f.NOW) == 2
        assert library.fill(session, at=f.NOW) == 0
        assert library.get(session, "S01").summary.endswith("Newer.")
        assert library.get(session, "S02").title == "Our own title"
        assert [row.origin for row in library.versions(session, "S02")] == ["shipped", "own", "shipped"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted("drones"), ["S04"]),
        (Wanted(crime_area="Firearms trafficking"), ["S04", "S06"]),
        (Wanted(family="Quantum"), ["S07"]),
        (Wanted("PORT", hazard="medium"), ["S14"]),
        (Wanted(retired=True), []),
    ],
)
def test_search_by_words_crime_area_technology_and_hazard(
    place: f.Install, wanted: Wanted, names: list[str]
) -> None:
    with place.database.reading() as session:
        found = [row.name for row in library.listed(session, wanted)]
        assert set(names) <= set(found)
        assert len(found) < len(shipped.scenarios())


def test_an_own_entry_is_read_as_it_was_written(place: f.Install) -> None:
    with place.database.writing() as session:
        name = add(session)
        entry = library.entry_of(session, library.get(session, name))
        assert name == "L01"
        assert [row.id for row in entry.indicators] == ["L01-I1", "L01-I2"]
        assert replace(entry, id="", indicators=tuple(replace(row, id="") for row in entry.indicators)) == OWN
        assert entries.warnings(entry) == []
        assert add(session) == "L02"


def test_an_entry_without_a_disconfirming_indicator_is_warned_of_not_refused(place: f.Install) -> None:
    with place.database.writing() as session:
        bare = replace(OWN, indicators=OWN.indicators[:1])
        add(session, bare)
        assert any("not happening" in sentence for sentence in entries.warnings(bare))


@pytest.mark.parametrize(
    "changes",
    [
        {"title": " "},
        {"summary": ""},
        {"hazard": "extreme"},
        {"indicators": (IndicatorText("", " "),)},
        {"actions": (ActionText("hope", "Wait."),)},
        {"actions": (ActionText("policy", "Act.", months_from=4, months_to=2),)},
    ],
)
def test_a_faulty_entry_is_refused(place: f.Install, changes: dict[str, object]) -> None:
    with place.database.writing() as session, pytest.raises(Invalid):
        add(session, replace(OWN, **changes))


def test_a_study_keeps_the_version_it_took(place: f.Install) -> None:
    with place.database.writing() as session:
        name, study = add(session), draft(session)
        take(session, study, name)
        revise(session, name, title="Another title", indicators=(), actions=())
        (scenario,) = studies.scenarios(session, study.id)
        assert (scenario.title, scenario.library_id, scenario.library_version) == (OWN.title, name, 1)
        rows = planning.of_study(session, study.id)
        assert [row.text for row in rows.indicators] == [row.text for row in OWN.indicators]
        assert [row.disconfirming for row in rows.indicators] == [False, True]
        assert [row.text for row in rows.actions] == ["Seal the sensors."]
        assert library.get(session, name, 1).title == OWN.title
        assert library.get(session, name).version == 2


def test_revising_what_somebody_else_revised_is_refused(place: f.Install) -> None:
    with place.database.writing() as session:
        before = library.get(session, "S01")
        revise(session, "S01", title="First")
        with pytest.raises(Conflict, match="meanwhile"):
            library.revise(session, before=before, entry=shipped.scenario("S01"), by=BY, actor="x", at=f.NOW)


def test_a_revision_says_what_changed(place: f.Install) -> None:
    with place.database.writing() as session, pytest.raises(Invalid, match="what changed"):
        library.revise(
            session,
            before=library.get(session, "S01"),
            entry=shipped.scenario("S01"),
            by=BY | {"note": " "},
            actor="x",
            at=f.NOW,
        )


def test_only_what_is_chosen_is_taken_and_nothing_is_added_later(place: f.Install) -> None:
    with place.database.writing() as session:
        study = draft(session)
        take(session, study, "S02", chosen=Chosen({"S02-I1"}, {2, 4}))
        take(session, study, "S13", chosen=Chosen((), ()))
        assert planning.take_from_library(session, study_id=study.id) == 0
        rows = planning.of_study(session, study.id)
        assert [row.name for row in rows.indicators] == ["S02-I1"]
        assert [row.category for row in rows.actions] == ["mitigation", "policy"]
        assert rows.actions[0].trigger.startswith("S02-I")


def test_a_removed_scenario_takes_its_plans_along(place: f.Install) -> None:
    with place.database.writing() as session:
        study = draft(session)
        take(session, study, "S02")
        (scenario,) = studies.scenarios(session, study.id)
        taking.remove(session, study_id=study.id, scenario_id=scenario.id)
        assert planning.of_study(session, study.id) == planning.Plans((), ())
        take(session, study, "S02")
        assert len(planning.of_study(session, study.id).indicators) == 4


def test_a_retired_entry_is_not_taken_until_it_is_brought_back(place: f.Install) -> None:
    with place.database.writing() as session:
        study = draft(session)
        library.retire(session, name="S02", reason="Overtaken.", actor="x", at=f.NOW)
        assert "S02" not in {row.name for row in library.listed(session)}
        with pytest.raises(Conflict, match="Overtaken"):
            take(session, study, "S02")
        library.bring_back(session, name="S02", actor="x", at=f.NOW)
        take(session, study, "S02")


@pytest.mark.parametrize(("hazard", "marking"), list(LEAST_BY_HAZARD.items()))
def test_a_sensitive_scenario_marks_the_study_and_keeps_it_marked(
    place: f.Install, hazard: str, marking: Marking
) -> None:
    with place.database.writing() as session:
        name, study = add(session, replace(OWN, hazard=hazard)), draft(session, marking=Marking.CLEAR)
        take(session, study, name)
        assert study.marking == marking
        if marking != Marking.CLEAR:
            with pytest.raises(Invalid, match=str(marking)):
                studies.describe(session, study_id=study.id, about=f.about(marking=Marking.CLEAR))


def test_a_high_hazard_needs_an_ethics_reviewer_before_round_1(place: f.Install) -> None:
    with place.database.writing() as session:
        name, study = add(session, replace(OWN, hazard="high")), draft(session)
        take(session, study, name)
        assert any("ethics reviewer" in sentence for sentence in studies.missing(session, study.id))
        f.make_account(session, "Erik Ethics", Role.ETHICS_REVIEWER, study_id=study.id)
        assert studies.missing(session, study.id) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(LEAST_BY_HAZARD))), st.sampled_from(ORDER))
def test_the_most_sensitive_scenario_decides_the_least_marking(hazards: list[str], marking: Marking) -> None:
    needed = least(hazards)
    assert all(ORDER.index(LEAST_BY_HAZARD[one]) <= ORDER.index(needed) for one in hazards)
    if ORDER.index(marking) >= ORDER.index(needed):
        check_least(marking, hazards)
    else:
        with pytest.raises(Invalid):
            check_least(marking, hazards)
