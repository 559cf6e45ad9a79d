"""Two devices at one page: the difference is shown field by field, and only the panellist settles it."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from tests.web import panel

PRESS = re.compile(r'<button[^>]*form="answers"[^>]*name="take"[^>]*value="([^"]+)"')
ROW = re.compile(r'<th scope="row"[^>]*>(.*?)</th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td>', re.DOTALL)


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the answering form, as a browser would send them."""
    found = dict(re.findall(r'<input id="\w+" name="(\w+)" type="hidden" value="([^"]*)"', page))
    return {name: found.get(name, "") for name in ("basis", "drafts", "page", "beside")}


def two(app: Flask, place: Any) -> tuple[Any, Any]:
    study = panel.started(place, sizes={})
    path = panel.link(place, study)
    first, second = (panel.enter(app, place, study, path=path) for _ in range(2))
    return first, second


def opened(client: Any, **changes: str) -> dict[str, str]:
    """Open the page and return what would be sent from it."""
    page = client.get("/panel/1").get_data(as_text=True)
    return {"round": "1", **panel.ROUND_1, **hidden(page), **changes}


def test_both_values_of_every_field_that_differs_are_shown_and_taken_one_by_one(
    app: Flask, place: Any
) -> None:
    phone, laptop = two(app, place)
    old = opened(laptop, likelihood="20", reason="As typed here")
    phone.post("/panel/1", data=opened(phone, likelihood="60", impact_economic="1", reason="As saved there"))
    answer = laptop.post("/panel/1", data=old)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert {(here, there) for _, here, there in ROW.findall(page)} == {
        ("Highly unlikely, 20%", "Likely, 60%"),
        ("3 Severe", "1 Limited"),
        ("As typed here", "As saved there"),
    }
    assert "newer than this page" in page
    assert PRESS.findall(page) == ["all", "likelihood", "impact_economic", "reason"]
    taken = laptop.post("/panel/1", data=old | hidden(page) | {"take": "likelihood"})
    page = taken.get_data(as_text=True)
    assert PRESS.findall(page) == ["all", "impact_economic", "reason"]
    assert 'value="60"' in page
    assert panel.values(place)["S02.impact.economic"] == 1.0
    assert laptop.post("/panel/1", data=old | hidden(page) | {"likelihood": "60"}).status_code == 303
    stored = panel.values(place)
    assert (stored["S02.likelihood"], stored["S02.impact.economic"]) == (60.0, 3.0)


def test_all_of_the_other_device_in_one_press(app: Flask, place: Any) -> None:
    phone, laptop = two(app, place)
    old = opened(laptop, likelihood="20", no_say="y")
    phone.post("/panel/1", data=opened(phone, likelihood="60", reason="As saved there"))
    page = laptop.post("/panel/1", data=old | {"take": "all"}).get_data(as_text=True)
    assert PRESS.findall(page) == []
    assert "the same as the other device" in page
    assert 'value="60"' in page
    assert "As saved there" in page


def test_what_another_device_typed_and_did_not_save_is_neither_overwritten_nor_dropped_unseen(
    app: Flask, place: Any
) -> None:
    phone, laptop = two(app, place)
    here, there = opened(laptop, likelihood="20"), opened(phone, likelihood="70", reason="Typed there")
    assert phone.post("/panel/1/draft", data=there).status_code == 200
    refused = laptop.post("/panel/1/draft", data=here)
    assert (refused.status_code, "kept_at" in refused.get_json()) == (409, False)
    answer = laptop.post("/panel/1", data=here)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert {(mine, other) for _, mine, other in ROW.findall(page)} == {
        ("Highly unlikely, 20%", "Likely, 70%"),
        ("left open", "Typed there"),
    }
    assert panel.values(place) == {}
    assert phone.post("/panel/1/draft", data=there | {"likelihood": "71"}).status_code == 200
    page = laptop.post("/panel/1", data=here | hidden(page) | {"take": "likelihood"}).get_data(as_text=True)
    assert 'value="71"' in page
    assert laptop.post("/panel/1", data=here | hidden(page) | {"likelihood": "71"}).status_code == 303
    assert panel.values(place)["S02.likelihood"] == 71.0


def test_one_page_that_keeps_its_own_drafts_is_asked_nothing(app: Flask, place: Any) -> None:
    phone, laptop = two(app, place)
    sent = opened(phone)
    for value in ("10", "20"):
        assert phone.post("/panel/1/draft", data=sent | {"likelihood": value}).status_code == 200
    later = opened(laptop, likelihood="30")  # made from that draft
    assert laptop.post("/panel/1/draft", data=later).status_code == 200
    assert laptop.post("/panel/1", data=later | {"likelihood": "31"}).status_code == 303
    assert panel.values(place)["S02.likelihood"] == 31.0
