"""The ledger client: panellists and facilitators over plain HTTP, and a file of what was sent and what was answered.

It knows the product by its pages only. Each line is on the disk (fsync) before the request leaves, and again when
its answer is in, so that a judge can hold the database to it whatever dies in between.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

TIMEOUT = 90
FORM = "application/x-www-form-urlencoded"
_INPUT = re.compile(r"<input[^>]*>")


class Ledger:
    """Lines of JSON, each flushed to the disk."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()
        self._last = 0

    def write(self, event: str, **facts: Any) -> int:
        """Append a line; return its number."""
        with self._lock:
            self._last += 1
            line = {"line": self._last, "event": event, "at": time.time(), **facts}
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            return self._last

    def close(self) -> None:
        self._file.close()


@dataclass
class Answer:
    """What came back: ``status`` 0 when the connection was cut."""

    status: int
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Browser:
    """Cookies and requests of one person. Everybody comes from an address of their own, as on a real network."""

    port: int
    number: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Answer:
        """Send one request; a cut connection is an answer with status 0."""
        source = f"127.{1 + self.number // 60000}.{self.number // 240 % 250}.{1 + self.number % 240}"
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=TIMEOUT, source_address=(source, 0)
        )
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body, headers["Content-Type"] = urlencode(form), FORM
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return Answer(response.status, text, {k.lower(): v for k, v in response.getheaders()})

    def page(self, path: str) -> tuple[dict[str, str], set[str]]:
        """Fetch a page; return its hidden fields and the names of the others."""
        answer = self.ask("GET", path)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        hidden, names = {}, set()
        for tag in _INPUT.findall(answer.text):
            found = {key: re.search(rf'\b{key}="([^"]*)"', tag) for key in ("type", "name", "value")}
            if not found["name"]:
                continue
            if found["type"] and found["type"][1] == "hidden":
                hidden[found["name"][1]] = found["value"][1] if found["value"] else ""
            else:
                names.add(found["name"][1])
        return hidden, names


@dataclass
class Expert:
    """A panellist who signs in by the personal link and saves one page, again and again or once."""

    ledger: Ledger
    browser: Browser
    who: str
    round: str
    link: str
    hidden: dict[str, str] = field(default_factory=dict)
    impacts: list[str] = field(default_factory=list)
    saved: int = 0

    def enter(self) -> None:
        """Press Continue on the page of the link."""
        answer = Answer(503)
        while answer.status == 503:
            hidden, _ = self.browser.page(self.link)
            answer = self.browser.ask("POST", self.link, hidden)
        if answer.status != 303:
            raise RuntimeError(f"the link answered {answer.status}")

    def look(self) -> None:
        """Open the page that will be saved."""
        self.hidden, names = self.browser.page("/panel/1")
        self.impacts = sorted(name for name in names if name.startswith("impact_"))

    def fill(self) -> dict[str, str]:
        """Return a form in which every answer differs from the one before, with a marker in the reason."""
        self.saved += 1
        number = self.saved
        values = {"likelihood": str(number % 99 + 1), "confidence": str(number % 3 + 1)}
        values |= {name: str(number % 5) for name in self.impacts}
        return {**self.hidden, **values, "reason": f"marker-{self.who}-{number}"}

    def send(self, form: Mapping[str, str]) -> Answer:
        """Send a filled form, with a line before and after."""
        values = {
            name: float(text)
            for name, text in form.items()
            if name in {"likelihood", "confidence"} or name.startswith("impact_")
        }
        line = self.ledger.write("sent", who=self.who, round=self.round, marker=form["reason"], values=values)
        begun = time.perf_counter()
        answer = self.browser.ask("POST", "/panel/1", form)
        self.ledger.write(
            "answered",
            of=line,
            status=answer.status,
            seconds=time.perf_counter() - begun,
            retry_after=answer.headers.get("retry-after"),
        )
        return answer

    def persist(self, form: Mapping[str, str], patience: float = 120) -> Answer:
        """Send until there is an answer that is no "later": what a person does when the network fails."""
        until = time.time() + patience
        while True:
            answer = self.send(form)
            if answer.status not in {0, 503} or time.time() > until:
                return answer
            time.sleep(min(float(answer.headers.get("retry-after", 0.05)), 2))

    def export(self) -> None:
        """Note the panellist's own copy of the data."""
        answer = self.browser.ask("GET", "/panel/answers.csv")
        self.ledger.write("export", who=self.who, round=self.round, status=answer.status, text=answer.text)


def experts(plan: Mapping[str, Any], ledger: Ledger) -> list[Expert]:
    """Return the panellists of a plan, signed in, each with the page open."""
    found = [
        Expert(ledger, Browser(plan["port"], number), one["panellist"], one["round"], one["link"])
        for number, one in enumerate(plan["people"], 1)
    ]

    def ready(expert: Expert) -> None:
        expert.enter()
        expert.look()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ready, found))
    return found


