"""Every way out in one table: who may pass, what it reads, under which marking. Closed by default.

A route that is not in the table does not start; a row without a route does not either.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import Flask, abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_, Forbidden, Gone, NotFound
from copkit_delphi.domain.permission import Action
from copkit_delphi.elicitation import links
from copkit_delphi.people import accounts
from copkit_delphi.web.context import context, now

STAFF_TOKEN = "_user_id"  # noqa: S105 - the name of a cookie field, given by Flask-Login
LINK = "link"
LINK_SEEN = "link_seen"
LINK_SINCE = "link_since"
LINK_IDLE, LINK_LONGEST = 2 * 3600, 12 * 3600


class Who(StrEnum):
    """Doors that ask for no role in a study."""

    PUBLIC = "public"
    PANELLIST = "panellist"
    STAFF = "signed in"


class Source(StrEnum):
    """Where the content of a way out comes from."""

    TEXT = "fixed text"
    OWN = "own answers"
    SETUP = "study set-up"
    PROGRESS = "progress, no figure"
    SNAPSHOT = "frozen snapshot"
    BRIEF = "brief version"
    RELEASE = "released brief"
    ACCOUNT = "own account"
    NONE = "redirect only"


@dataclass(frozen=True, slots=True)
class Door:
    """One way out: ``who`` passes, from which ``source``; ``marked`` ways carry the study's marking."""

    who: Who | Action
    source: Source
    marked: bool = False


DOORS: dict[str, Door] = {
    "static": Door(Who.PUBLIC, Source.TEXT),
    # everyone
    "public.landing": Door(Who.PUBLIC, Source.TEXT),
    "public.help": Door(Who.PUBLIC, Source.TEXT),
    "public.privacy": Door(Who.PUBLIC, Source.TEXT),
    "public.accessibility": Door(Who.PUBLIC, Source.TEXT),
    "public.healthz": Door(Who.PUBLIC, Source.TEXT),
    "public.sign_in": Door(Who.PUBLIC, Source.TEXT),
    "public.sign_in_post": Door(Who.PUBLIC, Source.NONE),
    "public.sign_out": Door(Who.PUBLIC, Source.NONE),
    "public.home": Door(Who.STAFF, Source.NONE),
    # the panellist of a personal link
    "panellist.welcome": Door(Who.PUBLIC, Source.SETUP, marked=True),
    "panellist.enter": Door(Who.PUBLIC, Source.NONE),
    "panellist.leave": Door(Who.PANELLIST, Source.NONE),
    "panellist.desk": Door(Who.PANELLIST, Source.SETUP, marked=True),
    "panellist.consent": Door(Who.PANELLIST, Source.SETUP, marked=True),
    "panellist.decline": Door(Who.PANELLIST, Source.NONE),
    "panellist.sheet": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.draft": Door(Who.PANELLIST, Source.OWN),
    "panellist.save": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.review": Door(Who.PANELLIST, Source.OWN, marked=True),
    "panellist.submit": Door(Who.PANELLIST, Source.NONE),
    "panellist.done": Door(Who.PANELLIST, Source.PROGRESS, marked=True),
    "panellist.copy": Door(Who.PANELLIST, Source.OWN),
    "panellist.results": Door(Who.PANELLIST, Source.SNAPSHOT, marked=True),
    # facilitator and other staff of a study
    "facilitator.studies": Door(Who.STAFF, Source.SETUP),
    "facilitator.new": Door(Action.STUDY_CREATE, Source.TEXT),
    "facilitator.new_post": Door(Action.STUDY_CREATE, Source.NONE),
    "facilitator.study": Door(Action.STUDY_VIEW, Source.PROGRESS, marked=True),
    "facilitator.about": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.about_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.groups": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.groups_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.rules": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.rules_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.check": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.check_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.scenarios": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.take_scenario": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.new_scenario": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.new_scenario_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.scenario": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.scenario_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.remove_scenario": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.panel": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.panel_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.remove_person": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.seats": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.replace_link": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.next_round": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.next_round_post": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.deadline": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.deadline_post": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.close": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.close_post": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.synthetic": Door(Action.STUDY_RUN, Source.PROGRESS, marked=True),
    "facilitator.end": Door(Action.STUDY_RUN, Source.SNAPSHOT, marked=True),
    "facilitator.end_post": Door(Action.STUDY_RUN, Source.SNAPSHOT, marked=True),
    "facilitator.moderation": Door(Action.STUDY_RUN, Source.SNAPSHOT, marked=True),
    "facilitator.moderation_post": Door(Action.STUDY_RUN, Source.SNAPSHOT, marked=True),
    "facilitator.roles": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.roles_post": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.take_role": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.audit_by_day": Door(Action.STUDY_RUN, Source.SETUP, marked=True),
    "facilitator.results": Door(Action.RESULTS_READ, Source.SNAPSHOT, marked=True),
    "facilitator.round_results": Door(Action.RESULTS_READ, Source.SNAPSHOT, marked=True),
    "facilitator.item": Door(Action.RESULTS_READ, Source.SNAPSHOT, marked=True),
    "facilitator.export_csv": Door(Action.RESULTS_READ, Source.SNAPSHOT, marked=True),
    "facilitator.export_json": Door(Action.RESULTS_READ, Source.SNAPSHOT, marked=True),
    # brief, ethics and reader
    "briefs.workbench": Door(Action.BRIEF_READ_DRAFT, Source.BRIEF, marked=True),
    "briefs.propose": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "briefs.text": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "briefs.text_post": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "briefs.plans": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "briefs.plans_post": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "briefs.add_indicator": Door(Action.BRIEF_DRAFT, Source.BRIEF, marked=True),
    "briefs.preview": Door(Action.BRIEF_READ_DRAFT, Source.BRIEF, marked=True),
    "briefs.draft_pdf": Door(Action.BRIEF_READ_DRAFT, Source.BRIEF, marked=True),
    "briefs.send": Door(Action.BRIEF_DRAFT, Source.NONE, marked=True),
    "briefs.sign": Door(Action.BRIEF_SIGN, Source.BRIEF, marked=True),
    "briefs.sign_post": Door(Action.BRIEF_SIGN, Source.BRIEF, marked=True),
    "briefs.release": Door(Action.BRIEF_RELEASE, Source.BRIEF, marked=True),
    "briefs.release_post": Door(Action.BRIEF_RELEASE, Source.BRIEF, marked=True),
    "briefs.withdraw": Door(Action.BRIEF_RELEASE, Source.BRIEF, marked=True),
    "briefs.withdraw_post": Door(Action.BRIEF_RELEASE, Source.BRIEF, marked=True),
    "briefs.report_pdf": Door(Action.RESULTS_READ, Source.SNAPSHOT, marked=True),
    "briefs.print_asset": Door(Who.PUBLIC, Source.TEXT),
    "ethics.assessment": Door(Action.STUDY_VIEW, Source.BRIEF, marked=True),
    "ethics.edit": Door(Action.ETHICS_ASSESS, Source.BRIEF, marked=True),
    "ethics.edit_post": Door(Action.ETHICS_ASSESS, Source.BRIEF, marked=True),
    "reader.briefs": Door(Who.STAFF, Source.RELEASE),
    "reader.brief": Door(Who.STAFF, Source.RELEASE, marked=True),
    "reader.pdf": Door(Who.STAFF, Source.RELEASE, marked=True),
}


