"""The rest of the panel: people who answer by plain forms, quickly, each from a machine of their own."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

_INPUT = re.compile(r"<input[^>]*>")
_PART = re.compile(r'\b(type|name|value)="([^"]*)"')
CALM = {"gravity": "2", "reach": "2", "irreversibility": "2", "likelihood": "2", "burden": "general"}
GRAVE = {
    "gravity": "3",
    "reach": "3",
    "irreversibility": "3",
    "likelihood": "4",
    "burden": "general",
    "no_say": "y",
}
PRIVACY = "<h1>Rate the risk that people's private lives"
REASONS = ("Reports of it grow each quarter.", "The tools cost less each year.", "Few can tell it apart.", "")
STOP_ANSWERS = ("none", "no")  # the calm answers to the questions that can raise a flag
ETHICS_QUESTIONS = 10


@dataclass
class Quick:
    """One panellist without a browser."""

    client: FlaskClient
    number: int

    @classmethod
    def entered(cls, app: Flask, number: int, link: str) -> Quick:
        """Open a personal link and go on."""
        one = cls(app.test_client(), number)
        one.send("/p/" + link.rpartition("/p/")[2])
        return one

    def agree(self) -> None:
        """Take part; no word may be quoted."""
        self.send("/panel/consent", {"agree": "y", "quoting": "no"}, shown="/panel")

    def rate(self, scenarios: int, level: int) -> None:
        """Answer every scenario with figures a little apart from the neighbour's."""
        for position in range(1, scenarios + 1):
            page = self.page(f"/panel/{position}")
            impacts = {name: str(level) for name in _names(page) if name.startswith("impact_")}
            likelihood = str(58 + (7 * self.number + 3 * position) % 12)
            reason = REASONS[self.number % len(REASONS)]
            self.send(
                f"/panel/{position}",
                {"likelihood": likelihood, "confidence": "2", "reason": reason, **impacts},
                shown=page,
            )
        self.send("/panel/submit", shown="/panel/review")

    def weigh(self) -> None:
        """Answer the ethics round: one risk is high, the others are not, and nothing is to stop."""
        for position in range(1, ETHICS_QUESTIONS + 1):
            page = self.page(f"/panel/ethics/{position}")
            self.send(f"/panel/ethics/{position}", _weighed(page), shown=page)
        self.send("/panel/ethics/submit", shown="/panel/ethics")

    def page(self, path: str) -> str:
        """Read a page."""
        answer = self.client.get(path, environ_base=self._here)
        assert answer.status_code == 200, (path, answer.status)
        return answer.text

    def send(self, path: str, fields: Mapping[str, str] | None = None, *, shown: str = "") -> None:
        """Send a form with the hidden fields of the page it stands on."""
        page = shown if shown.startswith("<") else self.page(shown or path)
        answer = self.client.post(path, data={**_hidden(page), **(fields or {})}, environ_base=self._here)
        assert answer.status_code == 303, (path, answer.status, answer.text[-2000:])

    @property
    def _here(self) -> dict[str, str]:
        return {"REMOTE_ADDR": f"192.0.2.{self.number}"}


def _weighed(page: str) -> dict[str, str]:
    if 'name="answer"' in page:
        return {"answer": next(value for value in STOP_ANSWERS if f'value="{value}"' in page)}
    return {**(GRAVE if PRIVACY in html.unescape(page) else CALM), "confidence": "2"}


def _tags(page: str) -> list[dict[str, str]]:
    return [{key: html.unescape(text) for key, text in _PART.findall(tag)} for tag in _INPUT.findall(page)]


def _hidden(page: str) -> dict[str, str]:
    return {tag["name"]: tag.get("value", "") for tag in _tags(page) if tag.get("type") == "hidden"}


def _names(page: str) -> set[str]:
    return {tag["name"] for tag in _tags(page) if "name" in tag}
