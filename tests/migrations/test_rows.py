"""Revisions with rows in the tables they touch: what they bring goes with them, what stood before stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from copkit_delphi import database as schema_of
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import advice, decision_log
from copkit_delphi.elicitation.models import (
    Argument,
    ArgumentMark,
    EnquiriesSeen,
    Enquiry,
    LostLink,
    Panellist,
    PersonalLink,
    PracticeAnswer,
    Round,
)
from copkit_delphi.people import accounts
from tests import factories as f

LINKS = "SELECT token_hash, panellist_id, revoked FROM personal_link ORDER BY token_hash"
ARGUMENTS = "SELECT id, text FROM argument ORDER BY id"
PANEL = "SELECT id, study_id, group_id FROM panellist ORDER BY id"


def in_and_out(session: Session) -> list[object]:
    link = session.get_one(PersonalLink, "o" * 64)
    link.replaced_by = "n" * 64
    said = PracticeAnswer(panellist_id=link.panellist_id, question="p1", turn=0, said=70)
    return [LostLink(id="l1", seal=b"sealed"), said]


def argument_marks(session: Session) -> list[object]:
    who, what = session.scalars(select(Panellist.id)).first(), session.scalars(select(Argument.id)).first()
    round_id = session.scalars(select(Round.id).order_by(Round.number)).first()
    return [
        ArgumentMark(panellist_id=who, argument_id=what, kind=kind, round_id=round_id)
        for kind in ("useful", "changed")
    ]


def enquiries(session: Session) -> list[object]:
    who = session.scalars(select(Panellist)).first()
    assert who
    asked = {"study_id": who.study_id, "text": "What is a port?"}
    return [
        Enquiry(id="e1", panellist_id=who.id, answer="A harbour.", number=1, **asked),
        Enquiry(id="e2", panellist_id=None, left_out="Not about this.", **asked),
        EnquiriesSeen(panellist_id=who.id, number=1),
    ]


@dataclass(frozen=True)
class Step:
    """A revision: the one below, what it brings, what fills it, and what stood there before and stays."""

    below: str
    tables: tuple[str, ...]
    rows: Any
    stays: str


STEPS = {
    "0025": Step("0024", ("lost_link", "practice_answer"), in_and_out, LINKS),
    "0026": Step("0025", ("argument_mark",), argument_marks, ARGUMENTS),
    "0027": Step("0026", ("enquiry", "enquiries_seen"), enquiries, PANEL),
}


@pytest.fixture
def filled(place: f.Install) -> f.Install:
    """A database that holds a closed study with links and arguments."""
    with place.database.writing() as session:
        study = f.closed_study(
            place, session, f.make_account(session).id, n_rounds=1, people="Ann; ann@x.example; Industry"
        )
        who = session.scalars(select(Panellist.id)).first()
        session.add_all(
            PersonalLink(token_hash=name * 64, panellist_id=who, study_id=study.id) for name in "on"
        )
    return place


def read(place: f.Install, query: str) -> Sequence[Any]:
    with place.database.engine.connect() as connection:
        return connection.execute(text(query)).all()


def fill(place: f.Install, step: Step) -> None:
    with place.database.writing() as session:
        session.add_all(step.rows(session))


def sizes(place: f.Install, step: Step) -> list[int]:
    return [read(place, f"SELECT count(*) FROM {name}")[0][0] for name in step.tables]


@pytest.mark.parametrize("revision", STEPS)
def test_what_a_revision_brought_goes_and_comes_back_empty(filled: f.Install, revision: str) -> None:
    step = STEPS[revision]
    fill(filled, step)
    before, full = read(filled, step.stays), sizes(filled, step)
    assert before
    assert all(full)
    schema_of.downgrade(filled.database.engine, step.below)
    assert not {*step.tables} & {*inspect(filled.database.engine).get_table_names()}
    assert read(filled, step.stays) == before
    schema_of.upgrade(filled.database.engine)
    assert read(filled, step.stays) == before
    assert not any(sizes(filled, step))
    fill(filled, step)
    assert sizes(filled, step) == full


def test_a_link_that_was_replaced_is_none_after_down_and_up(filled: f.Install) -> None:
    fill(filled, STEPS["0025"])
    kept = "SELECT count(*) FROM personal_link WHERE replaced_by <> ''"
    assert read(filled, kept)[0][0] == 1
    schema_of.downgrade(filled.database.engine, "0024")
    assert "replaced_by" not in {
        one["name"] for one in inspect(filled.database.engine).get_columns("personal_link")
    }
    schema_of.upgrade(filled.database.engine)
    assert read(filled, kept)[0][0] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE practice_answer SET said = 0",
        "UPDATE argument_mark SET kind = 'liked'",
    ],
)
def test_what_may_not_stand_is_refused_after_down_and_up(filled: f.Install, wrong: str) -> None:
    schema_of.downgrade(filled.database.engine, "0024")
    schema_of.upgrade(filled.database.engine)
    for step in STEPS.values():
        fill(filled, step)
    with pytest.raises(IntegrityError), filled.database.writing() as session:
        session.execute(text(wrong))


@pytest.mark.parametrize("table", ["practice_answer", "argument_mark", "enquiries_seen"])
def test_what_a_panellist_left_goes_with_the_code_after_down_and_up(filled: f.Install, table: str) -> None:
    schema_of.downgrade(filled.database.engine, "0024")
    schema_of.upgrade(filled.database.engine)
    rules = inspect(filled.database.engine).get_foreign_keys(table)
    assert {one["options"].get("ondelete") for one in rules} == {"CASCADE"}


def test_decisions_of_before_get_the_role_that_the_audit_trail_names(place: f.Install) -> None:
    with place.database.writing() as session:
        account, second = f.make_account(session).id, f.make_account(session, "Cora Second", None).id
        study = f.closed_study(place, session, account, end=False)
        role: dict[str, Any] = {"account_id": second, "study_id": study.id, "actor": account}
        accounts.give_role(session, role=Role.CO_FACILITATOR, at=f.NOW, **role)
        advice.end(session, study_id=study.id, actor=second, at=f.NOW)
        later = f.NOW + timedelta(days=1)
        accounts.take_role(session, role=Role.CO_FACILITATOR, at=later, **role)
        before = decision_log.log(session, study.id)
    assert [one.role for one in before][-1] is Role.CO_FACILITATOR
    schema_of.downgrade(place.database.engine, "0027")
    assert "role" not in {one["name"] for one in inspect(place.database.engine).get_columns("decision_entry")}
    schema_of.upgrade(place.database.engine)
    with place.database.reading() as session:
        assert decision_log.log(session, study.id) == before
    with pytest.raises(Exception, match="frozen"), place.database.writing() as session:
        session.execute(text("UPDATE decision_entry SET role = ''"))
