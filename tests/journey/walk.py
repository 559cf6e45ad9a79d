"""Every address of the product that answers GET, and what no page of it may carry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from flask import Flask

PUBLIC, PANEL, SIGNED, CREATE, ADMIN = "public", "panel", "signed in", "create", "admin"
LIBRARY, SHELF, EXERCISE = "library", "library, reading", "exercises"
GIVEN, GIVEN_IN = "released to them", "released to them, signed in"
RUN = frozenset({"facilitator", "co_facilitator"})
END = frozenset({"facilitator"})
UPLOADER = END  # an upload is its owner's alone
STAFF = RUN | {"analyst", "ethics_reviewer", "dpo", "owner"}
WRITE = RUN | {"analyst"}
RELEASE = frozenset({"facilitator", "analyst"})
AUDIT = RUN | {"ethics_reviewer", "dpo"}
SIGN = frozenset({"ethics_reviewer", "dpo", "owner"})
ASSESS = frozenset({"ethics_reviewer"})
KEEP = WRITE | ASSESS


@dataclass(frozen=True)
class Way:
    """Who may open an address, in which of the prepared studies it has something to show, and its parameters."""

    who: str | frozenset[str]
    study: str = ""
    values: tuple[Mapping[str, object], ...] = ({},)


def _each(name: str, *values: object) -> tuple[dict[str, object], ...]:
    return tuple({name: value} for value in values)


# By endpoint. A new route fails the tests until it stands here. Studies: draft, open, moderated, closed, imported.
WAYS: dict[str, Way] = {
    "static": Way(PUBLIC, values=_each("filename", "css/base.css", "js/app.js", "img/mark.svg")),
    "public.landing": Way(PUBLIC),
    "public.help": Way(PUBLIC),
    "public.privacy": Way(PUBLIC),
    "public.accessibility": Way(PUBLIC),
    "public.roles": Way(PUBLIC),
    "public.healthz": Way(PUBLIC),
    "public.sign_in": Way(PUBLIC),
    "public.home": Way(SIGNED),
    "account.page": Way(SIGNED),
    "account.factor": Way(SIGNED),
    "account.codes": Way(SIGNED),
    "account.code": Way(SIGNED),
    "account.forgot": Way(PUBLIC),
    "account.link": Way(PUBLIC, values=_each("token", "of-nobody")),
    "account.new_password": Way(PUBLIC),
    "panellist.welcome": Way(PUBLIC, values=_each("token", "{token}")),
    "panellist.lost": Way(PUBLIC),
    "panellist.desk": Way(PANEL),
    "panellist.concern": Way(PANEL),
    "panellist.practice": Way(PANEL),
    "panellist.expertise": Way(PANEL),
    "panellist.withdraw": Way(PANEL),
    "panellist.withdrawn": Way(PUBLIC),
    "panellist.proposals": Way(PANEL),
    "panellist.enquiries": Way(PANEL),
    "panellist.sheet": Way(PANEL, values=_each("position", 1, 2)),
    "panellist.file": Way(PANEL, values=_each("attachment_id", "{panel_file}")),
    "panellist.review": Way(PANEL),
    "panellist.done": Way(PANEL),
    "panellist.my_data": Way(PANEL),
    "panellist.my_data_json": Way(PANEL),
    "panellist.copy": Way(PANEL),
    "panellist.copy_pdf": Way(PANEL),
    "panellist.results": Way(PANEL),
    "panellist.wordings": Way(PANEL),
    "panellist.ethics_review": Way(PANEL),
    "panellist.ethics_results": Way(PANEL),
    "panellist.ethics_sheet": Way(PANEL, values=_each("position", 1, 10)),
    "facilitator.studies": Way(SIGNED, values=({}, {"shelf": "ended"}, {"q": "drones"})),
    "facilitator.new": Way(CREATE),
    "facilitator.templates_": Way(CREATE),
    "facilitator.template": Way(CREATE, values=_each("key", "{template}")),
    "facilitator.pilots": Way(RUN, "draft"),
    "facilitator.pilot": Way(RUN, "draft", _each("pilot_id", "{pilot}")),
    "facilitator.rehearsal": Way(RUN, "draft"),
    "facilitator.rehearsal_sheet": Way(RUN, "draft", _each("position", 1, 2)),
    "facilitator.languages": Way(RUN, "draft"),
    "facilitator.translation": Way(RUN, "draft", ({"scenario_id": "{scenario}", "language": "de"},)),
    "facilitator.file": Way(STAFF, "closed", _each("attachment_id", "{file}")),
    "facilitator.copy": Way(RUN, "draft"),
    "facilitator.save_template": Way(RUN, "draft"),
    "facilitator.study": Way(STAFF, "open"),
    "facilitator.about": Way(RUN, "draft"),
    "facilitator.plan": Way(RUN, "draft"),
    "facilitator.readiness_": Way(STAFF, "closed"),
    "facilitator.protocol": Way(STAFF, "closed"),
    "facilitator.protocol_json": Way(STAFF, "closed"),
    "facilitator.amend": Way(RUN, "closed"),
    "facilitator.groups": Way(RUN, "draft"),
    "facilitator.rules": Way(RUN, "draft"),
    "facilitator.check": Way(RUN, "draft"),
    "facilitator.scenarios": Way(RUN, "draft", _each("q", "", "drones")),
    "facilitator.new_scenario": Way(RUN, "draft", _each("source", "", "S01")),
    "facilitator.scenario": Way(RUN, "draft", _each("scenario_id", "{scenario}")),
    "facilitator.questions_": Way(RUN, "draft"),
    "facilitator.new_question": Way(RUN, "draft", _each("kind", "text", "ordinal", "ranking")),
    "facilitator.question": Way(RUN, "draft", _each("question_id", "{question}")),
    "facilitator.new_page": Way(RUN, "draft"),
    "facilitator.question_page": Way(RUN, "draft", _each("scenario_id", "{page}")),
    "facilitator.panel": Way(RUN, "draft"),
    "facilitator.person": Way(RUN, "open", _each("contact_id", "{contact}")),
    "facilitator.mail": Way(RUN, "open"),
    "facilitator.letter": Way(
        RUN, "open", ({"kind": "invitation", "language": "en"}, {"kind": "reminder", "language": "pl"})
    ),
    "panellist.deadline_file": Way(PANEL),
    "facilitator.next_round": Way(RUN, "closed"),
    "facilitator.deadline": Way(RUN, "open", _each("number", 2)),
    "facilitator.rounds_": Way(RUN | {"owner"}, "closed"),
    "facilitator.reopen": Way(RUN | {"owner"}, "moderated", _each("number", 1)),
    "facilitator.words": Way(RUN, "closed", _each("scenario_id", "{asked}")),
    "facilitator.made_up": Way(RUN, "draft", _each("number", 2, 3)),
    "facilitator.preview": Way(RUN, "moderated", _each("number", 1)),
    "facilitator.close": Way(RUN, "open", _each("number", 2)),
    "facilitator.round_zero_": Way(RUN, "zero"),
    "facilitator.enquiries": Way(RUN, "open", _each("answer", "", "{enquiry}")),
    "facilitator.end": Way(END, "closed"),
    "facilitator.moderation": Way(RUN, "moderated", _each("number", 1)),
    "facilitator.reasons": Way(RUN, "moderated", ({"number": 1, "name": "S02.likelihood"},)),
    "facilitator.wording": Way(
        RUN, "moderated", ({"number": 1, "name": "S02.likelihood", "key": "{reason}"},)
    ),
    "facilitator.replies": Way(
        RUN,
        "replied",
        (
            {"number": 2, "name": "S02.likelihood"},
            {"number": 2, "name": "S02.likelihood", "words": "{reply}"},
        ),
    ),
    "facilitator.policy": Way(AUDIT, "draft"),
    "facilitator.reasons_log": Way(AUDIT, "closed"),
    "facilitator.roles": Way(STAFF, "closed"),
    "facilitator.audit_by_day": Way(AUDIT, "closed"),
    "facilitator.names_": Way(RUN | {"dpo"}, "open"),
    "facilitator.results": Way(STAFF, "closed"),
    "facilitator.round_results": Way(STAFF, "closed", _each("number", 1, 2)),
    "facilitator.item": Way(
        STAFF,
        "closed",
        tuple(
            {"number": 2, "name": name} for name in ("S02.likelihood", "S13.likelihood", "S02.impact.rights")
        ),
    ),
    "facilitator.deciding": Way(STAFF, "closed"),
    "facilitator.deciding_round": Way(STAFF, "closed", _each("number", 1, 2)),
    "facilitator.deciding_item": Way(
        STAFF, "closed", tuple({"number": 2, "name": name} for name in ("S02.likelihood", "S13.likelihood"))
    ),
    "facilitator.dissent": Way(STAFF, "closed"),
    "facilitator.decision_csv": Way(STAFF, "closed", _each("number", 2)),
    "facilitator.decision_json": Way(STAFF, "closed", _each("number", 2)),
    "facilitator.texts": Way(RUN, "closed", _each("number", 1)),
    "facilitator.export_csv": Way(STAFF, "closed", _each("number", 1)),
    "facilitator.export_xlsx": Way(STAFF, "closed", _each("number", 1)),
    "facilitator.export_json": Way(STAFF, "closed", _each("number", 1)),
    "recruiting.overview": Way(RUN, "open"),
    "recruiting.upload": Way(RUN, "draft"),
    "recruiting.preview": Way(RUN, "draft", _each("staged_id", "{staged}")),
    "recruiting.texts": Way(RUN, "open"),
    "recruiting.interests_": Way(RUN, "open"),
    "recruiting.nominations_": Way(RUN, "open"),
    "recruiting.further_": Way(RUN, "closed"),
    "recruiting.enrolment": Way(RUN, "open"),
    "recruiting.applicants": Way(RUN, "open"),
    "enrolment.page": Way(PUBLIC, values=_each("slug", "{slug}")),
    "enrolment.confirm": Way(PUBLIC, values=_each("token", "{apply_token}")),
    "enrolment.thanks": Way(PUBLIC, values=({}, {"confirmed": 1})),
    "panellist.interests_": Way(PANEL),
    "panellist.nominate": Way(PANEL),
    "panellist.further_": Way(PANEL),
    "recruiting.progress_": Way(RUN, "draft", _each("staged_id", "{staged}")),
    "files.overview": Way(STAFF, "closed"),
    "files.archive": Way(RUN | {"owner"}, "closed"),
    "files.archive_in": Way(CREATE),
    "files.upload": Way(RUN, "draft"),
    "files.columns": Way(UPLOADER, "draft", _each("upload_id", "{upload}")),
    "exercises.catalogue": Way(EXERCISE),
    "exercises.practice": Way(EXERCISE),
    "exercises.exercise": Way(EXERCISE, values=_each("exercise_id", "{exercise}")),
    "library.catalogue": Way(SHELF, values=_each("q", "", "drones")),
    "library.entry": Way(SHELF, values=_each("name", "S01", "S04")),
    "library.version": Way(SHELF, values=({"name": "S04", "version": 1},)),
    "library.new": Way(LIBRARY),
    "library.revise": Way(LIBRARY, values=_each("name", "S04")),
    "library.retire": Way(LIBRARY, values=_each("name", "S04")),
    "admin.accounts_": Way(ADMIN, values=({}, {"q": "fatima"}, {"state": "inactive"}, {"page": 2})),
    "admin.new": Way(ADMIN),
    "admin.account": Way(ADMIN, values=_each("account_id", "{account}")),
    "admin.installation": Way(ADMIN),
    "admin.audit": Way(ADMIN, values=({}, {"page": 2})),
    "briefs.workbench": Way(STAFF, "closed"),
    "briefs.text": Way(WRITE, "closed"),
    "briefs.plans": Way(WRITE, "closed"),
    "briefs.preview": Way(STAFF, "closed", _each("kind", "brief", "annex")),
    "briefs.draft_pdf": Way(STAFF, "closed", _each("kind", "brief", "annex")),
    "briefs.sign": Way(SIGN, "closed"),
    "briefs.report_pdf": Way(STAFF, "imported"),
    "briefs.print_asset": Way(PUBLIC, values=_each("name", "print.css")),
    "register.levels": Way(STAFF, "closed"),
    "register.indicators": Way(STAFF, "closed"),
    "register.actions": Way(STAFF, "closed"),
    "ethics.assessment": Way(STAFF, "closed"),
    "ethics.round": Way(STAFF, "open"),
    "ethics.open_round": Way(RUN, "closed"),
    "ethics.deadline": Way(RUN, "open"),
    "ethics.close": Way(RUN, "open"),
    "ethics.results": Way(STAFF, "open"),
    "ethics.flags": Way(STAFF, "open"),
    "ethics.mitigations": Way(STAFF, "closed"),
    "ethics.new_mitigation": Way(KEEP, "closed"),
    "ethics.mitigation": Way(KEEP, "closed", _each("measure_id", "{measure}")),
    "ethics.waiver": Way(STAFF, "closed"),
    "ethics.reasons": Way(RUN | ASSESS, "open"),
    "ethics.precedents": Way(STAFF, "closed"),
    "ethics.edit": Way(ASSESS, "closed"),
    "dpo.privacy": Way(AUDIT, "closed"),
    "dpo.ask": Way(RUN, "moderated", _each("rationale_id", "{reason}")),
    "network.release": Way(RELEASE, "closed"),
    "network.recipients": Way(RELEASE, "closed", _each("brief_id", "{brief}")),
    "network.retract": Way(RELEASE, "closed", _each("brief_id", "{brief}")),
    "network.communities": Way(CREATE),
    "reader.briefs": Way(PUBLIC),
    "reader.brief": Way(GIVEN, values=_each("brief_id", "{brief}")),
    "reader.actions": Way(GIVEN_IN, values=_each("brief_id", "{brief}")),
    "reader.pdf": Way(
        GIVEN, values=tuple({"brief_id": "{brief}", "kind": kind} for kind in ("brief", "annex"))
    ),
    "reader.ethics": Way(GIVEN, values=_each("brief_id", "{brief}")),
    "reader.arrive": Way(SIGNED, values=_each("brief_id", "{brief}")),
}
SENT_ON = {
    "public.home": 302,
    "reader.arrive": 302,
    "account.code": 303,
}  # for everybody who is signed in already
WITHOUT_LINK = {"account.link": 303, "account.new_password": 410}
SLOW = frozenset({"briefs.draft_pdf", "briefs.report_pdf"})  # a document is typeset for each answer


def get_routes(app: Flask) -> set[str]:
    """Return the endpoints that answer GET."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


