"""The workbench of reasons, the page on which authors answer, the policy and the log, through the browser's requests."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import ratings, studies
from copkit_delphi.elicitation.models import Panellist, Rationale, Study
from copkit_delphi.elicitation.ratings import Answer, Reason
from copkit_delphi.installation import Installation
from copkit_delphi.people import accounts
from copkit_delphi.people.models import Account
from tests import factories as f

SAID = (
    "Prices of the software fall every month.",
    "The price of the software falls each month.",
    "Courts need longer than two years.",
    "Ann Able of the port police saw it in March.",
    "Nobody has the skills.",
)
ANN = SAID[3]
PEOPLE = "\n".join(f"P {n}; p{n}@panel.example; Industry" for n in range(len(SAID)))
WORDING = "It was seen at a port."


def moderated(place: Installation, lead: str, said: tuple[str, ...] = SAID) -> Study:
    """Return a study whose round 1 is closed with one reason of each author."""
    people = "\n".join(f"P {n}; p{n}@panel.example; Industry" for n in range(len(said)))
    with place.database.writing() as session:
        study = f.draft_study(session, lead)
        f.add_people(place, session, study, people)
        round_ = f.open_round(place, session, study)
        scenario = next(one for one in studies.scenarios(session, study.id) if one.name == "S02")
        item = next(one for one in studies.items(session, study.id) if one.name == "S02.likelihood")
        codes = session.scalars(select(Panellist.id).where(Panellist.study_id == study.id)).all()
        for code, text in zip(codes, said, strict=True):
            ratings.give_consent(session, panellist_id=code, version="1.0", quoting="verbatim")
            ratings.save(
                session, panellist_id=code, round_id=round_.id, scenario_id=scenario.id,
                answers={item.id: Answer(40)}, reason=Reason(text, "panel"), clock=f.clock_at(),
            )  # fmt: skip
        f.close_round(session, round_, open_feedback=False)
        return study


@pytest.fixture
def study(place: Installation, lead: tuple[str, str]) -> str:
    return moderated(place, lead[0]).id


@pytest.fixture
def bench(study: str) -> str:
    return f"/studies/{study}/rounds/1/moderation/S02.likelihood"


def basis(page: str) -> str:
    found = re.search(r'name="basis" value="(\w+)"', page)
    assert found
    return found.group(1)


def key(page: str, text: str) -> str:
    """Return the key of the reason whose box stands before a text."""
    plain = re.sub(r'<mark class="suspect">(.*?)<span.*?</span></mark>', r"\1", page)
    found = re.search(rf'value="(\w+)"(?: checked)?><span>{re.escape(text)}', plain)
    assert found, text
    return found.group(1)


def without_token(client: FlaskClient, *pages: str) -> list[str]:
    """Return what pages say, but for the token that each of them makes anew."""
    return [re.sub(r'name="csrf_token" value="[^"]+"', "", client.get(page).text) for page in pages]


def enter(app: Flask, place: Installation, study: str, author: str) -> FlaskClient:
    """Return the browser of the panellist who wrote ``author``."""
    with place.database.writing() as session:
        code = session.scalars(select(Rationale.panellist_id).where(Rationale.text == author)).one()
        path = "/p/" + place.links.issue(session, session.get_one(Panellist, code)).rpartition("/p/")[2]
    client = app.test_client()
    assert client.post(path).status_code == 303
    return client


def test_reasons_are_merged_moved_left_out_and_opened(client: FlaskClient, study: str, bench: str) -> None:
    page = client.get(bench).text
    assert "To check: 5" in page
    like = re.search(r'value="(merge:\w+,\w+)"', page)
    assert like
    assert client.post(bench, data={"basis": basis(page), "do": like.group(1)}).status_code == 303
    page = client.get(bench).text
    assert "Merged from 2 reasons" in page
    out = {"basis": basis(page), "do": "leave_out", "pick": key(page, SAID[4])}
    refused = client.post(bench, data=out)
    assert refused.status_code == 422
    assert "on which ground" in refused.text
    assert re.search(rf'value="{out["pick"]}" checked', refused.text)
    client.post(bench, data=out | {"ground": "empty"})
    page = client.get(bench).text
    assert "Ground: gives no reason" in page
    overview = f"/studies/{study}/rounds/1/moderation"
    early = client.post(overview, data={"then": "open"})
    assert early.status_code == 422
    assert "Some reasons are not checked yet" in early.text
    client.post(bench, data={"basis": basis(page), "do": "pass_rest"})
    assert client.post(overview, data={"then": "open"}).status_code == 303
    shown = client.get(f"/studies/{study}/results/1/items/S02.likelihood").text
    assert SAID[2] in shown
    assert SAID[4] not in shown
    assert client.get(bench).status_code == 409
    log = client.get(f"/studies/{study}/reasons").text
    assert "Like reasons merged, round 1" in log
    assert "ground: gives no reason" in log
    assert not re.search(
        r"\d\d:\d\d", re.sub(r"<header.*?</header>", "", log, flags=re.DOTALL).partition("<main")[2]
    )


def test_a_second_facilitator_is_told_and_what_was_ticked_stays(client: FlaskClient, bench: str) -> None:
    page = client.get(bench).text
    client.post(bench, data={"basis": basis(page), "do": "pass:lower", "pick": key(page, SAID[2])})
    late = {"basis": basis(page), "do": "leave_out", "ground": "insult", "pick": key(page, SAID[4])}
    answer = client.post(bench, data=late)
    assert answer.status_code == 409
    assert "Somebody else decided on this item meanwhile" in answer.text
    assert re.search(rf'value="{late["pick"]}" checked', answer.text)
    assert client.post(bench, data=late | {"basis": basis(answer.text)}).status_code == 303
    assert client.post(bench, data={"basis": basis(page), "do": "nonsense"}).status_code == 404


def test_words_are_marked_without_a_script_and_nothing_else_passes_for_a_mark(
    client: FlaskClient, bench: str
) -> None:
    page = client.get(bench).text
    assert '<mark class="suspect">Able' in page or '<mark class="suspect">March' in page
    one = key(page, ANN)
    address = f"{bench}/{one}"
    sent = {"basis": basis(page), f"redacted-{one}": ANN, "shown": one, "text": "", "fallback": "redacted"}
    marked = client.post(address, data=sent | {"do": "mark", "words": "ann able", "kind": "identity"})
    assert "[removed: identity] of the port police" in marked.text
    assert "To check: 5" in client.get(bench).text  # nothing is kept yet
    other = client.post(address, data=sent | {"do": "keep", f"redacted-{one}": "Somebody saw it."})
    assert other.status_code == 422
    assert "Only marks may stand" in other.text
    assert ">Somebody saw it.</textarea>" in other.text
    text = "[removed: identity] saw it in March."
    assert client.post(address, data=sent | {"do": "keep", f"redacted-{one}": text}).status_code == 303
    page = client.get(bench).text
    assert '<mark class="removed">[removed: identity]</mark> saw it in March.' in page
    long = sent | {"do": "keep", "shown": "edited", "text": "x" * 601, "basis": basis(page)}
    answer = client.post(address, data=long)
    assert answer.status_code == 422
    assert "1 to 600 characters" in answer.text
    assert "x" * 601 in answer.text


def test_what_was_typed_stays_when_somebody_was_faster(client: FlaskClient, bench: str) -> None:
    page = client.get(bench).text
    one = key(page, ANN)
    typed = {"basis": basis(page), "shown": "edited", "text": WORDING, "fallback": "none", "do": "keep"}
    client.post(bench, data={"basis": basis(page), "do": "pass", "pick": one})
    late = client.post(f"{bench}/{one}", data=typed)
    assert late.status_code == 409
    assert f">{WORDING}</textarea>" in late.text
    page = client.get(bench).text
    client.post(bench, data={"basis": basis(page), "do": "leave_out", "ground": "identity", "pick": one})
    gone = client.post(f"{bench}/{one}", data=typed)
    assert gone.status_code == 404
    assert WORDING in gone.text


def test_an_edited_wording_goes_to_its_author_and_back(
    app: Flask,
    client: FlaskClient,
    place: Installation,
    study: str,
    bench: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = client.get(bench).text
    edit = {"basis": basis(page), "shown": "edited", "text": WORDING, "fallback": "redacted", "do": "keep"}
    client.post(f"{bench}/{key(page, ANN)}", data=edit)
    client.post(bench, data={"basis": basis(client.get(bench).text), "do": "pass_rest"})
    author, other = enter(app, place, study, ANN), enter(app, place, study, SAID[0])
    assert "Your words, edited" not in author.get("/panel").text
    overview = f"/studies/{study}/rounds/1/moderation"
    assert "1 wording goes beyond marks" in client.get(overview).text
    assert client.post(overview, data={"then": "ask", "until": ""}).status_code == 422
    assert client.post(overview, data={"then": "ask", "until": "2026-11-05"}).status_code == 303
    assert "Your words, edited" in author.get("/panel").text
    assert "Your words, edited" not in other.get("/panel").text
    assert WORDING not in other.get("/panel/wordings").text
    mine = author.get("/panel/wordings").text
    assert ANN in mine
    assert WORDING in mine
    assert "liest das Panel dies: „" in author.get("/panel/wordings?language=de").text
    author.get("/panel?language=en")
    client.get(bench)  # says once that the panel was asked
    before = without_token(client, bench, overview)
    act = "/panel/wordings/1/S02.likelihood"
    assert author.post(act, data={"answer": "agreed", "basis": "0"}).status_code == 409
    assert author.post(act, data={"answer": "perhaps", "basis": basis(mine)}).status_code == 422
    assert other.post(act, data={"answer": "agreed", "basis": basis(mine)}).status_code == 404
    assert author.post(act, data={"answer": "agreed", "basis": basis(mine)}).status_code == 303
    assert without_token(client, bench, overview) == before
    waits = client.post(overview, data={"then": "open"})
    assert waits.status_code == 422
    assert "until 05 November 2026" in waits.text
    assert "The facilitators are checking" in author.get("/panel/my-data").text
    monkeypatch.setattr(f, "NOW", f.NOW + timedelta(days=4))
    again = app.test_client()
    again.post("/sign-in", data={"email": _email(place, study), "password": f.PASSWORD})
    assert again.post(overview, data={"then": "open"}).status_code == 303
    author = enter(app, place, study, ANN)
    assert "in an edited wording, with your yes" in author.get("/panel/my-data").text
    assert author.get("/panel/my-data.json").json["moderation"][0]["fate"] == "agreed"
    results = author.get("/panel/results").text
    assert WORDING in results
    assert ANN not in results


def logged(client: FlaskClient, study: str) -> str:
    return client.get(f"/studies/{study}/reasons").text.partition("<main")[2]


def test_an_edited_wording_is_not_dropped_because_the_other_choice_was_left(
    client: FlaskClient, study: str, bench: str
) -> None:
    page = client.get(bench).text
    one = key(page, ANN)
    left = {"basis": basis(page), "shown": one, "text": WORDING, "fallback": "redacted", "do": "keep"}
    refused = client.post(f"{bench}/{one}", data=left)
    assert refused.status_code == 422
    assert "the author&#39;s words are chosen" in refused.text
    assert f">{WORDING}</textarea>" in refused.text
    assert "To check: 5" in client.get(bench).text
    assert client.post(f"{bench}/{one}", data=left | {"shown": "edited"}).status_code == 303
    assert f">{WORDING}</textarea>" in client.get(f"{bench}/{one}").text
    assert "Wording of a reason edited" in logged(client, study)


def test_the_log_tells_of_words_removed_only_where_some_were(
    client: FlaskClient, study: str, bench: str
) -> None:
    def keep(**fields: str) -> None:
        sent = {"basis": basis(client.get(bench).text), "shown": one, "text": "", "do": "keep"}
        assert client.post(f"{bench}/{one}", data=sent | fields).status_code == 303

    one = key(client.get(bench).text, ANN)
    keep()
    assert "Words of a reason removed" not in logged(client, study)
    assert "Reasons passed to the panel" in logged(client, study)
    keep(**{f"redacted-{one}": "[removed: identity] saw it in March."})
    assert logged(client, study).count("Words of a reason removed") == 1
    keep(shown="edited", text=WORDING)
    keep(fallback="none", shown="edited", text=WORDING)
    assert logged(client, study).count("Words of a reason removed") == 1
    assert logged(client, study).count("Wording of a reason edited") == 2
    keep(shown=one)
    assert logged(client, study).count("Wording of a reason edited") == 3
    keep(**{f"redacted-{one}": ANN})
    assert "Words put back into a reason" in logged(client, study)


def test_an_edit_is_dropped_unasked_only_by_whoever_says_so(
    client: FlaskClient, study: str, bench: str
) -> None:
    page = client.get(bench).text
    edit = {"basis": basis(page), "shown": "edited", "text": WORDING, "fallback": "redacted", "do": "keep"}
    client.post(f"{bench}/{key(page, ANN)}", data=edit)
    client.post(bench, data={"basis": basis(client.get(bench).text), "do": "pass_rest"})
    overview = f"/studies/{study}/rounds/1/moderation"
    says = "1 edited wording would be dropped: its author was not asked."
    assert says in client.get(overview).text
    refused = client.post(overview, data={"then": "open"})
    assert refused.status_code == 422
    assert 'href="#drop"' in refused.text
    assert client.post(overview, data={"then": "open", "drop": "2"}).status_code == 422
    assert "Edited wordings dropped" not in logged(client, study)
    assert client.post(overview, data={"then": "open", "drop": "1"}).status_code == 303
    assert "Edited wordings dropped, authors not asked" in logged(client, study)
    assert WORDING not in client.get(f"/studies/{study}/results/1/items/S02.likelihood").text


def _email(place: Installation, study: str) -> str:
    with place.database.reading() as session:
        lead = next(
            who for role, _, who in accounts.holders(session, study_id=study) if role is Role.FACILITATOR
        )
        return session.get_one(Account, lead).email


def test_the_policy_stands_where_panellists_agree_and_is_changed_in_a_draft_only(
    app: Flask, client: FlaskClient, place: Installation, lead: tuple[str, str], study: str
) -> None:
    with place.database.writing() as session:
        draft = f.draft_study(session, lead[0])
        f.add_people(place, session, draft, PEOPLE)
    page = f"/studies/{draft.id}/reasons/policy"
    assert "A reason is never taken out because" in client.get(page).text
    assert client.post(page, data={"text": "x" * 3001}).status_code == 422
    assert client.post(page, data={"text": "We remove names alone."}).status_code == 303
    with place.database.writing() as session:
        f.open_round(place, session, session.get_one(Study, draft.id))
        code = session.scalars(select(Panellist).where(Panellist.study_id == draft.id)).first()
        assert code
        path = "/p/" + place.links.issue(session, code).rpartition("/p/")[2]
    reader = app.test_client()
    reader.post(path)
    assert "We remove names alone." in reader.get("/panel").text
    late = client.post(f"/studies/{study}/reasons/policy", data={"text": "Other rules"})
    assert late.status_code == 422
    assert "Round 1 has opened" in late.text


def test_who_checks_the_study_reads_the_log_and_never_the_workbench(
    place: Installation, study: str, bench: str, sign_in: Callable[[str], FlaskClient]
) -> None:
    with place.database.writing() as session:
        emails = {
            role: f.make_account(session, role.value.replace("_", " "), role, study_id=study).email
            for role in (Role.ETHICS_REVIEWER, Role.DPO, Role.ANALYST)
        }
    for role, status in ((Role.ETHICS_REVIEWER, 200), (Role.DPO, 200), (Role.ANALYST, 403)):
        client = sign_in(emails[role])
        assert client.get(f"/studies/{study}/reasons").status_code == status
        assert client.get(f"/studies/{study}/reasons/policy").status_code == status
        assert client.get(bench).status_code == 403


def test_the_pages_of_two_hundred_reasons_take_as_many_statements_as_those_of_five(
    client: FlaskClient, place: Installation, lead: tuple[str, str]
) -> None:
    few = moderated(place, lead[0])
    many = moderated(
        place, lead[0], tuple(f"Reason {n * 7919} of many, said in {n} words" for n in range(200))
    )
    counts: dict[str, list[int]] = {}
    for study in (few, many):
        base = f"/studies/{study.id}/rounds/1/moderation"
        for name, page in (("overview", base), ("item", f"{base}/S02.likelihood")):
            client.get(page)
            seen: list[str] = []

            def note(
                _conn: object, _cursor: object, statement: str, *_: object, seen: list[str] = seen
            ) -> None:
                seen.append(statement)

            event.listen(place.database.engine, "before_cursor_execute", note)
            assert client.get(page).status_code == 200
            event.remove(place.database.engine, "before_cursor_execute", note)
            counts.setdefault(name, []).append(len(seen))
    assert counts["overview"][0] == counts["overview"][1]
    assert counts["item"][0] == counts["item"][1]


def test_a_small_panel_is_read_by_nobody(
    client: FlaskClient, place: Installation, lead: tuple[str, str]
) -> None:
    study = moderated(place, lead[0], SAID[:4])
    base = f"/studies/{study.id}/rounds/1/moderation"
    assert "There is no reason for the panel to check." in client.get(base).text
    assert client.get(f"{base}/S02.likelihood").status_code == 404
    assert client.post(base, data={"then": "open"}).status_code == 303


def test_the_item_is_called_by_its_words_and_never_by_its_code(client: FlaskClient, bench: str) -> None:
    page = client.get(bench).text
    seen = re.sub(r"<[^>]*>", " ", page)
    assert "S02." not in seen
    assert "Reasons of round 1" in seen
    assert "Likelihood: By " in seen
