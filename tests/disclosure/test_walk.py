"""Everything that can be fetched is the same in two worlds in which people of a small group answered differently.

Two installations run the same study with the same chance: three groups, one of five; two rounds; somebody of
the five withdraws in round 2. In the other world four of the five gave other answers in each round, such that the
frozen figures are the same. Every address that answers GET, as the table of ways lists it, is opened by everybody
at every stage: whatever differs would tell the two worlds apart, and so what one of the five said. Later pages
join by existing.
"""

from __future__ import annotations

import random
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import (
    consents,
    enquiries,
    feedback,
    ratings,
    replies,
    reply_moderation,
    rounds,
    studies,
    withdrawals,
)
from copkit_delphi.elicitation.in_view import Returned
from copkit_delphi.elicitation.models import Argument, Panellist, Round, Study
from copkit_delphi.elicitation.ratings import Answer, Reason
from copkit_delphi.elicitation.replies import Written
from copkit_delphi.elicitation.reply_moderation import Choice
from copkit_delphi.installation import Installation
from copkit_delphi.people import accounts, vault
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from tests import factories as f
from tests.journey import walk
from tests.journey.walk import WAYS
from tests.network.factory import release
from tests.warning import factory as warning

SIZES = {"Law enforcement": 10, "Industry": 6, "Civil society": 5}
# What each person gives, from 1 to 5, in both rounds. The one at place 16 withdraws in round 2.
FIRST = (2, 3, 3, 4, 2, 3, 5, 3, 1, 3, 4, 4, 5, 3, 4, 2, 2, 3, 1, 4, 3)
SECOND = (2, 3, 3, 3, 2, 3, 4, 3, 2, 3, 4, 4, 4, 3, 4, 3, 3, 2, 2, 4, 3)
OTHER_FIRST = (2, 3, 3, 4, 2, 3, 5, 3, 1, 3, 4, 4, 1, 2, 4, 5, 3, 4, 2, 3, 3)
OTHER_SECOND = (2, 3, 3, 3, 2, 3, 4, 3, 2, 3, 4, 4, 2, 3, 4, 4, 3, 4, 3, 2, 3)
# How many seconds each had the page in view: in the other world three of the five took each other's time.
TIMES = tuple(15 * (1 + place % 8) for place in range(21))
OTHER_TIMES = (*TIMES[:17], TIMES[18], TIMES[19], TIMES[17], TIMES[20])
GONE = 16
REPLY = "Not in every shop."
PANELLISTS = {"panellist of the five": 20, "panellist of another group": 0}
ROLES = ("nobody", "facilitator", "observer", "reader", *PANELLISTS)
TOKEN = re.compile(rb'(?<=name="csrf_token" value=")[^"]+')  # signed with the time of day
# Files, and the page that draws a new secret each time it is opened.
NOTHING_SAID = frozenset({"static", "briefs.print_asset", "account.factor"})
WORDS = {1: 10, 2: 30, 3: 50, 4: 70, 5: 90}


