"""The ethics assessment: levels from the published vectors, what may lower a risk, what an assessor must say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.risk import Burden, RiskLevel, RiskRating
from copkit_delphi.ethics import assessments, bank
from copkit_delphi.ethics.assessments import AssessmentPlan, RiskPlan
from copkit_delphi.ethics.plans import MeasurePlan
from copkit_delphi.people import audit
from tests.factories import Install
from tests.warning import factory

BANK = Path(bank.__file__).parent / "data" / "ethics_bank.json"
VECTORS = json.loads(BANK.read_text())["scoring"]["test_vectors"]["level"]
BEFORE = RiskRating(4, 4, 3, 4)  # very high
MEASURE = MeasurePlan("M02", "MAU-01", "Narrow it.", "Ministry", date(2026, 11, 1), "in_place")


@pytest.mark.parametrize("vector", VECTORS)
def test_levels_equal_the_vectors_of_the_bank(vector: dict[str, Any]) -> None:
    rating = RiskRating(**{**vector["in"], "burden": Burden(vector["in"]["burden"])})
    assert (rating.severity, rating.level) == (vector["severity"], vector["level"])
    assert 5 * rating.severity + rating.effective_likelihood == vector["priority"]


def plan_with(
    after: RiskRating | None, *measures: MeasurePlan, reason: str = "Seen before."
) -> AssessmentPlan:
    return factory.assessment_plan(
        risks=[RiskPlan("MAU-01", BEFORE, reason, after)],
        measures=measures,
    )


def refused(place: Install, plan: AssessmentPlan) -> str:
    with place.database.writing() as session:
        made = factory.staffed_study(place, session, closed=False)
        with pytest.raises(Invalid) as error:
            factory.assess(session, made, plan)
        assert assessments.standing(session, made.study_id) is None
    return str(error.value)


LOWER_REACH = RiskRating(4, 3, 3, 3)


@pytest.mark.parametrize(
    ("after", "measures", "sentence"),
    [
        (LOWER_REACH, [replace(MEASURE, status="planned")], "only a measure in place"),
        (LOWER_REACH, [replace(MEASURE, against="VUL-03")], "only a measure in place"),
        (LOWER_REACH, [replace(MEASURE, status="dropped", evidence="Too dear.")], "only a measure in place"),
        (RiskRating(4, 4, 3, 3), [replace(MEASURE, code="M04")], "no measure in place lowers likelihood"),
        (RiskRating(3, 4, 3, 4), [replace(MEASURE, code="M06")], "only an avoid measure lowers gravity"),
        (RiskRating(4, 4, 2, 4), [MEASURE], "no measure in place lowers irreversibility"),
        (RiskRating(1, 1, 3, 1), [replace(MEASURE, code="M01")], "one level at most"),
    ],
)
def test_what_is_not_in_place_lowers_nothing(
    place: Install, after: RiskRating, measures: list[MeasurePlan], sentence: str
) -> None:
    assert sentence in refused(place, plan_with(after, *measures))


@pytest.mark.parametrize("status", [("in_place", ""), ("verified", "Report 7")])
def test_a_measure_in_place_lowers_its_risk_by_one_level(place: Install, status: tuple[str, str]) -> None:
    measure = replace(MEASURE, status=status[0], evidence=status[1])
    with place.database.writing() as session:
        made = factory.staffed_study(place, session, closed=False)
        factory.assess(session, made, plan_with(LOWER_REACH, measure))
        found = assessments.standing(session, made.study_id)
    assert found is not None
    risk = next(risk for risk in found.risks if risk.question.id == "MAU-01")
    assert (risk.before, risk.after) == (RiskLevel.VERY_HIGH, RiskLevel.HIGH)
    assert found.highest_residual is RiskLevel.HIGH
    assert next(risk for risk in found.risks if risk.question.id == "PDP-03").after is None


@pytest.mark.parametrize("rating", [RiskRating(4, 1, 1, 1), RiskRating(1, 1, 1, 4)])
def test_a_grave_or_likely_risk_needs_a_reason(place: Install, rating: RiskRating) -> None:
    assert "give a reason" in refused(place, factory.assessment_plan(risks=[RiskPlan("MAU-01", rating, " ")]))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"risks": [RiskPlan("XXX-01", factory.LOW, "")]}, "not a headline risk"),
        ({"risks": [RiskPlan("MAU-01", factory.LOW, "")] * 2}, "rated once"),
        (
            {"acceptances": [{"risk": "MAU-01", "by_role": "Owner", "reason": "", "until": "2027-01-01"}]},
            "names who",
        ),
        ({"acceptances": [{"risk": "MAU-01", "by_role": "O", "reason": "R", "until": "soon"}]}, "as a date"),
        ({"proportionality": [{"risk": "nothing"}]}, "not a headline risk"),
    ],
)
def test_what_does_not_fit_the_bank_is_refused(
    place: Install, changes: dict[str, Any], sentence: str
) -> None:
    assert sentence in refused(place, factory.assessment_plan(**changes))


def test_a_second_assessment_replaces_the_first_and_both_are_in_the_audit(place: Install) -> None:
    with place.database.writing() as session:
        made = factory.staffed_study(place, session, closed=False)
        factory.assess(session, made, factory.assessment_plan(measures=[MEASURE]))
        factory.assess(session, made, factory.assessment_plan(misuse={}, who_carries="Everybody."))
        found = assessments.standing(session, made.study_id)
        events = [event.action for event in audit.of_study(session, made.study_id)]
    assert found is not None
    assert (found.criminals, found.assessment.who_carries) == ((), "Everybody.")
    assert [measure.code for measure in found.measures] == ["M02"]  # the register stands apart
    assert found.assessment.assessor == factory.STAFF[Role.ETHICS_REVIEWER]
    assert events.count("ethics:assess") == 2


def test_screening_answers_raise_the_flags_of_the_bank(place: Install) -> None:
    answers = factory.screening(SCR_01="yes", SCR_02="unsure", SCR_03="unsure", SCR_04="powers")
    with place.database.writing() as session:
        made = factory.staffed_study(place, session, closed=False)
        factory.assess(session, made, factory.assessment_plan(screening=answers))
        found = assessments.standing(session, made.study_id)
        assert found is not None
        raised = [(question, flag) for question, flag, _ in assessments.flags(found)]
    assert raised == [("SCR-01", "stop"), ("SCR-02", "major"), ("SCR-03", "major"), ("SCR-04", "minor")]


def test_harmless_answers_raise_no_flag(place: Install) -> None:
    with place.database.writing() as session:
        made = factory.staffed_study(place, session, closed=False)
        factory.assess(session, made)
        found = assessments.standing(session, made.study_id)
        assert found is not None
        assert assessments.flags(found) == []


def test_the_bank_has_eight_headline_risks_and_forty_six_measures() -> None:
    assert [risk.id for risk in bank.headline_risks()] == [
        "PDP-03", "NDN-01", "PIF-02", "FEA-01", "SMC-04", "MAU-01", "STC-01", "VUL-03",
    ]  # fmt: skip
    assert len(bank.catalogue()) == 46
    assert all(not measure.lowers for measure in bank.catalogue() if measure.kind == "inform")
