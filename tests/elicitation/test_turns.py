"""What one person writes at once in several places takes turns: nobody is refused because two transactions cross."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import Moved
from copkit_delphi.elicitation import ratings, studies, withdrawals
from copkit_delphi.elicitation.models import Draft, Panellist, Rating
from copkit_delphi.elicitation.ratings import Answer
from copkit_delphi.ethics import answers, bank
from copkit_delphi.ethics.answers import RiskAnswer
from tests import factories as f
from tests.elicitation.test_withdrawals import people
from tests.ethics import panel

CLOCK = f.clock_at()
CROSSING = 0.5  # seconds in which the other transaction comes as far as it can


@dataclass
class Desk:
    """Somebody in an open round of threats; ``items`` are those of the first page."""

    place: f.Install
    study: str
    who: str
    round: str
    scenario: str
    items: list[str]

    def save(self, session: Session, value: float) -> None:
        given = {item: Answer(value) for item in self.items}
        ratings.save(
            session, panellist_id=self.who, round_id=self.round, scenario_id=self.scenario, answers=given, clock=CLOCK
        )  # fmt: skip

    def draft(self, session: Session, *items: str) -> None:
        typed = {item: {"value": "3"} for item in items}
        ratings.save_drafts(session, panellist_id=self.who, round_id=self.round, typed=typed, clock=CLOCK)

    def submit(self, session: Session) -> None:
        ratings.submit(session, panellist_id=self.who, round_id=self.round, clock=CLOCK)

    def withdraw(self, session: Session) -> None:
        place = self.place
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=self.who, clock=CLOCK)

    @contextmanager
    def meanwhile(self, act: Callable[[Session], object]) -> Iterator[threading.Thread]:
        """Let ``act`` begin within the block and end after it; raise what it raised."""
        raised: list[Exception] = []

        def run() -> None:
            try:
                with self.place.database.writing() as session:
                    act(session)
            except Exception as error:  # noqa: BLE001 - raised below, in the thread of the test
                raised.append(error)

        thread = threading.Thread(target=run)
        yield thread
        thread.join()
        if raised:
            raise raised[0]


@pytest.fixture
def desk(place: f.Install) -> Desk:
    with place.database.writing() as session:
        ann = "Ann; ann@panel.example; Industry"
        study, round_ = f.running_study(place, session, f.make_account(session).id, people=ann, sizes={})
        who = people(session, study.id)[0]
        ratings.give_consent(session, panellist_id=who, version="t", quoting="no")
        items = studies.items(session, study.id)
        page = [one.id for one in items if one.scenario_id == items[0].scenario_id]
        return Desk(place, study.id, who, round_.id, items[0].scenario_id, page)


def test_a_draft_that_is_kept_while_the_page_is_saved_waits_for_it(desk: Desk) -> None:
    first, last = desk.items[0], desk.items[-1]
    with desk.place.database.writing() as session:
        desk.draft(session, first, last)
    with (
        desk.meanwhile(lambda session: desk.save(session, 2.0)) as saving,
        desk.place.database.writing() as mine,
    ):
        desk.draft(mine, last)
        saving.start()
        saving.join(CROSSING)
        desk.draft(mine, first)
    with desk.place.database.reading() as session:
        stored = select(Rating.value).where(Rating.panellist_id == desk.who, Rating.is_current)
        assert list(session.scalars(stored)) == [2.0] * len(desk.items)
        assert session.scalars(select(Draft.item_id)).all() == []


def test_a_save_is_not_cut_short_by_a_withdrawal_from_another_tab(desk: Desk) -> None:
    with desk.place.database.writing() as session:
        desk.submit(session)
    with desk.meanwhile(desk.withdraw) as leaving, desk.place.database.writing() as mine:
        desk.submit(mine)
        leaving.start()
        leaving.join(CROSSING)
        desk.save(mine, 3.0)
    with desk.place.database.reading() as session:
        assert session.get(Panellist, desk.who) is None


def test_of_two_tabs_of_the_ethics_round_the_second_is_told(place: f.Install) -> None:
    with place.database.writing() as session:
        study = f.closed_study(place, session, f.make_account(session).id, n_rounds=1, end=False)
        round_id = panel.opened(session, study.id).id
        who = next(iter(panel.members(session, study.id).values()))[0]
        ratings.give_consent(session, panellist_id=who, version="t", quoting="no")
    question = bank.headline_risks()[0].id
    basis = answers.mark(round_id, question, RiskAnswer())

    def save(session: Session, level: int) -> Any:
        rated = RiskAnswer(panel.rating(level), 2, reason=panel.WHY)
        return answers.save(
            session, panellist_id=who, round_id=round_id, question_id=question, answer=rated, clock=CLOCK, basis=basis
        )  # fmt: skip

    def both() -> None:
        desk = Desk(place, study.id, who, round_id, "", [])
        with desk.meanwhile(lambda session: save(session, 3)) as second, place.database.writing() as mine:
            save(mine, 1)
            second.start()
            second.join(CROSSING)

    with pytest.raises(Moved):
        both()
    with place.database.reading() as session:
        kept = answers.own(session, panellist_id=who, round_id=round_id)
    assert kept[question] == RiskAnswer(panel.rating(1), 2, reason=panel.WHY)
