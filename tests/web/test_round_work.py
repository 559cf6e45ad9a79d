"""Round work in the browser: what is asked, feedback forms, reopening by two, new words, the preview; bad input."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert

from copkit_delphi.domain.between import Feedback
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import carrying, rounds, studies
from copkit_delphi.elicitation.models import Item, Panellist, Round, RoundItem, Scenario, StakeholderGroup
from copkit_delphi.installation import Installation
from tests import factories as f
from tests.web import panel

DEADLINE = "2026-11-20T18:00"


@dataclass
class Office:
    """A facilitator and a colleague, signed in, with a study."""

    study_id: str
    client: FlaskClient
    other: FlaskClient
    place: Installation
    owner: FlaskClient
    found: dict[str, str] = field(default_factory=dict)

    def url(self, path: str = "") -> str:
        return f"/studies/{self.study_id}{path}"


@pytest.fixture
def office(place: Installation, sign_in: Callable[[str], FlaskClient]) -> Callable[..., Office]:
    """Return a maker of studies: ``n`` closed rounds, the last with its feedback open or not."""

    def made(n: int = 1, *, feedback: bool = True, **changes: object) -> Office:
        with place.database.writing() as session:
            account = f.make_account(session)
            study, round_ = f.running_study(place, session, account.id, **changes)  # type: ignore[arg-type]
            for number in range(1, n + 1):
                f.answer(session, round_)
                f.close_round(session, round_, open_feedback=feedback or number < n)
                if number < n:
                    round_ = f.open_round(place, session, study)
            other = f.make_account(session, "Carl Colleague", Role.CO_FACILITATOR, study_id=study.id)
            owner = f.make_account(session, "Olga Owner", Role.OWNER, study_id=study.id)
        return Office(study.id, sign_in(account.email), sign_in(other.email), place, sign_in(owner.email))

    return made


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" type="hidden" value="([^"]*)"', page)
    assert found
    return found.group(1)


def text(response: object) -> str:
    return html.unescape(response.text)  # type: ignore[attr-defined]


def test_the_list_of_what_is_asked_has_the_verdicts_and_a_deviation_is_printed(
    office: Callable[..., Office],
) -> None:
    at = office(2)
    against = {"reason": "A new report came out."}
    assert at.client.post(at.url("/deciding/2"), data=against).status_code == 303
    page = text(at.client.get(at.url("/rounds/next")))
    assert "By the rule of this study: every item again." in page
    assert page.count('name="items"') == page.count(" checked") == 8
    assert "Consensus, settled" in page
    item = re.search(r'name="items" value="(\w+)"', page)
    assert item
    only = {"deadline": DEADLINE, "choosing": "1", "items": item.group(1)}
    refused = at.client.post(at.url("/rounds/next"), data=only)
    assert refused.status_code == 422
    assert "Say why other items are asked" in text(refused)
    assert text(refused).count(" checked") == 1
    assert 'href="#why">Say why other items are asked' in text(refused)
    assert 'id="why-error"' in text(refused)
    assert 'id="deadline-error"' not in text(refused)
    assert at.client.post(at.url("/rounds/next"), data={**only, "why": "Short of time."}).status_code == 303
    listed = text(at.client.get(at.url("/rounds")))
    assert "Items asked</dt><dd>2" in re.sub(r">\s+<", "><", listed)


def test_against_the_advice_no_round_opens_without_a_reason(office: Callable[..., Office]) -> None:
    at = office(2)
    for answer in (
        at.client.get(at.url("/rounds/next")),
        at.client.post(at.url("/rounds/next"), data={"deadline": DEADLINE}),
    ):
        assert answer.location == at.url("/deciding/2")
    assert "Say here why another round is held" in text(at.client.get(at.url("/deciding/2")))
    with at.place.database.reading() as session:
        assert rounds.get(session, study_id=at.study_id, number=3).state == "draft"


@pytest.mark.parametrize("items", [["nonsense"], [], ["'; --", "\x00"]])
def test_a_choice_of_nothing_is_refused(office: Callable[..., Office], items: list[str]) -> None:
    at = office(1)
    data = {"deadline": DEADLINE, "choosing": "1", "items": items, "why": "x"}
    refused = at.client.post(at.url("/rounds/next"), data=data)
    assert refused.status_code == 422
    assert 'href="#items-0">Every item is settled' in text(refused)
    assert 'id="items-error"' in text(refused)
    assert 'id="items-0"' in text(refused)
    with at.place.database.reading() as session:
        assert rounds.get(session, study_id=at.study_id, number=2).state == "draft"


def third_round(at: Office, *names: str) -> None:
    with at.place.database.writing() as session:
        offered = carrying.proposals(session, study_id=at.study_id, number=3)
        chosen = [one.item.id for one in offered if one.item.name.startswith(names)]
        rounds.open_next(
            session, study_id=at.study_id, deadline=f.NOW + f.WEEK, actor="t", clock=f.clock_at(),
            chosen=chosen, reason="Short of time.",
        )  # fmt: skip


def test_a_settled_scenario_is_folded_and_keeps_its_result(app: Flask, place: Installation) -> None:
    study = panel.started(place, rounds=2)
    with place.database.writing() as session:
        second = rounds.get(session, study_id=study.id, number=2)
        panel.save_all(session, study, second.id)
        f.answer(session, second)
        f.close_round(session, second)
    third_round(Office(study.id, app.test_client(), app.test_client(), place, app.test_client()), "S13")
    client = panel.enter(app, place, study)
    desk = text(client.get("/panel"))
    assert "Settled in round 2: " in desk
    assert "Start with scenario 1" in desk
    assert "0 of 1 scenario answered." in desk
    page = text(client.get("/panel/2"))
    assert "scenario 1 of 1" in page
    assert client.get("/panel/1").status_code == 404
    assert client.post("/panel/1", data={"round": "3", "likelihood": "20"}).status_code == 404
    basis = hidden(client.get("/panel/2").text, "basis")
    saved = client.post("/panel/2", data={"round": "3", "likelihood": "20", "reason": "x", "basis": basis})
    assert saved.headers["Location"].endswith("/panel/review")
    review = text(client.get("/panel/review"))
    assert "Change scenario 1" in review
    assert "Change scenario 2" not in review


def test_results_that_stand_say_from_which_round(office: Callable[..., Office]) -> None:
    at = office(2)
    third_round(at, "S13")
    with at.place.database.writing() as session:
        third = rounds.get(session, study_id=at.study_id, number=3)
        f.answer(session, third)
        f.close_round(session, third)
    page = text(at.client.get(at.url("/results")))
    assert page.count("from round 2") == 1
    assert "not asked again" in page
    one = text(at.client.get(at.url("/results/3/items/S02.likelihood")))
    assert "Last asked in round 2. Its result stands." in one
    assert "Hollow and dashed" not in one
    assert "Hollow and dashed: round 2." in text(at.client.get(at.url("/results/3/items/S13.likelihood")))
    exported = at.client.get(at.url("/results/3/snapshot.json")).get_json()
    assert exported["carried"]["S02.likelihood"] == 2


@pytest.mark.parametrize(
    ("form", "seen", "unseen"),
    [
        (Feedback("all"), ["The middle half of the", "Prices of the software"], ["Law enforcement"]),
        (Feedback("all", "reasons"), ["Prices of the software", "shows no figures"], ["The middle half of"]),
        (
            Feedback("split", "figures"),
            ["The middle half of the", "Law enforcement"],
            ["Prices of the software"],
        ),
        (
            Feedback("none"),
            ["You said 80%"],
            ["The middle half of", "Prices of the software", "Law enforcement"],
        ),
    ],
)
def test_the_feedback_has_the_form_that_was_fixed(
    app: Flask, place: Installation, form: Feedback, seen: list[str], unseen: list[str]
) -> None:
    protocol = Protocol(dimensions=("physical", "economic", "rights"), feedback=form)
    client = panel.enter(app, place, panel.started(place, rounds=2, protocol=protocol))
    for path in ("/panel/1", "/panel/results"):
        page = text(client.get(path))
        for leak in unseen:
            assert leak not in page, (path, leak)
    page = text(client.get("/panel/1"))
    assert "You said 80%" in page
    for word in seen:
        assert word in page


def test_the_feedback_form_and_the_carrying_rule_are_set_with_the_rules(
    place: Installation, sign_in: Callable[[str], FlaskClient]
) -> None:
    with place.database.writing() as session:
        account = f.make_account(session)
        study = f.draft_study(session, account.id)
    client = sign_in(account.email)
    url = f"/studies/{study.id}/set-up/rules"
    assert "makes agreement look larger than it is" in text(client.get(url))
    data = {
        "dimensions": ["rights"],
        "rule": "default",
        "min_rounds": "2",
        "max_rounds": "4",
        "keep_names": "90",
        "keep_answers": "365",
    }
    more = {"feedback_groups": "all", "feedback_parts": "reasons", "carry": "open"}
    assert client.post(url, data={**data, **more}).status_code == 303
    with place.database.reading() as session:
        protocol = Protocol.from_dict(studies.get(session, study.id).protocol)
        assert (protocol.feedback.form, protocol.carry, protocol.stopping.max_rounds) == (
            "all-reasons",
            "open",
            4,
        )
    for bad in ({"carry": "some"}, {"feedback_groups": "x" * 90}, {"feedback_parts": "\x00"}):
        assert client.post(url, data={**data, **bad}).status_code == 422
    assert client.post(url, data={**data, "max_rounds": "5"}).status_code == 422


def test_two_people_open_a_round_again_and_the_panel_is_told(
    app: Flask, place: Installation, sign_in: Callable[[str], FlaskClient]
) -> None:
    with place.database.writing() as session:
        account = f.make_account(session)
        study, round_ = f.running_study(place, session, account.id, people=panel.PEOPLE)
        f.answer(session, round_)
        f.close_round(session, round_, open_feedback=False)
        other = f.make_account(session, "Olga Owner", Role.OWNER, study_id=study.id)
    client, owner = sign_in(account.email), sign_in(other.email)
    url = f"/studies/{study.id}/rounds/1/reopen"
    assert "A few late answers change no figure" in text(client.get(url))
    assert client.post(url, data={"deadline": DEADLINE}).status_code == 422
    assert owner.post(url, data={"deadline": DEADLINE, "reason": "x"}).status_code == 403
    asked = {"deadline": DEADLINE, "reason": "The <b>mail</b> server was down."}
    assert client.post(url, data=asked).status_code == 303
    assert client.post(url, data=asked).status_code == 422
    assert client.post(f"{url}/confirm").status_code == 403
    page = owner.get(url).text
    assert "The &lt;b&gt;mail" in page
    assert "It takes a second person" in text(client.get(f"/studies/{study.id}/rounds"))
    for at in ("/studies", f"/studies/{study.id}"):
        assert "Somebody asks to open a closed round again" in text(owner.get(at))
        assert f'href="{url}"' in text(owner.get(at))
        assert "Somebody asks to open" not in text(client.get(at))
    assert owner.post(f"{url}/confirm").status_code == 303
    assert "Somebody asks to open" not in text(owner.get("/studies"))
    assert owner.post(f"{url}/confirm").status_code == 409
    assert client.get(f"/studies/{study.id}/results").text.count("median") == 0
    assert client.get(f"/studies/{study.id}/results/1/snapshot.json").status_code == 404
    told = text(panel.enter(app, place, study).get("/panel"))
    assert "Round 1 was opened again." in told
    assert "The <b>mail</b> server was down." in told


def test_a_request_is_taken_back(office: Callable[..., Office]) -> None:
    at = office(1, feedback=False)
    url = at.url("/rounds/1/reopen")
    assert at.client.post(url, data={"deadline": DEADLINE, "reason": "x"}).status_code == 303
    assert at.other.post(f"{url}/drop").status_code == 303
    assert at.other.post(f"{url}/confirm").status_code == 409
    assert "Ask a second person" in text(at.client.get(url))


def test_words_change_between_rounds_and_the_panel_sees_old_and_new(
    app: Flask, place: Installation, sign_in: Callable[[str], FlaskClient]
) -> None:
    study = panel.started(place, rounds=2)
    with place.database.writing() as session:
        second = rounds.get(session, study_id=study.id, number=2)
        panel.save_all(session, study, second.id)
        f.answer(session, second)
        f.close_round(session, second)
        account = f.make_account(session, "Carl Colleague", Role.CO_FACILITATOR, study_id=study.id)
        scenario = studies.scenarios(session, study.id)[0].id
    client = sign_in(account.email)
    url = f"/studies/{study.id}/scenarios/{scenario}/words"
    page = client.get(url)
    old = re.search(r"<textarea[^>]*name=\"statement\"[^>]*>(.*?)</textarea>", page.text, re.DOTALL)
    assert old
    new = {
        "version": "1",
        "statement": "By 31 December 2028, it <i>happens</i>.",
        "reason": "It was unclear.",
    }
    assert client.post(url, data={**new, "reason": " "}).status_code == 422
    assert client.post(url, data=new).status_code == 303
    stale = client.post(url, data={**new, "statement": "Mine."})
    assert stale.status_code == 409
    assert "Mine." in stale.text
    assert "As it stands now:" in stale.text
    assert 'name="version" type="hidden" value="2"' in stale.text
    with place.database.writing() as session:
        f.open_round(place, session, studies.get(session, study.id))
    assert client.get(url).status_code == 409
    ann = panel.enter(app, place, study)
    page = ann.get("/panel/1")
    assert "This statement was changed since round 2" in page.text
    assert "it &lt;i&gt;happens&lt;/i&gt;" in page.text
    assert html.unescape(old.group(1)).strip() in text(page)
    assert "You said 80%" in page.text
    assert 'name="likelihood" type="text" value="80"' not in page.text
    assert 'value="80"' not in page.text
    stands = {"round": "3", "keep": "1", "basis": hidden(page.text, "basis")}
    kept = ann.post("/panel/1", data=stands)
    assert kept.status_code == 422
    assert "Tick that your earlier answers still hold" in text(kept)
    assert ann.post("/panel/1", data={**stands, "holds": "1"}).status_code == 303
    assert 'value="80"' in ann.get("/panel/1").text
    assert "This statement was changed" not in ann.get("/panel/2").text


def test_the_preview_shows_the_page_with_a_made_up_answer(office: Callable[..., Office]) -> None:
    at = office(1, feedback=False)
    url = at.url("/rounds/1/preview")
    page = text(at.client.get(url))
    assert "Preview" in page
    assert "You said 50%" in page
    assert "<fieldset disabled>" in page
    assert "Save and continue" not in page
    whole = text(at.client.get(f"{url}?group=panel&page=2"))
    assert "As it would look without figures of groups" in whole
    assert (
        'class="drow"><span class="lab"' not in whole.split("As it would look")[1]
        or "Industry</span>" not in whole.split('class="two')[1]
    )
    for bad in ("?group=nobody", "?page=0", "?page=99", "?page=x", "?group=%00"):
        assert at.client.get(f"{url}{bad}").status_code == 404
    assert at.owner.get(url).status_code == 403


def test_a_preview_needs_a_closed_round(office: Callable[..., Office]) -> None:
    at = office(0)
    assert at.client.get(at.url("/rounds/1/preview")).status_code == 409


def test_a_planned_round_is_removed_and_planned_again(office: Callable[..., Office]) -> None:
    at = office(1)
    assert at.client.post(at.url("/rounds/remove")).status_code == 303
    assert at.client.post(at.url("/rounds/remove")).status_code == 409
    assert "Plan a further round" in text(at.client.get(at.url("/rounds")))
    assert at.client.post(at.url("/rounds/plan")).status_code == 303
    assert at.client.post(at.url("/rounds/plan")).status_code == 409
    assert "Round 2, planned" in text(at.client.get(at.url("/rounds")))


# As large as it gets --------------------------------------------------------------------------------------------------


@contextmanager
def counting(place: Installation) -> Iterator[list[str]]:
    """Collect the statements that are run."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(place.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(place.database.engine, "before_cursor_execute", note)


