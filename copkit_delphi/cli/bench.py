"""``bench``: saving an answer against a bare Flask route with one committed insert on the same database."""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import click
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from copkit_delphi.database import Database
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import grouping, panels, pasted, rounds, studies
from copkit_delphi.elicitation.plans import About, GroupPlan, from_library
from copkit_delphi.elicitation.ratings import give_consent
from copkit_delphi.installation import Installation
from copkit_delphi.library import shipped as library
from copkit_delphi.people import accounts, tokens, vault
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY

Call = Callable[[], int]
PAIRS, WARM_UP = 200, 20
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')


def _round_open(place: Installation) -> str:
    """Make a study with one round open and one panellist who agreed; return the path of the personal link."""
    with place.database.writing() as session:
        now = place.clock(session)
        account = accounts.create(
            session,
            email="bench@example.org",
            name="Bench",
            password=tokens.draw_spoken(),
            at=now,
            actor="bench",
        )
        about = About("Bench", "Speed", "us", "us", "us", "nobody", "us", "none", date(2028, 12, 31))
        study = studies.create(session, about=about, facilitator=account.id, at=now, seed=1)
        grouping.set_groups(session, study_id=study.id, plans=[GroupPlan("Industry", "ind", 1)])
        session.flush()  # people refer to groups
        studies.set_protocol(
            session, study_id=study.id, protocol=Protocol(dimensions=("physical", "economic", "rights"))
        )
        studies.add_scenario(session, study_id=study.id, plan=from_library(library.scenario("S02")))
        person = pasted.Person("Expert", "expert@example.org", "Industry")
        panels.add(session, place.vault, study_id=study.id, people=[person], at=now, actor="bench")
        rounds.open_next(
            session, study_id=study.id, deadline=now + timedelta(days=1), actor="bench", clock=place.clock
        )
        round_ = rounds.get(session, study_id=study.id, number=1)
        panels.invite(session, place.vault, place.links, round_=round_, at=now, actor="bench")
        contact = vault.contacts(session, place.vault, study_id=study.id)[0]
        give_consent(session, panellist_id=contact.panellist_id, version="1.0", quoting="no")
    place.deliver_outbox()
    mail = next(place.settings.outbox_dir.glob("*.eml")).read_text()
    return "/p/" + re.search(r"/p/(\S+)", mail.replace("=\n", ""))[1]  # type: ignore[index]


def _saver(app: Flask, link: str) -> Callable[[int], Call]:
    """Return a function that fills the page as a browser would and returns the save of it, to be timed."""
    client = app.test_client()
    client.post(link, data={"csrf_token": _token(client, link)})

    def fill(number: int) -> Call:
        answers = {"likelihood": str(number % 99 + 1), "confidence": str(number % 3 + 1)}
        tiles = {f"impact_{name}": str(number % 5) for name in ("physical", "economic", "rights")}
        form = {**_hidden(client.get("/panel/1").text), **answers, **tiles}
        return lambda: client.post("/panel/1", data=form).status_code

    return fill


def _token(client: FlaskClient, path: str) -> str:
    match = _TOKEN.search(client.get(path).text)
    assert match is not None  # noqa: S101 - every form carries one
    return match[1]


def _hidden(page: str) -> dict[str, str]:
    found = {}
    for tag in _HIDDEN.findall(page):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        if name and value:
            found[name[1]] = value[1]
    return found


def _bare(database: Database) -> Call:
    """Return a function that calls a route of one insert and its commit, and nothing else."""
    app = Flask("bare")
    with database.writing() as session:
        session.execute(sa.text("CREATE TABLE bench (value INTEGER NOT NULL)"))

    @app.post("/")
    def insert() -> str:
        with database.writing() as session:
            session.execute(sa.text("INSERT INTO bench (value) VALUES (1)"))
        return "ok"

    client = app.test_client()
    return lambda: client.post("/").status_code


def _seconds(call: Call) -> float:
    begun = time.perf_counter()
    status = call()
    took = time.perf_counter() - begun
    if status >= 400:
        raise click.ClickException(f"the route answered {status}")
    return took


def measure(folder: Path, pairs: int = PAIRS) -> tuple[float, float]:
    """Return the median seconds of a save and of the bare insert, taken in turn on one database."""
    app = create_app(Settings.model_validate({"data_dir": folder, "DATABASE_URL": "", "REDIS_URL": ""}))
    place: Installation = app.extensions[KEY]
    fill, bare = _saver(app, _round_open(place)), _bare(place.database)
    times = [(_seconds(fill(number)), _seconds(bare)) for number in range(WARM_UP + pairs)][WARM_UP:]
    return statistics.median(s for s, _ in times), statistics.median(b for _, b in times)


@click.command("bench")
def command() -> None:
    """Compare saving an answer with a bare committed insert on the same database."""
    with tempfile.TemporaryDirectory(prefix="copkit-bench-") as folder:
        save, bare = measure(Path(folder))
    click.echo(f"save of one scenario (5 ratings): {save * 1000:.2f} ms; bare insert: {bare * 1000:.2f} ms")
    click.echo(f"ratio {save / bare:.2f}")
