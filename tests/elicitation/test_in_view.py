"""How long pages are in view: coarse, beside progress while the round is open, panel figures from ten on, then gone."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import RoundClosed
from copkit_delphi.elicitation import (
    archives,
    consents,
    in_view,
    own_record,
    quality,
    ratings,
    reopenings,
    rounds,
    studies,
    withdrawals,
)
from copkit_delphi.elicitation.in_view import Returned
from copkit_delphi.elicitation.models import Panellist, Participation, Round, Scenario
from copkit_delphi.elicitation.ratings import Answer
from tests import factories as f

PEOPLE = 12


class Panel:
    """A study of two pages with twelve people in round 1, who agreed to ``version``."""

    def __init__(self, place: f.Install, session: Session, version: str = consents.EDITION) -> None:
        groups = list(f.GROUPS)
        lines = "\n".join(f"P{n:02}; p{n}@x.example; {groups[n % 3]}" for n in range(PEOPLE))
        self.study, self.round = f.running_study(
            place, session, f.make_account(session).id, people=lines, practice=False
        )
        mine = select(Panellist.id).where(Panellist.study_id == self.study.id).order_by(Panellist.id)
        self.codes = list(session.scalars(mine))
        for code in self.codes:
            ratings.give_consent(session, panellist_id=code, version=version, quoting="no")
        self.pages = studies.scenarios(session, self.study.id)

    def save(self, session: Session, who: int, seconds: int, *, page: int = 0, value: float = 40) -> None:
        scenario = self.pages[page]
        item = next(one for one in studies.items(session, self.study.id) if one.scenario_id == scenario.id)
        ratings.save(
            session, panellist_id=self.codes[who], round_id=self.round.id, scenario_id=scenario.id,
            answers={item.id: Answer(value)}, page=Returned(seconds=seconds), clock=f.clock_at(),
        )  # fmt: skip

    def close(self, session: Session) -> quality.Quality | None:
        f.close_round(session, session.get_one(Round, self.round.id), open_feedback=False)
        session.flush()
        return quality.of_round(session, study_id=self.study.id, number=1)


def kept(session: Session, code: str) -> dict[str, int]:
    query = select(Participation.page_seconds).where(Participation.panellist_id == code)
    return dict(session.execute(query).scalar_one())


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [("1", 15), ("15", 15), ("16", 30), ("900", 900), ("901", 900), ("999999999", 900), ("0", 0)]
    + [(bad, 0) for bad in ("", "x", "-5", "1.5", "٣", "1e3", "9" * 10, " 4", "\x00")],
)
def test_what_a_page_sends_becomes_steps_and_nothing_else(sent: str, seconds: int) -> None:
    assert in_view.coarse(sent) == seconds


def test_times_add_up_over_saves_and_stop_at_fifteen_minutes(place: f.Install) -> None:
    with place.database.writing() as session:
        panel = Panel(place, session)
        one, two = (page.id for page in panel.pages)
        panel.save(session, 0, 30)
        panel.save(session, 0, 45, value=50)
        panel.save(session, 0, 0, page=1)
        assert kept(session, panel.codes[0]) == {one: 75}
        panel.save(session, 0, 60, page=1)
        panel.save(session, 0, 900)
        assert kept(session, panel.codes[0]) == {one: 900, two: 60}
        assert kept(session, panel.codes[1]) == {}


def test_nobody_is_measured_who_was_not_told(place: f.Install) -> None:
    with place.database.writing() as session:
        panel = Panel(place, session, version="2026-12/2")
        panel.save(session, 0, 30)
        assert kept(session, panel.codes[0]) == {}


@pytest.mark.parametrize("measured", [9, 10])
def test_the_close_makes_figures_from_ten_people_on_and_erases_what_they_are_made_of(
    place: f.Install, measured: int
) -> None:
    with place.database.writing() as session:
        panel = Panel(place, session)
        for who in range(PEOPLE):
            panel.save(session, who, 60 * (who + 1) if who < measured else 0)
            panel.save(session, who, 15 if who < 3 else 0, page=1)
        found = panel.close(session)
        assert found is not None
        first, second = found.pages
        assert (first.name, second.name) == ("S02", "S13")
        assert first.estimated >= 1
        assert (second.median, second.q1, second.q3) == (None, None, None)
        # of 1, 2, ... 10 minutes: type 7, in half minutes
        expected = (5.5, 3.5, 8.0) if measured == 10 else (None, None, None)
        assert (first.median, first.q1, first.q3) == expected
        assert found.measured == (measured == 10)
        assert set(
            map(str, session.scalars(text("SELECT CAST(page_seconds AS TEXT) FROM participation")))
        ) == {"{}"}


def test_a_close_of_few_erases_too(place: f.Install) -> None:
    with place.database.writing() as session:
        panel = Panel(place, session)
        panel.save(session, 0, 30)
        assert panel.close(session) is None
        assert kept(session, panel.codes[0]) == {}
    with place.database.writing() as session, pytest.raises(RoundClosed):
        panel.save(session, 0, 30)


def test_a_close_that_fails_erases_nothing(place: f.Install, monkeypatch: pytest.MonkeyPatch) -> None:
    with place.database.writing() as session:
        panel = Panel(place, session)
        panel.save(session, 0, 30)

    def broken(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(rounds.seals, "close", broken)
    with pytest.raises(RuntimeError), place.database.writing() as session:
        panel.close(session)
    with place.database.reading() as session:
        assert kept(session, panel.codes[0]) == {panel.pages[0].id: 30}


def test_an_opened_round_measures_anew(place: f.Install) -> None:
    with place.database.writing() as session:
        panel = Panel(place, session)
        for who in range(PEOPLE):
            panel.save(session, who, 60)
        found = panel.close(session)
        assert found is not None
        assert found.pages[0].median == 1
        round_ = session.get_one(Round, panel.round.id)
        until = f.NOW + timedelta(days=2)
        reopenings.ask(
            session,
            round_=round_,
            reason="A mail server was down.",
            deadline=until,
            actor="a",
            clock=f.clock_at(),
        )
        reopenings.confirm(session, round_=round_, actor="b", clock=f.clock_at())
        panel.save(session, 0, 120, value=60)
        again = panel.close(session)
        assert again is not None
        assert again.took_part == PEOPLE
        assert not again.measured


def test_whoever_withdraws_is_in_no_figure(place: f.Install) -> None:
    with place.database.writing() as session:
        panel = Panel(place, session)
        for who in range(10):
            panel.save(session, who, 60)
        panel.save(session, 10, 0)
        withdrawals.withdraw(
            session, place.vault, place.links, panellist_id=panel.codes[0], clock=f.clock_at()
        )
        found = panel.close(session)
        assert found is not None
        assert found.took_part == 10
        assert not found.measured


def test_the_owner_reads_it_and_no_file_holds_it(place: f.Install) -> None:
    with place.database.writing() as session:
        panel = Panel(place, session)
        panel.save(session, 0, 30)
        ann = session.get_one(Panellist, panel.codes[0])
        title = session.get_one(Scenario, panel.pages[0].id).title
        mine = own_record.record(session, place.vault, panellist=ann)["progress"]
        assert mine[0]["seconds_in_view"] == {title: 30}
        panel.close(session)
        rounds.open_feedback(
            session, round_=session.get_one(Round, panel.round.id), actor="t", clock=f.clock_at()
        )
        studies.end(session, study_id=panel.study.id, actor="t", at=f.NOW)
        session.flush()
        assert own_record.record(session, place.vault, panellist=ann)["progress"][0]["seconds_in_view"] == {}
        held = zipfile.ZipFile(io.BytesIO(archives.write(session, panel.study.id)))
        assert not any(b"seconds" in held.read(name) for name in held.namelist())


def test_a_save_with_a_time_takes_no_further_statement(place: f.Install) -> None:
    seen: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    with place.database.writing() as session:
        panel = Panel(place, session)
        panel.save(session, 0, 0)
        panel.save(session, 1, 30)
        session.flush()
        event.listen(place.database.engine, "before_cursor_execute", note)
        counts = []
        for who, seconds in ((0, 0), (1, 30)):
            seen.clear()
            panel.save(session, who, seconds, value=70)
            counts.append(len(seen))
        event.remove(place.database.engine, "before_cursor_execute", note)
    assert counts[0] == counts[1] > 5
