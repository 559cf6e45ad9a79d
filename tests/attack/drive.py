"""Run a black-box harness as a person's browser would drive this product.

    python tests/attack/drive.py HARNESS SITEMAP [--routes FILE] [--json FILE] ...

HARNESS is a folder with ``attack.py``; everything after it goes to that program. Two things are added, both of which
browsers do and a site map cannot say: panellists come in by the personal link of their invitation, which has no name
and no password, and a form is sent with the hidden fields of the page it stands on.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from typing import Any


class Hidden(HTMLParser):
    """Collects the hidden fields of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if tag == "input" and at.get("type") == "hidden" and at.get("name"):
            self.fields[str(at["name"])] = at.get("value") or ""


def adapt(browser: type) -> None:
    """Teach the harness's browser both."""
    by_password, as_written = browser.login, browser.submit

    def login(self: Any, account: str) -> Any:
        link = self.run.map.accounts[account].get("link")
        if not link:
            return by_password(self, account)
        field = self.run.map.raw["csrf"]["field"]
        self.name = account
        return self.send("POST", link, data={field: self.token_from(self.get(link).text) or ""})

    def submit(self: Any, route: Any, objset: Any, fields: Any = None, **more: Any) -> Any:
        if route.get("carries") and more.get("csrf", "own") == "own":
            fields = Hidden(self.get(route["carries"]).text).fields | (fields or {})
        return as_written(self, route, objset, fields, **more)

    browser.login, browser.submit = login, submit


def main() -> int:
    sys.path.insert(0, sys.argv[1])
    import attack
    import harness

    adapt(harness.Browser)
    return attack.main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