def staff(plan: Mapping[str, Any]) -> list[Browser]:
    """Return the facilitators, signed in."""
    found = []
    for number, one in enumerate(plan.get("staff", ()), 50_000):
        browser = Browser(plan["port"], number)
        hidden, _ = browser.page("/sign-in")
        form = {**hidden, "email": one["email"], "password": one["password"]}
        if browser.ask("POST", "/sign-in", form).status not in {302, 303}:
            raise RuntimeError("the facilitator cannot sign in")
        found.append(browser)
    return found


# What the client does, by the name of the mode ------------------------------------------------------------------------


def _go_on(expert: Expert, enough: threading.Event) -> None:
    """Save, look at the page again, save: through every crash in between."""
    while not enough.is_set():
        if expert.persist(expert.fill()).status in {303, 409}:
            _look_again(expert, enough)
        time.sleep(random.uniform(0, 0.02))


def _look_again(expert: Expert, enough: threading.Event) -> None:
    while not enough.is_set():
        try:
            expert.look()
        except RuntimeError:
            time.sleep(0.1)
        else:
            break


def stream(plan: Mapping[str, Any], ledger: Ledger) -> None:
    """Everybody saves again and again until a line comes in on standard input."""
    people, enough = experts(plan, ledger), threading.Event()
    ledger.write("ready")
    print("ready", flush=True)
    threads = [threading.Thread(target=_go_on, args=(expert, enough)) for expert in people]
    for thread in threads:
        thread.start()
    sys.stdin.readline()
    enough.set()
    for thread in threads:
        thread.join()
    for expert in people:
        expert.export()


def _together(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _save(expert: Expert, form: Mapping[str, str], at: float) -> None:
    time.sleep(max(0, at - time.time()))
    expert.persist(form)


def burst(plan: Mapping[str, Any], ledger: Ledger) -> None:
    """Everybody saves once within ``seconds``, every third twice at once, while others look at their desk."""
    people = experts(plan, ledger)
    ledger.write("ready")
    print("ready", flush=True)
    start, over = time.time() + 1, threading.Event()
    polls: list[float] = []

    def poll() -> None:
        while not over.is_set():
            begun = time.perf_counter()
            random.choice(people).browser.ask("GET", "/panel")
            polls.append(time.perf_counter() - begun)
            time.sleep(0.1)

    threads = []
    for number, expert in enumerate(people):
        told = expert, expert.fill(), start + random.uniform(0, plan["seconds"])
        threads += [threading.Thread(target=_save, args=told) for _ in range(2 if number % 3 == 0 else 1)]
    pollers = [threading.Thread(target=poll) for _ in range(plan.get("pollers", 5))]
    for thread in pollers:
        thread.start()
    _together(threads)
    ledger.write("polled", seconds=polls, whole=time.time() - start)
    over.set()
    for thread in pollers:
        thread.join()
    for expert in people[:: max(1, len(people) // 20)]:
        expert.export()


def closing(plan: Mapping[str, Any], ledger: Ledger) -> None:
    """Round after round: its panellists save about its close (50 ms); facilitators press where it is planned."""
    people, facilitators = experts(plan, ledger), staff(plan)
    pages = {
        (one["path"], number): browser.page(one["path"])[0]
        for one in plan["closings"]
        for number, browser in enumerate(facilitators)
    }
    ledger.write("ready")
    print("ready", flush=True)
    start = float(sys.stdin.readline())

    def press(path: str, number: int, at: float) -> None:
        form = {**pages[path, number], "reason": "The panel has said enough."}
        time.sleep(max(0, at - time.time()))
        ledger.write("closed", path=path, status=facilitators[number].ask("POST", path, form).status)

    threads = []
    for turn, one in enumerate(plan["closings"]):
        at = start + turn * plan["apart"]
        threads += [
            threading.Thread(
                target=_save, args=(expert, expert.fill(), at + random.uniform(-one["before"], 0.05))
            )
            for expert in people
            if expert.round == one["round"]
        ]
        threads += [
            threading.Thread(target=press, args=(one["path"], number, at))
            for number in range(len(facilitators) if one["button"] else 0)
        ]
    _together(threads)
    for expert in people:
        expert.export()


MODES = {"stream": stream, "burst": burst, "closing": closing}


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Return the lines of a ledger; a last line cut by a crash is left out."""
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            return


if __name__ == "__main__":
    threading.stack_size(256 * 1024)
    given = json.loads(Path(sys.argv[1]).read_text())
    MODES[given["mode"]](given, Ledger(Path(sys.argv[2])))
