"""Studies in every state for the tests of all rooms, made by the product's own use cases, and databases to hold them.

``Place`` is what use cases need beside a session; an application's context (``app.extensions["copkit"]``)
serves as well. Everything happens at ``NOW`` unless told otherwise.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from copkit_delphi.database import Database, upgrade
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Protocol as StudyProtocol
from copkit_delphi.elicitation import behaviours, feedback, grouping, panels, pasted, rounds, seals, studies
from copkit_delphi.elicitation.links import Links
from copkit_delphi.elicitation.models import Round, Study
from copkit_delphi.elicitation.ratings import Clock
from copkit_delphi.library import scenarios as entries
from copkit_delphi.library import shipped as library
from copkit_delphi.people import accounts
from copkit_delphi.people.models import Account
from copkit_delphi.people.vault import Vault
from tests.postgres import Pool, drop_postgres, keep_rows, new_postgres

# A server that runs by the clock of the machine is prepared in a process where this variable says "15 days ago".
NOW = datetime.fromisoformat(os.environ.get("COPKIT_TEST_NOW", "2026-11-02T09:00+00:00"))
WEEK = timedelta(days=7)
KEYS = {seals.KEY: b"s" * 32}
PASSWORD = "correct-horse-battery"
GROUPS = {"Law enforcement": "lea", "Industry": "ind", "Civil society": "cso"}
SIZES = {"Law enforcement": 14, "Industry": 12, "Civil society": 8}
SCENARIOS = ("S02", "S13")
TENDENCIES = {
    "S02": behaviours.Tendency(
        centre={"lea": 62, "ind": 60, "cso": 58},
        spread=4,
        movement=0.6,
        impact={"physical": 1, "economic": 3, "rights": 1},
        higher=("Prices of the software fall every month.",),
        lower=("Courts need longer than two years.",),
    ),
    "S13": behaviours.Tendency(
        centre={"lea": 80, "ind": 50, "cso": 20},
        spread=6,
        movement=0.05,
        impact={"physical": 3, "economic": 0, "rights": 3},
        higher=("The parts are sold in every shop.",),
        lower=("The detectors already find these.",),
    ),
}


class Place(Protocol):
    """What use cases are given beside a session."""

    @property
    def database(self) -> Database: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def links(self) -> Links: ...


@dataclass(frozen=True)
class Install:
    """A database with its secrets, without an application."""

    database: Database
    vault: Vault
    links: Links


def clock_at(moment: datetime = NOW) -> Clock:
    """Return a clock that stands still."""
    return lambda _session: moment


def make_account(
    session: Session,
    name: str = "Fatima Facilitator",
    role: Role | None = Role.FACILITATOR,
    *,
    study_id: str = "",
) -> Account:
    """Create an account (password ``PASSWORD``) with a role everywhere or in one study."""
    email = f"{name.lower().replace(' ', '.')}.{secrets.token_hex(3)}@staff.example"
    account = accounts.create(session, email=email, name=name, password=PASSWORD, at=NOW, actor="test")
    if role is not None:
        accounts.give_role(session, account_id=account.id, role=role, study_id=study_id, at=NOW, actor="test")
    return account


def about(**changes: Any) -> studies.About:
    """Return a complete description of a study."""
    values: dict[str, Any] = {
        "title": "Technology threats to watch",
        "purpose": "To tell decision makers early what needs preparation.",
        "commissioned_by": "Example Ministry",
        "paid_by": "Example research budget",
        "received_by": "Example Ministry and parliament",
        "ethics_contact": "Example Institute, ethics@institute.example",
        "controller": "Example Police Innovation Office",
        "legal_basis": "Public interest and ethical consent",
        "horizon": date(2028, 12, 31),
    }
    return studies.About(**{**values, **changes})


def draft_study(
    session: Session,
    facilitator: str,
    *,
    scenarios: Sequence[str] = SCENARIOS,
    dimensions: Sequence[str] = ("physical", "economic", "rights"),
    groups: Mapping[str, str] = GROUPS,
    practice: bool = True,
    protocol: StudyProtocol | None = None,
    **changes: Any,
) -> Study:
    """Make a draft study with groups and scenarios that could open at once; nobody is on its panel yet."""
    study = studies.create(
        session, about=about(**changes), facilitator=facilitator, at=NOW, seed=7, practice=practice
    )
    plans = [studies.GroupPlan(name, kind, 10) for name, kind in groups.items()]
    grouping.set_groups(session, study_id=study.id, plans=plans)
    session.flush()
    studies.set_protocol(
        session, study_id=study.id, protocol=protocol or StudyProtocol(dimensions=tuple(dimensions))
    )
    for name in scenarios:
        studies.add_scenario(session, study_id=study.id, plan=studies.from_library(library.scenario(name)))
    return study


def add_people(place: Place, session: Session, study: Study, people: str, *, actor: str = "test") -> int:
    """Put people on the list: one ``name; address; group`` a line."""
    names = [group.name for group in studies.groups(session, study.id)]
    parsed, wrong = pasted.read(people, names)
    assert not wrong
    return panels.add(session, place.vault, study_id=study.id, people=parsed, at=NOW, actor=actor)


def open_round(
    place: Place,
    session: Session,
    study: Study,
    *,
    actor: str = "test",
    at: datetime = NOW,
    lasts: timedelta = WEEK,
) -> Round:
    """Open the planned round and invite the panel."""
    round_ = rounds.open_next(
        session, study_id=study.id, deadline=at + lasts, actor=actor, clock=clock_at(at)
    )
    panels.invite(session, place.vault, place.links, round_=round_, at=at, actor=actor)
    return round_


def running_study(
    place: Place,
    session: Session,
    facilitator: str,
    *,
    people: str = "",
    sizes: Mapping[str, int] = SIZES,
    **changes: Any,
) -> tuple[Study, Round]:
    """Make a study with round 1 open; ``people`` as in ``add_people``, ``sizes`` seats synthetic panellists."""
    study = draft_study(session, facilitator, **changes)
    if people:
        add_people(place, session, study, people, actor=facilitator)
    if study.practice and sizes:
        behaviours.seat_panel(session, study_id=study.id, sizes=sizes)
    return study, open_round(place, session, study, actor=facilitator)


def answer(session: Session, round_: Round, *, clock: Clock | None = None) -> int:
    """Let the synthetic panel answer an open round."""
    return behaviours.answer_round(
        session, round_=round_, tendencies=TENDENCIES, clock=clock or clock_at(), seed=7
    )


def close_round(session: Session, round_: Round, *, actor: str = "test", open_feedback: bool = True) -> Round:
    """Close a round; with ``open_feedback`` every reason passes as written and the feedback opens."""
    closed = rounds.close(session, round_id=round_.id, actor=actor, clock=clock_at())
    if open_feedback:
        raw = feedback.raw_reasons(session, round_=closed)
        edited = [feedback.Edited(one.key, one.side, one.text) for one in raw if one.for_panel]
        feedback.moderate(session, round_=closed, edited=edited, actor=actor, at=NOW)
        rounds.open_feedback(session, round_=closed, actor=actor, clock=clock_at())
        session.flush()
    return closed


def pass_all(client: Any, page: str) -> None:
    """Read every reason of a round in moderation, on the page of each item, and let all pass as written."""
    for address in set(re.findall(rf'href="({page}/[^"]+)"', client.get(page).text)):
        basis = re.search(r'name="basis" value="(\w+)"', client.get(address).text)
        assert basis
        assert client.post(address, data={"basis": basis.group(1), "do": "pass_rest"}).status_code == 303


def pass_all_reasons(client: Any, page: str) -> None:
    """Do the same with the reasons alone, and leave replies unchecked."""
    for address in set(re.findall(rf'href="({page}/[^"/]+)"', client.get(page).text)):
        basis = re.search(r'name="basis" value="(\w+)"', client.get(address).text)
        assert basis
        assert client.post(address, data={"basis": basis.group(1), "do": "pass_rest"}).status_code == 303


def closed_study(
    place: Place, session: Session, facilitator: str, *, n_rounds: int = 2, end: bool = True, **changes: Any
) -> Study:
    """Make a study whose synthetic panel answered ``n_rounds`` rounds, all closed with their feedback open."""
    study, round_ = running_study(place, session, facilitator, **changes)
    for number in range(1, n_rounds + 1):
        answer(session, round_)
        close_round(session, round_, actor=facilitator)
        if number < n_rounds:
            round_ = open_round(place, session, study, actor=facilitator)
    if end:
        studies.end(session, study_id=study.id, actor=facilitator, at=NOW)
    return study


# Databases -----------------------------------------------------------------------------------------------------------


def fill_library(database: Database) -> None:
    """Put the shipped library into an empty database, as every start of the product does."""
    with database.writing() as session:
        entries.fill(session, at=NOW)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of an empty SQLite database at the newest revision, to be copied."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database.engine)
    fill_library(database)
    database.engine.dispose()  # the last connection writes the log into the file
    path.chmod(0o600)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """Name of an empty PostgreSQL database at the newest revision, to be copied."""
    url = new_postgres(postgres_url)
    database = Database(url)
    upgrade(database.engine)
    fill_library(database)
    database.engine.dispose()
    keep_rows(url)
    yield str(make_url(url).database)
    drop_postgres(postgres_url, url)


@pytest.fixture(scope="session")
def postgres_pool(postgres_url: str, postgres_template: str) -> Iterator[Pool]:
    """Databases to be lent to one test after the other."""
    pool = Pool(postgres_url, postgres_template)
    yield pool
    pool.close()


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated: Path) -> str:
    """URL of a fresh SQLite database at the newest revision."""
    copy = tmp_path / "copkit.sqlite3"
    shutil.copy(migrated, copy)
    return f"sqlite:///{copy}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh database at the newest revision: on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        made = Database(request.getfixturevalue("sqlite_url"), info=KEYS)
        yield made
        made.engine.dispose()
        return
    pool = request.getfixturevalue("postgres_pool")
    made = Database(pool.lend(), info=KEYS)
    yield made
    made.engine.dispose()
    pool.take_back(made.url)


@pytest.fixture
def place(database: Database) -> Install:
    """An installation on either database."""
    return Install(database, Vault(b"v" * 32), Links(b"l" * 32, "http://127.0.0.1:8000"))


def allow_deletes(database: Database, *tables: str) -> None:
    """Take away the triggers that keep rows, as somebody would who changes the database past the application."""
    with database.engine.begin() as connection:
        for table in tables:
            of = f" ON {table}" if database.engine.dialect.name == "postgresql" else ""
            connection.exec_driver_sql(f"DROP TRIGGER {table}_kept{of}")
