"""One installation with a study in every state, its staff, a panellist, readers and outsiders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.tidy import read_ratings
from copkit_delphi.elicitation import behaviours, ratings, studies
from copkit_delphi.elicitation.imports import import_ratings
from copkit_delphi.elicitation.models import Panellist, Study
from copkit_delphi.installation import Installation
from copkit_delphi.library.scenarios import DATA
from copkit_delphi.people import accounts
from copkit_delphi.settings import Settings
from copkit_delphi.warning import briefs
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from tests import factories
from tests.warning import factory

LONG = timedelta(days=40)
IN_STUDIES = ("facilitator", "analyst", "ethics_reviewer", "dpo", "owner", "observer")


@dataclass(frozen=True)
class Prepared:
    """Where every page has something to show; ``known`` fills addresses, ``emails`` are by role."""

    app: Flask
    known: dict[str, str]
    emails: dict[str, str]
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> Installation:
        found: Installation = self.app.extensions[KEY]
        return found

    def client(self, role: str) -> FlaskClient:
        """Return a browser in which ``role`` signed in, entered by link (panellist), or did neither (nobody)."""
        client = self.app.test_client()
        if role != "nobody":
            client.set_cookie("session", self.cookie(role))
        return client

    def cookie(self, role: str) -> str:
        """Return the session cookie of ``role``: everybody signs in once, as often as the rate limit allows."""
        if role not in self.cookies:
            self.cookies[role] = self._enter(role)
        return self.cookies[role]

    def _enter(self, role: str) -> str:
        client = self.app.test_client()
        if role == "panellist":
            client.post(f"/p/{self.known['token']}")
        else:
            client.post("/sign-in", data={"email": self.emails[role], "password": factories.PASSWORD})
        cookie = client.get_cookie("session")
        assert cookie, role
        return str(cookie.value)


def prepare(folder: Path) -> Prepared:
    """Make the installation at ``factory.LATER``, in a folder with an empty database."""
    app = create_app(Settings(data_dir=folder), clock=lambda _session: factory.LATER)
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    place: Installation = app.extensions[KEY]
    with place.database.writing() as session:
        made = factory.staffed_study(place, session, end=False)
        known = {"closed": made.study_id} | _further_studies(place, session, made[Role.FACILITATOR])
        known |= _briefs(session, made)
        emails = _people(session, made, [known[name] for name in ("draft", "open", "moderated", "imported")])
    return Prepared(app, known, emails)


def _further_studies(place: Installation, session: Session, lead: str) -> dict[str, str]:
    draft = factories.draft_study(session, lead, title="A draft")
    people = "Ann; ann@panel.example; Industry\nBob; bob@panel.example; Civil society"
    factories.add_people(place, session, draft, people)
    moderated, round_ = factories.running_study(place, session, lead, title="With reasons to check")
    factories.answer(session, round_)
    factories.close_round(session, round_, open_feedback=False)
    text = (DATA / "replicats" / "ratings.csv").read_bytes()
    imported = import_ratings(
        session, read_ratings(text), title="Imported panel", facilitator=lead, at=factories.NOW
    ).study_id
    scenario = studies.scenarios(session, draft.id)[0].id
    return {
        "draft": draft.id,
        "scenario": scenario,
        "moderated": moderated.id,
        "imported": imported,
    } | _open_study(place, session, lead)


def _open_study(place: Installation, session: Session, lead: str) -> dict[str, str]:
    """Make a study open in round 2, with a panellist who answered in round 1."""
    study = factories.draft_study(session, lead, title="Open in round 2")
    factories.add_people(place, session, study, "Ann; ann@panel.example; Industry")
    behaviours.seat_panel(session, study_id=study.id, sizes=factories.SIZES)
    first = factories.open_round(place, session, study)
    ann = ann_of(session, study)
    ratings.give_consent(session, panellist_id=ann.id, version="1.0", quoting="no")
    factories.answer(session, first)
    factories.close_round(session, first)
    factories.open_round(place, session, study, lasts=LONG)
    old = place.links.issue(session, ann).rpartition("/p/")[2]
    new = place.links.issue(session, ann).rpartition("/p/")[2]
    return {"open": study.id, "token": new, "old_token": old}


def ann_of(session: Session, study: Study) -> Panellist:
    """Return the panellist who is a person."""
    query = select(Panellist).where(Panellist.study_id == study.id, ~Panellist.synthetic)
    return session.scalars(query).one()


def _briefs(session: Session, made: factory.Made) -> dict[str, str]:
    """Release a first version and start a second one."""
    released = factory.published_brief(session, made)
    briefs.propose(
        session,
        study_id=made.study_id,
        analyst=factory.STAFF[Role.ANALYST],
        actor=made[Role.ANALYST],
        at=factory.LATER,
    )
    return {"brief": released.id}


def _people(session: Session, made: factory.Made, others: list[str]) -> dict[str, str]:
    observer = factories.make_account(session, "Olga Observer", Role.OBSERVER, study_id=made.study_id)
    staff = dict(made.people) | {Role.OBSERVER: observer}
    at = factories.NOW
    for role, account in staff.items():
        for study_id in others:
            accounts.give_role(
                session, account_id=account.id, role=role, study_id=study_id, at=at, actor="test"
            )
    accounts.give_role(session, account_id=made[Role.FACILITATOR], role=Role.FACILITATOR, at=at, actor="test")
    outsider = factories.make_account(session, "Ulf Outsider")
    factories.draft_study(session, outsider.id, title="Of somebody else")
    emails = {str(role): account.email for role, account in staff.items()}
    reader = factories.make_account(session, "Rita Reader", Role.READER)
    return emails | {"outsider": outsider.email, "reader": reader.email}
