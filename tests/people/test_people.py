"""Accounts, roles, vault, outbox and audit on both databases."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest
from sqlalchemy import select, text

from copkit_delphi.domain.errors import Conflict, Invalid, Locked, NotFound
from copkit_delphi.domain.permission import EXCLUSIVE, Role
from copkit_delphi.elicitation import panels
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.people import accounts, audit, outbox, vault
from copkit_delphi.people.models import OutboxMessage, SealedIdentity
from copkit_delphi.people.vault import Vault
from tests import factories as f


@pytest.mark.parametrize("pair", EXCLUSIVE, ids=lambda pair: "+".join(sorted(pair)))
def test_roles_that_exclude_each_other(place: f.Install, pair: frozenset[Role]) -> None:
    first, second = sorted(pair)
    with place.database.writing() as session:
        account = f.make_account(session, "Rita Roles", first, study_id="s1").id
        accounts.give_role(session, account_id=account, role=second, study_id="s2", at=f.NOW, actor="test")
        with pytest.raises(Conflict, match="cannot hold this role in this study"):
            accounts.give_role(
                session, account_id=account, role=second, study_id="s1", at=f.NOW, actor="test"
            )


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"password": "short"}, Invalid),
        ({"email": "no address"}, Invalid),
        ({"name": "  "}, Invalid),
        ({}, Conflict),
    ],
)
def test_an_account_needs_an_address_a_name_and_a_long_password(
    place: f.Install, changes: dict[str, str], refusal: type[Exception]
) -> None:
    values = {"email": "a@x.example", "name": "A", "password": f.PASSWORD}
    with place.database.writing() as session:
        accounts.create(session, **values, at=f.NOW, actor="test")
        with pytest.raises(refusal):
            accounts.create(session, **{**values, **changes}, at=f.NOW, actor="test")


def test_a_role_is_taken_away_once(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session, "Olga Owner", Role.OWNER, study_id="s1").id
        take = {"account_id": account, "role": Role.OWNER, "study_id": "s1", "at": f.NOW, "actor": "test"}
        accounts.take_role(session, **take)
        session.flush()
        with pytest.raises(NotFound):
            accounts.take_role(session, **take)


def test_names_are_sealed_and_no_column_leads_to_an_answer(place: f.Install) -> None:
    with place.database.writing() as session:
        study, _ = f.running_study(
            place, session, f.make_account(session).id, people="Ann Able; ann@x.example; Industry"
        )
    with place.database.reading() as session:
        (row,) = session.scalars(select(SealedIdentity)).all()
        codes = session.scalars(select(Panellist.id).where(Panellist.study_id == study.id)).all()
        (contact,) = vault.contacts(session, place.vault, study_id=study.id)
        with pytest.raises(Locked):
            vault.contacts(session, Vault(b"x" * 32), study_id=study.id)
    assert b"ann" not in row.seal
    assert row.id not in codes
    assert contact.panellist_id in codes


def test_a_panel_is_invited_once_a_round_with_its_own_codes(place: f.Install) -> None:
    people = "\n".join(f"P{i}; p{i}@x.example; Industry" for i in range(6))
    with place.database.writing() as session:
        study, round_ = f.running_study(place, session, f.make_account(session).id, people=people, sizes={})
        before = set(session.scalars(select(Panellist.id)))
        panels.invite(session, place.vault, place.links, round_=round_, at=f.NOW, actor="test")
        assert set(session.scalars(select(Panellist.id))) == before
        assert len(before) == 6
        found = panels.members(session, place.vault, study_id=study.id)
    assert [member.name for member in found] == [f"P{i}" for i in range(6)]


def test_a_mail_that_left_is_erased_and_one_that_did_not_waits(place: f.Install) -> None:
    carried: list[EmailMessage] = []

    def carry(_id: str, message: EmailMessage) -> None:
        if "down" in str(message["To"]):
            raise smtplib.SMTPException("no")
        carried.append(message)

    with place.database.writing() as session:
        for to in ("up@x.example", "down@x.example"):
            outbox.queue(
                session, place.vault, kind="invitation", to=to, subject="Hello", text="Text", at=f.NOW
            )
    clock = f.clock_at()
    assert outbox.deliver(place.database, place.vault, carry, sender="from@x.example", clock=clock) == 1
    with place.database.reading() as session:
        states = {
            (row.state, row.seal is None, row.attempts) for row in session.scalars(select(OutboxMessage))
        }
    assert states == {("sent", True, 1), ("queued", False, 1)}
    assert [message["To"] for message in carried] == ["up@x.example"]


def test_the_audit_chain_tells_where_it_was_broken(database: f.Database) -> None:
    with database.writing() as session:
        for number in range(3):
            audit.record(session, actor="test", action=f"act:{number}", at=f.NOW, study_id="s1")
        assert audit.verify(session) is None
        events = audit.of_study(session, "s1")
    f.allow_deletes(database, "audit_event")
    with database.writing() as session:
        session.execute(text("DELETE FROM audit_event WHERE sequence = :n"), {"n": events[1].sequence})
        assert audit.verify(session) == events[2].sequence
