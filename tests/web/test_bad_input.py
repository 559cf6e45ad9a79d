"""Bad input at every entrance: each form with each of its fields, each address, each file a command reads.

The routes and their forms are read off the application: a new one is tried by existing. Refused means a status that
says why and nothing written; taken means that the text comes back as it was typed.
"""

from __future__ import annotations

import html
import io
import shutil
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import cycle, repeat
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text as sql

from copkit_delphi.database import Database
from copkit_delphi.web.doors import DOORS, Who
from copkit_delphi.web.security import limiter
from tests.attack import sitemap
from tests.attack.asked import asked, community
from tests.attack.sitemap import Side
from tests.journey import walk
from tests.journey.prepared import Prepared, prepare
from tests.web.corpus import BODIES, LEGAL, MULTIPART, SVG, TEXTS, URLENCODED, uploaded, zip_bomb

pytestmark = pytest.mark.xdist_group("bad input")  # one installation is made for all of them

SAID = frozenset({200, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 409, 410, 411, 413, 415, 422})
AT_ONCE = frozenset({"markup", "formula", "NUL", "lone surrogates", "twenty thousand"})
TRACES = ("Traceback (most recent", "sqlalchemy.", "sqlite3.", "jinja2.", "werkzeug.", 'File "/')
# Refusals that leave a line on purpose: a sign-in or a code that failed, a session that was used.
NOTED = frozenset({"audit_event", "account_session", "panellist_session", "account_factor"})
OPENS = {
    Who.PUBLIC: "nobody",
    Who.PANELLIST: "panellist",
    Who.HALF_WAY: "reader",
    Who.STAFF: "reader",
}


@dataclass
class Entrance:
    """A form to be sent: where, by whom, with which fields."""

    path: str
    role: str
    fields: dict[str, str]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Prepared]:
    folder = tmp_path_factory.mktemp("bad-input")
    shutil.copy(migrated, folder / "copkit.sqlite3")
    made = prepare(folder)
    with made.place.database.writing() as session:
        made.known.update(asked(made.place, session, made.known))
        community(session, made.emails["reader"])
    limiter.enabled = False  # limits have tests of their own
    yield made
    limiter.enabled = True


@pytest.fixture(scope="module")
def side(prepared: Prepared) -> Side:
    side = sitemap.look(prepared)
    sitemap.guess(side)
    return side


