"""Deciding after a close: pages, files and the log, all from the frozen record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from copkit_delphi.installation import Installation
from tests import factories as f


@pytest.fixture
def staff(place: Installation) -> tuple[str, str]:
    """Id and address of a facilitator."""
    with place.database.writing() as session:
        account = f.make_account(session)
        return account.id, account.email


@pytest.fixture
def client(staff: tuple[str, str], sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in(staff[1])


@pytest.fixture
def closed(place: Installation, staff: tuple[str, str]) -> str:
    with place.database.writing() as session:
        return f.closed_study(place, session, staff[0], end=False).id


def test_every_page_opens(client: FlaskClient, closed: str) -> None:
    base = f"/studies/{closed}/deciding"
    for path in (
        "",
        "/1",
        "/2",
        "/dissent",
        "/2/items/S02.likelihood",
        "/1/items/S13.likelihood",
        "/2/record.csv",
        "/2/record.json",
    ):
        assert client.get(base + path).status_code == 200, path
    assert client.get(f"/studies/{closed}/end").status_code == 200
    assert client.get(f"/studies/{closed}").status_code == 200
