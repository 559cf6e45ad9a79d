"""Marks on arguments: the owner's while the round is open, a count from five people on once it has closed."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import argument_marks, arguments, marked, own_record, results, withdrawals
from copkit_delphi.elicitation.marked import Kind
from copkit_delphi.elicitation.models import (
    Argument,
    ArgumentMark,
    Item,
    ModeratedReason,
    Panellist,
    Rationale,
    Round,
    Study,
)
from tests import factories as f


def second_round(place: f.Install, session: Session) -> tuple[Study, Round, Argument]:
    lead = f.make_account(session).id
    study, first = f.running_study(place, session, lead)
    f.answer(session, first)
    f.close_round(session, first, actor=lead)
    second = f.open_round(place, session, study, actor=lead)
    argument = session.scalars(
        select(Argument).where(Argument.round_id == first.id).order_by(Argument.id)
    ).first()
    assert argument
    return study, second, argument


def codes(session: Session, study: Study) -> list[str]:
    return list(
        session.scalars(select(Panellist.id).where(Panellist.study_id == study.id).order_by(Panellist.id))
    )


def say(session: Session, code: str, round_: Round, argument: Argument, *kinds: Kind) -> None:
    said = {kind: [argument.id] for kind in kinds}
    argument_marks.save(session, panellist_id=code, round_id=round_.id, shown=[argument.id], said=said)


def test_five_are_counted_at_the_close_and_four_are_not(place: f.Install) -> None:
    with place.database.writing() as session:
        study, second, argument = second_round(place, session)
        people = readers(session, study, argument)
        for code in people[:5]:
            say(session, code, second, argument, Kind.USEFUL)
        for code in people[:4]:
            say(session, code, second, argument, Kind.USEFUL, Kind.CHANGED)
        f.answer(session, second)
        f.close_round(session, second)
        frozen = results.snapshot(session, second.id)
        assert [(one.argument, one.useful, one.changed) for one in frozen.marked] == [(argument.id, 5, None)]
        told = marked.told(session, frozen.marked)
        assert [(row.text, row.useful, row.changed) for rows in told.values() for row in rows] == [
            (argument.text, 5, None)
        ]
        assert Protocol.from_dict(study.protocol).k == 5


def test_a_round_without_marks_is_frozen_as_before(place: f.Install) -> None:
    with place.database.writing() as session:
        _, second, _ = second_round(place, session)
        f.answer(session, second)
        f.close_round(session, second)
        assert "marked" not in results.snapshot(session, second.id).plain()


def test_a_mark_is_taken_back_and_seen_by_its_owner_alone(place: f.Install) -> None:
    with place.database.writing() as session:
        study, second, argument = second_round(place, session)
        mine, other = readers(session, study, argument)[:2]
        before = session.get_one(Round, argument.round_id)

        def seen(code: str) -> set[str]:
            stated = arguments.standing(session, [before], k=5, item_id=argument.item_id)
            found = argument_marks.on_item(session, panellist_id=code, round_=second, stated=stated)
            return set(next(mark.said for mark in found.values() if mark.key == argument.id))

        say(session, mine, second, argument, Kind.USEFUL, Kind.CHANGED)
        assert seen(mine) == {"useful", "changed"}
        assert seen(other) == set()
        kept = own_record.record(session, place.vault, panellist=session.get_one(Panellist, mine))[
            "argument_marks"
        ]
        assert [row["mark"] for row in kept] == ["changed", "useful"]
        say(session, mine, second, argument, Kind.USEFUL)
        assert seen(mine) == {"useful"}
        say(session, mine, second, argument)
        assert seen(mine) == set()


def test_only_arguments_of_the_round_before_that_stood_on_the_page_are_marked(place: f.Install) -> None:
    with place.database.writing() as session:
        study, second, argument = second_round(place, session)
        code = codes(session, study)[0]
        given = {"panellist_id": code, "round_id": second.id}
        _, _, foreign = second_round(place, session)
        for shown, said in (([], argument.id), ([foreign.id], foreign.id), (["nothing"], "nothing")):
            with pytest.raises(Invalid):
                argument_marks.save(session, **given, shown=shown, said={Kind.USEFUL: [said]})
        assert session.scalars(select(ArgumentMark)).all() == []


def author_of(session: Session, argument: Argument) -> str:
    query = select(Rationale.panellist_id).join(ModeratedReason, ModeratedReason.rationale_id == Rationale.id)
    return session.scalars(query.where(ModeratedReason.argument_id == argument.id)).first() or ""


def readers(session: Session, study: Study, argument: Argument) -> list[str]:
    """Return the codes of those who may mark an argument."""
    return [code for code in codes(session, study) if code != author_of(session, argument)]


def test_nobody_marks_the_own_argument_and_its_author_alone_is_told(place: f.Install) -> None:
    with place.database.writing() as session:
        study, second, argument = second_round(place, session)
        author = author_of(session, argument)
        other = next(code for code in codes(session, study) if code != author)
        stated = arguments.standing(session, [session.get_one(Round, argument.round_id)], k=5)
        for code, told in ((author, True), (other, False)):
            found = argument_marks.on_item(session, panellist_id=code, round_=second, stated=stated)
            assert next(mark for mark in found.values() if mark.key == argument.id).mine is told
        with pytest.raises(Invalid):
            say(session, author, second, argument, Kind.USEFUL)
        say(session, other, second, argument, Kind.USEFUL)
        assert session.scalars(select(ArgumentMark.panellist_id)).all() == [other]


def test_a_mark_is_counted_in_the_round_in_which_it_was_made(place: f.Install) -> None:
    with place.database.writing() as session:
        study, second, argument = second_round(place, session)
        people = readers(session, study, argument)
        for code in people[:5]:
            say(session, code, second, argument, Kind.USEFUL)
        f.answer(session, second)
        f.close_round(session, second)
        third = f.open_round(place, session, study)
        say(session, people[0], third, argument, Kind.USEFUL, Kind.CHANGED)
        say(session, people[1], third, argument)
        first = session.get_one(Round, argument.round_id)
        stated = arguments.standing(session, [first], k=5)
        mark = next(
            one
            for one in argument_marks.on_item(
                session, panellist_id=people[0], round_=third, stated=stated
            ).values()
            if one.key == argument.id
        )
        assert (mark.said, mark.earlier) == ({"changed"}, {"useful"})
        f.answer(session, third)
        f.close_round(session, third)
        frozen = {one.round: one.marked for one in results.of_study(session, study.id)}
        assert [one.useful for one in frozen[2]] == [5]
        assert frozen[3] == ()


@pytest.mark.parametrize(
    ("marks", "rated", "told"),
    [(4, 20, None), (5, 10, 5), (5, 9, None), (8, 9, None), (9, 9, 9), (6, 0, 6)],
)
def test_a_count_is_told_only_where_those_left_over_are_none_or_enough(
    place: f.Install, marks: int, rated: int, told: int | None
) -> None:
    with place.database.writing() as session:
        study, second, argument = second_round(place, session)
        people = readers(session, study, argument)
        for code in people[:marks]:
            say(session, code, second, argument, Kind.USEFUL)
        name = session.get_one(Item, argument.item_id).name
        counted = marked.counted(session, round_id=second.id, rated={name: rated}, k=5)
        assert [one.useful for one in counted] == ([] if told is None else [told])


def test_who_withdraws_takes_the_marks_along(place: f.Install) -> None:
    with place.database.writing() as session:
        study, second, argument = second_round(place, session)
        leaves, stays = readers(session, study, argument)[:2]
        for code in (leaves, stays):
            say(session, code, second, argument, Kind.USEFUL)
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=leaves, clock=f.clock_at())
        assert session.scalars(select(ArgumentMark.panellist_id)).all() == [stays]
