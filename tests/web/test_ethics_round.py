"""The ethics round on the screen: what a panellist answers and gets back, and what nobody sees while it is open."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import rounds as threats
from copkit_delphi.elicitation.models import Study
from copkit_delphi.ethics import answers, behaviours, flags, results, rounds
from tests import factories
from tests.ethics import panel as ethics_panel
from tests.factories import migrated
from tests.web import panel
from tests.web.stage import furnished, stage
from tests.web.staged import Stage

__all__ = ["furnished", "migrated", "stage"]

RATED = {"gravity": "2", "reach": "2", "irreversibility": "2", "likelihood": "3", "burden": "general"}
SUBJECT = {"subject": "Two threats and one reporting point.", "deadline": "2026-12-10T16:00"}


@dataclass
class Asked:
    """Ann in an open ethics round."""

    app: Flask
    place: factories.Place
    study: Study
    ann: FlaskClient
    round_id: str

    def post(self, position: int = 1, *, again: bool = False, **changes: str) -> tuple[int, str]:
        page = self.ann.get(f"/panel/ethics/{position}").text
        found = re.search(r'name="basis"[^>]*value="([^"]*)"', page)
        assert found
        data = {"round": "1", "basis": "stale" if again else found[1], **changes}
        answer = self.ann.post(f"/panel/ethics/{position}", data=data, follow_redirects=True)
        return answer.status_code, answer.text

    def kept(self) -> int:
        with self.place.database.reading() as session:
            who = panel.real(session, self.study)[0].id
            return len(answers.own(session, panellist_id=who, round_id=self.round_id))


@pytest.fixture
def asked(app: Flask, place: factories.Place) -> Asked:
    study = panel.started(place, rounds=1)
    with place.database.writing() as session:
        latest = threats.latest(session, study.id)
        assert latest is not None
        factories.answer(session, latest)
        factories.close_round(session, latest)
        round_id = ethics_panel.opened(session, study.id).id
    return Asked(app, place, study, panel.enter(app, place, study), round_id)


def test_the_desk_says_that_the_round_is_open_and_leads_into_it(asked: Asked) -> None:
    desk = asked.ann.get("/panel").text
    assert "Ethics round open" in desk
    assert 'href="/panel/ethics/1"' in desk
    page = asked.ann.get("/panel/ethics/1").text
    assert ethics_panel.SUBJECT in page
    for anchor in ("Core of a right, an absolute right", "Cannot be put right", "50 to under 80%"):
        assert anchor in page
    assert "Realistic possibility" not in page
    assert not re.search(r"<input[^>]* checked", page)  # nothing is preset


def test_a_saved_page_is_receipted_kept_and_comes_back(asked: Asked) -> None:
    status, page = asked.post(**RATED, confidence="2")
    assert status == 200
    assert "Question 1 is saved at 09:00 UTC. It counts." in page
    assert asked.kept() == 1
    again = asked.ann.get("/panel/ethics/1").text
    assert re.search(r'name="likelihood" value="3" checked', again)
    assert "Your answer is saved and counts." in again


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"gravity": ""}, "Gravity is still open"),
        ({"burden": ""}, "A rating needs all five"),
        ({"gravity": "9"}, "Gravity is still open"),
        ({"gravity": "4"}, "Give a reason, or choose"),
        ({"likelihood": "5"}, "Give a reason, or choose"),
        ({"cannot": "y"}, "not both"),
        ({"reason": "x" * 601}, "at most 600 characters"),
        ({"reason": "Because.", "no_say": "y"}, "Keep one of the two"),
    ],
)
def test_what_is_missing_is_named_and_nothing_typed_is_lost(
    asked: Asked, changes: dict[str, str], sentence: str
) -> None:
    status, page = asked.post(**{**RATED, **changes})
    assert status == 422
    assert sentence in page
    assert "<title>Error:" in page
    assert re.search(r'name="reach" value="2" checked', page)
    assert asked.kept() == 0


def test_preferring_not_to_say_and_cannot_judge_and_an_empty_page_are_all_taken(asked: Asked) -> None:
    assert asked.post(1, **{**RATED, "gravity": "5", "no_say": "y"})[0] == 200
    assert asked.post(2, cannot="y")[0] == 200
    assert "left open" in asked.post(3)[1]
    assert asked.kept() == 2
    review = asked.ann.get("/panel/ethics").text
    assert "I prefer not to say" in review
    assert "8 answers are left open" in review


def test_stop_questions_take_one_answer_of_the_bank(asked: Asked) -> None:
    assert asked.post(10, answer="yes")[0] == 200
    assert asked.post(9, answer="perhaps")[0] == 422
    assert asked.post(9, answer="human", cannot="y")[0] == 422
    assert asked.kept() == 1


def test_another_tab_is_not_overwritten_unseen(asked: Asked) -> None:
    asked.post(**RATED)
    status, page = asked.post(again=True, **{**RATED, "gravity": "1"})
    assert status == 409
    assert "Saved elsewhere in the meantime" in page


def test_a_page_sent_after_the_close_says_so_and_shows_what_was_typed(asked: Asked) -> None:
    with asked.place.database.writing() as session:
        rounds.close(session, round_id=asked.round_id, actor="test", clock=factories.clock_at())
    answer = asked.ann.post("/panel/ethics/1", data={"round": "1", **RATED, "reason": "My own words."})
    assert answer.status_code == 409
    assert "My own words." in answer.text
    assert asked.kept() == 0


def test_submitting_says_done_and_answers_may_still_change(asked: Asked) -> None:
    asked.post(**RATED)
    assert asked.ann.post("/panel/ethics/submit", data={"round": "0"}).status_code == 409
    assert '<input type="hidden" name="round" value="1">' in asked.ann.get("/panel/ethics").text
    page = asked.ann.post("/panel/ethics/submit", data={"round": "1"}, follow_redirects=True).text
    assert "You are done with the ethics round." in page
    assert asked.post(**{**RATED, "reach": "4"})[0] == 200


def test_results_come_to_the_panel_after_the_close_and_never_before(asked: Asked) -> None:
    with asked.place.database.writing() as session:
        behaviours.answer(session, session.get_one(rounds.EthicsRound, asked.round_id), clock=factories.clock_at(), seed=3)  # fmt: skip
    assert asked.ann.get("/panel/ethics/results").status_code == 404
    with asked.place.database.writing() as session:
        rounds.close(session, round_id=asked.round_id, actor="test", clock=factories.clock_at())
    shown = asked.ann.get("/panel/ethics/results").text
    assert "one group, one vote" in shown
    assert "MAU-01" in shown


def test_the_own_copy_holds_the_ethics_answers(asked: Asked) -> None:
    asked.post(**RATED, reason="=cmd()")
    copy = asked.ann.get("/panel/answers.csv").get_data(as_text=True)
    assert "Gravity 2; Reach 2; Irreversibility 2; Likelihood 3; " in copy
    assert "The general public" in copy
    assert "'=cmd()" in copy
    for path in ("/panel/answers.csv", "/panel/my-data"):
        german = asked.ann.get(f"{path}?language=de").get_data(as_text=True)
        assert "Schwere 2; " in german
        assert "Allgemeinheit" in german
        assert "ravity" not in german
        assert "Rate the harm" not in german


def test_before_any_round_there_is_no_such_page(app: Flask, place: factories.Place) -> None:
    ann = panel.enter(app, place, panel.started(place))
    assert ann.get("/panel/ethics").status_code == 404
    assert ann.get("/panel/ethics/1").status_code == 404
    assert "Ethics round" not in ann.get("/panel").text


# Staff ---------------------------------------------------------------------------------------------------------------


def opened(stage: Stage) -> str:
    path = f"{stage.base}/ethics/round"
    answer = stage[Role.FACILITATOR].post(f"{path}/open", data=SUBJECT, follow_redirects=True)
    assert "The ethics round is open." in answer.text
    return path


def test_a_facilitator_opens_watches_and_closes_it(stage: Stage) -> None:
    lead = stage[Role.FACILITATOR]
    form = stage.fields(Role.FACILITATOR, f"{stage.base}/ethics/round/open")
    assert "Threats:" in form["subject"]
    path = opened(stage)
    assert "there is no figure to look at" in lead.get(path).text
    assert "synthetic panellists have answered" in lead.post(f"{path}/synthetic", follow_redirects=True).text
    watched = lead.get(path).text
    assert "risk-" not in watched
    assert "12 of 14 done" in watched or "13 of 14 done" in watched
    assert lead.get(f"{stage.base}/ethics/results").status_code == 404
    closed = lead.post(f"{path}/close", data={"reason": ""}, follow_redirects=True)
    assert "Its result is frozen." in closed.text
    assert "risk-" in closed.text
    assert lead.post(f"{path}/close", data={"reason": ""}).status_code == 409


def test_nobody_else_runs_it_and_only_those_who_run_it_see_names(stage: Stage) -> None:
    path = f"{stage.base}/ethics/round"
    for role in (Role.ANALYST, Role.ETHICS_REVIEWER, Role.DPO, Role.OWNER):
        assert stage[role].post(f"{path}/open", data=SUBJECT).status_code == 403
    opened(stage)
    for role in (Role.ANALYST, Role.ETHICS_REVIEWER, Role.DPO, Role.OWNER):
        assert "People on the panel" not in stage[role].get(path).text
        assert stage[role].post(f"{path}/close").status_code == 403
    assert "People on the panel" in stage[Role.FACILITATOR].get(path).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"subject": " "}, "Say what the panel judges"), ({"deadline": "2026-01-01T10:00"}, "lies in the past")],
)
def test_a_faulty_opening_keeps_what_was_typed(stage: Stage, changes: dict[str, str], sentence: str) -> None:
    answer = stage[Role.FACILITATOR].post(f"{stage.base}/ethics/round/open", data=SUBJECT | changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert (SUBJECT | changes)["subject"].strip() in answer.text


def test_no_threat_round_opens_while_the_ethics_round_is_open(stage: Stage) -> None:
    opened(stage)
    answer = stage[Role.FACILITATOR].post(f"{stage.base}/rounds/next", data={"deadline": "2026-12-20T16:00"})
    assert answer.status_code == 409
    assert "Close the ethics round first." in answer.text


def test_the_worker_closes_it_after_the_deadline(stage: Stage) -> None:
    opened(stage)
    later = replace(stage.place, clock=factories.clock_at(factories.NOW + timedelta(days=60)))
    assert later.close_due_rounds() == 1
    assert later.close_due_rounds() == 0
    with stage.place.database.reading() as session:
        assert len(results.of_study(session, stage.made.study_id)) == 1


def test_the_team_replies_to_a_flag_and_the_reviewer_alone_clears_it(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        round_ = ethics_panel.opened(session, stage.made.study_id, at=factories.NOW)
        ethics_panel.rate_all(session, round_, {kind: [3] * 6 for kind in ("lea", "ind", "cso")})
        ethics_panel.closed(session, round_)
        (flag,) = flags.of_study(session, stage.made.study_id)
    path = f"{stage.base}/ethics/flags"
    assert "Major" in stage[Role.OWNER].get(path).text
    reviewer, lead = stage[Role.ETHICS_REVIEWER], stage[Role.FACILITATOR]
    assert reviewer.post(f"{path}/{flag.id}/clear", data={"text": "Fine."}).status_code == 409
    assert lead.post(f"{path}/{flag.id}/reply", data={"text": " "}).status_code == 422
    assert reviewer.post(f"{path}/{flag.id}/reply", data={"text": "Fine."}).status_code == 403
    assert lead.post(f"{path}/{flag.id}/reply", data={"text": "A judge decides."}).status_code == 303
    for role in (Role.FACILITATOR, Role.ANALYST, Role.OWNER, Role.DPO):
        assert stage[role].post(f"{path}/{flag.id}/clear", data={"text": "Fine."}).status_code == 403
    form = stage.fields_at(Role.ETHICS_REVIEWER, path, f"{path}/{flag.id}/clear")
    assert (
        lead.post(f"{path}/{flag.id}/reply", data={"text": "A judge <b>may</b> decide."}).status_code == 303
    )
    late = reviewer.post(f"{path}/{flag.id}/clear", data={**form, "text": "Named in law."})
    assert late.status_code == 409
    for part in (
        "A judge decides.",
        "A judge &lt;b&gt;may&lt;/b&gt; decide.",
        "changed while you read it",
        ">Named in law.<",
    ):
        assert part in late.text
    assert reviewer.post(f"{path}/{flag.id}/clear", data={"text": "Named in law."}).status_code == 409
    assert lead.post(f"{path}/{flag.id}/reply", data={"text": "A judge decides."}).status_code == 303
    form = stage.fields_at(Role.ETHICS_REVIEWER, path, f"{path}/{flag.id}/clear") | {"text": "Named in law."}
    assert reviewer.post(f"{path}/{flag.id}/clear", data=form).status_code == 303
    shown = stage[Role.ANALYST].get(path).text
    for part in ("A judge decides.", "Fatima Facilitator", "Named in law.", "Erik Ethics", "Cleared"):
        assert part in shown
