"""Sessions of staff on both databases: how long, how many, and what ends them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from copkit_delphi.domain.permission import Role
from copkit_delphi.people import accounts, audit, sessions, tokens
from copkit_delphi.people.models import Account, AuditEvent
from tests import factories as f

MINUTE = timedelta(minutes=1)


def begun(session: Session) -> tuple[Account, str]:
    account = f.make_account(session)
    return account, sessions.begin(session, account_id=account.id, at=f.NOW)


def runs(session: Session, token: str, at: object = f.NOW) -> bool:
    return sessions.resume(session, token=token, at=at) is not None


def test_a_session_ends_when_idle_and_after_twelve_hours(place: f.Install) -> None:
    with place.database.writing() as session:
        _, token = begun(session)
        assert runs(session, token, f.NOW + 29 * MINUTE)
        assert not runs(session, token, f.NOW + 31 * MINUTE)
        sessions.touch(session, token=token, at=f.NOW + 710 * MINUTE)
        session.expire_all()
        found = sessions.resume(session, token=token, at=f.NOW + 710 * MINUTE)
        assert found
        assert found.ends_at == f.NOW + timedelta(hours=12)
        assert not runs(session, token, f.NOW + 721 * MINUTE)


def test_the_database_holds_no_token(place: f.Install) -> None:
    with place.database.writing() as session:
        _, token = begun(session)
        stored = " ".join(session.scalars(text("SELECT token_hash FROM staff_session")))
    assert token not in stored
    assert tokens.digest(token) in stored


def test_other_roles_make_a_new_token_and_the_old_one_is_dead(place: f.Install) -> None:
    with place.database.writing() as session:
        account, token = begun(session)
        assert not sessions.resume(session, token=token, at=f.NOW).renewal_due
        accounts.give_role(
            session, account_id=account.id, role=Role.ANALYST, study_id="s1", at=f.NOW, actor="test"
        )
        session.flush()
        assert sessions.resume(session, token=token, at=f.NOW).renewal_due
        fresh = sessions.renew(session, token=token, at=f.NOW + MINUTE)
        assert fresh
        assert fresh != token
        assert not runs(session, token)
        found = sessions.resume(session, token=fresh, at=f.NOW + MINUTE)
        assert found
        assert not found.renewal_due
        assert sessions.renew(session, token=token, at=f.NOW) is None
        assert not runs(session, fresh, f.NOW + 721 * MINUTE)  # the twelve hours did not begin anew


def test_a_person_sees_the_own_sessions_and_ends_one_of_them(place: f.Install) -> None:
    with place.database.writing() as session:
        account, here = begun(session)
        there = sessions.begin(session, account_id=account.id, at=f.NOW + MINUTE)
        _, foreign = begun(session)
        listed = sessions.listed(session, account_id=account.id, token=here, at=f.NOW + MINUTE)
        assert [one.current for one in listed] == [False, True]
        theirs = sessions.listed(session, account_id=account.id, token=foreign, at=f.NOW)[0].reference
        sessions.end(session, account_id="else", reference=theirs, actor="else", at=f.NOW)
        assert runs(session, there)
        sessions.end(
            session, account_id=account.id, reference=listed[0].reference, actor=account.id, at=f.NOW
        )
        session.flush()
        assert (runs(session, here), runs(session, there), runs(session, foreign)) == (True, False, True)


def test_all_but_the_own_session_end_together(place: f.Install) -> None:
    with place.database.writing() as session:
        account, here = begun(session)
        others = [sessions.begin(session, account_id=account.id, at=f.NOW) for _ in range(2)]
        sessions.end_all(session, account_id=account.id, actor=account.id, at=f.NOW, keep=here)
        session.expire_all()
        assert [runs(session, token) for token in (here, *others)] == [True, False, False]


def test_signing_out_is_written_down_once_and_a_closed_account_is_out_at_once(place: f.Install) -> None:
    with place.database.writing() as session:
        account, token = begun(session)
        other = sessions.begin(session, account_id=account.id, at=f.NOW)
        sessions.sign_out(session, token=token, at=f.NOW)
        session.flush()
        sessions.sign_out(session, token=token, at=f.NOW)
        assert not runs(session, token)
        account.is_active = False
        assert not runs(session, other)
        said = [event.action for event in session.scalars(select(AuditEvent).order_by(AuditEvent.sequence))]
        assert said.count("account:sign-out") == 1
        assert audit.verify(session) is None
