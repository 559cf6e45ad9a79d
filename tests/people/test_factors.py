"""The second factor on both databases: each code once, also when two browsers send it together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest

from copkit_delphi.domain.errors import Invalid, Locked
from copkit_delphi.people import accounts, factors, sessions
from copkit_delphi.people.passwords import Site
from copkit_delphi.people.vault import Vault
from tests import factories as f

LATER = f.NOW + timedelta(minutes=1)


def code(secret: str, at: object = f.NOW) -> str:
    return pyotp.TOTP(secret).at(int(at.timestamp()))  # type: ignore[attr-defined]


def prepared(place: f.Install) -> tuple[str, str, list[str]]:
    """Return an account, the secret of its authenticator and its recovery codes."""
    with place.database.writing() as session:
        account, secret = f.make_account(session).id, factors.draw_secret()
        site = Site(place.vault, "https://delphi.example", "Example")
        values = {"account_id": account, "secret": secret, "token": "", "at": f.NOW}
        with pytest.raises(Invalid):
            factors.set_up(session, place.vault, site, **values, code="000000")
        drawn = factors.set_up(session, place.vault, site, **values, code=code(secret))
    return account, secret, drawn


def passes(place: f.Install, account: str, typed: str) -> bool:
    with place.database.writing() as session:
        return factors.passes(session, place.vault, account_id=account, code=typed, at=LATER)


def test_a_code_sent_by_several_browsers_at_once_is_taken_from_one(place: f.Install) -> None:
    account, secret, drawn = prepared(place)
    assert not passes(place, account, code(secret))  # the one it was set up with
    for typed in (code(secret, LATER), drawn[0]):
        with ThreadPoolExecutor(4) as pool:
            taken = list(pool.map(lambda _, typed=typed: passes(place, account, typed), range(4)))
        assert sorted(taken) == [False, False, False, True]
    with place.database.reading() as session:
        assert factors.codes_left(session, account) == 9


def test_a_code_opens_its_own_account_alone_and_needs_the_key(place: f.Install) -> None:
    account, secret, drawn = prepared(place)
    other, _, _ = prepared(place)
    assert not passes(place, other, code(secret, LATER))
    assert not passes(place, other, drawn[0])
    assert not passes(place, "nobody", drawn[0])
    with place.database.writing() as session, pytest.raises(Locked):
        factors.passes(session, Vault(b"x" * 32), account_id=account, code=code(secret, LATER), at=LATER)


def test_taking_a_factor_away_ends_the_sessions(place: f.Install) -> None:
    account, _, drawn = prepared(place)
    with place.database.writing() as session:
        token = sessions.begin(session, account_id=account, at=f.NOW, with_factor=True)
        site = Site(place.vault, "https://delphi.example", "Example")
        factors.remove(session, site, account_id=account, actor="admin", at=f.NOW)
        session.expire_all()
        assert sessions.resume(session, token=token, at=f.NOW) is None
        assert not factors.is_set(session, account)
        assert factors.is_needed_by(accounts.identity(session, accounts.get(session, account)))
    assert not passes(place, account, drawn[0])
