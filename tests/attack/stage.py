"""Fill an empty installation with two studies that know nothing of each other, and write the site map of it.

    python -m tests.attack.stage FOLDER [PORT]

FOLDER becomes a data directory for ``copkit-delphi serve`` on PORT, with ``sitemap.json`` and ``routes.txt`` in it.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

CLOSED_AGO = timedelta(days=15)
os.environ.setdefault("COPKIT_TEST_NOW", (datetime.now(UTC) - CLOSED_AGO).isoformat())

from flask import Flask  # noqa: E402 - the studies are made as of that day
from sqlalchemy.orm import Session  # noqa: E402

from copkit_delphi.domain.permission import Role  # noqa: E402
from copkit_delphi.elicitation import studies  # noqa: E402
from copkit_delphi.installation import Installation  # noqa: E402
from copkit_delphi.people import vault  # noqa: E402
from copkit_delphi.settings import Settings  # noqa: E402
from copkit_delphi.web import create_app  # noqa: E402
from copkit_delphi.web.context import KEY  # noqa: E402
from tests import factories  # noqa: E402
from tests.attack import sitemap  # noqa: E402
from tests.attack.asked import asked, community  # noqa: E402
from tests.attack.sitemap import Side  # noqa: E402
from tests.journey.prepared import Prepared, furnish, people_of  # noqa: E402

NAMES = {
    "A": {
        "exp_a1": "Xanthippe Quellmann", "exp_a2": "Yorick Zobelfeld", "exp_a3": "Wendelin Ypsilanti",
        "double": "Quirina Oxenstierna", "race_1": "Ursula Jaroslaw", "race_2": "Veit Kjellberg",
        "race_3": "Thekla Ljungqvist", "race_4": "Sixten Mjolnir",
    },
    "B": {"exp_b1": "Ragnhild Ostrowski"},
}  # fmt: skip
RESERVED = ("double", "race_1", "race_2", "race_3", "race_4")
BUDGET = {"max_requests": 200_000, "max_seconds": 3000, "max_mb": 2000, "timeout_s": 60}


def address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@panel.example"


def make(folder: Path, port: int) -> tuple[Flask, dict[str, Side], dict[str, dict[str, Any]]]:
    """Fill ``folder``; return the application, what its pages say of both studies, and who signs in how."""
    app = create_app(Settings(data_dir=folder, port=port, second_factor="off"))
    app.config.update(WTF_CSRF_ENABLED=False)
    place: Installation = app.extensions[KEY]
    made, accounts = {}, {}
    with place.database.writing() as session:
        for side, people in NAMES.items():
            lines = "\n".join(f"{name}; {address(name)}; Industry" for name in people.values())
            known, emails = furnish(place, session, lines)
            known |= asked(place, session, known)
            made[side] = Prepared(app, known, emails)
            accounts |= _staff(side, emails) | _panel(place, session, side, known)
        community(session, made["A"].emails["reader"])
        for name, use in (("lock", "lockout"), ("probe", "enumeration")):
            account = factories.make_account(session, f"{name} reserved", Role.READER)
            accounts[name] = _account(account.email, "reader", [], reserved=use)
    return app, {side: sitemap.look(one) for side, one in made.items()}, accounts


def _account(user: str, role: str, on: list[str], **more: Any) -> dict[str, Any]:
    return {"user": user, "password": factories.PASSWORD, "role": role, "studies": on, **more}


def _staff(side: str, emails: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return the staff of one study; of those who belong to none, one of each is enough."""
    named = {role: email for role, email in emails.items() if role != "outsider"}
    if side != "A":
        named = {role: email for role, email in named.items() if role not in {"admin", "trainer"}}
    found = {f"{role}_{side.lower()}": _account(email, role, [side]) for role, email in named.items()}
    if "trainer_a" in found:
        found["trainer_a"]["studies"] = list(NAMES)  # looks on wherever there is an exercise
    return found


def _panel(
    place: Installation, session: Session, side: str, known: dict[str, str]
) -> dict[str, dict[str, Any]]:
    """Return the panellists of the open study, each with the personal link that lets them in."""
    found, seats = {}, people_of(session, studies.get(session, known["open"]))
    of_seat = {one.panellist_id: one for one in vault.contacts(session, place.vault, study_id=known["open"])}
    called = {person: name for name, person in NAMES[side].items()}
    for seat in seats:
        person = of_seat[seat.id].name
        token = known["token"] if seat is seats[0] else place.links.issue(session, seat).rpartition("/p/")[2]
        more = {"reserved": "race"} if called[person] in RESERVED else {}
        found[called[person]] = _account(
            "", sitemap.PANEL, [side], link=f"/p/{token}", identity=[person, address(person)], **more
        )
    return found


# What cannot be read off the pages -----------------------------------------------------------------------------------


def _special(side: Side) -> list[dict[str, Any]]:
    """Return addresses that stand in the map a second time, of a study in another state."""
    study = side.made.known["open"]
    side.objects |= {
        "open_study": study,
        "open_number": "2",
        "first_number": "1",
        "open_item": "S02.likelihood",
    }
    reads = sitemap.access(
        "facilitator.export_json", sitemap.rules(side.made.app, "GET")["facilitator.export_json"]
    )
    return [
        {
            "id": "open.snapshot",  # of the first round, while the second one is open
            "path": "/studies/{open_study}/results/{first_number}/snapshot.json",
            "methods": ["GET"], "access": reads, "anonymous": True,
        },
        {
            "id": "race.reasons",  # read after the close only; its rule is tried as facilitator.reasons
            "path": "/studies/{open_study}/rounds/{open_number}/moderation/{open_item}",
            "methods": ["GET"], "access": "public",
        },
    ]  # fmt: skip


