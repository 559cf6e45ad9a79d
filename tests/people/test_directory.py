"""Accounts as an administrator keeps them, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import Conflict, Forbidden, Invalid
from copkit_delphi.domain.permission import Identity, Role
from copkit_delphi.people import accounts, directory
from tests import factories as f
from tests.people.test_roles import at_once


def admin(session: Session, name: str = "Ada Administrator") -> Identity:
    return accounts.identity(session, f.make_account(session, name, Role.ADMIN))


def test_accounts_are_found_by_a_part_of_what_is_known(database: f.Database) -> None:
    with database.writing() as session:
        for name, organisation in (
            ("Ann Able", "Police of A_land"),
            ("Bob Best", "Institute"),
            ("Cy Clone", ""),
        ):
            account = f.make_account(session, name)
            directory.describe(
                session, account_id=account.id, name=name, organisation=organisation, at=f.NOW, actor="test"
            )
        session.flush()

        def found(sought: str, **more: bool) -> list[str]:
            return [card.account.name for card in directory.search(session, sought=sought, **more).cards]

        assert found("") == ["Ann Able", "Bob Best", "Cy Clone"]
        assert found("ABLE") == found("police") == found("a_l") == ["Ann Able"]
        assert found("bob.best") == ["Bob Best"]
        assert found("%") == found("nobody") == []
        by = admin(session)
        directory.deactivate(session, account_id=account.id, by=by, at=f.NOW)
        session.flush()
        assert found("", active=False) == ["Cy Clone"]
        assert "Cy Clone" not in found("", active=True)


def test_pages_of_accounts_hold_everybody_once(database: f.Database) -> None:
    with database.writing() as session:
        by = f.make_account(session, "A 000", None)
        for number in range(directory.PAGE):
            session.add(
                type(by)(id=f"n{number}", email=f"n{number}@x.example", name="Same Name", password_hash="", created_at=f.NOW)
            )  # fmt: skip
        session.flush()
        pages = [directory.search(session, page=page) for page in (1, 2, 3)]
    ids = [card.account.id for page in pages for card in page.cards]
    assert [len(page.cards) for page in pages] == [directory.PAGE, 1, 0]
    assert len(set(ids)) == pages[0].total == directory.PAGE + 1


def test_the_last_administrator_stays(database: f.Database) -> None:
    with database.writing() as session:
        first, second = admin(session), admin(session, "Bea Administrator")
        directory.deactivate(session, account_id=first.account_id, by=second, at=f.NOW)
        session.flush()
        # A browser of the first one that is still open: its identity was read before.
        with pytest.raises(Conflict, match="last administrator"):
            directory.deactivate(session, account_id=second.account_id, by=first, at=f.NOW)
        with pytest.raises(Conflict, match="last administrator"):
            directory.take_everywhere(
                session, account_id=second.account_id, role=Role.ADMIN, by=first, at=f.NOW
            )
        directory.reactivate(session, account_id=first.account_id, by=second, at=f.NOW)
        session.flush()
        directory.take_everywhere(session, account_id=second.account_id, role=Role.ADMIN, by=first, at=f.NOW)


def test_two_administrators_who_deactivate_each_other_at_once_leave_one(place: f.Install) -> None:
    with place.database.writing() as session:
        one, other = admin(session), admin(session, "Bea Administrator")

    def deactivating(by: Identity, whom: Identity):  # type: ignore[no-untyped-def]
        return lambda session: directory.deactivate(session, account_id=whom.account_id, by=by, at=f.NOW)

    (refused,) = at_once(place, deactivating(one, other), deactivating(other, one))
    assert "last administrator" in refused


def test_nobody_changes_their_own_roles(database: f.Database) -> None:
    with database.writing() as session:
        by, _ = admin(session), admin(session, "Bea Administrator")
        act = {"account_id": by.account_id, "by": by, "at": f.NOW}
        with pytest.raises(Forbidden):
            directory.give_everywhere(session, role=Role.READER, **act)
        with pytest.raises(Forbidden):
            directory.take_everywhere(session, role=Role.ADMIN, **act)
        with pytest.raises(Forbidden):
            directory.deactivate(session, **act)
        other = f.make_account(session, "Olga Other", None)
        with pytest.raises(Invalid):
            directory.give_everywhere(session, account_id=other.id, role=Role.OWNER, by=by, at=f.NOW)


def test_what_was_done_is_written_down_once_without_a_password(database: f.Database) -> None:
    with database.writing() as session:
        by = admin(session)
        account = f.make_account(session, "Olga Other", None).id
        act = {"account_id": account, "by": by, "at": f.NOW}
        directory.give_everywhere(session, role=Role.READER, **act)
        directory.give_everywhere(session, role=Role.READER, **act)
        directory.take_everywhere(session, role=Role.READER, **act)
        for _ in range(2):
            directory.deactivate(session, **act)
            session.flush()
        directory.reactivate(session, **act)
        events, more = directory.events(session)
    mine = [event for event in events if event.actor == by.account_id]
    assert [event.action for event in mine][::-1] == [
        "role:give", "role:take", "account:end-sessions", "account:deactivate", "account:reactivate"
    ]  # fmt: skip
    assert not more
    assert not [event for event in events if f.PASSWORD in event.detail]
