"""A locked protocol changes only by dated amendments, chained to its hash; checklists say what is empty before."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from copkit_delphi.domain.errors import Conflict, Invalid
from copkit_delphi.domain.plan import LONGEST, PLAN, checked
from copkit_delphi.domain.protocol import Criterion, Protocol, digest
from copkit_delphi.elicitation import amendments, readiness, results, rounds, studies
from copkit_delphi.elicitation.models import Amendment, Study
from copkit_delphi.elicitation.readiness import FACTS, LATER, Readiness
from copkit_delphi.library.checklists import checklists
from copkit_delphi.people import audit
from tests import factories as f

WHY = "The second industry association joined late."


@pytest.fixture
def between(place: f.Install) -> str:
    """A running study between round 1 and round 2."""
    with place.database.writing() as session:
        return f.closed_study(place, session, f.make_account(session).id, n_rounds=1, end=False).id


def amend(place: f.Install, study_id: str, *, note: str = "", reason: str = WHY, **changed: object) -> None:
    with place.database.writing() as session:
        rules = Protocol.from_dict(studies.get(session, study_id).protocol)
        amendments.amend(
            session,
            study_id=study_id,
            protocol=replace(rules, **changed),
            reason=reason,
            note=note,
            actor="test",
            at=f.NOW,
        )


def test_the_file_of_a_protocol_has_the_hash_that_is_printed(place: f.Install, between: str) -> None:
    with place.database.reading() as session:
        study = studies.get(session, between)
        assert hashlib.sha256((study.locked or "").encode()).hexdigest() == study.protocol_hash
        assert "Technology threats to watch" in (study.locked or "")


def test_an_amendment_says_old_and_new_rule_and_is_chained(place: f.Install, between: str) -> None:
    amend(place, between, criterion=Criterion(width=20))
    amend(place, between, note="One person more was asked.")
    with place.database.reading() as session:
        study = studies.get(session, between)
        first, second = amendments.of_study(session, between)
        assert first.text == "Consensus criterion: iqr<=20 instead of the default."
        assert (first.number, second.number, second.reason) == (1, 2, WHY)
        assert second.hash == digest(
            [first.hash, "2026-11-02", "One person more was asked.", WHY, study.protocol]
        )
        assert amendments.head(session, study) == second.hash
        assert study.protocol_hash not in (first.hash, second.hash)
        assert amendments.verify(session, study) == []
        assert audit.verify(session) is None


def test_the_next_result_names_the_rules_that_held(place: f.Install, between: str) -> None:
    amend(place, between, criterion=Criterion(width=20))
    with place.database.writing() as session:
        study = session.get_one(Study, between)
        opened = rounds.open_next(
            session, study_id=between, deadline=f.NOW + timedelta(days=7), actor="test", clock=f.clock_at()
        )
        f.answer(session, opened)
        rounds.close(session, round_id=opened.id, actor="test", clock=f.clock_at())
        first, second = results.of_study(session, between)
        assert first.protocol_hash == study.protocol_hash
        assert second.protocol_hash == amendments.head(session, study) != first.protocol_hash


def test_a_changed_amendment_is_noticed(place: f.Install, between: str) -> None:
    amend(place, between, note="One person more was asked.")
    with place.database.writing() as session:
        session.scalars(select(Amendment)).one().reason = "Another reason."
        session.flush()
        assert amendments.verify(session, studies.get(session, between)) == [1]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, "Nothing differs"),
        ({"dimensions": ("rights",)}, "promised to the panel"),
        ({"k": 7}, "promised to the panel"),
        ({"privacy": "by_group"}, "promised to the panel"),
    ],
)
def test_what_was_promised_to_the_panel_stays(
    place: f.Install, between: str, changed: dict[str, object], says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        amend(place, between, **changed)


def test_an_amendment_needs_its_reason(place: f.Install, between: str) -> None:
    with pytest.raises(Invalid, match="what changes and why"):
        amend(place, between, criterion=Criterion(width=20), reason="  ")


def test_rules_hold_while_a_round_is_open_and_before_the_first(place: f.Install) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session).id
        draft = f.draft_study(session, lead).id
        study, _ = f.running_study(place, session, lead)
    with pytest.raises(Conflict, match="a draft can still be changed"):
        amend(place, draft, criterion=Criterion(width=20))
    with pytest.raises(Conflict, match="A round is open"):
        amend(place, study.id, criterion=Criterion(width=20))


def test_a_study_ended_against_its_rule_is_chained_too(place: f.Install, between: str) -> None:
    with place.database.writing() as session:
        studies.end(session, study_id=between, actor="test", at=f.NOW, against="The money ended.")
        assert amendments.of_study(session, between)[0].number == 1
        assert amendments.verify(session, studies.get(session, between)) == []


def test_every_item_of_both_checklists_has_what_fills_it() -> None:
    keys = {item.key for one in checklists() for item in one.items}
    asked = {answer for one in PLAN for answer in one.answers}
    assert {one.name: len(one.items) for one in checklists()} == {"ACCORD": 35, "DELPHISTAR": 38}
    assert (asked | FACTS.keys() | LATER.keys()) == keys
    assert LATER.keys() & (FACTS.keys() | asked) == set()


def test_readiness_grows_with_what_is_written(place: f.Install) -> None:
    with place.database.writing() as session:
        study = f.draft_study(session, f.make_account(session).id, title="A Delphi on drones").id
        before = readiness.counted(readiness.answers(session, study))
        readiness.write(session, study_id=study, texts={one.key: "Written." for one in PLAN})
        after = readiness.counted(readiness.answers(session, study))
    assert before["ACCORD"][Readiness.EMPTY] > 10
    assert after["ACCORD"] == {Readiness.READY: 27, Readiness.EMPTY: 0, Readiness.LATER: 8}
    assert after["DELPHISTAR"][Readiness.EMPTY] == 0


def test_a_title_without_the_word_is_sent_to_the_title(place: f.Install) -> None:
    with place.database.writing() as session:
        study = f.draft_study(session, f.make_account(session).id).id
        found = {one.item.key: one for _, _, answers in readiness.answers(session, study) for one in answers}
    assert (found["ACCORD T1"].state, found["ACCORD T1"].page) == (Readiness.EMPTY, "about")
    assert [one.text for one in found["ACCORD M14"].said] == [
        "Each panellist answers alone, in a browser, in rounds."
    ]


def test_a_plan_is_locked_with_the_rules(place: f.Install, between: str) -> None:
    with place.database.writing() as session, pytest.raises(Conflict, match="this is locked"):
        readiness.write(session, study_id=between, texts={"aims": "To forecast."})


@given(st.dictionaries(st.sampled_from([one.key for one in PLAN]), st.text(max_size=40)))
def test_a_plan_survives_its_protocol(texts: dict[str, str]) -> None:
    written = Protocol(plan=checked(texts))
    assert Protocol.from_dict(written.to_dict()) == written
    assert all(text == text.strip() != "" for text in written.plan.values())


def test_a_plan_takes_no_strange_and_no_endless_text() -> None:
    with pytest.raises(Invalid, match="no text of that name"):
        checked({"other": "x"})
    with pytest.raises(Invalid, match="at most"):
        checked({"aims": "x" * (LONGEST + 1)})
