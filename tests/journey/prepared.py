"""One installation with a study in every state, its staff, a panellist, readers and outsiders."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.domain.columns import Columns
from copkit_delphi.domain.decisions import Choice
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.tidy import read_ratings
from copkit_delphi.elicitation import (
    attachments,
    behaviours,
    decisions,
    enquiries,
    feedback,
    pilots,
    proposals,
    questions,
    ratings,
    replies,
    reply_moderation,
    round_zero,
    studies,
    templates,
    uploads,
)
from copkit_delphi.elicitation.imports import import_ratings
from copkit_delphi.elicitation.models import (
    Applicant,
    Argument,
    Attachment,
    Enquiry,
    Item,
    Panellist,
    Proposal,
    ProposalRound,
    Study,
)
from copkit_delphi.elicitation.recruiting import enrolments, grids, staging
from copkit_delphi.elicitation.replies import Written
from copkit_delphi.ethics import behaviours as ethics_behaviours
from copkit_delphi.ethics import mitigations
from copkit_delphi.ethics import rounds as ethics_rounds
from copkit_delphi.ethics.plans import MeasurePlan
from copkit_delphi.installation import Installation
from copkit_delphi.library.shipped import DATA
from copkit_delphi.people import accounts, tokens, vault
from copkit_delphi.settings import Settings
from copkit_delphi.training import exercises
from copkit_delphi.warning import briefs
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from tests import factories
from tests.ethics import panel
from tests.network.factory import release
from tests.warning import factory

# The smallest picture there is: one point.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
LONG = timedelta(days=40)
IN_STUDIES = ("facilitator", "co_facilitator", "analyst", "ethics_reviewer", "dpo", "owner", "observer")
ELSEWHERE = {"reader": "Rita Reader", "admin": "Ada Administrator", "trainer": "Tim Trainer"}


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
        """Return the session cookie of ``role``: everybody signs in once."""
        if role not in self.cookies:
            self.cookies[role] = self._enter(role)
        return self.cookies[role]

    def _enter(self, role: str) -> str:
        client = self.app.test_client()
        if role == "panellist":
            client.post(f"/p/{self.known['token']}")
        else:
            typed = {"email": self.emails[role], "password": factories.PASSWORD}
            here = f"192.0.2.{len(self.cookies) + 1}"  # a machine of one's own: no limit is shared
            client.post("/sign-in", data=typed, environ_base={"REMOTE_ADDR": here})
        cookie = client.get_cookie("session")
        assert cookie, role
        return str(cookie.value)


def prepare(folder: Path, **settings: object) -> Prepared:
    """Make the installation at ``factory.LATER``, in a folder with an empty database."""
    app = create_app(Settings(data_dir=folder, **settings), clock=lambda _session: factory.LATER)
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
    place: Installation = app.extensions[KEY]
    with place.database.writing() as session:
        known, emails = furnish(place, session)
    return Prepared(app, known, emails)


def furnish(
    place: Installation, session: Session, people: str = "Ann; ann@panel.example; Industry"
) -> tuple[dict[str, str], dict[str, str]]:
    """Make a study in every state with one staff; return what fills addresses, and e-mail addresses by role.

    ``people`` are on the panel of the open study; the first of them has a link.
    """
    made = factory.staffed_study(place, session, end=False)
    known = {"closed": made.study_id} | _further_studies(place, session, made[Role.FACILITATOR], people)
    asked = studies.scenarios(session, made.study_id)[0].id
    known |= {"account": made[Role.ANALYST], "asked": asked, "file": _file(session, made.study_id, asked)}
    decisions.decide(
        session, study_id=made.study_id, round_number=2, choice=Choice.GO_ON, actor=made[Role.FACILITATOR],
        at=factories.NOW, reason="A new report came out.",
    )  # fmt: skip
    known["upload"] = _upload(place, session, known["draft"], made[Role.FACILITATOR])
    plan = MeasurePlan("M06", "MAU-01", "Limit it.", "Ministry", None)
    known["template"] = templates.save(
        session, study_id=known["draft"], name="A template", description="", scenarios=True,
        actor=made[Role.FACILITATOR], at=factories.NOW,
    ).id  # fmt: skip
    templates.share(
        session, key=known["template"], shared=True, actor=made[Role.FACILITATOR], at=factories.NOW
    )
    known["pilot"] = pilots.start(
        session, study_id=known["draft"], actor=made[Role.FACILITATOR], at=factories.NOW
    ).id
    known["measure"] = mitigations.add(
        session, study_id=made.study_id, plan=plan, actor=made[Role.ANALYST], at=factories.NOW
    ).id
    exercise = exercises.start(session, key="first-brief", trainee=made[Role.FACILITATOR], at=factories.NOW)
    known["exercise"] = exercise.id
    emails = _people(
        session, made, [known[name] for name in ("draft", "open", "moderated", "replied", "imported", "zero")]
    )
    known |= _briefs(place, session, made, accounts.by_email(session, emails["reader"]).id)
    return known, emails


def _further_studies(place: Installation, session: Session, lead: str, people: str) -> dict[str, str]:
    draft = factories.draft_study(session, lead, title="A draft")
    invited = "Ann; ann@panel.example; Industry\nBob; bob@panel.example; Civil society"
    factories.add_people(place, session, draft, invited)
    moderated, round_ = factories.running_study(place, session, lead, title="With reasons to check")
    factories.answer(session, round_)
    factories.close_round(session, round_, open_feedback=False)
    text = (DATA / "replicats" / "ratings.csv").read_bytes()
    imported = import_ratings(
        session, read_ratings(text), title="Imported panel", facilitator=lead, at=factories.NOW
    ).study_id
    scenario = studies.scenarios(session, draft.id)[0].id
    draft.languages = ["en", "de"]
    attachments.add(session, study_id=draft.id, scenario_id=scenario, name="a.png", content=PICTURE)
    page = questions.add_page(session, study_id=draft.id, title="Measures", summary="What could be done.")
    asked = [
        questions.add(session, study_id=draft.id, asking=questions.Asking(kind, "How good is it?", {}))
        for kind in ("text", "desirability")
    ]
    return (
        _recruiting(place, session, draft, lead)
        | _replied(place, session, lead)
        | {
            "draft": draft.id,
            "scenario": scenario,
            "page": page.id,
            "question": asked[0].id,
            "moderated": moderated.id,
            "reason": feedback.raw_reasons(session, round_=round_)[0].key,
            "imported": imported,
        }
        | _open_study(place, session, lead, people)
        | _zero_study(session, lead)
    )


def _replied(place: Installation, session: Session, lead: str) -> dict[str, str]:
    """Make a study of which two replies to an argument of round 1 are to be checked."""
    study, first = factories.running_study(place, session, lead, title="With replies to check")
    factories.answer(session, first)
    factories.close_round(session, first)
    second = factories.open_round(place, session, study)
    argument = session.scalars(
        select(Argument).join(Item).where(Argument.round_id == first.id, Item.name == "S02.likelihood")
    ).first()
    assert argument is not None
    codes = select(Panellist.id).where(Panellist.study_id == study.id).order_by(Panellist.id).limit(2)
    for code, text in zip(
        session.scalars(codes), ("I saw the opposite.", "Ann Able saw it too."), strict=True
    ):
        sent = {argument.id: Written(text, replies.mark(""))}
        replies.save(session, panellist_id=code, round_id=second.id, written=sent)
    factories.answer(session, second)
    factories.close_round(session, second, open_feedback=False)
    return {"replied": study.id, "reply": reply_moderation.raw(session, round_=second)[0].key}


def _recruiting(place: Installation, session: Session, draft: Study, lead: str) -> dict[str, str]:
    """Let a list wait to be looked at."""
    grid = grids.of_text("Name;E-mail;Group\nCem;cem@panel.example;Industry\nDan;no address;Press")
    staged = staging.stage(session, place.vault, study_id=draft.id, grid=grid, at=factory.LATER, actor=lead)
    return {"staged": staged.id}


def _asking_to_join(place: Installation, session: Session, study: Study, lead: str) -> dict[str, str]:
    """Open a page to enrol on, with somebody who confirmed the address and somebody who did not yet."""
    plan = enrolments.Plan(True, "Experts wanted", "We look for people who know ports.", None, 50, ())
    page = enrolments.set_up(session, study_id=study.id, plan=plan, at=factories.NOW, actor=lead)
    token = secrets.token_urlsafe(32)
    group = studies.groups(session, study.id)[0].id
    for name, digest in (("Cleo", None), ("Dora", tokens.digest(token))):
        said = {
            "name": name,
            "email": f"{name}@apply.example",
            "group_id": group,
            "organisation": "",
            "why": "",
        }
        until = factory.LATER + enrolments.CONFIRM_WITHIN if digest else None
        seal = place.vault.seal(said)
        session.add(
            Applicant(
                id=secrets.token_hex(16), study_id=study.id, token_hash=digest, expires_at=until, seal=seal
            )
        )
    return {"slug": page.slug, "apply_token": token}


def _round_zero(session: Session, study: Study) -> None:
    """Let six synthetic panellists propose something, and close; one proposal is left out with a reason."""
    round_ = round_zero.open_(
        session,
        study_id=study.id,
        question="What should we ask?",
        deadline=factories.NOW + LONG,
        actor="test",
        clock=factories.clock_at(),
    )
    codes = session.scalars(select(Panellist.id).where(Panellist.study_id == study.id, Panellist.synthetic))
    for number, code in enumerate(codes.fetchmany(6)):
        typed = proposals.Typed(f"Threat number {number}", "It happens by 2028.", "Seen elsewhere.")
        proposals.save(
            session, panellist_id=code, round_id=round_.id, typed=typed, clock=factories.clock_at()
        )
    round_zero.close(session, round_id=round_.id, actor="test", clock=factories.clock_at())
    first = round_zero.read(session, round_)[0].id
    round_zero.leave_out(
        session, round_=round_, chosen=[first], reason="Asked elsewhere.", actor="test", at=factories.NOW
    )


def _zero_study(session: Session, lead: str) -> dict[str, str]:
    """Make a draft study whose round 0 has closed."""
    study = factories.draft_study(session, lead, title="After round 0")
    behaviours.seat_panel(session, study_id=study.id, sizes=factories.SIZES)
    _round_zero(session, study)
    query = select(Proposal.id).join(ProposalRound).where(ProposalRound.study_id == study.id)
    return {"zero": study.id, "proposal": session.scalars(query.order_by(Proposal.id)).first() or ""}


def _file(session: Session, study_id: str, scenario_id: str) -> str:
    """Put a file beside a scenario of a study that is no draft any more; return its id."""
    row = Attachment(
        id=secrets.token_hex(8), study_id=study_id, scenario_id=scenario_id, name="a.png", mimetype="image/png",
        size=len(PICTURE), hash="h", position=1, content=PICTURE,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _upload(place: Installation, session: Session, draft: str, lead: str) -> str:
    """Upload the answers of a round run elsewhere, whose columns nobody has mapped yet."""
    data = b"panellist;group;S02.likelihood\nA;Industry;40\nB;Civil society;60\n"
    uploads.keep(
        session, account_id=lead, name="Ours", shared=False, mapping=Columns({"panellist": "panellist"})
    )
    sent = uploads.Sent(data, "round-1.csv")
    row = uploads.stage(session, place.vault, study_id=draft, account_id=lead, sent=sent, at=factory.LATER)
    return row.id


def _open_study(place: Installation, session: Session, lead: str, people: str) -> dict[str, str]:
    """Make a study open in round 2, whose people agreed to take part."""
    study = factories.draft_study(session, lead, title="Open in round 2")
    first_scenario = studies.scenarios(session, study.id)[0].id
    file = attachments.add(
        session, study_id=study.id, scenario_id=first_scenario, name="a.png", content=PICTURE
    ).id
    factories.add_people(place, session, study, people)
    behaviours.seat_panel(session, study_id=study.id, sizes=factories.SIZES)
    _round_zero(session, study)
    first = factories.open_round(place, session, study)
    for one in people_of(session, study):
        ratings.give_consent(session, panellist_id=one.id, version="1.0", quoting="no")
    factories.answer(session, first)
    factories.close_round(session, first)
    _ethics_rounds(session, study)
    second = factories.open_round(place, session, study, lasts=LONG)
    ann = people_of(session, study)[0]
    ratings.submit(session, panellist_id=ann.id, round_id=second.id, clock=factories.clock_at())
    enquiries.ask(session, panellist_id=ann.id, text="Does “by 2028” include all of that year?")
    asked = session.scalars(select(Enquiry.id).where(Enquiry.study_id == study.id)).one()
    _open_beside(session, study)
    old = place.links.issue(session, ann).rpartition("/p/")[2]
    new = place.links.issue(session, ann).rpartition("/p/")[2]
    contact = vault.contacts(session, place.vault, study_id=study.id)[0].id
    known = {
        "open": study.id,
        "token": new,
        "old_token": old,
        "contact": contact,
        "panel_file": file,
        "enquiry": asked,
    }
    return known | _asking_to_join(place, session, study, lead)


def _ethics_rounds(session: Session, study: Study) -> None:
    """Close a first ethics round, answered by the synthetic panel, and a second one."""
    first = panel.opened(session, study.id)
    ethics_behaviours.answer(session, first, clock=factories.clock_at(), seed=7)
    panel.closed(session, first)
    panel.closed(session, panel.opened(session, study.id, lasts=LONG))


def _open_beside(session: Session, study: Study) -> None:
    """Put an ethics round open beside the round of threats, which the product refuses: the walk sees both pages."""
    last = ethics_rounds.latest(session, study.id)
    assert last is not None
    last.state, last.closed_at = "open", None
    study.asked_until = last.deadline


def people_of(session: Session, study: Study) -> list[Panellist]:
    """Return the panellists who are persons."""
    query = select(Panellist).where(Panellist.study_id == study.id, ~Panellist.synthetic)
    return list(session.scalars(query.order_by(Panellist.id)))


def _briefs(place: Installation, session: Session, made: factory.Made, reader: str) -> dict[str, str]:
    """Release a first version to the reader and start a second one."""
    released = release(place, session, made, [reader])
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
    second = factories.make_account(session, "Cora Second", Role.CO_FACILITATOR, study_id=made.study_id)
    staff = dict(made.people) | {Role.OBSERVER: observer, Role.CO_FACILITATOR: second}
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
    emails["outsider"] = outsider.email
    for role, name in ELSEWHERE.items():
        emails[role] = factories.make_account(session, name, Role(role)).email
    return emails