def grow(at: Office, scenarios: int, people: int) -> None:
    """Add scenarios that round 1 asked, and people on the panel."""
    with at.place.database.writing() as session:
        first = session.query(Round).filter_by(study_id=at.study_id, number=1).one().id
        group = session.query(StakeholderGroup).filter_by(study_id=at.study_id).first()
        assert group
        pages = [
            {
                "id": f"p{n}",
                "study_id": at.study_id,
                "name": f"N{n}",
                "position": 100 + n,
                "title": f"Page {n}",
                "counts": [],
                "counts_not": [],
                "rights": [],
                "sources": [],
            }
            for n in range(scenarios)
        ]
        items = [
            {
                "id": f"i{n}",
                "study_id": at.study_id,
                "scenario_id": f"p{n}",
                "name": f"N{n}.likelihood",
                "kind": "likelihood",
                "wording": "It happens.",
                "low": 1,
                "high": 99,
                "step": 1,
                "position": 10_000 + n,
            }
            for n in range(scenarios)
        ]
        session.execute(insert(Scenario), pages)
        session.execute(insert(Item), items)
        session.execute(
            insert(RoundItem), [{"round_id": first, "item_id": one["id"], "version": 1} for one in items]
        )
        session.execute(
            insert(Panellist),
            [
                {"id": f"x{n}", "study_id": at.study_id, "group_id": group.id, "synthetic": True}
                for n in range(people)
            ],
        )


@pytest.mark.parametrize("path", ["/rounds", "/rounds/next"])
def test_statements_do_not_grow_with_items_and_people(office: Callable[..., Office], path: str) -> None:
    at = office(1)
    at.client.get(at.url(path))
    with counting(at.place) as few:
        assert at.client.get(at.url(path)).status_code == 200
    grow(at, 200, 1000)
    with counting(at.place) as many:
        assert at.client.get(at.url(path)).status_code == 200
    assert len(many) == len(few)
    assert len(many) < 30


def test_the_preview_of_a_large_study_runs_as_many_statements(office: Callable[..., Office]) -> None:
    at = office(1, feedback=False)
    with counting(at.place) as few:
        assert at.client.get(at.url("/rounds/1/preview")).status_code == 200
    grow(at, 200, 1000)
    with counting(at.place) as many:
        assert at.client.get(at.url("/rounds/1/preview")).status_code == 200
    assert len(many) == len(few)
