"""The nine gates, each met and not met, and what a person reads when one is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from copkit_delphi.domain.documents import Gate
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import rounds
from copkit_delphi.elicitation.models import Study
from copkit_delphi.ethics import answers, assessments, flags
from copkit_delphi.ethics.answers import StopAnswer
from copkit_delphi.ethics.assessments import AssessmentPlan
from copkit_delphi.ethics.plans import MeasurePlan
from copkit_delphi.warning import briefs, gates
from tests.ethics import panel
from tests.factories import NOW, Install, clock_at
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
        (
            "G2",
            plan(ratings={"MAU-01": HIGH}, measures=[replace(OWNED, status="dropped", evidence="Too dear")]),
            "MAU-01",
        ),
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
    found = gate_of(place, made, "G1", assessment_plan(), waiver=False)
    assert not found.met
    assert "no waiver is confirmed" in found.note


@pytest.mark.parametrize(
    ("days", "met", "note"),
    [
        (11, False, "The window of ten working days is still open."),
        (14, True, "Window closed; views on disputed items are printed."),
    ],
)
def test_views_that_differ_may_arrive_for_ten_working_days(
    place: Install, made: Made, days: int, met: bool, note: str
) -> None:
    not_practice(place, made)
    found = gate_of(place, made, "G5", assessment_plan(), at=NOW + timedelta(days=days))
    assert (found.met, found.note) == (met, note)


def not_practice(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        session.get_one(Study, made.study_id).practice = False


def test_a_practice_study_does_not_wait_for_the_dissent_window_and_says_so(
    place: Install, made: Made
) -> None:
    found = gate_of(place, made, "G5", assessment_plan(), at=NOW + timedelta(days=1))
    assert found.met
    assert found.note == "Practice study: the window of ten working days is not waited for."


# The panel's own ratings ---------------------------------------------------------------------------------------------

EVERYBODY = {"lea": [1] * 8, "ind": [1] * 8, "cso": [1] * 6}


def ethics_round(
    place: Install, made: Made, levels: dict[str, list[int]], *, others: int = 1, raises: str = ""
) -> None:
    """Close an ethics round in which the panel rates MAU-01 at ``levels``."""
    with place.database.writing() as session:
        round_ = panel.opened(session, made.study_id)
        panel.rate_all(session, round_, levels, others=others)
        if raises:
            answers.save(
                session,
                panellist_id=panel.members(session, made.study_id)["cso"][0],
                round_id=round_.id,
                question_id="SMC-01",
                answer=StopAnswer(raises),
                clock=clock_at(),
            )
        panel.closed(session, round_)


def test_a_panel_that_rated_the_risks_needs_no_waiver(place: Install, made: Made) -> None:
    ethics_round(place, made, EVERYBODY)
    found = gate_of(place, made, "G1", assessment_plan(), waiver=False)
    assert (found.met, found.note) == (True, "Every group that has to be heard rated every headline risk.")


def test_a_group_below_five_closes_the_gate_until_it_is_waived(place: Install, made: Made) -> None:
    ethics_round(place, made, EVERYBODY | {"cso": [1] * 4})
    found = gate_of(place, made, "G1", assessment_plan(), waiver=False)
    assert not found.met
    assert "fewer than five ratings" in found.note
    with place.database.writing() as session:
        brief = briefs.working(session, made.study_id)
        assert brief is not None
        factory.waive(session, made, "Civil society withdrew its support. We accept that.")
        prepared = briefs.prepare(session, brief, at=LATER)
    assert next(gate for gate in prepared.gates if gate.code == "G1").met
    assert prepared.brief.ethics is not None
    waiver = prepared.brief.ethics.waiver
    for part in ("Civil society withdrew its support. We accept that.", "Erik Ethics", "Otto Owner"):
        assert part in waiver
    assert prepared.annex.waiver == waiver
    assert prepared.brief.ethics.civil_society == "absent"


def test_the_panel_decides_the_level_and_not_the_assessor(place: Install, made: Made) -> None:
    ethics_round(place, made, {"lea": [4] * 8, "ind": [4] * 8, "cso": [4] * 6})
    assert gate_of(place, made, "G3", assessment_plan()).note == "MAU-01"  # the assessor says low


def test_where_groups_are_contested_the_highest_decides_and_page_one_says_how_many(
    place: Install, made: Made
) -> None:
    ethics_round(place, made, EVERYBODY | {"cso": [3] * 6})
    with place.database.writing() as session:
        factory.assess(session, made, assessment_plan())
        prepared = briefs.prepare(session, factory.written_brief(session, made, waiver=False), at=LATER)
    assert notes(prepared.gates)["G2"] == "MAU-01"
    assert notes(prepared.gates)["G3"] == "MAU-01"
    glance = prepared.brief.ethics
    assert glance is not None
    assert (glance.contested, glance.civil_society, glance.waiver) == (1, "objected", "")
    risk = next(risk for risk in prepared.annex.risks if risk.code == "MAU-01")
    assert (risk.contested, risk.rated_by, risk.rating) == (True, "the panel", None)


def test_a_stop_raised_by_one_closes_two_gates_until_the_reviewer_clears_it(
    place: Install, made: Made
) -> None:
    ethics_round(place, made, EVERYBODY, raises="yes")
    with place.database.writing() as session:
        factory.assess(session, made, assessment_plan())
        brief = factory.written_brief(session, made)
        before = notes(briefs.prepare(session, brief, at=LATER).gates)
        assert (before["G0"], before["G2"]) == ("SMC-01", "SMC-01")
        (flag,) = flags.of_study(session, made.study_id)
        flags.reply(session, flag=flag, text="The steps are out.", name="F", actor="f", at=LATER)
        assert "G0" in notes(briefs.prepare(session, brief, at=LATER).gates)
        flags.clear(
            session,
            flag=flag,
            read=flags.version(flag),
            reason="I read it again.",
            name="E",
            actor="e",
            at=LATER,
        )
        after = notes(briefs.prepare(session, brief, at=LATER).gates)
    assert set(after) == {"G6"}


def test_a_round_of_so_few_that_no_stop_is_read_lets_no_brief_out_whatever_is_waived(
    place: Install, made: Made
) -> None:
    ethics_round(place, made, {"cso": [1] * 4}, raises="yes")
    found = gate_of(place, made, "G0", assessment_plan(), waiver="We accept that few answered.")
    assert (found.met, found.note[:36]) == (False, "Too few people answered in the last ")
    ethics_round(place, made, EVERYBODY)
    with place.database.writing() as session:
        assert "G0" not in notes(
            briefs.prepare(session, briefs.working(session, made.study_id), at=LATER).gates
        )


def test_measures_in_place_take_the_panels_level_down_by_one_and_planned_ones_by_none(
    place: Install, made: Made
) -> None:
    ethics_round(place, made, {"lea": [3] * 8, "ind": [3] * 8, "cso": [3] * 6})
    in_place = replace(OWNED, status="in_place")
    lowered = assessment_plan(
        ratings={"MAU-01": HIGH}, residuals={"MAU-01": replace(HIGH, likelihood=3)}, measures=[in_place]
    )
    assert gate_of(place, made, "G3", lowered).met
    with place.database.writing() as session:
        factory.assess(session, made, assessment_plan(ratings={"MAU-01": HIGH}, measures=[OWNED]))
        found = assessments.standing(session, made.study_id)
    assert found is not None
    assert found.highest_residual == "high"


def test_what_a_second_round_rated_again_is_not_credited_twice(place: Install, made: Made) -> None:
    high = {"lea": [3] * 8, "ind": [3] * 8, "cso": [3] * 6}
    verified = replace(OWNED, status="verified", evidence="Inspection 4")
    lowered = assessment_plan(
        ratings={"MAU-01": HIGH}, residuals={"MAU-01": replace(HIGH, likelihood=3)}, measures=[verified]
    )
    ethics_round(place, made, high)
    with place.database.writing() as session:
        factory.assess(session, made, lowered)
        assert after(session, made) == "moderate"  # in place, until the panel has seen it
    ethics_round(place, made, high)
    with place.database.reading() as session:
        assert after(session, made) == "high"


def after(session: Session, made: Made) -> str | None:
    found = assessments.standing(session, made.study_id)
    assert found is not None
    return next(risk.after for risk in found.risks if risk.question.id == "MAU-01")


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
    not_practice(place, made)
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
    measure = replace(OWNED, against="PDP-03")
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


def test_a_flag_met_by_a_measure_is_not_printed_as_open(place: Install, made: Made) -> None:
    ethics_round(place, made, {"lea": [3] * 8, "ind": [3] * 8, "cso": [3] * 6})
    with place.database.writing() as session:
        factory.assess(session, made, assessment_plan())
        brief = factory.written_brief(session, made, waiver=False)
        before = briefs.prepare(session, brief, at=LATER).brief.ethics
        factory.assess(session, made, assessment_plan(measures=[OWNED]))
        after = briefs.prepare(session, brief, at=LATER).brief.ethics
    assert before is not None
    assert (before.flags_open, before.flags_answered) == (1, 0)
    assert after is not None
    assert (after.flags_open, after.flags_answered) == (0, 1)
