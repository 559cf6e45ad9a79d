"""An application in which a closed study stands, its staff and a reader signed in, at a later day."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.permission import Role
from copkit_delphi.installation import Installation
from copkit_delphi.people.models import Account
from tests.warning import factory


@dataclass(frozen=True)
class Stage:
    """Where brief, ethics and reader pages are tested."""

    place: Installation
    made: factory.Made
    clients: dict[Role, FlaskClient]

    @property
    def base(self) -> str:
        """Return the address of the study."""
        return f"/studies/{self.made.study_id}"

    def __getitem__(self, role: Role) -> FlaskClient:
        return self.clients[role]

    def reader(self, session: Session) -> Account:
        """Return the account of the reader."""
        return session.scalars(select(Account).where(Account.name == "Rita Reader")).one()

    def fields(self, role: Role, path: str) -> dict[str, str]:
        """Return what the form that posts to ``path`` would send as it is shown."""
        return self.fields_at(role, path, path)

    def fields_at(self, role: Role, page: str, path: str) -> dict[str, str]:
        """Return what the form of a page that posts to ``path`` would send as it is shown."""
        return read_form(self[role].get(page).text, path)


class _Forms(HTMLParser):
    """Collects what each form of a page would send."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self.form: dict[str, str] = {}
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {key: value or "" for key, value in attrs}
        name = at.get("name", "")
        if tag == "form":
            self.form = self.found.setdefault(at.get("action", ""), {})
        elif tag == "input" and name and (at.get("type") not in {"checkbox", "radio"} or "checked" in at):
            self.form[name] = at.get("value", "y")
        elif tag == "textarea":
            self.area, self.form[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and ("selected" in at or self.select not in self.form):
            self.form[self.select] = at.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.form[self.area] += data if self.form[self.area] else data.removeprefix("\r\n")


def read_form(html: str, action: str) -> dict[str, str]:
    """Return the fields of the form that posts to ``action``."""
    forms = _Forms()
    forms.feed(html)
    return dict(forms.found[action])
