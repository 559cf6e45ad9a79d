"""The doors open to everyone say what the product is and work without a session."""

from __future__ import annotations

import pytest
from flask import Flask

PAGES = {
    "/": ("Open it from your invitation", "Remote chance", "Almost certain", "93 to 100%"),
    "/sign-in": ("E-mail address", "Panellists need none"),
    "/help": ("What is the difference between a draft", "stable dissent"),
    "/privacy": ("90 days after the study ended", "As long as the answers", "Fewer than five"),
    "/accessibility": ("What was not checked", "Screen readers"),
}


@pytest.mark.parametrize("path", PAGES)
def test_public_pages_say_what_they_are_for(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert page.count("<h1") == 1
    for said in PAGES[path]:
        assert said in page
    assert " style=" not in page
    assert "<style" not in page
    assert "onclick" not in page


def test_a_wrong_password_keeps_the_address_and_tells_nothing(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data={"email": "who@x.example", "password": "wrong"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "<title>Error:" in page
    assert "who@x.example" in page
    assert "wrong" not in page.replace("wrongly", "")
    assert page.count("Address and password do not belong together") == 2
