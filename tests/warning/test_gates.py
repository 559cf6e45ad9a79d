"""The nine gates, each met and not met, and what a person reads when one is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from copkit_delphi.domain.documents import Gate
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import rounds
from copkit_delphi.ethics.assessments import AssessmentPlan, MeasurePlan
from copkit_delphi.warning import briefs, gates
from tests.factories import NOW, Install
from tests.warning import factory
from tests.warning.factory import HIGH, LATER, VERY_HIGH, Made, assessment_plan

OWNED = MeasurePlan("M06", "MAU-01", "Limit it.", "Ministry", date(2027, 1, 1))
ACCEPTED = {
    "risk": "MAU-01",
    "by_role": "Accountable owner",
    "reason": "Judges decide.",
    "until": "2027-05-01",
}


def gate_of(
    place: Install, made: Made, code: str, plan: AssessmentPlan, *, at: datetime = LATER, **text: Any
) -> Gate:
    with place.database.writing() as session:
        factory.assess(session, made, plan)
        brief = factory.written_brief(session, made, **text)
        checked = briefs.prepare(session, brief, at=at).gates
    return next(gate for gate in checked if gate.code == code)


def plan(**changes: Any) -> Callable[[], AssessmentPlan]:
    return lambda: assessment_plan(**changes)


@pytest.mark.parametrize("code", ["G0", "G1", "G2", "G3", "G4", "G5", "G7", "G8"])
def test_a_faultless_brief_opens_every_gate_but_the_signatures(place: Install, made: Made, code: str) -> None:
    assert gate_of(place, made, code, assessment_plan()).met


def one_answer_short() -> AssessmentPlan:
    return assessment_plan(screening=factory.screening()[:3])


@pytest.mark.parametrize(
    ("code", "assessed", "note"),
    [
        ("G0", one_answer_short, "Not every screening question is answered."),
        ("G0", plan(screening=factory.screening(SCR_01="yes")), "SCR-01"),
        ("G0", plan(screening=factory.screening(SCR_03="yes")), "SCR-03"),
        (
            "G2",
            plan(screening=[a | {"reason": ""} for a in factory.screening(SCR_04="powers")]),
            "SCR-04",
        ),
        ("G2", plan(ratings={"MAU-01": HIGH}), "MAU-01"),
        ("G2", plan(ratings={"MAU-01": HIGH}, measures=[replace(OWNED, due=None)]), "MAU-01"),
        ("G2", plan(ratings={"MAU-01": HIGH}, measures=[replace(OWNED, status="dropped")]), "MAU-01"),
        ("G3", plan(ratings={"MAU-01": HIGH}), "MAU-01"),
        ("G3", plan(ratings={"MAU-01": VERY_HIGH}, acceptances=[ACCEPTED]), "MAU-01"),
        ("G3", plan(ratings={"MAU-01": HIGH}, acceptances=[ACCEPTED | {"until": "2026-11-16"}]), "MAU-01"),
        ("G3", plan(risks=[]), "PDP-03, NDN-01, PIF-02, FEA-01, SMC-04, MAU-01, STC-01, VUL-03"),
        ("G4", plan(scope={}), "Two readers outside the authors are needed."),
        ("G4", plan(scope={"reader_1": "A", "reader_2": ""}), "Two readers outside the authors are needed."),
        (
            "G4",
            plan(scope={"reader_1": "A", "reader_2": " a "}),
            "Two readers outside the authors are needed.",
        ),
        (
            "G4",
            plan(scope={"reader_1": "A", "reader_2": factory.STAFF[Role.ANALYST]}),
            "Two readers outside the authors are needed.",
        ),
        ("G7", plan(review_on=LATER.date()), "2026-11-17"),
        (
            "G7",
            plan(
                ratings={"MAU-01": HIGH},
                acceptances=[ACCEPTED],
                review_on=LATER.date() + timedelta(days=200),
            ),
            "",
        ),
    ],
)
def test_what_an_assessment_lacks_closes_its_gate(
    place: Install, made: Made, code: str, assessed: Callable[[], AssessmentPlan], note: str
) -> None:
    text = {"review_on": LATER.date() + timedelta(days=200)} if code == "G7" else {}
    found = gate_of(place, made, code, assessed(), **text)
    assert not found.met
    assert note in found.note


def test_a_high_residual_risk_is_accepted_by_name(place: Install, made: Made) -> None:
    accepted = assessment_plan(ratings={"MAU-01": HIGH}, acceptances=[ACCEPTED], measures=[OWNED])
    assert gate_of(place, made, "G3", accepted).met


def test_an_answered_flag_opens_its_gate(place: Install, made: Made) -> None:
    answered = assessment_plan(screening=factory.screening(SCR_04="powers"))
    assert gate_of(place, made, "G2", answered).met


def test_half_a_year_is_the_longest_review_with_a_high_residual_risk(place: Install, made: Made) -> None:
    accepted = assessment_plan(ratings={"MAU-01": HIGH}, acceptances=[ACCEPTED])
    assert gate_of(place, made, "G7", accepted).met


def test_a_panel_that_did_not_rate_the_risks_needs_a_waiver(place: Install, made: Made) -> None:
    found = gate_of(place, made, "G1", assessment_plan(), waiver="  ")
    assert not found.met
    assert "no waiver is written" in found.note


def test_views_that_differ_may_arrive_for_ten_working_days(place: Install, made: Made) -> None:
    closing = NOW + timedelta(days=11)  # Friday of the second week: nine working days after a Monday
    assert not gate_of(place, made, "G5", assessment_plan(), at=closing).met


def test_working_days_leave_weekends_out() -> None:
    monday = date(2026, 11, 2)
    assert gates.working_days(monday, monday + timedelta(days=11)) == 9
    assert gates.working_days(monday, monday + timedelta(days=14)) == 10
    assert gates.working_days(monday, monday) == 0


def test_feedback_the_panel_has_not_seen_keeps_the_dissent_gate_closed(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        last = rounds.latest(session, made.study_id)
        assert last is not None
        last.feedback = "in_moderation"
    found = gate_of(place, made, "G5", assessment_plan())
    assert (found.met, found.note) == (False, "The panel has not seen the last round.")


def test_reviewer_and_owner_open_the_sign_off(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.sent_brief(session, made)
        assert notes(briefs.prepare(session, brief, at=LATER).gates) == {
            "G6": "Ethics reviewer, Accountable owner"
        }
        factory.sign(session, made, brief, Role.ETHICS_REVIEWER)
        assert notes(briefs.prepare(session, brief, at=LATER).gates) == {"G6": "Accountable owner"}
        factory.sign(session, made, brief, Role.OWNER)
        assert briefs.prepare(session, brief, at=LATER).releasable


def test_high_privacy_risk_needs_the_data_protection_officer_too(place: Install, made: Made) -> None:
    measure = replace(OWNED, risk="PDP-03")
    private = assessment_plan(
        ratings={"PDP-03": HIGH}, measures=[measure], acceptances=[ACCEPTED | {"risk": "PDP-03"}]
    )
    with place.database.writing() as session:
        factory.assess(session, made, private)
        brief = factory.written_brief(session, made)
        briefs.send_for_signature(session, brief=brief, actor=made[Role.ANALYST], at=LATER)
        factory.sign(session, made, brief, Role.ETHICS_REVIEWER)
        factory.sign(session, made, brief, Role.OWNER)
        assert notes(briefs.prepare(session, brief, at=LATER).gates) == {"G6": "Data protection officer"}
        factory.sign(session, made, brief, Role.DPO)
        assert briefs.prepare(session, brief, at=LATER).releasable


def test_a_signature_over_other_content_breaks_integrity(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.signed_brief(session, made)
        factory.assess(session, made, assessment_plan(who_carries="Somebody else."))
        closed = notes(briefs.prepare(session, brief, at=LATER).gates)
    assert closed == {"G6": "Ethics reviewer, Accountable owner", "G8": "Ethics reviewer, Accountable owner"}


def test_without_an_assessment_every_gate_is_closed(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.written_brief(session, made)
        prepared = briefs.prepare(session, brief, at=LATER)
    assert set(notes(prepared.gates).values()) == {"No ethics assessment has been made."}
    assert len(prepared.gates) == 9
    assert prepared.brief.status == "Not released: no ethics assessment"


def notes(checked: tuple[Gate, ...]) -> dict[str, str]:
    return {gate.code: gate.note for gate in checked if not gate.met}
