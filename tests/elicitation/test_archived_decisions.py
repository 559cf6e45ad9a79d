"""Decision records and the log go along in an archive; what does not fit their round lets nothing in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from copkit_delphi.database import Database
from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import archives, decision_log, decisions, dissents, unrecorded
from copkit_delphi.elicitation.models import Study
from tests import factories as f
from tests.elicitation.test_archives import changed, closed, parts, sealed

RECORD, LOG = "decisions/round-1.json", "decisions/log.json"


def decided(place: f.Install, session: Any) -> tuple[Study, bytes, str]:
    study, _, lead = closed(place, session)
    for number, choice in ((1, decisions.Choice.GO_ON), (2, decisions.Choice.END)):
        decisions.note(
            session, study_id=study.id, round_number=number, choice=choice, actor=lead, on=f.NOW.date(),
            reason="As agreed." if number == 2 else "",
        )  # fmt: skip
    session.flush()
    return study, archives.write(session, study.id), lead


def test_a_copy_shows_the_records_the_log_and_the_dissent_of_the_original(place: f.Install) -> None:
    with place.database.writing() as session:
        study, data, lead = decided(place, session)
        copy = archives.bring_in(session, data, facilitator=lead, at=f.NOW, draft=False)
        session.flush()
        again = archives.bring_in(
            session, archives.write(session, copy.id), facilitator=lead, at=f.NOW, draft=False
        )
        names = {one.who for one in decision_log.log(session, study.id)}
    assert names
    assert "" not in names
    with place.database.reading() as session:
        assert archives.write(session, study.id) == data == archives.write(session, again.id)
        originals, copies = (decisions.of_study(session, one.id) for one in (study, copy))
        assert len(originals) == 2
        assert originals == copies
        log, copied = (decision_log.log(session, one.id) for one in (study, copy))
        told = [(one.on, one.role, one.round, one.choice, one.advice, one.reason) for one in log]
        assert told == [(one.on, one.role, one.round, one.choice, one.advice, one.reason) for one in copied]
        assert {one.role for one in copied} == {Role.FACILITATOR}
        assert {one.who for one in copied} == {""}
        register, other = (dissents.of_study(session, one.id) for one in (study, copy))
        assert [(one.item, one.decided, one.rounds) for one in register] == [
            (one.item, one.decided, one.rounds) for one in other
        ]
    assert not any(name in b"".join(parts(data).values()).decode() for name in names)


def test_an_older_archive_comes_in_leaves_as_it_came_and_says_what_is_not_in_it(place: f.Install) -> None:
    with place.database.writing() as session:
        _, data, lead = decided(place, session)
        older = sealed({name: one for name, one in parts(data).items() if not name.startswith("decisions/")})
        copy = archives.bring_in(session, older, facilitator=lead, at=f.NOW, draft=False)
        session.flush()
        assert archives.write(session, copy.id) == older
        assert decisions.of_study(session, copy.id) == ()
        assert "not part of the archive" in unrecorded.why(session, copy, 1).lower()


def _item(value: Any, **changes: Any) -> None:
    value["items"][0].update(changes)


WRONG: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "another verdict": (RECORD, lambda v: _item(v, verdict="majority"), "record of round 1"),
    "another advice": (RECORD, lambda v: v.update(advice="end"), "record of round 1"),
    "another study": (RECORD, lambda v: v.update(study="f" * 16), "record of round 1"),
    "another result": (RECORD, lambda v: v.update(snapshot="f" * 64), "record of round 1"),
    "another round": (RECORD, lambda v: v.update(round=2), "record of round 1"),
    "unknown dissent": (RECORD, lambda v: _item(v, dissent=["loud"]), "record of round 1"),
    "unknown item": (RECORD, lambda v: _item(v, name="S99.likelihood"), "record of round 1"),
    "item twice": (RECORD, lambda v: v["items"].append(v["items"][0]), "record of round 1"),
    "gap made wider": (
        RECORD, lambda v: next(one for one in v["items"] if one["gaps"])["gaps"][0].update(apart=77.0), "record of round 1",
    ),
    "four stayed": (
        "decisions/round-2.json", lambda v: v["attrition"]["groups"][0].update(before=9, again=4), "record of round 2",
    ),
    "field unknown": (RECORD, lambda v: v.update(who="Ann"), "record of round 1"),
    "decision unknown": (LOG, lambda v: v[0].update(choice="burn it"), "log of decisions"),
    "role unknown": (LOG, lambda v: v[0].update(role="king"), "log of decisions"),
    "name beside it": (LOG, lambda v: v[0].update(who="Ann"), "log of decisions"),
    "day unknown": (LOG, lambda v: v[0].update(on="yesterday"), "log of decisions"),
    "advice not given": (LOG, lambda v: v[0].update(advice="end"), "log of decisions"),
    "round unknown": (LOG, lambda v: v[0].update(round=7), "log of decisions"),
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, migrated: Any) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("archive")
    shutil.copy(migrated, folder / "a.sqlite3")
    database = Database(f"sqlite:///{folder / 'a.sqlite3'}", info=f.KEYS)
    place = f.Install(database, f.Vault(b"v" * 32), f.Links(b"l" * 32, "http://127.0.0.1:8000"))
    with database.writing() as session:
        _, data, _ = decided(place, session)
    database.engine.dispose()
    return parts(data)


def refused(sqlite_url: str, data: bytes, why: str) -> None:
    database = Database(sqlite_url)
    with database.writing() as session:
        lead = f.make_account(session).id
    with pytest.raises(Invalid, match=why), database.writing() as session:
        archives.bring_in(session, data, facilitator=lead, at=f.NOW, draft=False)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Study)) == 0
    database.engine.dispose()


@pytest.mark.parametrize("name", WRONG)
def test_a_record_that_does_not_fit_its_round_is_refused(
    sqlite_url: str, whole: dict[str, bytes], name: str
) -> None:
    part, change, why = WRONG[name]
    refused(sqlite_url, sealed(changed(whole, part, change)), why)


def test_records_without_their_log_are_refused_and_so_is_one_of_no_round(
    sqlite_url: str, whole: dict[str, bytes]
) -> None:
    refused(sqlite_url, sealed({k: v for k, v in whole.items() if k != LOG}), "lacks the log")
    refused(sqlite_url, sealed(whole | {"decisions/round-3.json": whole[RECORD]}), "record of round 3")
