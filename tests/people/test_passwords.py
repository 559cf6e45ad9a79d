"""Passwords: which are taken, how they are kept, and the mailed links that set them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import Gone, Invalid
from copkit_delphi.people import accounts, password_rules, passwords, sessions
from copkit_delphi.people.models import Account, AuditEvent, OutboxMessage
from copkit_delphi.people.passwords import Site
from tests import factories as f

NEW = "three green lamps by the lake"
LONG = "🦊 und Ärger, " * 9 + "🌍"


def site(place: f.Install) -> Site:
    return Site(place.vault, "https://delphi.example", "Example Institute")


def mails(session: Session, place: f.Install) -> list[dict[str, str]]:
    session.flush()
    return [place.vault.open(row.seal) for row in session.scalars(select(OutboxMessage)) if row.seal]


def mailed_token(session: Session, place: f.Install) -> str:
    return mails(session, place)[-1]["text"].split("/password/link/")[1].split()[0]


def is_right(session: Session, account: Account, password: str) -> bool:
    return passwords.check(session, email=account.email, password=password) == account.id


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("elevenchars", "at least 12"),
        ("x" * 1025, "at most"),
        ("password1234", "guessed first: common"),
        ("qwertyuiop12", "guessed first: common"),
        ("123456789012", "guessed first: common"),
        ("Passw0rd!2026", "guessed first: common"),
        ("aaaaaaaaaaaa", "guessed first: common"),
        ("copkit-delphi", "made of your name"),
        ("Fatima.Facilitator1", "made of your name"),
        ("example institute", "made of your name"),
    ],
)
def test_what_is_guessed_first_is_refused_with_the_reason(password: str, said: str) -> None:
    about = ("Fatima Facilitator", "fatima@office.example", "Example Institute")
    with pytest.raises(Invalid) as refused:
        password_rules.check_new(password, about=about)
    assert said in str(refused.value)


@pytest.mark.parametrize("password", [NEW, LONG, " spaces at both ends ", f.PASSWORD, "ünïcödé-ist-schön!"])
def test_any_characters_are_taken_and_kept_as_typed(password: str) -> None:
    password_rules.check_new(password, about=("Fatima Facilitator",))
    stored = password_rules.hashed(password)
    assert stored.startswith("$argon2id$")
    assert password_rules.belongs(password, stored)
    for other in (password.strip(), password[:72], password.lower(), password + " "):
        assert password_rules.belongs(other, stored) == (other == password)


@given(st.text(min_size=12, max_size=200))
def test_no_text_is_refused_but_for_being_guessed_first(password: str) -> None:
    assert refusal(password) is None or "guessed first" in str(refusal(password))


def refusal(password: str) -> Invalid | None:
    try:
        password_rules.check_new(password, about=("Fatima Facilitator",))
    except Invalid as refused:
        return refused
    return None


def test_a_wrong_password_and_a_wrong_address_are_told_apart_by_nothing(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session)
        assert passwords.check(session, email=account.email.upper(), password=f.PASSWORD) == account.id
        assert passwords.check(session, email=account.email, password="wrong") is None
        assert passwords.check(session, email="nobody@x.example", password=f.PASSWORD) is None


def test_a_hash_with_older_parameters_is_made_anew_at_sign_in(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session)
        account.password_hash = old = PasswordHasher(time_cost=1, memory_cost=8 * 1024).hash(f.PASSWORD)
        passwords.refresh(session, account_id=account.id, password=f.PASSWORD)
        fresh = account.password_hash
        assert fresh != old
        assert f"m={19 * 1024},t=2,p=1" in fresh
        passwords.refresh(session, account_id=account.id, password=f.PASSWORD)
        assert account.password_hash == fresh
        assert is_right(session, account, f.PASSWORD)


def test_a_refused_sign_in_is_noted_without_what_was_typed(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session)
        for email in (account.email, "judy@x.example\nsign-in ok"):
            passwords.note_refusal(session, email=email, at=f.NOW)
        noted = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "account:sign-in-refused")
        ).all()
    assert [event.detail for event in noted] == [f'{{"account":"{account.id}"}}', '{"account":""}']


def test_who_is_invited_chooses_the_password_and_the_link_works_once(place: f.Install) -> None:
    with place.database.writing() as session:
        account = accounts.create(session, email="new@x.example", name="Nina New", at=f.NOW, actor="admin")
        assert not is_right(session, account, "")
        passwords.invite(session, site(place), account_id=account.id, actor="admin", at=f.NOW)
        token = mailed_token(session, place)
        stored = " ".join(map(str, session.execute(text("SELECT * FROM password_link")).one()))
        assert token not in stored
        day = f.NOW + timedelta(days=13)
        for _ in range(2):  # opening it uses nothing up
            assert passwords.read_link(session, token=token, at=day).id == account.id
        with pytest.raises(Invalid):
            passwords.set_by_link(session, site(place), token=token, new="password1234", at=day)
        passwords.set_by_link(session, site(place), token=token, new=NEW, at=day)
        session.flush()
        assert is_right(session, account, NEW)
        with pytest.raises(Gone):
            passwords.set_by_link(session, site(place), token=token, new=NEW + "!", at=day)


def test_links_run_out_and_a_newer_one_replaces_them(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session)
        at = {"account_id": account.id, "actor": "admin", "at": f.NOW}
        passwords.invite(session, site(place), **at)
        first = mailed_token(session, place)
        passwords.invite(session, site(place), **at)
        with pytest.raises(Gone):
            passwords.read_link(session, token=first, at=f.NOW)
        second = next(
            t for t in (m["text"].split("/link/")[1].split()[0] for m in mails(session, place)) if t != first
        )
        with pytest.raises(Gone):
            passwords.read_link(session, token=second, at=f.NOW + timedelta(days=14, seconds=1))
        passwords.read_link(session, token=second, at=f.NOW)
        account.is_active = False
        with pytest.raises(Gone):
            passwords.read_link(session, token=second, at=f.NOW)


def test_a_forgotten_password_is_reset_within_half_an_hour_and_everybody_is_signed_out(
    place: f.Install,
) -> None:
    with place.database.writing() as session:
        account = f.make_account(session)
        open_elsewhere = sessions.begin(session, account_id=account.id, at=f.NOW)
        passwords.forget(session, site(place), email="nobody@x.example", at=f.NOW)
        assert mails(session, place) == []
        passwords.forget(session, site(place), email=f" {account.email.upper()}", at=f.NOW)
        token = mailed_token(session, place)
        with pytest.raises(Gone):
            passwords.set_by_link(
                session, site(place), token=token, new=NEW, at=f.NOW + timedelta(minutes=31)
            )
        assert is_right(session, account, f.PASSWORD)
        passwords.set_by_link(session, site(place), token=token, new=NEW, at=f.NOW)
        session.expire_all()
        assert is_right(session, account, NEW)
        assert sessions.resume(session, token=open_elsewhere, at=f.NOW) is None
        told = [mail for mail in mails(session, place) if mail["subject"] == "A change to your account"]
        assert [mail["to"] for mail in told] == [account.email]


def test_changing_it_keeps_this_browser_signed_in_alone_and_voids_links(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session)
        here, there = (sessions.begin(session, account_id=account.id, at=f.NOW) for _ in range(2))
        passwords.forget(session, site(place), email=account.email, at=f.NOW)
        token = mailed_token(session, place)
        with pytest.raises(Invalid, match="not your current"):
            passwords.confirm(session, account_id=account.id, password="something else")
        passwords.change(session, site(place), account_id=account.id, new=NEW, token=here, at=f.NOW)
        session.expire_all()
        assert sessions.resume(session, token=here, at=f.NOW)
        assert sessions.resume(session, token=there, at=f.NOW) is None
        with pytest.raises(Gone):
            passwords.read_link(session, token=token, at=f.NOW)