def install(app: Flask) -> None:
    """Check the table against the routes and guard every request."""
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    unlisted, unused = routes - DOORS.keys(), DOORS.keys() - routes
    if unlisted or unused:
        raise RuntimeError(f"doors and routes differ: unlisted {sorted(unlisted)}, unused {sorted(unused)}")
    app.before_request(_guard)


def _guard() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the 404 handler answers
    _recognise()
    door = DOORS[request.endpoint]
    if door.who is Who.PUBLIC:
        return None
    if door.who is Who.PANELLIST:
        _admit_panellist()
        return None
    return _admit_staff(door)


def _recognise() -> None:
    """Note who is signed in; keep a session alive that is in use.

    People are recognised in a short reading session of their own: what writes takes the lock for its writing only.
    """
    g.identity = None
    token = session.get(STAFF_TOKEN)
    if not token:
        return
    with context().database.reading() as looking:
        found = accounts.resume(looking, token=token, at=now(looking))
    if found is None:
        session.pop(STAFF_TOKEN, None)
        return
    g.identity, due = found
    if due:
        with context().database.writing() as touching:
            accounts.touch(touching, token=token, at=now())


def _admit_panellist() -> None:
    key, seen, since = session.get(LINK), session.get(LINK_SEEN, 0), session.get(LINK_SINCE, 0)
    with context().database.reading() as looking:
        at = now(looking)
        second = int(at.timestamp())
        if not key or second - seen > LINK_IDLE or second - since > LINK_LONGEST:
            session.pop(LINK, None)
            raise Gone(
                N_(
                    "Your session has ended. Everything you saved is kept. Open your personal link again to go on."
                )
            )
        g.panellist = links.resolve(looking, key=key, at=at)
    session[LINK_SEEN] = second


def _admit_staff(door: Door) -> Response | None:
    if g.identity is None:
        if request.method == "GET":
            return redirect(url_for("public.sign_in", next=request.full_path.rstrip("?")))
        abort(401)
    if isinstance(door.who, Action):
        _check(door.who, (request.view_args or {}).get("study_id"))
    return None


def _check(action: Action, study_id: Any) -> None:
    identity = g.identity
    if identity.may(action, study_id):
        return
    if study_id is not None and not identity.belongs_to(study_id):
        raise NotFound(N_("There is no such study."))
    raise Forbidden(N_("Your role in this study does not allow this."))
