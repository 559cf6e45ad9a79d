"""Consent in versions, interests, proposals and the enrolment page, as panellists, facilitators and visitors see them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from copkit_delphi.elicitation import rounds, studies
from copkit_delphi.elicitation.models import Applicant, Panellist, Study
from copkit_delphi.elicitation.recruiting import consents, nominations
from copkit_delphi.elicitation.recruiting.nominations import Proposal
from copkit_delphi.installation import Installation
from copkit_delphi.people import vault
from copkit_delphi.people.models import OutboxMessage
from tests import factories as f
from tests.web import panel
from tests.web.test_receipt import pages_of
from tests.web.test_recruiting_lists import _count

PEOPLE = "\n".join(f"Person {n}; p{n}@x.example; Industry" for n in range(6))


@pytest.fixture
def facilitator(place: Installation) -> Any:
    with place.database.writing() as session:
        return f.make_account(session)


@pytest.fixture
def study(place: Installation, facilitator: Any) -> Study:
    """A study in round 1 with six people."""
    with place.database.writing() as session:
        return f.running_study(place, session, facilitator.id, people=PEOPLE, practice=False)[0]


@pytest.fixture
def client(facilitator: Any, study: Study, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in(facilitator.email)


def agreed(place: Installation, study: Study) -> list[str]:
    with place.database.writing() as session:
        codes = list(session.scalars(select(Panellist.id).where(Panellist.study_id == study.id)))
        for code in codes:
            consents.agree(session, panellist_id=code, shown="1", quoting="no")
        return codes


def new_text(client: FlaskClient, study: Study, **typed: str) -> Any:
    page = client.get(f"/studies/{study.id}/panel/texts").text
    basis = re.search(r'name="basis"[^>]*value="([^"]*)"', page)
    assert basis
    return client.post(f"/studies/{study.id}/panel/texts", data={"basis": basis[1], **typed})


# Consent --------------------------------------------------------------------------------------------------------------


def test_a_new_text_stops_answering_until_it_is_agreed_to(
    app: Flask, place: Installation, study: Study, client: FlaskClient
) -> None:
    someone = panel.enter(app, place, study)
    assert someone.get("/panel/1").status_code == 200
    typed = panel.fields(someone)
    refused = new_text(client, study, information="We record the country too.")
    assert refused.status_code == 422
    assert "We record the country too." in refused.text
    taken = new_text(
        client, study, information="We record the country too.", agreement="I agree to the country.",
        changed="The country is recorded.",
    )  # fmt: skip
    assert taken.status_code == 303
    assert someone.get("/panel/1").location == "/panel"
    lost = someone.post("/panel/1", data=typed | {"reason": "Half an hour of thought."})
    assert lost.status_code == 403
    assert "Half an hour of thought." in lost.text
    assert panel.values(place) == {}
    page = someone.get("/panel").text
    for words in ("The information changed", "The country is recorded.", "We record the country too.", "I agree to the country."):  # fmt: skip
        assert words in page
    assert someone.get("/panel/answers.csv").status_code == 200  # what is one's own stays within reach
    old = someone.post("/panel/consent", data={"agree": "y", "quoting": "no", "shown": "1"})
    assert old.status_code == 422
    assert "The text changed while you were reading" in old.text
    assert (
        someone.post("/panel/consent", data={"agree": "y", "quoting": "no", "shown": "2"}).status_code == 303
    )
    assert someone.get("/panel/1").status_code == 200
    assert f"{consents.EDITION}/2" in someone.get("/panel/my-data").text


def test_the_data_protection_officer_sees_every_version(client: FlaskClient, study: Study) -> None:
    new_text(client, study, information="More.", changed="More is said.")
    page = client.get(f"/studies/{study.id}/privacy").text
    assert "Versions of information and consent" in page
    assert "More is said." in page


# Interests ------------------------------------------------------------------------------------------------------------


def test_an_interest_is_declared_with_the_consent_changed_and_read_beside_the_name(
    app: Flask, place: Installation, study: Study, client: FlaskClient
) -> None:
    someone = panel.enter(app, place, study, consent=False)
    data = {"agree": "y", "quoting": "no", "interest": "declared", "interest_text": ""}
    refused = someone.post("/panel/consent", data=data)
    assert refused.status_code == 422
    assert "Say in a sentence what the interest is." in refused.text
    someone.post("/panel/consent", data=data | {"interest_text": "I sell <b>scanners</b>."})
    page = client.get(f"/studies/{study.id}/panel/interests").text
    assert "I sell &lt;b&gt;scanners&lt;/b&gt;." in page
    assert "I sell" in someone.get("/panel/my-data").text
    assert someone.post("/panel/interests", data={"interest": "none"}).status_code == 303
    assert "I sell" not in client.get(f"/studies/{study.id}/panel/interests").text
    monitor = client.get(f"/studies/{study.id}").text
    assert "scanners" not in monitor


def test_no_hint_forbids_what_the_question_asks(app: Flask, place: Installation, study: Study) -> None:
    someone = panel.enter(app, place, study, consent=False)
    before = someone.get("/panel").text
    someone.post("/panel/consent", data={"agree": "y", "quoting": "no"})
    for page in (before, someone.get("/panel/interests").text):
        assert "what kind of interest is it?" in page
        assert "a report gives counts only" in page
        assert "interest_text-not" not in page


# Further consents -----------------------------------------------------------------------------------------------------


def listed(client: FlaskClient, study: Study) -> str:
    return client.get(f"/studies/{study.id}/panel/agreed").text


def test_being_named_and_asked_again_are_ticks_of_their_own_that_nobody_has_set(
    app: Flask, place: Installation, study: Study, client: FlaskClient
) -> None:
    one, other = (panel.enter(app, place, study, who=who, consent=False) for who in (0, 1))
    for name in ("named", "recontact"):
        assert re.search(
            rf'<input(?![^>]*checked)[^>]*name="{name}"[^>]*type="checkbox"', one.get("/panel").text
        )
    one.post("/panel/consent", data={"agree": "y", "quoting": "no", "named": "y", "recontact": "y"})
    other.post("/panel/consent", data={"agree": "y", "quoting": "no"})
    assert one.get("/panel/my-data.json").get_json()["consent"]["chosen"].startswith("2027-01/1 2026-")
    ann, bob = (client_.get("/panel/my-data.json").get_json() for client_ in (one, other))
    assert [(who["consent"]["named"], who["consent"]["recontact"]) for who in (ann, bob)] == [
        (True, True),
        (False, False),
    ]
    assert "These lists open when the study has ended." in listed(client, study)
    assert ann["profile"]["name"] not in listed(client, study)
    end(place, study)
    page = listed(client, study)
    assert page.count(ann["profile"]["name"]) == 2
    assert page.count(ann["profile"]["address"]) == 1
    assert bob["profile"]["name"] not in page


def test_they_are_changed_at_any_time_and_stand_in_the_own_record(
    app: Flask, place: Installation, study: Study, client: FlaskClient
) -> None:
    one = panel.enter(app, place, study, consent=False)
    one.post("/panel/consent", data={"agree": "y", "quoting": "verbatim", "recontact": "y"})
    assert re.search(r'<input(?=[^>]* checked)[^>]*name="recontact"', one.get("/panel/consents").text)
    one.post("/panel/consents", data={"named": "y"})
    name = one.get("/panel/my-data.json").get_json()["profile"]["name"]
    asked = {
        "quote your reasons?": "Word for word",
        "named among those who took part?": "Yes",
        "take part in another study?": "No",
    }
    table = one.get("/panel/answers.csv").text
    page = one.get("/panel/my-data").text
    printed = " ".join(" ".join(pages_of(one.get("/panel/answers.pdf").get_data())).split())
    for question, said in asked.items():
        assert re.search(rf"{re.escape(question)},{said},", table)
        assert re.search(rf"{re.escape(question)}</dt><dd>{said}<", page)
        assert re.search(rf"{re.escape(question)} {said}", printed)
    new_text(client, study, information="More is said.", changed="A line.", agreement="")
    again = one.get("/panel").text
    assert re.search(r'<input(?=[^>]* checked)[^>]*name="named"', again)
    assert not re.search(r'<input(?=[^>]* checked)[^>]*name="recontact"', again)
    end(place, study)
    assert listed(client, study).count(name) == 1


def test_whoever_withdraws_is_on_no_list(
    app: Flask, place: Installation, study: Study, client: FlaskClient
) -> None:
    one = panel.enter(app, place, study, consent=False)
    one.post("/panel/consent", data={"agree": "y", "quoting": "no", "named": "y", "recontact": "y"})
    name = one.get("/panel/my-data.json").get_json()["profile"]["name"]
    one.post("/panel/withdraw")
    end(place, study)
    assert name not in listed(client, study)
    assert listed(client, study).count("Nobody.") == 2


def end(place: Installation, study: Study) -> None:
    with place.database.writing() as session:
        f.close_round(session, rounds.latest(session, study.id))
        studies.end(session, study_id=study.id, actor="t", at=f.NOW)


# Proposals ------------------------------------------------------------------------------------------------------------


def proposal(place: Installation, study: Study, **more: str) -> dict[str, str]:
    with place.database.reading() as session:
        group = vault.contacts(session, place.vault, study_id=study.id)[0].group_id
    return {"name": "Nora New", "email": "nora@new.example", "group": group, "why": "Ports.", **more}


def test_a_panellist_proposes_and_is_told_nothing_of_who_is_on_the_panel(
    app: Flask, place: Installation, study: Study, client: FlaskClient
) -> None:
    agreed(place, study)
    someone = panel.enter(app, place, study)
    someone.get("/panel")  # the thanks for the consent are read
    answers = [
        someone.post(
            "/panel/nominations", data=proposal(place, study, email=email), follow_redirects=True
        ).text
        for email in ("p3@x.example", "nobody@new.example")
    ]
    known, unknown = (
        re.sub(r"nominate \d more", "", re.sub(r'value="[^"]{40,}"', "", one)) for one in answers
    )
    assert known == unknown
    assert "not that it was you" in known
    page = client.get(f"/studies/{study.id}/panel/nominations").text
    assert "On the panel already" in page
    assert "nobody@new.example" in page
    assert not re.search(r"\b[0-9a-f]{32}\b(?=[^\"]*</p>)", page)


def test_before_consent_nobody_is_proposed(app: Flask, place: Installation, study: Study) -> None:
    someone = panel.enter(app, place, study, consent=False)
    assert someone.get("/panel/nominations").location == "/panel"
    assert someone.post("/panel/nominations", data=proposal(place, study)).status_code == 403


def test_facilitators_accept_or_decline_who_was_proposed(
    app: Flask, place: Installation, study: Study, client: FlaskClient
) -> None:
    codes = agreed(place, study)
    for name in ("Nora", "Otto"):
        with place.database.writing() as session:
            group = vault.contacts(session, place.vault, study_id=study.id)[0].group_id
            nominations.propose(
                session,
                place.vault,
                panellist_id=codes[0],
                proposal=Proposal(name, f"{name}@n.example", group),
            )
    path = f"/studies/{study.id}/panel/nominations"
    ways = dict(
        zip(re.findall(r'title">(Nora|Otto)<', page := client.get(path).text),
            re.findall(rf'action="({path}/\w+)" class="stack">', page), strict=True)
    )  # fmt: skip
    refused = client.post(ways["Otto"], data={"act": "decline", "reason": ""})
    assert refused.status_code == 422
    assert "Give a reason" in refused.text
    assert client.post(ways["Otto"], data={"act": "decline", "reason": "Too near."}).status_code == 303
    assert client.post(ways["Nora"], data={"act": "accept", "group": group}).status_code == 303
    page = client.get(path).text
    assert "Too near." in page
    assert "Nora" not in page
    overview = client.get(f"/studies/{study.id}/panel").text
    assert "1 person on the list was not invited yet" in overview
    late = client.post(f"/studies/{study.id}/panel/invite-late", follow_redirects=True)
    assert "Invited now: 1." in late.text
    assert "not invited yet" not in late.text


# The page to enrol on -------------------------------------------------------------------------------------------------


def open_page(client: FlaskClient, study: Study, **more: str) -> str:
    data = {"is_open": "y", "title": "Experts wanted", "text": "Who knows ports?", "most": "50", **more}
    path = f"/studies/{study.id}/panel/enrolment"
    assert client.post(path, data=data).status_code == 303
    found = re.search(r"/join/[\w-]+", client.get(path).text)
    assert found
    return found.group()


def mails(place: Installation, kind: str) -> list[dict[str, str]]:
    with place.database.reading() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind))
        return [place.vault.open(row.seal or b"") for row in rows]


def applicants(place: Installation) -> list[Applicant]:
    with place.database.reading() as session:
        return list(session.scalars(select(Applicant)))


def application(place: Installation, study: Study, email: str = "vic@v.example") -> dict[str, str]:
    return proposal(place, study, name="Vic Visitor", email=email, organisation="Port", website="")


def test_a_visitor_applies_confirms_and_is_invited_to_the_open_round(
    app: Flask, place: Installation, study: Study, client: FlaskClient
) -> None:
    where, visitor = open_page(client, study), app.test_client()
    page = visitor.get(where).text
    for words in ("Experts wanted", "Who knows ports?", study.paid_by, study.commissioned_by):
        assert words in page
    assert "Person 1" not in page
    assert visitor.post(where, data=application(place, study)).location == "/join/thanks"
    link = re.search(r"/join/confirm/[\w-]+", mails(place, "enrolment")[0]["text"])
    assert link
    path = f"/studies/{study.id}/panel/applicants"
    assert "Vic Visitor" not in client.get(path).text
    assert visitor.get(link.group()).status_code == 200  # a mail scanner opens links
    assert "Vic Visitor" not in client.get(path).text
    assert visitor.post(link.group()).status_code == 303
    assert visitor.get(link.group()).status_code == 410
    page = client.get(path).text
    assert "Vic Visitor" in page
    nobody = client.post(path, data={"act": "approve"})
    assert nobody.status_code == 422
    assert "Tick at least one" in nobody.text
    box = re.search(r'name="applicant" value="(\w+)"', page)
    assert box
    done = client.post(path, data={"act": "approve", "applicant": box[1]}, follow_redirects=True)
    assert "On the list and invited to the open round: 1." in done.text
    assert [mail["to"] for mail in mails(place, "invitation")].count("vic@v.example") == 1
    assert len(mails(place, "invitation")) == 7
    gone = client.post(path, data={"act": "decline", "applicant": box[1]})
    assert gone.status_code == 422
    assert "Somebody else decided" in gone.text


def test_the_answer_is_the_same_whoever_applies(
    app: Flask, place: Installation, study: Study, client: FlaskClient, facilitator: Any
) -> None:
    where, visitor = open_page(client, study), app.test_client()
    emails = ("nobody@v.example", "p1@x.example", facilitator.email)
    answers, counts = [], []
    for email in emails:
        data = application(place, study, email)
        counts.append(_count(place, lambda data=data: answers.append(visitor.post(where, data=data))))
    assert {(one.status_code, one.location, one.text) for one in answers} == {
        (303, "/join/thanks", answers[0].text)
    }
    assert len(set(counts)) == 1
    assert sorted(mail["to"] for mail in mails(place, "enrolment")) == sorted(emails)


def test_what_fills_in_every_field_gets_the_same_answer_and_nothing_is_kept(
    app: Flask, place: Installation, study: Study, client: FlaskClient
) -> None:
    where = open_page(client, study)
    data = application(place, study) | {"website": "https://spam.example"}
    assert app.test_client().post(where, data=data).location == "/join/thanks"
    assert applicants(place) == []
    assert mails(place, "enrolment") == []


def test_one_mailbox_gets_three_mails_a_day(
    app: Flask, place: Installation, study: Study, client: FlaskClient
) -> None:
    where = open_page(client, study)
    data = application(place, study)
    statuses = [
        app.test_client().post(where, data=data, environ_base={"REMOTE_ADDR": f"192.0.2.{n}"}).status_code
        for n in range(4)
    ]
    assert statuses == [303, 303, 303, 429]


def test_a_refused_application_is_kept_on_the_page_and_a_closed_page_says_so(
    app: Flask, place: Installation, study: Study, client: FlaskClient
) -> None:
    where, visitor = open_page(client, study), app.test_client()
    refused = visitor.post(where, data=application(place, study, "no address") | {"group": ""})
    assert refused.status_code == 422
    assert "Choose the group you would speak for." in refused.text
    assert "Vic Visitor" in refused.text
    refused = visitor.post(where, data=application(place, study, "no address"))
    assert "is not an e-mail address" in refused.text
    client.post(
        f"/studies/{study.id}/panel/enrolment", data={"title": "Experts wanted", "text": "Who?", "most": "50"}
    )
    closed = visitor.get(where)
    assert closed.status_code == 410
    assert "takes no more applications" in closed.text
    assert visitor.get("/join/of-nothing").status_code == 404


@pytest.mark.parametrize("page", ["", "/texts", "/interests", "/proposals", "/enrolment", "/applicants"])
def test_pages_about_the_panel_take_as_many_statements_for_a_thousand_people(
    client: FlaskClient, study: Study, place: Installation, page: str
) -> None:
    path, counts = f"/studies/{study.id}/panel{page}", []
    agreed(place, study)
    client.get(path)
    for n in (5, 1_000):
        grow(place, study, n)
        counts.append(_count(place, lambda: client.get(path)))
    assert counts[0] == counts[1]


def grow(place: Installation, study: Study, n: int) -> None:
    """Add ``n`` people to the list, and as many who were proposed and who applied."""
    with place.database.writing() as session:
        group = vault.contacts(session, place.vault, study_id=study.id)[0].group_id
        found = [
            vault.newcomer(name=f"P {i}", email=f"of{n}p{i}@x.example", group_id=group) for i in range(n)
        ]
        vault.add_all(session, place.vault, study_id=study.id, contacts=found, tell=lambda _done, _all: None)
        for one in found:
            said = {
                "name": one.name,
                "email": f"n{one.email}",
                "group_id": group,
                "organisation": "",
                "why": "x",
            }
            nomination = said | {"introduce": False, "reason": ""}
            session.add(nominations.Nomination(id=one.id, study_id=study.id, state="open", seal=place.vault.seal(nomination)))  # fmt: skip
            session.add(Applicant(id=one.id, study_id=study.id, seal=place.vault.seal(said)))
