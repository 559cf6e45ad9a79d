"""Every form of the product, as pages show them: where it posts to and what a browser would send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.journey import walk
from tests.journey.prepared import Prepared

# Whose pages hold every form between them.
ROLES = ("nobody", "panellist", "facilitator", "analyst", "ethics_reviewer", "dpo", "reader", "admin")
FILES = (".pdf", ".csv", ".json", ".html", ".xlsx", ".zip")


@dataclass
class Form:
    """One form: ``fields`` as a browser sends them, of radio buttons one; ``boxes`` that nobody has ticked."""

    path: str
    fields: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A form with the route it posts to and somebody who sees it."""

    endpoint: str
    values: Mapping[str, object]
    role: str
    page: str
    form: Form


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.form: Form | None = None
        self.area = self.select = ""
        self.chosen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form, self.chosen = Form(at.get("action", "")), set()
            if at.get("method", "").lower() == "post":
                self.found.append(self.form)
        elif self.form is None:
            return
        elif tag == "option" and self.select:
            self._choose(self.select, at.get("value", ""), chosen="selected" in at)
        elif (name := at.get("name", "")) and name != "csrf_token":
            self._named(tag, name, at, self.form)

    def _named(self, tag: str, name: str, at: Mapping[str, str], form: Form) -> None:
        if tag == "input" and at.get("type") == "checkbox" and "checked" not in at:
            form.boxes[name] = at.get("value", "y")
        elif tag == "input":
            self._choose(name, at.get("value", ""), chosen=at.get("type") != "radio" or "checked" in at)
        elif tag == "textarea":
            self.area, form.fields[name] = name, ""
        elif tag == "select":
            self.select = name

    def _choose(self, name: str, value: str, *, chosen: bool) -> None:
        assert self.form is not None
        if chosen or (name not in self.form.fields and name not in self.chosen):
            self.form.fields[name] = value
        if chosen:
            self.chosen.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.form = None

    def handle_data(self, data: str) -> None:
        if self.area and self.form is not None:
            held = self.form.fields[self.area]
            self.form.fields[self.area] = held + (
                data if held else data.removeprefix("\r\n").removeprefix("\n")
            )


def read(html: str) -> list[Form]:
    """Return the forms of a page that post."""
    forms = _Forms()
    forms.feed(html)
    return forms.found


def walked(made: Prepared) -> Iterator[Found]:
    """Open every page as everybody and yield each form on it."""
    adapter = made.app.url_map.bind("127.0.0.1")
    for role in ROLES:
        client = made.client(role)
        for path in pages(made.app, made.known):
            answer = client.get(path)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            for form in read(answer.text):
                try:
                    endpoint, values = adapter.match(urlsplit(form.path or path).path, method="POST")
                except HTTPException:
                    raise AssertionError(f"{path}: a form posts to {form.path}, which is no route") from None
                yield Found(endpoint, values, role, path, form)


def pages(app: Flask, known: Mapping[str, str]) -> list[str]:
    """Return the addresses of pages; files hold no form."""
    found = [
        path
        for endpoint in sorted(walk.get_routes(app) - walk.SLOW - {"static", "account.link"})
        for path in walk.addresses(app, endpoint, known)
    ]
    return [path for path in dict.fromkeys(found) if not path.endswith(FILES)]
