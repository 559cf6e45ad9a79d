"""The navigation of the site stands in the same place and order on every page of one reader."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from copkit_delphi.domain.permission import Role
from copkit_delphi.installation import Installation
from tests import factories as f

PAGES = (
    "/studies",
    "/studies/new",
    "/studies/templates",
    "/studies/archives/new",
    "/library",
    "/briefs",
    "/exercises",
)


def entries(page: str) -> list[str]:
    bar = re.search(r'<nav aria-label="Site">.*?</nav>', page, re.DOTALL)
    assert bar
    pages = re.sub(r"<details.*?</details>", "", bar[0], flags=re.DOTALL)  # without the languages
    return re.findall(r'<a href="[^"]*"[^>]*>([^<]+)</a>', pages)


def test_a_facilitator_finds_the_same_entries_on_every_page(
    place: Installation, sign_in: Callable[[str], FlaskClient]
) -> None:
    with place.database.writing() as session:
        account = f.make_account(session)
        study, email = f.draft_study(session, account.id).id, account.email
    client = sign_in(email)
    pages = [
        client.get(path).text
        for path in (*PAGES, f"/studies/{study}", f"/studies/{study}/panel", "/", "/help")
    ]
    wanted = ["Studies", "Briefs", "Library", "Exercises", "Communities", "Help", "Your account"]
    assert {tuple(entries(page)) for page in pages} == {tuple(wanted)}
    assert 'aria-current="page">Library<' in pages[4]
    assert 'aria-current="true">Studies<' in pages[1]


def test_a_reader_is_offered_no_page_that_would_refuse(
    place: Installation, sign_in: Callable[[str], FlaskClient]
) -> None:
    with place.database.writing() as session:
        email = f.make_account(session, role=Role.READER).email
    client = sign_in(email)
    page = client.get("/briefs").text
    for address in re.findall(
        r'<a href="([^"]*)"', re.search(r'<nav aria-label="Site">.*?</nav>', page, re.DOTALL)[0]
    ):
        assert client.get(address).status_code == 200, address
    assert "Studies" not in entries(page)


def test_whoever_is_not_signed_in_finds_public_briefs_and_the_sign_in(app: Flask) -> None:
    assert entries(app.test_client().get("/").text) == ["Briefs", "Sign in", "Help"]
