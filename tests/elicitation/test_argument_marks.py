"""Marks on arguments: the owner's while the round is open, a count from five people on once it has closed."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import argument_marks, own_record, results, withdrawals
from copkit_delphi.elicitation.argument_marks import Kind
from copkit_delphi.elicitation.models import Argument, ArgumentMark, Panellist, Round, Study
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
        people = codes(session, study)
        for code in people[:5]:
            say(session, code, second, argument, Kind.USEFUL)
        for code in people[:4]:
            say(session, code, second, argument, Kind.USEFUL, Kind.CHANGED)
        f.answer(session, second)
        f.close_round(session, second)
        frozen = results.snapshot(session, second.id)
        assert [(one.argument, one.useful, one.changed) for one in frozen.marked] == [(argument.id, 5, None)]
        told = argument_marks.told(session, frozen.marked)
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
        mine, other = codes(session, study)[:2]
        before = session.get_one(Round, argument.round_id)

        def seen(code: str) -> set[str]:
            found = argument_marks.on_item(
                session, panellist_id=code, round_=second, before=before, item_id=argument.item_id
            )
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


def test_who_withdraws_takes_the_marks_along(place: f.Install) -> None:
    with place.database.writing() as session:
        study, second, argument = second_round(place, session)
        leaves, stays = codes(session, study)[:2]
        for code in (leaves, stays):
            say(session, code, second, argument, Kind.USEFUL)
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=leaves, clock=f.clock_at())
        assert session.scalars(select(ArgumentMark.panellist_id)).all() == [stays]