@pytest.fixture(scope="module")
def kept(prepared: Prepared, side: Side, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the database, so that every route is tried on the same one."""
    for role in {one.role for one in entrances(prepared, side).values()}:
        prepared.client(role)
    copy = tmp_path_factory.mktemp("kept") / "copkit.sqlite3"
    prepared.place.database.engine.dispose()  # the last connection writes the log into the file
    shutil.copy(prepared.place.settings.data_dir / "copkit.sqlite3", copy)
    return copy


@pytest.fixture
def fresh(prepared: Prepared, kept: Path) -> Iterator[Prepared]:
    """The installation with the database as it was prepared."""
    database: Database = prepared.place.database
    database.engine.dispose()
    for old in prepared.place.settings.data_dir.glob("copkit.sqlite3*"):
        old.unlink()
    shutil.copy(kept, prepared.place.settings.data_dir / "copkit.sqlite3")
    yield prepared
    database.engine.dispose()


def entrances(made: Prepared, side: Side) -> dict[str, Entrance]:
    """Return every route that takes POST."""
    adapter = made.app.url_map.bind("127.0.0.1")
    found = {}
    for endpoint, rule in sitemap.rules(made.app, "POST").items():
        values = {name: side.objects[f"{sitemap.slug(rule)}__{name}"] for name in rule.arguments}
        path = adapter.build(endpoint, _typed(rule, values), method="POST")
        fields = side.forms[endpoint] | sitemap.FILLED.get(endpoint, {})
        found[endpoint] = Entrance(path, _who(endpoint, rule), fields)
    return found


def _typed(rule: Any, values: dict[str, str]) -> dict[str, Any]:
    return {name: rule._converters[name].to_python(value) for name, value in values.items()}


def _who(endpoint: str, rule: Any) -> str:
    """Name somebody who may."""
    access = sitemap.access(endpoint, rule)
    who = DOORS[endpoint].who
    if isinstance(who, Who) and endpoint not in sitemap.BY_OBJECT:
        return OPENS[who]
    roles = access["roles"]
    if endpoint == "reader.acknowledge":
        return "reader"
    return next(role for role in ("facilitator", "analyst", "admin", *roles) if role in roles)


@cache
def _counting(tables: tuple[str, ...]) -> str:
    return " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables)


def rows(made: Prepared) -> dict[str, int]:
    """Return how many rows each table has, but for those where refusals are noted."""
    with made.place.database.reading() as session:
        named = session.execute(
            sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ).scalars()
        tables = tuple(name for name in named if name not in NOTED and not name.startswith("sqlite_"))
        return dict(session.execute(sql(_counting(tables))).all())


def judged(made: Prepared, answer: Any, before: dict[str, int], what: str) -> None:
    """Hold an answer to the rules."""
    assert answer.status_code in SAID, f"{what}: {answer.status_code}"
    said = answer.get_data(as_text=True) if answer.mimetype in {"text/html", "application/json"} else ""
    assert not [trace for trace in TRACES if trace in said], what
    assert "X-Injected" not in answer.headers, what
    if answer.status_code >= 400:
        assert said == "" or "</h1>" in said or answer.mimetype == "application/json", what
        assert rows(made) == before, what


def _each(values: Mapping[str, Any], at_once: Collection[str] = ()) -> list[Any]:
    """Return parameters; those not in ``at_once`` run with the tests that take minutes."""
    return [
        pytest.param(value, id=name, marks=() if name in at_once else pytest.mark.long)
        for name, value in values.items()
    ]


@pytest.mark.parametrize("text", _each(TEXTS, AT_ONCE))
def test_a_text_in_every_field_of_every_form(fresh: Prepared, side: Side, text: str) -> None:
    for endpoint, entrance in _in_order(fresh, side):
        client, before = fresh.client(entrance.role), rows(fresh)
        answer = _send(client, entrance, dict.fromkeys(entrance.fields, text) | _kept(entrance))
        judged(fresh, answer, before, endpoint)


def _send(client: FlaskClient, entrance: Entrance, fields: dict[str, str]) -> Any:
    body = urlencode(fields, errors="surrogatepass")
    return client.post(entrance.path, data=body, content_type=URLENCODED)


def _in_order(made: Prepared, side: Side) -> list[tuple[str, Entrance]]:
    """Return the forms, those last that end something for the others."""
    found = entrances(made, side)
    return sorted(found.items(), key=lambda pair: (pair[0] in sitemap.ENDS, pair[0]))


def _kept(entrance: Entrance) -> dict[str, str]:
    """Leave what the page itself put into the form: without it nothing is even looked at."""
    return {name: value for name, value in entrance.fields.items() if name in {"round", "basis"}}


def test_a_bad_text_in_each_field_alone(fresh: Prepared, side: Side) -> None:
    texts = list(TEXTS.items())
    turn = 0
    for endpoint, entrance in _in_order(fresh, side):
        for field in entrance.fields:
            name, text = texts[turn % len(texts)]
            turn += 1
            client, before = fresh.client(entrance.role), rows(fresh)
            answer = _send(client, entrance, {**entrance.fields, field: text})
            judged(fresh, answer, before, f"{endpoint}, {field}: {name}")
    assert turn > 300


@pytest.mark.parametrize(
    "kind_of_body",
    _each(BODIES, {"3,000 parts", "bytes that are no text", "deep JSON", "parts without an end"}),
)
def test_a_body_that_is_no_form_at_every_route(
    fresh: Prepared, side: Side, kind_of_body: tuple[str, bytes, tuple[int, ...]]
) -> None:
    kind, body, wanted = kind_of_body
    for endpoint, entrance in _in_order(fresh, side):
        before = rows(fresh)
        answer = fresh.client(entrance.role).post(entrance.path, data=body, content_type=kind)
        judged(fresh, answer, before, endpoint)
        if wanted:
            assert answer.status_code in {*wanted, 404, 410}, endpoint


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("x.svg", "image/svg+xml", SVG),
        ("x.zip", "application/zip", zip_bomb()),
        ("invoice\u202efdp.exe", "application/octet-stream", b"MZ\x00"),
        ("../../../etc/cron.d/x", "text/plain", b"* * * * * root true"),
    ],
    ids=["a picture with a script", "an archive that unpacks to 64 MB", "a turned name", "a path as a name"],
)
def test_a_file_where_a_text_belongs(
    fresh: Prepared, side: Side, name: str, kind: str, content: bytes
) -> None:
    for endpoint, entrance in _in_order(fresh, side):
        field = next(iter(entrance.fields), "file")
        before = rows(fresh)
        body = uploaded(field, name, kind, content)
        answer = fresh.client(entrance.role).post(entrance.path, data=body, content_type=MULTIPART)
        judged(fresh, answer, before, endpoint)


class Counted(io.RawIOBase):
    """Ten megabytes of a text field, and how much of them was read."""

    def __init__(self, field: str, size: int = 10 << 20) -> None:
        self.left, self.read_ = size, 0
        self.head = f"{field}=".encode()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = min(len(buffer), self.left)
        buffer[:size] = (self.head + b"x" * size)[:size]
        self.head = b""
        self.left, self.read_ = self.left - size, self.read_ + size
        return size


def test_ten_megabytes_are_refused_in_plain_words(fresh: Prepared, side: Side) -> None:
    for endpoint, entrance in _in_order(fresh, side):
        before = rows(fresh)
        for length in (str(10 << 20), ""):  # said beforehand, and sent in pieces without a length
            body = Counted(next(iter(entrance.fields), "text"))
            environ = {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_LENGTH": length}
            environ |= {} if length else {"HTTP_TRANSFER_ENCODING": "chunked"}
            client = fresh.client(entrance.role)
            answer = client.post(entrance.path, content_type=URLENCODED, environ_overrides=environ)
            assert answer.status_code == (413 if length else 411), endpoint
            assert body.read_ == (10 << 20 if length else 0), endpoint  # else a browser shows no answer
            judged(fresh, answer, before, endpoint)


# Addresses -----------------------------------------------------------------------------------------------------------

IDS = {
    "nothing": "",
    "zero": "0",
    "below zero": "-1",
    "forty digits": "9" * 40,
    "five thousand letters": "a" * 5000,
    "NUL": "%00",
    "no UTF-8": "%ff",
    "a path": "..%2f..%2fetc",
    "a turn": "\u202e",
    "joined": "👩🏽\u200d🚒",
    "a quote": "S02.likelihood'--",
    "an Arabic digit": "١",
}


@pytest.mark.parametrize("value", _each(IDS, {"zero", "forty digits", "NUL", "a quote"}))
def test_a_strange_id_in_every_address(fresh: Prepared, side: Side, value: str) -> None:
    _ask_with_ids(fresh, side, repeat(value))


def test_a_strange_id_of_each_kind_in_turn(fresh: Prepared, side: Side) -> None:
    _ask_with_ids(fresh, side, cycle(IDS.values()))


def _ask_with_ids(made: Prepared, side: Side, values: Iterator[str]) -> None:
    before = rows(made)
    for method in ("GET", "POST"):
        for endpoint, rule in sitemap.rules(made.app, method).items():
            for path in _with(rule, side, values):
                answer = made.client(_who(endpoint, rule)).open(path, method=method)
                judged(made, answer, before, f"{endpoint} {path[:200]}")
                answer.close()


def _with(rule: Any, side: Side, values: Iterator[str]) -> Iterator[str]:
    """Yield an address with the next of ``values`` in the place of each of its arguments in turn."""
    names = sorted(rule.arguments - set(rule.defaults or {}))
    template = sitemap.template(rule)
    for strange in names:
        path, value = template, next(values)
        for name in names:
            hole = f"{sitemap.slug(rule)}__{name}"
            put = (value if "%" in value else quote(value)) if name == strange else quote(side.objects[hole])
            path = path.replace(f"{{{hole}}}", put)
        yield path


QUESTIONS = LEGAL | {
    "NUL": "a\x00b",
    "a lone surrogate": "\ud800",
    "twenty thousand": "x" * 20_000,
    "below zero": "-1",
    "forty digits": "9" * 40,
}


@pytest.mark.parametrize("value", _each(QUESTIONS))
def test_a_strange_question_at_every_page(fresh: Prepared, side: Side, value: str) -> None:
    _ask_pages(fresh, side, repeat(value))


def test_a_strange_question_of_each_kind_in_turn(fresh: Prepared, side: Side) -> None:
    _ask_pages(fresh, side, cycle(QUESTIONS.values()))


def _ask_pages(made: Prepared, side: Side, asked: Iterator[str]) -> None:
    """Put the next of ``asked`` into each name that some page reads, at every page."""
    names = {name for way in walk.WAYS.values() for values in way.values for name in values}
    before = rows(made)
    for endpoint, rule in sitemap.rules(made.app, "GET").items():
        if endpoint in walk.SLOW:
            continue
        path = sitemap.template(rule)
        for hole, known in side.objects.items():
            path = path.replace(f"{{{hole}}}", quote(known))
        question = urlencode(
            {name: next(asked) for name in sorted(names | {"next", "page"})}, errors="surrogatepass"
        )
        answer = made.client(_who(endpoint, rule)).get(f"{path}?{question}&raw=%ff%ED%A0%80")
        judged(made, answer, before, endpoint)
        answer.close()


# What is legal comes back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", LEGAL.values(), ids=LEGAL)
def test_a_legal_text_comes_back_as_it_was_typed(fresh: Prepared, side: Side, typed: str) -> None:
    wanted = unicodedata.normalize("NFC", typed)
    panellist, facilitator = fresh.client("panellist"), fresh.client("facilitator")
    save, about = (entrances(fresh, side)[name] for name in ("panellist.save", "facilitator.about_post"))
    assert panellist.post(save.path, data=save.fields | {"reason": typed}).status_code == 303
    assert wanted in _text(panellist, "/panel/review")
    cell = panellist.get("/panel/answers.csv").get_data(as_text=True)
    assert wanted.replace('"', '""').replace("\n", "\r\n") in cell or wanted.replace('"', '""') in cell
    assert facilitator.post(about.path, data=about.fields | {"purpose": typed}).status_code == 303
    assert wanted in _text(facilitator, about.path)


def _text(client: FlaskClient, path: str) -> str:
    return html.unescape(client.get(path).get_data(as_text=True))
