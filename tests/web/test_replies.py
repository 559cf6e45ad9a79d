"""Replies through the browser's requests: written on the page of round 2, checked by facilitators, read in round 3."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from copkit_delphi.elicitation import rounds
from copkit_delphi.elicitation.models import Argument, Reply, Study
from copkit_delphi.people import accounts
from copkit_delphi.people.models import Account
from tests import factories as f
from tests.web import panel
from tests.web.test_panellist import text

SAID = "Ann Able of the port police saw the opposite."
BOX = re.compile(r'<textarea[^>]*name="reply_(\w+)"[^>]*>\s*(.*?)</textarea>', re.DOTALL)
DETAILS = re.compile(r'<details class="reply"( open)?><summary class="small">Reply to this argument')


@pytest.fixture
def study(place: Any) -> Study:
    return panel.started(place, rounds=2)


def boxes(client: FlaskClient, position: int = 1) -> dict[str, str]:
    """Return the boxes of a page by argument, with what stands in them."""
    return dict(BOX.findall(text(client.get(f"/panel/{position}"))))


def typed(client: FlaskClient, key: str, words: str, *, round_: int = 2) -> dict[str, str]:
    """Return the page as a browser would send it, with a reply typed."""
    page = text(client.get("/panel/1"))
    hidden = dict(re.findall(r'name="(stood_\w+|drafts|page)" type="hidden" value="([^"]*)"', page))
    return {**panel.fields(client, round_=round_), **hidden, **dict(BOX.findall(page)), f"reply_{key}": words}


def facilitator(app: Flask, place: Any, study: Study) -> FlaskClient:
    with place.database.reading() as session:
        lead = next(who for _, _, who in accounts.holders(session, study_id=study.id))
        email = session.get_one(Account, lead).email
    client = app.test_client()
    assert client.post("/sign-in", data={"email": email, "password": f.PASSWORD}).status_code == 302
    return client


def closed(place: Any, study: Study) -> str:
    """Close the open round; return the address of its moderation."""
    with place.database.writing() as session:
        round_ = rounds.latest(session, study.id)
        f.answer(session, round_)
        f.close_round(session, round_, open_feedback=False)
        return f"/studies/{study.id}/rounds/{round_.number}/moderation"


def basis(page: str) -> str:
    found = re.search(r'name="basis" value="(\w+)"', page)
    assert found
    return found[1]


def test_a_reply_is_saved_with_the_answer_and_is_its_authors_alone(
    app: Flask, place: Any, study: Study
) -> None:
    ann = panel.enter(app, place, study)
    page = text(ann.get("/panel/1"))
    keys = list(boxes(ann))
    assert len(keys) == len(DETAILS.findall(page)) > 1
    assert not any(DETAILS.findall(page))  # all folded: answering stays short
    assert 'form="answers"' in re.search(r'<textarea[^>]*name="reply_[^>]*>', page)[0]
    assert page.count("No names of people or organisations") > len(keys)
    assert ann.post("/panel/1", data=typed(ann, keys[0], SAID)).status_code == 303
    assert boxes(ann)[keys[0]] == SAID
    assert DETAILS.findall(text(ann.get("/panel/1"))).count(" open") == 1
    for path in ("/panel/review", "/panel/answers.csv", "/panel/my-data", "/panel/my-data.json"):
        assert SAID in text(ann.get(path)), path
    assert "1 reply to an argument is stored." in text(ann.get("/panel/review"))
    assert "Read by nobody else while the round is open." in text(ann.get("/panel/my-data"))
    bob = panel.enter(app, place, study, who=1)
    for path in ("/panel/1", "/panel", "/panel/review", "/panel/results", "/panel/my-data.json"):
        assert "Ann Able" not in text(bob.get(path)), path
    assert ann.post("/panel/1", data=typed(ann, keys[0], "")).status_code == 303
    assert boxes(ann)[keys[0]] == ""


def test_a_reply_that_is_too_long_stays_on_the_page_and_a_foreign_one_is_refused(
    app: Flask, place: Any, study: Study
) -> None:
    ann = panel.enter(app, place, study)
    key = next(iter(boxes(ann)))
    answer = ann.post("/panel/1", data=typed(ann, key, "x" * 401))
    assert answer.status_code == 422
    assert "A reply has at most 400 characters." in text(answer)
    assert "x" * 401 in text(answer)
    assert DETAILS.findall(text(answer)).count(" open") == 1
    assert panel.values(place) == {}
    forged = {**panel.fields(ann, round_=2), f"reply_{'f' * 32}": "A reply."}
    assert ann.post("/panel/1", data=forged).status_code == 422
    assert panel.values(place) == {}


def test_a_reply_is_safe_in_a_spreadsheet(app: Flask, place: Any, study: Study) -> None:
    ann = panel.enter(app, place, study)
    key = next(iter(boxes(ann)))
    assert ann.post("/panel/1", data=typed(ann, key, "=1+1")).status_code == 303
    lines = text(ann.get("/panel/answers.csv")).splitlines()
    assert [line.rpartition(",")[2] for line in lines if "=1+1" in line] == ["'=1+1"]


def test_a_draft_is_kept_and_is_no_reply(app: Flask, place: Any, study: Study) -> None:
    ann = panel.enter(app, place, study)
    key = next(iter(boxes(ann)))
    assert ann.post("/panel/1/draft", data=typed(ann, key, SAID)).status_code == 200
    assert boxes(ann)[key] == SAID
    with place.database.reading() as session:
        assert session.scalars(select(Reply)).all() == []
    assert "Drafts, not counted" in text(ann.get("/panel/review"))
    assert ann.post("/panel/1", data=typed(ann, key, SAID)).status_code == 303
    assert "Drafts, not counted" not in text(ann.get("/panel/review"))


def test_another_device_is_neither_overwritten_unseen_nor_in_the_way(
    app: Flask, place: Any, study: Study
) -> None:
    path = panel.link(place, study)
    phone, laptop = (panel.enter(app, place, study, path=path) for _ in range(2))
    key, other = list(boxes(phone))[:2]
    old, untouched = typed(laptop, key, "Typed on the laptop."), typed(laptop, other, "")
    assert phone.post("/panel/1", data=typed(phone, key, "Saved on the phone.")).status_code == 303
    moved = laptop.post("/panel/1", data=old | {"basis": typed(laptop, key, "")["basis"]})
    assert moved.status_code == 409
    assert "Your reply to “" in text(moved)
    assert "Saved on the phone." in text(moved)
    assert "Typed on the laptop." in text(moved)
    taken = laptop.post("/panel/1", data=old | {"take": f"reply_{key}"})
    assert dict(BOX.findall(text(taken)))[key] == "Saved on the phone."
    again = untouched | {"basis": typed(laptop, key, "")["basis"]}
    assert laptop.post("/panel/1", data=again).status_code == 303
    assert boxes(phone)[key] == "Saved on the phone."


def test_what_was_typed_is_given_back_when_the_round_has_closed(app: Flask, place: Any, study: Study) -> None:
    ann = panel.enter(app, place, study)
    sent = typed(ann, next(iter(boxes(ann))), SAID)
    closed(place, study)
    late = ann.post("/panel/1", data=sent)
    assert late.status_code == 409
    assert SAID in text(late)


BOB, ELSEWHERE = "Bob does not think so.", "Ann says this elsewhere."


@dataclass
class Checking:
    """Ann and Bob replied to one argument, Ann to another one too; the reasons of the round are checked."""

    argument: str
    lead: FlaskClient
    base: str
    bench: str
    keys: dict[str, str]
    codes: set[str]

    def page(self) -> str:
        return text(self.lead.get(self.bench))

    def press(self, status: int, **fields: str) -> str:
        answer = self.lead.post(self.bench, data={"basis": basis(self.page())} | fields)
        assert answer.status_code == status
        return text(answer)

    def settle(self) -> None:
        """Show Bob's reply, remove Ann's name from hers, leave the other one out, and open the feedback."""
        self.press(303, do="pass", pick=self.keys[BOB])
        self.press(303, do=f"redact:{self.keys[SAID]}", text="[removed: identity] saw the opposite.")
        self.press(303, do="leave_out", ground="off_topic", pick=self.keys[ELSEWHERE])
        assert self.lead.post(self.base, data={"then": "open"}).status_code == 303


@pytest.fixture
def checking(app: Flask, place: Any, study: Study) -> Checking:
    ann, bob = panel.enter(app, place, study), panel.enter(app, place, study, who=1)
    first, second = list(boxes(ann))[:2]
    sent = typed(ann, first, SAID) | {f"reply_{second}": ELSEWHERE}
    assert ann.post("/panel/1", data=sent).status_code == 303
    assert bob.post("/panel/1", data=typed(bob, first, BOB)).status_code == 303
    lead = facilitator(app, place, study)
    for path in (f"/studies/{study.id}", f"/studies/{study.id}/rounds/2/monitor"):
        assert "Ann Able" not in text(lead.get(path))
    base = closed(place, study)
    f.pass_all_reasons(lead, base)
    bench = re.search(rf'href="({base}/[^"]+/replies)"', text(lead.get(base)))
    assert bench
    with place.database.reading() as session:
        rows = session.scalars(select(Reply)).all()
        keys, codes = {one.text: one.id for one in rows}, {one.panellist_id or "" for one in rows}
    return Checking(first, lead, base, bench[1], keys, codes)


def test_replies_are_checked_beside_their_argument(checking: Checking, place: Any) -> None:
    assert "3 replies are left to check." in text(checking.lead.get(checking.base))
    refused = checking.lead.post(checking.base, data={"then": "open"})
    assert refused.status_code == 422
    assert "Some replies are not checked yet" in text(refused)
    page = checking.page()
    with place.database.reading() as session:
        assert session.get_one(Argument, checking.argument).text in page
    assert 'class="suspect"' in page
    for leak in (*checking.codes, "Industry", "Civil society", "<b>Panellist"):
        assert leak not in page
    checking.press(422, do="pass")
    checking.press(404, do="nonsense")
    checking.press(404, do="redact:nothing", text="x")
    checking.press(303, do="pass", pick=checking.keys[BOB])
    late = checking.press(409, do="leave_out", ground="insult", pick=checking.keys[BOB], basis="0")
    assert f'value="{checking.keys[BOB]}" checked' in late
    checking.press(303, do="restore", pick=checking.keys[BOB])
    checking.press(303, do="pass_rest")
    assert "Every reply is checked." in checking.page()


def test_words_are_only_taken_away_and_what_was_typed_stays(checking: Checking) -> None:
    key = checking.keys[SAID]
    assert f">{SAID}</textarea>" in text(checking.lead.get(f"{checking.bench}?words={key}"))
    assert checking.lead.get(f"{checking.bench}?words=nothing").status_code == 404
    named = {"do": f"mark:{key}", "text": SAID, "kind": "identity"}
    marked = checking.press(200, **named, words="ann able of the port police")
    assert ">[removed: identity] saw the opposite.</textarea>" in marked
    assert "stand in no text here" in checking.press(200, **named, words="Carla")
    changed = checking.press(422, do=f"redact:{key}", text="Somebody saw the opposite.")
    assert "only taken away" in changed
    assert "Somebody saw the opposite.</textarea>" in changed
    checking.press(303, do=f"redact:{key}", text="[removed: identity] saw the opposite.")
    assert '<mark class="removed">[removed: identity]</mark> saw the opposite.' in checking.page()


def test_the_panel_reads_them_in_the_next_round_under_letters(
    app: Flask, place: Any, study: Study, checking: Checking
) -> None:
    checking.settle()
    log = text(checking.lead.get(f"/studies/{study.id}/reasons"))
    assert "Replies left out, round 2" in log
    assert "Words of a reply removed, round 2" in log
    with place.database.writing() as session:
        f.open_round(place, session, session.get_one(Study, study.id))
        words = session.get_one(Argument, checking.argument).text
    ann, bob = panel.enter(app, place, study), panel.enter(app, place, study, who=1)
    mine, theirs = (text(one.get("/panel/1")) for one in (ann, bob))
    for page in (mine, theirs, text(bob.get("/panel/results"))):
        assert words in page
        assert BOB in page
        assert "Ann Able" not in page
        assert ELSEWHERE not in page
        assert sorted(re.findall(r"<b>Panellist ([A-Z]+)</b>", page)) == ["A", "B"]
        assert page.count("(yours)") == 1
    assert re.search(r'</b> <b class="own">\(yours\)</b>: <mark class="removed">\[removed', mine)
    assert re.search(rf'</b> <b class="own">\(yours\)</b>: {BOB}', theirs)
    assert checking.argument in boxes(ann)  # the thread goes on
    again = typed(ann, checking.argument, "Once more.", round_=3)
    assert ann.post("/panel/1", data=again).status_code == 303
    assert "Once more." not in text(bob.get("/panel/1"))
    told = text(ann.get("/panel/my-data"))
    assert "with marks in the place of some words, as Panellist" in told
    assert "Left out. Ground: off topic." in told


def test_words_that_were_named_and_not_marked_are_not_passed_on_unseen(
    checking: Checking, study: Study
) -> None:
    key = checking.keys[SAID]
    page = checking.press(422, do=f"redact:{key}", text=SAID, words="Ann Able")
    assert "Words to remove are typed, but no marks are set." in page
    assert 'value="Ann Able"' in page
    assert "Shown as typed" not in checking.page()
    checking.press(303, do=f"redact:{key}", text=SAID)
    log = text(checking.lead.get(f"/studies/{study.id}/reasons"))
    assert "Words of a reply removed" not in log


def test_what_the_panel_will_read_stands_in_the_preview_and_takes_no_mark(
    study: Study, checking: Checking
) -> None:
    preview = f"/studies/{study.id}/rounds/2/preview"
    assert BOB not in text(checking.lead.get(preview))  # nobody has a letter yet
    checking.settle()
    page = text(checking.lead.get(preview))
    assert re.search(rf"<b>Panellist [AB]</b>: {BOB}", page)
    assert "(yours)" not in page
    marks = re.findall(r'<input type="checkbox" id="(?:useful|changed)-[^>]*>', page)
    assert marks
    assert all(" disabled" in one for one in marks)
    replying = re.findall(r'<textarea[^>]*name="reply_[^>]*>', page)
    assert all(" disabled" in one for one in replying)
