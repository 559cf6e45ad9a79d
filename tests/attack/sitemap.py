"""The site map for a black-box harness, made from the routes, the table of doors and the forms on the pages.

A new route is in it by existing. What no code tells stands in the tables below.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from copkit_delphi.domain.permission import ALLOWED, BESIDE_STUDIES, GLOBAL_ROLES, Action, Role
from copkit_delphi.web.doors import DOORS, Source, Who
from tests import factories
from tests.attack import forms
from tests.journey import walk
from tests.journey.prepared import Prepared

PANEL = "panellist"
# Where the object decides who sees it, beside the role. The prepared release is TLP:AMBER and names one reader; an
# exercise is its trainee's, and a trainer looks on.
_SEES_RELEASE = [*map(str, ALLOWED[Action.BRIEF_READ_DRAFT]), "reader"]
BY_OBJECT = dict.fromkeys(
    ("reader.brief", "reader.actions", "reader.pdf", "reader.ethics", "reader.acknowledge"), _SEES_RELEASE
) | {"exercises.exercise": ["facilitator", "trainer"], "exercises.play": ["facilitator"]}
BY_OBJECT |= {name: ["facilitator"] for name in ("files.columns", "files.columns_post", "files.drop_upload")}
BY_OBJECT |= {"panellist.file": [PANEL]}
NO_TIMES = frozenset({Source.SNAPSHOT, Source.BRIEF, Source.OWN, Source.RELEASE})

# Forms that no prepared page shows: the values of their addresses (braces: see ``Prepared.known``) and their fields.
UNSEEN: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "account.code_post": ({}, {"code": "123456"}),
    "account.codes_post": ({}, {"owner-current": "wrong", "owner-code": ""}),
    "account.end_session": ({}, {"session": "none"}),
    "account.new_password_post": ({}, {"new": "a phrase of several words", "again": "another"}),
    "account.remove_factor": ({}, {"owner-current": "wrong", "owner-code": ""}),
    "admin.invite": ({"account_id": "{account}"}, {}),
    "admin.reactivate": ({"account_id": "{account}"}, {}),
    "admin.remove_factor": ({"account_id": "{account}"}, {}),
    "admin.take_role": ({"account_id": "{account}"}, {"role": "reader"}),
    "briefs.propose": ({"study_id": "{closed}"}, {}),
    "briefs.sign_post": ({"study_id": "{closed}"}, {"content_hash": "0", "read": "y"}),
    "dpo.approve": (
        {"study_id": "{closed}", "reveal_id": "{reveal}"},
        {"untold_because": "", "current": "wrong"},
    ),
    "dpo.erase": ({"study_id": "{open}", "contact_id": "{contact}"}, {"answers": "", "current": "wrong"}),
    "dpo.name": ({"study_id": "{closed}", "reveal_id": "{reveal}"}, {}),
    "dpo.refuse": ({"study_id": "{closed}", "reveal_id": "{reveal}"}, {}),
    "ethics.clear_flag": (
        {"study_id": "{open}", "flag_id": "{flag}"},
        {"text": "Because.", "read": "0", "read_reply": ""},
    ),
    "ethics.confirm_waiver": ({"study_id": "{closed}"}, {"read": "A waiver."}),
    "ethics.reply_flag": ({"study_id": "{open}", "flag_id": "{flag}"}, {"text": "A reply."}),
    "panellist.expertise_post": ({}, {}),  # the staged studies do not ask for expertise
    "panellist.practice_again": ({}, {}),
    "exercises.play": ({"exercise_id": "{exercise}"}, {"act": "none"}),
    "facilitator.close_round_zero": ({"study_id": "{zero}"}, {}),
    "facilitator.move_round_zero": ({"study_id": "{zero}"}, {"deadline": "2030-01-01T12:00"}),
    "facilitator.open_round_zero": (
        {"study_id": "{draft}"},
        {"question": "What?", "deadline": "2030-01-01T12:00"},
    ),
    "facilitator.synthetic_proposals": ({"study_id": "{zero}"}, {}),
    "facilitator.undo_proposal": ({"study_id": "{zero}", "proposal_id": "{proposal}"}, {}),
    "files.ask": ({"study_id": "{closed}"}, {"purpose": "To check it.", "recipient": "University"}),
    "files.agree": ({"study_id": "{closed}", "request_id": "{request}"}, {}),
    "files.refuse": ({"study_id": "{closed}", "request_id": "{request}"}, {"why": "No."}),
    "files.take": ({"study_id": "{closed}", "request_id": "{request}"}, {}),
    "facilitator.invite_missing": ({"study_id": "{open}"}, {}),
    "facilitator.letter_reset": ({"study_id": "{open}", "kind": "invitation", "language": "en"}, {}),
    "facilitator.tell": ({"study_id": "{open}", "kind": "thank-you"}, {}),
    "facilitator.remind": ({"study_id": "{open}"}, {}),
    "facilitator.resend_failed": ({"study_id": "{open}"}, {}),
    "facilitator.take_back": ({"study_id": "{open}", "contact_id": "{contact}"}, {}),
    "facilitator.decide": (
        {"study_id": "{closed}", "number": "2"},
        {"reason": "A new report came out."},
    ),
    "facilitator.plan_round": ({"study_id": "{closed}"}, {}),
    "facilitator.reopen_confirm": ({"study_id": "{moderated}", "number": "1"}, {}),
    "facilitator.reopen_drop": ({"study_id": "{moderated}", "number": "1"}, {}),
    "facilitator.archive": ({"study_id": "{draft}"}, {}),
    "facilitator.unarchive": ({"study_id": "{draft}"}, {}),
    "facilitator.delete_pilot": ({"study_id": "{draft}", "pilot_id": "{pilot}"}, {}),
    "facilitator.pilot_post": ({"study_id": "{draft}", "pilot_id": "{pilot}"}, {}),
    "facilitator.check_wording": ({"study_id": "{draft}"}, {"statement": "By 2028, it happens."}),
    "library.bring_back": ({"name": "S04"}, {}),
    "network.release_post": ({"study_id": "{closed}"}, {"permitted_use": "awareness"}),
    "recruiting.decide": (
        {"study_id": "{open}", "nomination_id": "none"},
        {"act": "decline", "reason": "No."},
    ),
    "recruiting.invite_late": ({"study_id": "{open}"}, {}),
    "panellist.language": ({"position": "1"}, {"language": "en"}),
    "panellist.consent": ({}, {"agree": "y", "quoting": "no"}),
    "panellist.propose_threat": ({}, {"title": "A threat", "statement": "", "why": "", "proposal": ""}),
    "panellist.proposals_done": ({}, {}),
    "facilitator.answer_enquiry": (
        {"study_id": "{open}", "enquiry_id": "{enquiry}"},
        {"text": "Does “by 2028” include all of that year?", "said": "Yes.", "reason": ""},
    ),
    "panellist.ask": ({}, {"question": "What is meant?"}),
    "panellist.read_answers": ({}, {}),
    "panellist.moved_first": ({}, {"order": "moved"}),
    "panellist.take_proposal_back": ({"proposal_id": "{proposal}"}, {}),
    "panellist.wordings_post": (
        {"number": "1", "name": "S02.likelihood"},
        {"answer": "agreed", "basis": "0"},
    ),
    "panellist.draft": ({"position": "1"}, {"round": "2", "likelihood": "50", "reason": "A draft."}),
}
# What a permitted request would end for every later check. Forged and forbidden ones are sent, these never.
ENDS = frozenset(
    {
        "account.end_session", "account.password_post", "admin.deactivate", "admin.end_sessions", "admin.give_role",
        "admin.give_study_role", "admin.remove_factor", "admin.take_role", "admin.take_study_role", "briefs.propose",
        "enrolment.confirm_post", "recruiting.applicants_post", "recruiting.cancel", "recruiting.enrolment_post",
        "recruiting.renew_address", "recruiting.texts_post",
        "dpo.approve", "dpo.erase", "dpo.name", "dpo.refuse", "briefs.send", "briefs.sign_post", "ethics.close_post", "ethics.open_round_post", "ethics.synthetic",
        "facilitator.check_post", "facilitator.close_post", "facilitator.end_post", "facilitator.next_round_post",
        "facilitator.invite_missing", "facilitator.open_round_zero", "facilitator.plan_round", "facilitator.remind", "facilitator.remove_person", "facilitator.remove_question", "facilitator.remove_round", "facilitator.remove_scenario", "facilitator.remove_template", "facilitator.reopen_confirm", "facilitator.reopen_drop", "facilitator.reopen_post", "facilitator.replace_link", "facilitator.resend_failed", "facilitator.roles_post", "facilitator.seats", "facilitator.synthetic", "facilitator.synthetic_proposals", "facilitator.take_back", "facilitator.take_role", "facilitator.tell", "facilitator.words_post", "files.agree", "files.drop_mapping", "files.drop_upload", "files.refuse", "files.take",
        "library.bring_back", "library.retire_post", "network.release_post", "network.remove_member",
        "network.retract_post", "panellist.decline", "panellist.leave", "panellist.withdraw_post", "public.sign_out",
    }
)  # fmt: skip
# What has to stand in a form that is shown empty, for a request to be taken.
FILLED: dict[str, dict[str, str]] = {
    "panellist.consent": {"agree": "y"},
    "panellist.save": {"likelihood": "50", "reason": "A reason."},
    "panellist.ethics_save": {"reason": "A reason."},
    "public.sign_in_post": {"email": "nobody@staff.example", "password": "wrong"},
    "account.forgot_post": {"email": "nobody@staff.example"},
    "panellist.lost_post": {"email": "nobody@panel.example"},
    "panellist.concern_post": {"text": "Somebody pushed me."},
    "dpo.ask_post": {"reason": "safety", "text": "Somebody was threatened.", "current": factories.PASSWORD},
    "facilitator.close_post": {"reason": "The panel has said enough."},
    "facilitator.new_post": {"title": "A study"},
    "library.new_post": {"title": "An entry", "summary": "What it is about."},
    "facilitator.use_template": {"title": "A study from a template"},
    "facilitator.new_scenario_post": {"title": "A scenario", "statement": "By 2028, it happens in Europe."},
    "facilitator.new_question_post": {"wording": "What else?"},
    "facilitator.new_page_post": {"title": "A page"},
    "network.new_community": {"name": "A community"},
    "briefs.add_indicator": {"text": "What is seen"},
    "briefs.text_post": {"review_on": f"{datetime.now(UTC).date() + timedelta(days=60)}"},
}
MOST_FIELDS = 39  # of a form with many alike rows, the first


def slug(rule: Rule) -> str:
    """Return a name for the placeholders of an address: routes that share it share them."""
    return re.sub(r"\W+", "_", re.sub(r"<[^>]+>", "", rule.rule)).strip("_")


def template(rule: Rule) -> str:
    """Return an address with its placeholders in braces."""
    return re.sub(r"<(?:[^<>]+:)?(\w+)>", lambda found: f"{{{slug(rule)}__{found[1]}}}", rule.rule)


class _Known(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "0" * 16  # an id of nothing, where this was not prepared


@dataclass
class Side:
    """One study with its staff and panel, as the site map needs it."""

    made: Prepared
    objects: dict[str, str] = field(default_factory=dict)
    forms: dict[str, dict[str, str]] = field(default_factory=dict)

    def take(self, rule: Rule, values: Mapping[str, object]) -> bool:
        """Fill the placeholders of an address; tell whether they stand as given."""
        named = {f"{slug(rule)}__{name}": str(value) for name, value in values.items()}
        return all(self.objects.setdefault(name, value) == value for name, value in named.items())


def rules(app: Flask, method: str) -> dict[str, Rule]:
    """Return the routes by endpoint; of two addresses of one endpoint the longer."""
    found = sorted(app.url_map.iter_rules(), key=lambda rule: len(rule.rule))
    return {rule.endpoint: rule for rule in found if method in (rule.methods or ())}


def look(made: Prepared) -> Side:
    """Read addresses and forms of one study off its pages."""
    side, reads, posts = Side(made), rules(made.app, "GET"), rules(made.app, "POST")
    for endpoint, rule in reads.items():
        way = walk.WAYS[endpoint]
        study = {"study_id": made.known.get(way.study, "")} if "study_id" in rule.arguments else {}
        values = {name: str(value).format(**made.known) for name, value in way.values[0].items()}
        side.take(rule, study | {name: value for name, value in values.items() if name in rule.arguments})
    for found in forms.walked(made):
        fits = found.endpoint not in side.forms and side.take(posts[found.endpoint], found.values)
        if fits:
            side.forms[found.endpoint] = found.form.fields
    for endpoint, (values, fields) in UNSEEN.items():
        side.take(
            posts[endpoint], {name: value.format_map(_Known(made.known)) for name, value in values.items()}
        )
        side.forms.setdefault(endpoint, fields)
    return side


def missing(side: Side) -> list[str]:
    """Name the routes that take POST and whose form was found nowhere."""
    return sorted(rules(side.made.app, "POST").keys() - side.forms.keys())


def guess(side: Side) -> list[str]:
    """Give what is missing an address in the closed study and no field; return the names."""
    names = missing(side)
    for endpoint in names:
        rule = rules(side.made.app, "POST")[endpoint]
        known = _Known({"study_id": side.made.known["closed"]})
        side.take(rule, {name: known[name] for name in rule.arguments})
        side.forms[endpoint] = {}
    return names


def access(endpoint: str, rule: Rule) -> Any:
    """Return the rule of a door as roles and scope."""
    if endpoint in BY_OBJECT:
        return {"roles": BY_OBJECT[endpoint], "scope": "study"}
    who = DOORS[endpoint].who
    if who is Who.PUBLIC:
        return "public"
    if who is Who.PANELLIST:
        return {"roles": [PANEL], "scope": "global"}  # the session says whose page it is, not the address
    if isinstance(who, Who):
        return {"roles": list(map(str, Role)), "scope": "global"}
    if "study_id" in rule.arguments:
        return {"roles": sorted(map(str, ALLOWED[who])), "scope": "study"}
    counting = ALLOWED[who] if who in BESIDE_STUDIES else ALLOWED[who] & GLOBAL_ROLES
    return {"roles": sorted(map(str, counting)), "scope": "global"}


def routes(app: Flask, side: Side) -> list[dict[str, Any]]:
    """Return every route of the application with its rule; the forms are those of ``side``."""
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        one: dict[str, Any] = {
            "id": rule.endpoint + ("-bare" if rule.defaults else ""),  # an address of its own for a default
            "path": template(rule),
            "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
            "access": access(rule.endpoint, rule),
        }
        one |= _reading(rule) if "GET" in one["methods"] else _writing(rule.endpoint, side)
        found.append(one)
    return found


def _reading(rule: Rule) -> dict[str, Any]:
    asked = {name for values in walk.WAYS[rule.endpoint].values for name in values} - rule.arguments
    more: dict[str, Any] = {"query": sorted(asked)} if asked else {}
    if rule.rule.endswith(".pdf"):
        more["kind"] = "pdf"
    elif rule.rule.endswith(".csv"):
        more["kind"] = "csv"
    return more | ({"anonymous": True} if DOORS[rule.endpoint].source in NO_TIMES else {})


def _writing(endpoint: str, side: Side) -> dict[str, Any]:
    fields = side.forms[endpoint] | FILLED.get(endpoint, {})
    more: dict[str, Any] = {"form": dict(list(fields.items())[:MOST_FIELDS])}
    return more | ({"control": False, "fuzz": False} if endpoint in ENDS else {})
