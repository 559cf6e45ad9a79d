"""Who gives and takes roles in a study, and two people who do so at the same moment, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import Conflict, Forbidden, NotFound
from copkit_delphi.domain.permission import EXCLUSIVE, Identity, Role
from copkit_delphi.elicitation import appointments, panels, pasted
from copkit_delphi.elicitation.models import Study
from copkit_delphi.people import accounts, passwords
from copkit_delphi.people.models import OutboxMessage
from copkit_delphi.people.passwords import Site
from tests import factories as f
from tests.meeting import at_once

CHECKERS = (Role.ETHICS_REVIEWER, Role.DPO, Role.OWNER)
INSERT = text("INSERT INTO role_assignment (account_id, role, study_id) VALUES (:account, :role, :study)")


def site(place: f.Install) -> Site:
    return Site(place.vault, "https://delphi.example", "Example Institute")


class Cast:
    """A study with its facilitator, an administrator and somebody without a role."""

    def __init__(self, place: f.Install, session: Session, *, running: bool) -> None:
        self.place, self.session = place, session
        lead = f.make_account(session)
        self.study: Study = (
            f.running_study(place, session, lead.id, people="Ann; ann@x.example; Industry")[0]
            if running
            else f.draft_study(session, lead.id)
        )
        admin = f.make_account(session, "Ada Administrator", Role.ADMIN)
        self.lead, self.admin = (accounts.identity(session, one) for one in (lead, admin))
        self.other = f.make_account(session, "Olga Other", None).id

    def give(self, role: Role, by: Identity, to: str = "") -> None:
        appointments.give(
            self.session, site(self.place), study_id=self.study.id, account_id=to or self.other, role=role, by=by,
            at=f.NOW,
        )  # fmt: skip

    def take(self, role: Role, by: Identity, of: str = "") -> None:
        appointments.take(
            self.session, site(self.place), study_id=self.study.id, account_id=of or self.other, role=role, by=by,
            at=f.NOW,
        )  # fmt: skip

    def told(self) -> list[str]:
        """Return to whom the mails on roles go that were queued since the last look."""
        rows = self.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "roles")).all()
        mails = [self.place.vault.open(row.seal or b"") for row in rows]
        for row in rows:
            self.session.delete(row)
        assert not any(self.study.title in mail["subject"] + mail["text"] for mail in mails)
        assert all(f"/studies/{self.study.id}/roles" in mail["text"] for mail in mails)
        return sorted(mail["to"] for mail in mails)

    def held(self) -> set[Role]:
        found = accounts.holders(self.session, study_id=self.study.id)
        return {role for role, _, account in found if account == self.other}


@pytest.mark.parametrize("role", CHECKERS)
def test_a_facilitator_appoints_whoever_checks_in_a_draft_and_cannot_remove_them_later(
    place: f.Install, role: Role
) -> None:
    with place.database.writing() as session:
        draft = Cast(place, session, running=False)
        draft.give(role, draft.lead)
        draft.take(role, draft.lead)
        assert draft.held() == set()
        running = Cast(place, session, running=True)
        running.give(role, running.lead)  # the place was empty
        with pytest.raises(Conflict, match="Only an administrator"):
            running.take(role, running.lead)
        second = f.make_account(session, "Sam Second", None).id
        with pytest.raises(Conflict, match="somebody holds this role"):
            running.give(role, running.lead, second)
        running.give(role, running.admin, second)
        running.take(role, running.admin)
        assert running.held() == set()


@pytest.mark.parametrize("role", sorted(appointments.HELPERS))
def test_helpers_are_given_and_taken_by_the_facilitator_at_any_time(place: f.Install, role: Role) -> None:
    with place.database.writing() as session:
        cast = Cast(place, session, running=True)
        cast.give(role, cast.lead)
        assert cast.held() == {role}
        cast.take(role, cast.lead)
        assert cast.held() == set()


def test_only_an_administrator_makes_and_unmakes_facilitators_and_one_stays(place: f.Install) -> None:
    with place.database.writing() as session:
        cast = Cast(place, session, running=True)
        lead = cast.lead.account_id
        with pytest.raises(Conflict, match="Only an administrator"):
            cast.give(Role.FACILITATOR, cast.lead)
        with pytest.raises(Conflict, match="keeps a facilitator"):
            cast.take(Role.FACILITATOR, cast.admin, lead)
        cast.give(Role.FACILITATOR, cast.admin)
        cast.take(Role.FACILITATOR, cast.admin, lead)
        assert cast.held() == {Role.FACILITATOR}


def test_nobody_else_gives_roles_and_nobody_gives_their_own(place: f.Install) -> None:
    with place.database.writing() as session:
        cast = Cast(place, session, running=True)
        with pytest.raises(Forbidden, match="their own roles"):
            cast.give(Role.OBSERVER, cast.admin, cast.admin.account_id)
        for role in (Role.ANALYST, Role.CO_FACILITATOR, Role.OWNER, Role.OBSERVER):
            holder = f.make_account(session, f"H {role}", role, study_id=cast.study.id)
            with pytest.raises(Forbidden):
                cast.give(Role.OBSERVER, accounts.identity(session, holder))
        stranger = f.make_account(session, "Frida Foreign")
        f.draft_study(session, stranger.id)
        with pytest.raises(Forbidden):
            cast.give(Role.OBSERVER, accounts.identity(session, stranger))


def test_an_administrator_who_works_on_a_study_is_no_administrator_there(place: f.Install) -> None:
    with place.database.writing() as session:
        cast = Cast(place, session, running=True)
        cast.give(Role.ETHICS_REVIEWER, cast.lead)
        account = accounts.get(session, cast.lead.account_id)
        accounts.give_role(session, account_id=account.id, role=Role.ADMIN, at=f.NOW, actor="test")
        both = accounts.identity(session, account)
        with pytest.raises(Conflict, match="Only an administrator"):
            cast.take(Role.ETHICS_REVIEWER, both)


def test_nobody_of_the_panel_gets_a_role_whoever_gives_it(place: f.Install) -> None:
    with place.database.writing() as session:
        cast = Cast(place, session, running=True)
        account = accounts.create(
            session, email="ANN@x.example", name="A", password=f.PASSWORD, at=f.NOW, actor="test"
        )
        for by in (cast.lead, cast.admin):
            with pytest.raises(Conflict, match="cannot hold this role in this study") as refused:
                cast.give(Role.OBSERVER, by, account.id)
            assert "panel" not in refused.value.message


def test_an_absent_account_or_role_is_not_there(place: f.Install) -> None:
    with place.database.writing() as session:
        cast = Cast(place, session, running=True)
        with pytest.raises(NotFound):
            cast.give(Role.OBSERVER, cast.lead, "nobody")
        with pytest.raises(NotFound):
            cast.take(Role.OBSERVER, cast.lead)


@pytest.mark.parametrize("pair", EXCLUSIVE, ids=lambda pair: "+".join(sorted(pair)))
def test_the_database_refuses_what_excludes_each_other(database: f.Database, pair: frozenset[Role]) -> None:
    first, second = sorted(pair)
    with database.writing() as session:
        account = f.make_account(session, "Rita Roles", first, study_id="s1").id
        session.execute(INSERT, {"account": account, "role": second, "study": "s2"})
        session.execute(INSERT, {"account": account, "role": "observer", "study": "s1"})
    with pytest.raises(IntegrityError, match="exclude each other"), database.writing() as session:
        session.execute(INSERT, {"account": account, "role": second, "study": "s1"})
    with pytest.raises(IntegrityError, match="exclude each other"), database.writing() as session:
        session.execute(text("UPDATE role_assignment SET role = :role WHERE study_id = 's1' AND role = 'observer'"),
                        {"role": second})  # fmt: skip


def test_what_excludes_in_a_study_stands_together_everywhere(database: f.Database) -> None:
    with database.writing() as session:
        account = f.make_account(session).id
        accounts.give_role(session, account_id=account, role=Role.ADMIN, at=f.NOW, actor="test")
        assert accounts.identity(session, accounts.get(session, account)).everywhere == {
            Role.ADMIN, Role.FACILITATOR
        }  # fmt: skip


def giving(account: str, role: Role) -> Callable[[Session], object]:
    return lambda session: accounts.give_role(
        session, account_id=account, role=role, study_id="s1", at=f.NOW, actor="test"
    )


def test_two_administrators_who_give_two_roles_at_once_give_one(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session, "Rita Roles", None).id
    refused = at_once(place, giving(account, Role.OWNER), giving(account, Role.ETHICS_REVIEWER))
    assert len(refused) == 1
    assert "cannot hold this role in this study" in refused[0]


def test_the_database_alone_refuses_the_second_of_two_at_once(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session, "Rita Roles", None).id

    def insert(role: Role) -> Callable[[Session], object]:
        return lambda session: session.execute(INSERT, {"account": account, "role": role, "study": "s1"})

    (refused,) = at_once(place, insert(Role.OWNER), insert(Role.ETHICS_REVIEWER))
    assert "exclude each other" in refused


def test_those_who_answer_for_a_study_are_told_when_an_administrator_changes_its_roles(
    place: f.Install,
) -> None:
    with place.database.writing() as session:
        cast = Cast(place, session, running=True)
        dpo = f.make_account(session, "Dora Data", None)
        lead, other = (accounts.get(session, one).email for one in (cast.lead.account_id, cast.other))
        cast.give(Role.DPO, cast.admin, to=dpo.id)
        assert cast.told() == sorted([dpo.email, lead])
        cast.give(Role.ANALYST, cast.admin)
        assert cast.told() == sorted([dpo.email, lead])  # an analyst is not told
        cast.give(Role.ANALYST, cast.admin)
        assert cast.told() == []  # nothing changed
        cast.take(Role.DPO, cast.admin, of=dpo.id)
        assert cast.told() == sorted([dpo.email, lead])  # nor is anybody taken away in silence
        cast.give(Role.OWNER, cast.lead, to=dpo.id)
        cast.take(Role.ANALYST, cast.lead)
        assert cast.told() == []  # the facilitator does this in the open, on the page of the study
        assert other not in cast.told()


@pytest.mark.parametrize("role_first", [True, False])
def test_a_role_and_a_place_on_the_panel_at_once_become_one_of_them(
    place: f.Install, role_first: bool
) -> None:
    with place.database.writing() as session:
        cast = Cast(place, session, running=True)
        account = accounts.get(session, cast.other)
        study, lead, email = cast.study, cast.lead, account.email
    person = pasted.Person("Olga", email, "Industry")

    def give(session: Session) -> None:
        appointments.give(
            session, site(place), study_id=study.id, account_id=account.id, role=Role.OBSERVER, by=lead, at=f.NOW
        )  # fmt: skip

    def add(session: Session) -> None:
        panels.add(session, place.vault, study_id=study.id, people=[person], at=f.NOW, actor="test")

    refused = at_once(place, give, add) if role_first else at_once(place, add, give)
    assert len(refused) == 1


@pytest.mark.parametrize("twin", [" Fa@x.example ", "FA@X.EXAMPLE", "ＦＡ@x.example", "ﬁ@x.example"])
def test_an_address_has_one_form(database: f.Database, twin: str) -> None:
    values = {"name": "A", "password": f.PASSWORD, "at": f.NOW, "actor": "test"}
    with database.writing() as session:
        for email in ("fa@x.example", "fi@x.example"):
            accounts.create(session, email=email, **values)
        with pytest.raises(Conflict):
            accounts.create(session, email=twin, **values)
        assert passwords.check(session, email=twin, password=f.PASSWORD)