def addresses(app: Flask, endpoint: str, known: Mapping[str, str], study_id: str = "") -> list[str]:
    """Return the addresses of an endpoint; ``known`` fills names in braces, ``study_id`` stands for its study."""
    needs_study = any(
        "study_id" in rule.arguments for rule in app.url_map.iter_rules() if rule.endpoint == endpoint
    )
    study = {"study_id": study_id or known[WAYS[endpoint].study]} if needs_study else {}
    with app.test_request_context():
        return [
            app.url_for(endpoint, **study, **{name: _filled(value, known) for name, value in values.items()})
            for values in WAYS[endpoint].values
        ]


def placeholders() -> set[str]:
    """Return the names of what an installation has to know to fill every address."""
    given = (str(value) for way in WAYS.values() for values in way.values for value in values.values())
    return {name for value in given for name in re.findall(r"\{(\w+)\}", value)}


def _filled(value: object, known: Mapping[str, str]) -> object:
    return value.format(**known) if isinstance(value, str) else value


class _Inline(HTMLParser):
    """Collects what a strict content policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")
        self.found += [f"{tag} {name}" for name in names if name == "style" or name.startswith("on")]
        self.found += [
            f"{tag} {value}" for _, value in attrs if (value or "").lstrip().startswith("javascript:")
        ]


def inline(html: str) -> list[str]:
    """Return styles and scripts that stand in the page itself."""
    reader = _Inline()
    reader.feed(html)
    return reader.found