@pytest.fixture
def same_chance(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Let both worlds draw the same codes, ids, keys and orders."""

    def begin() -> None:
        chance = random.Random(2026)
        monkeypatch.setattr(secrets, "token_bytes", lambda n=32: chance.randbytes(n))
        monkeypatch.setattr(secrets, "token_hex", lambda n=32: chance.randbytes(n).hex())
        monkeypatch.setattr(secrets, "token_urlsafe", lambda n=32: chance.randbytes(n).hex())
        monkeypatch.setattr(secrets, "choice", chance.choice)
        monkeypatch.setattr(secrets, "randbelow", chance.randrange)
        monkeypatch.setattr(random, "SystemRandom", lambda: random.Random(chance.random()))

    return begin


@dataclass
class World:
    """One installation, who looks at it, and what was fetched: by stage, role and address."""

    app: Flask
    study: Study
    staff: warning.Made
    emails: dict[str, str]
    people: list[str]
    at: list[datetime]
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    fetched: dict[tuple[str, str, str], tuple[int, bytes, str | None]] = field(default_factory=dict)
    brief: str = "none"
    times: tuple[int, ...] = TIMES
    asker: int = (
        17  # who asks the facilitators something, and replies: another of the five in the other world
    )

    @property
    def place(self) -> Installation:
        found: Installation = self.app.extensions[KEY]
        return found

    def look(self, stage: str) -> None:
        """Open every address as everybody."""
        for role in ROLES:
            client = self.client(role)
            for endpoint in sorted(WAYS.keys() - NOTHING_SAID):
                if endpoint in walk.SLOW and (stage != "released" or role != "facilitator"):
                    continue  # a document is typeset for each answer
                for address in walk.addresses(self.app, endpoint, self.known(), self.study.id):
                    got = client.get(address, buffered=True)
                    size = got.headers.get("Content-Length")
                    self.fetched[stage, role, address] = got.status_code, TOKEN.sub(b"", got.get_data()), size

    def known(self) -> Mapping[str, str]:
        with self.place.database.reading() as session:
            scenario = studies.scenarios(session, self.study.id)[0].id
        return dict.fromkeys(walk.placeholders(), "none") | {"scenario": scenario, "brief": self.brief}

    def client(self, role: str) -> FlaskClient:
        if role not in self.clients or not self.clients[role].get_cookie("session"):
            self.clients[role] = self._enter(role)
        return self.clients[role]

    def _enter(self, role: str) -> FlaskClient:
        client = self.app.test_client()
        if role in self.emails:
            client.post("/sign-in", data={"email": self.emails[role], "password": f.PASSWORD})
        elif role in PANELLISTS and self.people:
            with self.place.database.writing() as session:
                code = session.get_one(Panellist, self.people[PANELLISTS[role]])
                path = "/p/" + self.place.links.issue(session, code).rpartition("/p/")[2]
            client.post(path)
        return client


def begin(folder: Path, migrated: Path) -> World:
    """Make an installation with a draft study, its panel of 21 and its staff."""
    folder.mkdir()
    shutil.copy(migrated, folder / "copkit.sqlite3")
    now = [f.NOW]
    app = create_app(Settings(data_dir=folder, DATABASE_URL=""), clock=lambda _session: now[0])
    app.config.update(WTF_CSRF_ENABLED=False)
    place: Installation = app.extensions[KEY]
    lines = [f"Person {n:02d}; p{n:02d}@panel.example; {group}" for n, group in enumerate(groups())]
    with place.database.writing() as session:
        lead = f.make_account(session, warning.STAFF[Role.FACILITATOR], None)
        study = f.draft_study(session, lead.id, practice=False, scenarios=("S02",))
        f.add_people(place, session, study, "\n".join(lines))
        made = warning.Made(study.id, {Role.FACILITATOR: lead} | _staff(session, study))
        people = {str(role): account.email for role, account in made.people.items()}
        reader = f.make_account(session, "Rita Reader", Role.READER)
        emails = {role: people[role] for role in ("facilitator", "observer")} | {"reader": reader.email}
    return World(app, study, made, emails, [], now)


def groups() -> list[str]:
    return [name for name, size in SIZES.items() for _ in range(size)]


def _staff(session: Session, study: Study) -> dict[Role, Any]:
    named = {role: name for role, name in warning.STAFF.items() if role is not Role.FACILITATOR}
    return {
        role: f.make_account(session, name, role, study_id=study.id)
        for role, name in (named | {Role.OBSERVER: "Olga Observer"}).items()
    }


def open_round(world: World) -> Round:
    with world.place.database.writing() as session:
        round_ = f.open_round(world.place, session, world.study, actor=world.staff[Role.FACILITATOR])
    with world.place.database.reading() as session:
        contacts = vault.contacts(session, world.place.vault, study_id=world.study.id)
        world.people = [one.panellist_id or "" for one in sorted(contacts, key=lambda one: one.name)]
    return round_


def answer(world: World, round_: Round, values: tuple[int, ...], gone: int = -1) -> None:
    with world.place.database.writing() as session:
        scenario = studies.scenarios(session, world.study.id)[0]
        items = [item for item in studies.items(session, world.study.id) if item.scenario_id == scenario.id]
        for who, value in enumerate(values):
            if who != gone:
                _answer(session, world.people[who], round_, scenario.id, items, value, world.times[who])


def _answer(
    session: Session, code: str, round_: Round, scenario: str, items: list[Any], value: int, seconds: int
) -> None:
    given = {"likelihood": WORDS[value], "impact": value - 1, "confidence": 2}
    ratings.give_consent(session, panellist_id=code, version=consents.EDITION, quoting="no")
    ratings.save(
        session, panellist_id=code, round_id=round_.id, scenario_id=scenario, clock=f.clock_at(),
        page=Returned(seconds=seconds),
        answers={item.id: Answer(float(given[item.kind])) for item in items if item.kind in given},
    )  # fmt: skip
    ratings.submit(session, panellist_id=code, round_id=round_.id, clock=f.clock_at())


def close(world: World, round_: Round) -> None:
    with world.place.database.writing() as session:
        rounds.close(session, round_id=round_.id, actor=world.staff[Role.FACILITATOR], clock=f.clock_at())


def open_feedback(world: World, round_: Round) -> None:
    with world.place.database.writing() as session:
        again = session.get_one(Round, round_.id)
        rounds.open_feedback(session, round_=again, actor=world.staff[Role.FACILITATOR], clock=f.clock_at())


def give_reason(world: World, round_: Round) -> None:
    with world.place.database.writing() as session:
        scenario = studies.scenarios(session, world.study.id)[0].id
        ratings.save(
            session, panellist_id=world.people[0], round_id=round_.id, scenario_id=scenario, answers={},
            reason=Reason("Prices fall every month."), clock=f.clock_at(),
        )  # fmt: skip


def pass_reasons(world: World, round_: Round) -> None:
    with world.place.database.writing() as session:
        again = session.get_one(Round, round_.id)
        raw = feedback.raw_reasons(session, round_=again)
        passed = [feedback.Edited(one.key, one.side, one.text) for one in raw]
        feedback.moderate(session, round_=again, edited=passed, actor="test", at=f.NOW)


def reply(world: World, round_: Round) -> None:
    with world.place.database.writing() as session:
        key = session.scalars(select(Argument.id)).one()
        written = {key: Written(REPLY, replies.mark(""))}
        replies.save(session, panellist_id=world.people[world.asker], round_id=round_.id, written=written)


def pass_replies(world: World, round_: Round) -> None:
    with world.place.database.writing() as session:
        again = session.get_one(Round, round_.id)
        bench = reply_moderation.of_item(session, round_=again, name="S02.likelihood")
        choice = Choice("pass", tuple(one.key for one in bench.left))
        reply_moderation.decide(
            session, round_=again, item_id=bench.item_id, choice=choice, basis=bench.basis,
            actor=world.staff[Role.FACILITATOR], at=f.NOW,
        )  # fmt: skip


def play(world: World, first: tuple[int, ...], second: tuple[int, ...]) -> None:
    """Run the whole study, looking at every stage."""
    world.look("draft")
    round_ = open_round(world)
    world.look("round 1 opened")
    answer(world, round_, first)
    give_reason(world, round_)
    with world.place.database.writing() as session:
        enquiries.ask(session, panellist_id=world.people[world.asker], text="Until which day?")
    world.look("round 1 answered")
    close(world, round_)
    world.look("round 1 in moderation")
    pass_reasons(world, round_)
    open_feedback(world, round_)
    world.look("feedback of round 1")
    round_ = open_round(world)
    answer(world, round_, second)
    reply(world, round_)
    with world.place.database.writing() as session:
        place = world.place
        withdrawals.withdraw(
            session, place.vault, place.links, panellist_id=world.people[GONE], clock=f.clock_at()
        )
    world.look("round 2 answered, one withdrew")
    close(world, round_)
    world.look("round 2 in moderation")
    pass_replies(world, round_)
    open_feedback(world, round_)
    world.look("feedback of round 2")
    release_brief(world)
    world.look("released")


def release_brief(world: World) -> None:
    world.at[0] = warning.LATER
    with world.place.database.writing() as session:
        studies.end(session, study_id=world.study.id, actor=world.staff[Role.FACILITATOR], at=warning.LATER)
        reader = accounts.by_email(session, world.emails["reader"]).id
        world.brief = release(world.place, session, world.staff, [reader]).id
    world.clients.clear()  # a fortnight later nobody is signed in any more


def differences(one: World, other: World) -> list[str]:
    """Name what tells the worlds apart."""
    assert one.fetched.keys() == other.fetched.keys()
    return [
        f"{' / '.join(key)}: {_first_difference(one.fetched[key][1], other.fetched[key][1])}"
        for key in one.fetched
        if one.fetched[key] != other.fetched[key]
    ]


def _first_difference(one: bytes, other: bytes) -> str:
    at = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return f"{one[max(0, at - 60) : at + 40]!r} is not {other[max(0, at - 60) : at + 40]!r}"


@pytest.mark.long
def test_no_address_at_any_stage_tells_what_one_of_five_answered(
    tmp_path: Path, migrated: Path, same_chance: Any
) -> None:
    same_chance()
    here = begin(tmp_path / "here", migrated)
    play(here, FIRST, SECOND)
    same_chance()
    there = begin(tmp_path / "there", migrated)
    there.times, there.asker = OTHER_TIMES, 18
    play(there, OTHER_FIRST, OTHER_SECOND)
    assert differences(here, there) == []
    assert len({stage for stage, *_ in here.fetched}) == 9
    told = {stage for (stage, *_), got in here.fetched.items() if REPLY.encode() in got[1]}
    assert told == {"round 2 in moderation", "feedback of round 2", "released"}
    figures = here.fetched["feedback of round 1", "facilitator", f"/studies/{here.study.id}/results/1"]
    assert figures[0] == 200  # there was something to see
    assert b"Minutes a page, estimated and measured" in figures[1]
    asked = here.fetched[
        "round 1 answered", "facilitator", f"/studies/{here.study.id}/panel-questions?answer="
    ]
    assert b"Until which day?" in asked[1]
    for who in range(16, 20):
        assert FIRST[who] != OTHER_FIRST[who]


@pytest.mark.long
def test_while_a_round_is_open_wild_answers_change_nothing(
    tmp_path: Path, migrated: Path, same_chance: Any
) -> None:
    worlds = []
    slow = (*TIMES[:1], *(900,) * 19, TIMES[20])
    for name, values, times in (
        ("tame", FIRST, TIMES),
        ("wild", (*FIRST[:1], *(5,) * 19, FIRST[20]), slow),
    ):
        same_chance()
        world = begin(tmp_path / name, migrated)
        world.times = times
        round_ = open_round(world)
        answer(world, round_, values)
        world.look("round 1 answered")
        worlds.append(world)
    assert differences(*worlds) == []