def _as(account: str, *routes: str) -> list[dict[str, str]]:
    return [{"route": route, "as": account} for route in routes]


def _sinks(side: Side) -> list[dict[str, Any]]:
    """Return where typed text comes out again: on the author's own page, in lists, in documents."""
    mine = _as("exp_a1", "panellist.review", "panellist.sheet", "panellist.copy", "panellist.copy_pdf")
    brief = _as("facilitator_a", "briefs.text", "briefs.preview", "briefs.draft_pdf")
    once = {"object": "A", "as": "facilitator_a"}
    again = once | {"overwrites": True}
    return [
        {"write": "panellist.save", "field": "reason", **again, "as": "exp_a1", "shown_in": mine},
        {"write": "briefs.text_post", "field": "lede", **again, "shown_in": brief},
        {
            "write": "facilitator.wording_post", "field": "text", **again,
            "shown_in": _as("facilitator_a", "facilitator.reasons", "facilitator.wording"),
        },
        {
            "write": "facilitator.about_post", "field": "title", **again,
            "shown_in": _as("facilitator_a", "facilitator.about", "facilitator.studies"),
        },
        {
            "write": "library.new_post", "field": "title", **once,
            "shown_in": _as("analyst_a", "library.catalogue"),
        },
        {
            "write": "network.new_community", "field": "name", **once,
            "shown_in": _as("facilitator_a", "network.communities"),
        },
    ]  # fmt: skip


def _concurrent() -> dict[str, Any]:
    save = {"object": "A", "field": "reason"}
    return {
        "feedback": {
            "route": "open.snapshot", "object": "A", "as": "facilitator_a", "write": "panellist.save",
            "fields": [{"likelihood": "90"}, {"likelihood": "10"}], "answer_with": ["exp_a2", "exp_a3"],
            "only_after_close": True, "min_batch": 5, "min_group": 5, "count_keys": ["n"],
        },
        "double_submit": {
            "route": "panellist.save", **save, "as": "double", "read": "panellist.review", "read_as": "double",
        },
        "close_race": {
            "submit": "panellist.save", "close": "facilitator.close_post", **save, "experts": list(RESERVED[1:]),
            "as": "facilitator_a", "read": "race.reasons", "read_as": "facilitator_a", "spread_s": 0.2,
        },
    }  # fmt: skip


def _mark(found: list[dict[str, Any]], side: Side) -> None:
    """Tell of single routes what their forms do not: who must not be reached by a foreign field."""
    by_id = {one["id"]: one for one in found}
    by_id["panellist.save"]["carries"] = "/panel/1"
    for name in (
        "facilitator.about_post",
        "facilitator.wording_post",
        "briefs.text_post",
    ):  # they say what they were made from
        by_id[name]["carries"] = by_id[name]["path"].format(**side.objects)
    by_id["panellist.save"]["mass"] = {
        "by": "exp_a1", "fields": {"reason": "masswritten", "panellist_id": "0", "study_id": side.made.known["closed"]},
        "route": "panellist.review", "as": "exp_a2", "absent": "masswritten",
    }  # fmt: skip
    by_id["facilitator.about_post"]["mass"] = {
        "by": "facilitator_a", "fields": {"paid_by": "Masspaid", "state": "ended", "id": "0", "practice": ""},
        "route": "facilitator.about", "as": "facilitator_a", "absent": "ended", "present": "Masspaid",
    }  # fmt: skip
    by_id["facilitator.wording_post"]["form"] |= {"shown": "edited", "do": "keep"}


def site_map(folder: Path, port: int) -> tuple[Flask, dict[str, Any]]:
    """Fill ``folder`` and return the site map of the server that will answer on ``port``."""
    app, sides, accounts = make(folder, port)
    side = sides["A"]
    guessed = [sitemap.guess(one) for one in sides.values()]
    found = sitemap.routes(app, side) + _special(side)
    _mark(found, side)
    return app, {
        "base_url": f"http://127.0.0.1:{port}",
        "budget": BUDGET,
        "login": {
            "url": "/sign-in", "user_field": "email", "password_field": "password", "cookie": "session",
            "logout_url": "/sign-out", "route": "public.sign_in_post", "logout_route": "public.sign_out",
        },
        "reset": {"url": "/password/forgot", "user_field": "email"},
        "csrf": {"field": "csrf_token", "header": "X-CSRFToken", "page": "/sign-in"},
        "options": {
            "max_body_mb": 2, "login_limit": 10, "malformed_per_field": 12, "oversized_routes": 6,
            "blind_roles": [sitemap.PANEL],
        },
        "accounts": accounts,
        "objects": {name: one.objects for name, one in sides.items()},
        "routes": found,
        "guessed": guessed[0],
        "stored_text": _sinks(side),
        **_concurrent(),
    }  # fmt: skip


def url_map(app: Flask) -> str:
    """Return every route, one a line: methods, a blank, the address without blanks."""
    lines = [
        f"{','.join(sorted(rule.methods or ()))} {rule.rule.replace(' ', '')}"
        for rule in app.url_map.iter_rules()
    ]
    return "\n".join(sorted(lines)) + "\n"


def write(folder: Path, port: int) -> Path:
    """Fill ``folder``, write both files and return the path of the site map."""
    app, found = site_map(folder, port)
    app.extensions[KEY].database.engine.dispose()
    (folder / "routes.txt").write_text(url_map(app))
    path = folder / "sitemap.json"
    path.write_text(json.dumps(found, indent=1))
    return path


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 8000))
