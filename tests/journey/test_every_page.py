"""Every address that answers GET, as everybody: right status, no trace, strict policy, nothing for axe to find."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import accessibility
from tests.journey import walk
from tests.journey.prepared import ELSEWHERE, IN_STUDIES, Prepared, prepare
from tests.journey.walk import WAYS
from tests.serving import served

ROLES = (*IN_STUDIES, *ELSEWHERE, "outsider", "panellist", "nobody")
OPENS = {
    walk.PUBLIC: "nobody",
    walk.PANEL: "panellist",
    walk.SIGNED: "reader",
    walk.CREATE: "facilitator",
    walk.LIBRARY: "facilitator",
    walk.SHELF: "facilitator",
    walk.EXERCISE: "facilitator",
    walk.ADMIN: "admin",
    walk.GIVEN: "reader",
    walk.GIVEN_IN: "reader",
}
# What a narrow window can change; names, roles and order are the same at every width.
BY_WIDTH = [
    "color-contrast",
    "scrollable-region-focusable",
    "label",
    "link-name",
    "button-name",
    "target-size",
]
# Sheets of paper on the screen: as wide as paper, with running heads that are no landmarks.
PRINTED = re.compile(r"/brief/(brief|annex)\.html$")
TRACES = ("Traceback", "sqlalchemy", "jinja2", "werkzeug", ".py")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Prepared:
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copy(migrated, folder / "copkit.sqlite3")
    return prepare(folder)


MAKERS = frozenset({"facilitator", "outsider"})
WRITERS = MAKERS | {"co_facilitator", "analyst"}
# Who passes a door that stands in no study; everybody who signed in where nothing is said.
ONLY = {
    walk.ADMIN: frozenset({"admin"}),
    walk.CREATE: MAKERS,
    walk.LIBRARY: WRITERS,
    walk.SHELF: WRITERS | {"trainer"},
    walk.EXERCISE: MAKERS | {"trainer"},
}


def opens(endpoint: str) -> str:
    """Name somebody who may open an address."""
    who = WAYS[endpoint].who
    if isinstance(who, str):
        return OPENS[who]
    return "facilitator" if "facilitator" in who else max(who)


def expected(endpoint: str, role: str) -> int:
    """Return the status that ``role`` gets, from the rules for people and not from the table of doors."""
    who = WAYS[endpoint].who
    if who == walk.PUBLIC:
        return walk.WITHOUT_LINK.get(endpoint, 200)
    if who == walk.GIVEN:  # by name to the reader; staff of the study read what is not RED
        return 200 if role in {"reader", *walk.STAFF} else 404
    if who == walk.PANEL:
        return 200 if role == "panellist" else 410
    return _signed_in(endpoint, role)


def _signed_in(endpoint: str, role: str) -> int:
    who = WAYS[endpoint].who
    if role == "panellist":
        return 403  # who is told that the page is for staff
    if role == "nobody":
        return 302  # to the sign-in
    if isinstance(who, str):
        return _without_study(endpoint, role)
    if role in who:
        return 200
    if endpoint == "files.columns" and role in walk.RUN:
        return 404  # an upload is its owner's own
    return 403 if role in IN_STUDIES else 404


def _without_study(endpoint: str, role: str) -> int:
    if endpoint in walk.SENT_ON:
        return walk.SENT_ON[endpoint]
    if WAYS[endpoint].who == walk.GIVEN_IN:
        return 200 if role in {"reader", *walk.STAFF} else 404
    if endpoint == "exercises.exercise" and role == "outsider":
        return 404  # an exercise is its trainee's own
    allowed = ONLY.get(str(WAYS[endpoint].who))
    return 200 if allowed is None or role in allowed else 403


def test_the_table_names_every_route_and_no_other(prepared: Prepared) -> None:
    assert walk.get_routes(prepared.app) == WAYS.keys()


@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_the_right_status_without_a_trace(prepared: Prepared, role: str) -> None:
    client, wrong = prepared.client(role), []
    for endpoint in WAYS:
        wanted = expected(endpoint, role)
        if endpoint in walk.SLOW and wanted == 200 and role != opens(endpoint):
            continue  # typeset once, for the one who opens it below
        for address in walk.addresses(prepared.app, endpoint, prepared.known):
            answer = client.get(address, buffered=True)
            body = answer.get_data()
            if answer.status_code != wanted or any(trace.encode() in body for trace in TRACES):
                wrong.append((address, wanted, answer.status_code))
            if wanted == 302 and (endpoint not in walk.SENT_ON or role == "nobody"):
                assert answer.location.startswith("/sign-in?next="), address
    assert wrong == []


def test_no_study_in_any_state_makes_a_page_fail(prepared: Prepared) -> None:
    failed = []
    for role in ("facilitator", "ethics_reviewer"):
        client = prepared.client(role)
        for study in ("draft", "open", "moderated", "closed", "imported"):
            for endpoint in WAYS.keys() - walk.SLOW:
                for address in walk.addresses(prepared.app, endpoint, prepared.known, prepared.known[study]):
                    status = client.get(address, buffered=True).status_code
                    if status not in (200, 302, 303, 403, 404, 409, 410):
                        failed.append((study, address, status))
    assert failed == []


def test_links_that_were_altered_replaced_or_never_opened(prepared: Prepared) -> None:
    nobody, token = prepared.client("nobody"), prepared.known["token"]
    assert nobody.get(f"/p/{token[:-3]}xyz").status_code == 404
    assert nobody.get(f"/p/{prepared.known['old_token']}").status_code == 410
    assert nobody.get("/panel/1").status_code == 410
    assert nobody.get("/no-such-page").status_code == 404
    assert prepared.client("panellist").get("/panel/99").status_code == 404


def test_an_id_of_another_study_opens_nothing(prepared: Prepared) -> None:
    client, known = prepared.client("facilitator"), prepared.known
    assert client.get(f"/studies/{known['closed']}/set-up/scenarios/{known['scenario']}").status_code in (
        404,
        409,
    )
    assert client.get(f"/studies/{known['open']}/brief/{known['brief']}/retract").status_code == 404
    assert client.get(f"/studies/{known['open']}/results/2").status_code == 404


def test_pages_keep_the_strict_policy(prepared: Prepared) -> None:
    found = []
    for endpoint, address, answer in shown(prepared):
        policy = answer.headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy or "unsafe" in policy:
            found.append((address, policy))
        if answer.mimetype == "text/html":
            found += [(address, one) for one in walk.inline(answer.text)]
        if endpoint != "static" and answer.headers.get("Cache-Control") != "no-store":
            found.append((address, "kept by the browser"))
    assert found == []


def shown(prepared: Prepared) -> Iterator[tuple[str, str, Any]]:
    """Yield every address that is quick to make, as somebody who may open it."""
    clients = {role: prepared.client(role) for role in {opens(endpoint) for endpoint in WAYS}}
    for endpoint in WAYS.keys() - walk.SLOW:
        for address in walk.addresses(prepared.app, endpoint, prepared.known):
            yield endpoint, address, clients[opens(endpoint)].get(address, buffered=True)


@pytest.mark.long
@pytest.mark.browser
def test_axe_finds_nothing_and_nothing_scrolls_sideways(prepared: Prepared, browser: Any) -> None:
    found, contexts = [], {}
    with served(prepared.app) as site:
        pages = sorted({(opens(e), a) for e, a, answer in shown(prepared) if answer.mimetype == "text/html"})
        for role, address in pages:
            if role not in contexts:
                contexts[role] = signed_in(browser, prepared, site, role)
            found += look(contexts[role], site + address)
    assert len(pages) > 40
    assert found == []


def signed_in(browser: Any, prepared: Prepared, site: str, role: str) -> Any:
    """Open a browser that carries the cookie of somebody who signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    if role != "nobody":
        context.add_cookies([{"name": "session", "value": prepared.cookie(role), "url": site}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


def look(page: Any, address: str) -> list[tuple[str, int, Any]]:
    """Return what axe finds at two widths with everything folded open, and pages wider than a small screen."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address, wait_until="load")
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    found = []
    for width, rules in ((1280, None), (390, BY_WIDTH)):
        page.set_viewport_size({"width": width, "height": 900})
        found += [(address, width, finding) for finding in accessibility.violations(page, rules)]
    if PRINTED.search(address):
        return [one for one in found if one[2][0] != "region"]
    page.set_viewport_size({"width": 320, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth")
    return found + ([(address, 320, f"{wide} px wide")] if wide > 320 else [])
