"""The order in which a panellist is asked, and how long a questionnaire takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit_delphi.domain import effort
from copkit_delphi.domain.protocol import AS_BUILT, BY_PANELLIST, Protocol
from copkit_delphi.elicitation import asked, desks, durations, orders, questions, sheets, studies
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.models import Panellist
from tests import factories as f

IDS = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=12, unique=True)


@given(IDS, st.integers(0, 2**31), st.text(max_size=5), st.integers(1, 5))
def test_an_order_holds_everything_once_and_is_the_same_each_time(ids, seed, who, number) -> None:
    order = orders.drawn(ids, seed=seed, panellist_id=who, number=number)
    assert sorted(order) == sorted(ids)
    assert order == orders.drawn(reversed(ids), seed=seed, panellist_id=who, number=number)
    left = ids[1:]
    assert orders.drawn(left, seed=seed, panellist_id=who, number=number) == [
        one for one in order if one in left
    ]


def test_orders_differ_between_panellists_rounds_and_seeds() -> None:
    ids = [f"s{n}" for n in range(8)]
    seen = {
        tuple(orders.drawn(ids, seed=s, panellist_id=p, number=n))
        for s in (1, 2)
        for p in "ab"
        for n in (1, 2)
    }
    assert len(seen) == 8
    first = {orders.drawn(ids, seed=7, panellist_id=str(p), number=1)[0] for p in range(200)}
    assert first == set(ids)  # every scenario comes first for somebody


def test_a_protocol_that_asks_as_built_hashes_as_before() -> None:
    assert "order" not in Protocol().to_dict()
    drawn = Protocol(order=BY_PANELLIST)
    assert Protocol.from_dict(drawn.to_dict()) == drawn
    assert Protocol.from_dict({}).order == AS_BUILT


def test_the_page_that_is_saved_is_the_page_that_is_shown(place: f.Install) -> None:
    """Both ways of looking at a page agree for everybody, and following it visits all of them once."""
    names = ("S02", "S04", "S06", "S12")
    with place.database.writing() as session:
        lead = f.make_account(session).id
        study, _round = f.running_study(
            place, session, lead, scenarios=names, sizes={"Industry": 6, "Civil society": 6},
            protocol=Protocol(dimensions=("economic",), order=BY_PANELLIST),
        )  # fmt: skip
        study_id = study.id
    seen = set()
    with place.database.reading() as session:
        for one in session.query(Panellist).filter_by(study_id=study_id).order_by(Panellist.id):
            view = desks.desk(session, panellist=one, at=f.NOW)
            assert [step.position for step in view.steps] == [1, 2, 3, 4]
            position, visited = 1, []
            while position is not None:
                page = asked.page(session, panellist=one, position=position, at=f.NOW)
                assert page.scenario_id == view.steps[position - 1].scenario_id
                shown = sheets.sheet(session, view=view, position=position)
                assert [line.item_id for line in shown.lines] == [line.item_id for line in page.lines]
                visited.append(page.title)
                position = page.following
            assert len(set(visited)) == 4
            seen.add(tuple(visited))
    assert len(seen) > 3


def test_minutes_count_items_and_words_and_are_the_same_for_builder_and_panellist(place: f.Install) -> None:
    with place.database.writing() as session:
        study, _round = f.running_study(place, session, f.make_account(session).id)
        study_id = study.id
    with place.database.reading() as session:
        took = durations.of_study(session, study_id)
        one = session.query(Panellist).filter_by(study_id=study_id).first()
        view = desks.desk(session, panellist=one, at=f.NOW)
        assert {step.scenario_id: step.seconds for step in view.steps} == took
        for scenario in studies.scenarios(session, study_id):
            items = [item for item in studies.items(session, study_id) if item.scenario_id == scenario.id]
            words = "".join((scenario.summary, scenario.counter_view, *(item.wording for item in items)))
            own = sum(of(item.kind).seconds(item.options or {}) for item in items)
            assert took[scenario.id] == pytest.approx(own + len(words) / effort.CHARACTERS_A_SECOND)
    assert effort.minutes(0) == 1
    assert effort.minutes(90) == 2


def test_a_question_takes_what_its_own_type_and_options_say(place: f.Install) -> None:
    """Ranking eight options takes longer than ranking three, in the one estimate that everybody is told."""
    with place.database.writing() as session:
        study = f.draft_study(session, f.make_account(session).id, scenarios=("S02",))
        before = sum(durations.of_study(session, study.id).values())
        took = []
        for options in ("a b c", "a b c d e f g h"):
            said = {"options": options.replace(" ", "\n")}
            asking = questions.Asking("ranking", "Which first?", said)
            one = questions.add(session, study_id=study.id, asking=asking)
            took.append(sum(durations.of_study(session, study.id).values()) - before)
            questions.remove(session, study_id=study.id, question_id=one.id)
    assert took[1] - took[0] == pytest.approx(8 * 5)
