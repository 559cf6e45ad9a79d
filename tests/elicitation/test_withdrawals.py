"""Withdrawal on both databases: what one person said is gone, what was published is not, and a close may come between."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from copkit_delphi.domain.errors import Withdrawn
from copkit_delphi.elicitation import (
    arguments,
    feedback,
    links,
    panels,
    ratings,
    results,
    rounds,
    seals,
    studies,
    withdrawals,
)  # fmt: skip
from copkit_delphi.elicitation.kinds import THREATS
from copkit_delphi.elicitation.models import (
    Argument,
    Draft,
    Panellist,
    Participation,
    PersonalLink,
    Rating,
    Rationale,
    Round,
    Snapshot,
    StakeholderGroup,
    Study,
)  # fmt: skip
from copkit_delphi.elicitation.ratings import Answer, Reason
from copkit_delphi.elicitation.traces import Erasure, SealedRound
from copkit_delphi.people import audit
from copkit_delphi.people.models import OutboxMessage, SealedIdentity
from tests import factories as f
from tests.meeting import crossing

PEOPLE = "\n".join(f"Person {i}; p{i}@panel.example; {group}" for i, group in enumerate(f.GROUPS))
CLOCK = f.clock_at()


def people(session: Any, study_id: str) -> list[str]:
    """Return the codes of the people who are not made up, by group."""
    query = select(Panellist.id).join(StakeholderGroup, StakeholderGroup.id == Panellist.group_id)
    wanted = query.where(Panellist.study_id == study_id, ~Panellist.synthetic)
    return list(session.scalars(wanted.order_by(StakeholderGroup.position)))


def answer(session: Any, study_id: str, round_id: str, code: str, value: float = 80) -> None:
    ratings.give_consent(session, panellist_id=code, version="t", quoting="verbatim")
    for scenario in studies.scenarios(session, study_id):
        items = [item for item in studies.items(session, study_id) if item.scenario_id == scenario.id]
        given = {item.id: Answer(value if item.kind == "likelihood" else 2.0) for item in items}
        ratings.save(
            session, panellist_id=code, round_id=round_id, scenario_id=scenario.id, answers=given,
            reason=Reason(f"Only {code[:6]} says this about {scenario.name}."), clock=CLOCK,
        )  # fmt: skip


def leave(place: f.Install, code: str) -> None:
    with place.database.writing() as session:
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=code, clock=CLOCK)


@pytest.fixture
def study(place: f.Install) -> Study:
    """Round 1 closed with its feedback open, round 2 open; three people and the synthetic panel answered both."""
    with place.database.writing() as session:
        made, round_ = f.running_study(place, session, f.make_account(session).id, people=PEOPLE)
        for code in people(session, made.id):
            answer(session, made.id, round_.id, code)
        f.answer(session, round_)
        f.close_round(session, round_)
        second = f.open_round(place, session, made)
        for code in people(session, made.id):
            answer(session, made.id, second.id, code, 40)
        f.answer(session, second)
        return made


def last_round(session: Any, study_id: str) -> Round:
    found = rounds.latest(session, study_id)
    assert found
    return found


def left_of(session: Any, code: str) -> dict[str, int]:
    tables = (Rating, Rationale, Draft, Participation, PersonalLink)
    return {
        table.__tablename__: session.scalar(
            select(func.count()).select_from(table).where(table.panellist_id == code)
        )
        for table in tables
    }


def test_everything_one_person_said_is_gone_and_nobody_elses(place: f.Install, study: Study) -> None:
    with place.database.writing() as session:
        mine, other, _ = people(session, study.id)
        item = studies.items(session, study.id)[0].id
        ratings.save_drafts(
            session, panellist_id=mine, round_id=last_round(session, study.id).id, typed={item: {"value": "3"}},
            clock=CLOCK,
        )  # fmt: skip
        before = left_of(session, other)
        assert all(number > 0 for number in left_of(session, mine).values())
    leave(place, mine)
    with place.database.reading() as session:
        assert set(left_of(session, mine).values()) == {0}
        assert left_of(session, other) == before
        assert session.get(Panellist, mine) is None
        assert session.scalar(select(func.count()).select_from(SealedIdentity)) == 2
        names = [one.name for one in panels.members(session, place.vault, study_id=study.id)]
        mails = [place.vault.open(seal) for seal in session.scalars(select(OutboxMessage.seal))]
    assert names == ["Person 1", "Person 2"]
    assert {mail["to"] for mail in mails} == {"p1@panel.example", "p2@panel.example"}
    with pytest.raises(Withdrawn):
        leave(place, mine)


def test_a_closed_round_stays_byte_for_byte_and_the_next_is_without_the_person(
    place: f.Install, study: Study
) -> None:
    with place.database.reading() as session:
        mine = people(session, study.id)[0]
        before = session.execute(select(Snapshot.payload, Snapshot.hash)).all()
        shown = panels.by_group(session, study_id=study.id)
        first = rounds.of_study(session, study.id)[0]
        seen = arguments.standing(session, [first], k=5)
    leave(place, mine)
    with place.database.writing() as session:
        assert session.execute(select(Snapshot.payload, Snapshot.hash)).all() == before
        assert arguments.standing(session, [first], k=5) == seen
        assert [one.invited for one in panels.by_group(session, study_id=study.id)] == [
            one.invited for one in shown
        ]
        rounds.close(session, round_id=last_round(session, study.id).id, actor="test", clock=CLOCK)
    with place.database.reading() as session:
        first_result, second = results.of_study(session, study.id)
        item = "S02.likelihood"
        stayed = sum(one.panel.n or 0 for one in first_result.items if one.name == item)
        assert second.item(item).panel.n == len(current(session, last_round(session, study.id), item))
        assert stayed > (second.item(item).panel.n or 0)
        assert second.item(item).movement.n_paired is None  # beside both rounds it would tell who left
        assert [row.invited for row in second.response] == [one.invited for one in shown]
        assert audit.verify(session) is None


def current(session: Any, round_: Round, name: str) -> list[float]:
    items = {item.name: item.id for item in studies.items(session, round_.study_id)}
    query = select(Rating.value).where(
        Rating.round_id == round_.id,
        Rating.item_id == items[name],
        Rating.is_current,
        Rating.value.is_not(None),
    )
    return list(session.scalars(query))


def test_after_the_last_close_no_number_of_the_monitor_changes(place: f.Install, study: Study) -> None:
    with place.database.writing() as session:
        mine = people(session, study.id)[0]
        ratings.submit(session, panellist_id=mine, round_id=last_round(session, study.id).id, clock=CLOCK)
        rounds.close(session, round_id=last_round(session, study.id).id, actor="test", clock=CLOCK)
    with place.database.reading() as session:
        before = panels.by_group(session, study_id=study.id)
    leave(place, mine)
    with place.database.reading() as session:
        assert panels.by_group(session, study_id=study.id) == before


def test_an_argument_goes_while_it_is_moderated_and_is_quoted_no_more_afterwards(
    place: f.Install, study: Study
) -> None:
    with place.database.writing() as session:
        mine = people(session, study.id)[0]
        second = last_round(session, study.id)
        rounds.close(session, round_id=second.id, actor="test", clock=CLOCK)
        raw = feedback.raw_reasons(session, round_=second)
        edited = [feedback.Edited(one.key, one.side, one.text) for one in raw if one.for_panel]
        feedback.moderate(session, round_=second, edited=edited, actor="test", at=f.NOW)
    said = f"Only {mine[:6]} says this"
    with place.database.reading() as session:
        assert said in str([one.text for one in feedback.raw_reasons(session, round_=second)])
        assert len(starting_with(session, said)) == 4
    leave(place, mine)
    with place.database.reading() as session:
        assert said not in str([one.text for one in feedback.raw_reasons(session, round_=second)])
        found = starting_with(session, said)
        assert {(one.round_id == second.id, one.quotable) for one in found} == {(False, False)}
        assert len(found) == 2


def starting_with(session: Any, start: str) -> list[Argument]:
    return list(session.scalars(select(Argument).where(Argument.text.startswith(start))))


@pytest.mark.parametrize("table", ["rating", "rationale", "snapshot", "audit_event"])
def test_no_other_delete_passes(place: f.Install, study: Study, table: str) -> None:
    with place.database.reading() as session:
        mine, other, _ = people(session, study.id)
    leave(place, mine)
    with pytest.raises(DatabaseError, match="append-only"), place.database.writing() as session:
        session.execute(text(f"DELETE FROM {table}"))
    with place.database.writing() as session:
        row = session.get_one(Panellist, other)
        session.add(
            Erasure(
                panellist_id=other, kind="identity", study_id=study.id, group_id=row.group_id, on=f.NOW.date()
            )
        )
    with pytest.raises(DatabaseError, match="append-only"), place.database.writing() as session:
        session.execute(text("DELETE FROM rating WHERE panellist_id = :code"), {"code": other})


def test_the_event_names_no_code_and_the_link_says_that_they_left(place: f.Install, study: Study) -> None:
    with place.database.writing() as session:
        mine = people(session, study.id)[0]
        address = place.links.issue(session, session.get_one(Panellist, mine))
    leave(place, mine)
    key = place.links.read(address.rpartition("/p/")[2])
    with place.database.reading() as session:
        with pytest.raises(Withdrawn):
            links.resolve(session, key=key, at=f.NOW)
        events = audit.of_study(session, study.id)
        assert [event.actor for event in events if event.action == "panel:withdraw"] == ["panellist"]
        assert mine not in str([(event.actor, event.detail) for event in events])


def test_a_restore_that_brings_answers_back_erases_them_again(place: f.Install, study: Study) -> None:
    with place.database.reading() as session:
        mine, other, _ = people(session, study.id)
    erased = {withdrawals.mark(mine), withdrawals.mark("of another study")}
    for expected in (1, 0):
        with place.database.writing() as session:
            assert withdrawals.replay(session, place.vault, place.links, erased=erased, at=f.NOW) == expected
    with place.database.reading() as session:
        assert set(left_of(session, mine).values()) == {0}
        assert session.get(Panellist, other) is not None
        assert withdrawals.marks(session) == [withdrawals.mark(mine)]


@pytest.mark.parametrize("first", ["close", "withdrawal"])
def test_a_close_and_a_withdrawal_at_once_count_the_person_wholly_or_not_at_all(
    place: f.Install, study: Study, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """One of both waits inside its transaction until the other has begun; either order gives a whole result."""
    with place.database.reading() as session:
        mine = people(session, study.id)[0]
        round_id = last_round(session, study.id).id

    def close() -> None:
        with place.database.writing() as session:
            rounds.close(session, round_id=round_id, actor="test", clock=CLOCK)

    def withdraw() -> None:
        leave(place, mine)

    failures = (
        crossing(monkeypatch, (results, "build"), close, withdraw)
        if first == "close"
        else crossing(monkeypatch, (withdrawals, "_erase"), withdraw, close)
    )
    assert failures == []
    with place.database.reading() as session:
        assert set(left_of(session, mine).values()) == {0}
        frozen = results.snapshot(session, round_id)
        here = len(current(session, session.get_one(Round, round_id), "S02.likelihood"))
        assert (frozen.item("S02.likelihood").panel.n or 0) - here == (1 if first == "close" else 0)
        sealed = session.get_one(SealedRound, round_id)
        taken = [seal for seal in session.scalars(select(Erasure.seals)).one() if seal in set(sealed.seals)]
        standing = seals.standing(session, b"s" * 32, THREATS, round_id=round_id)
        assert sorted([*standing, *taken]) == sealed.seals
