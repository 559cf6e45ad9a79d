"""From one round to the next while its panel goes on: closed, feedback opened, the next round opened, in one breath."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from copkit_delphi.elicitation.models import Participation, Round
from tests.races.client import Browser, Expert, Ledger, experts, staff
from tests.races.judge import Verdict, judge
from tests.races.play import LEDGER
from tests.races.server import Server
from tests.races.stage import Scene, plan, scene

AHEAD, AFTER = (
    0.5,
    0.8,
)  # seconds in which the panel answers before the close, and after the next round has opened
DONE = "done"
BRISK, PATIENT, STUCK = HABITS = (
    "brisk",
    "patient",
    "stuck",
)  # loads the page again when refused, when stored, never


@dataclass
class Seat:
    """A panellist who saves and says "I am done" again and again; ``habit`` is when the page is loaded again."""

    expert: Expert
    rounds: dict[str, str]  # id of a round by its number, as far as rounds have opened
    habit: str
    pressed: list[tuple[str, int]] = field(default_factory=list)  # the round on the page, the answer

    @property
    def page(self) -> str:
        return self.expert.hidden["round"]

    def go_on(self, over: threading.Event) -> None:
        while not over.is_set():
            answer = self.expert.persist({**self.expert.fill(), "facilitators_only": "y"})
            form = {"csrf_token": self.expert.hidden["csrf_token"], "round": self.page}
            self.pressed.append((self.page, self.expert.browser.ask("POST", "/panel/submit", form).status))
            if self.habit == BRISK or (self.habit == PATIENT and answer.status == 303):
                self._look_again()

    def _look_again(self) -> None:
        with contextlib.suppress(RuntimeError):  # between two rounds there is no page to load
            self.expert.look()
            while self.page not in self.rounds:
                time.sleep(0.01)
            self.expert.round = self.rounds[self.page]


def press(browser: Browser, path: str, **typed: str) -> None:
    """Send the form of a page as a facilitator does."""
    hidden, _ = browser.page(path)
    answer = browser.ask("POST", path, {"csrf_token": hidden["csrf_token"], **typed})
    if answer.status != 303:
        raise RuntimeError(f"{path} answered {answer.status}")


def onward(folder: Path, url: str = "", *, studies: int = 2, fault: str = "") -> tuple[Verdict, Counter[int]]:
    """Take studies from round 1 to round 2 under their panels; return the verdict, and what "I am done" was answered."""
    made = scene(folder, url, studies=studies, panellists=4, answered=5, staff=1)
    answers: Counter[int] = Counter()
    faults: list[str] = []
    with Server(folder, made.url, fault) as server, contextlib.closing(Ledger(folder / LEDGER)) as ledger:
        told = plan(made, "none", server.port)
        people, [facilitator] = experts(told, ledger), staff(told)
        for first in list(made.rounds):
            mine = [one for one in people if one.round == first["round"]]
            seats = _through(made, first, mine, facilitator)
            answers += Counter(status for seat in seats for _, status in seat.pressed)
            faults += _done_as_pressed(made, seats)
    made.close_all()
    verdict = judge(folder / LEDGER, made.url)
    verdict.faults += faults + made.self_check()
    made.leave()
    return verdict, answers


def _through(made: Scene, first: dict[str, str], people: list[Expert], facilitator: Browser) -> list[Seat]:
    """Take one study from its first round to the second while its panel saves; return who sat there."""
    rounds, over = {"1": first["round"]}, threading.Event()
    seats = [Seat(one, rounds, HABITS[number % 3]) for number, one in enumerate(people)]
    threads = [threading.Thread(target=seat.go_on, args=(over,)) for seat in seats]
    for thread in threads:
        thread.start()
    try:
        time.sleep(AHEAD)
        at = f"/studies/{first['study']}/rounds"
        press(facilitator, first["path"], reason="The panel has said enough.")
        press(facilitator, f"{at}/1/moderation")
        press(facilitator, f"{at}/next", deadline=f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT%H:%M}")
        with made.place.database.reading() as session:
            second = select(Round.id).where(Round.study_id == first["study"], Round.number == 2)
            rounds["2"] = session.scalars(second).one()
        made.rounds.append({**first, "round": rounds["2"]})
        time.sleep(AFTER)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return seats


def _done_as_pressed(made: Scene, seats: list[Seat]) -> list[str]:
    """Return where somebody counts as done with a round, or not, against what they pressed on a page of that round."""
    query = select(Participation.round_id, Participation.progress)
    found = []
    with made.place.database.reading() as session:
        for seat in seats:
            mine = query.where(Participation.panellist_id == seat.expert.who)
            stands = dict(session.execute(mine).all())
            for number, round_id in seat.rounds.items():
                taken = (number, 303) in seat.pressed
                if (stands.get(round_id) == DONE) != taken:
                    found.append(
                        f"{seat.expert.who}: round {number} is {stands.get(round_id)}, pressed {taken}"
                    )
            found += [f"done answered {status}" for _, status in seat.pressed if status not in {303, 409}]
    return found
