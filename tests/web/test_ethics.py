"""The ethics assessment on the screen: written by its reviewer, read by the staff of the study."""

from __future__ import annotations

from copkit_delphi.domain.permission import Role
from tests.factories import migrated
from tests.warning import factory
from tests.web.stage import furnished, stage
from tests.web.staged import Stage, read_form

__all__ = ["furnished", "migrated", "stage"]

PARTS = ("gravity", "reach", "irreversibility", "likelihood")


def filled(stage: Stage, **changes: str) -> dict[str, str]:
    fields = stage.fields(Role.ETHICS_REVIEWER, f"{stage.base}/ethics/assessment")
    rated = {f"risks-{n}-before-{part}": "2" for n in range(8) for part in PARTS}
    answers = dict(
        zip((f"screening-{n}-answer" for n in range(4)), ("no", "none", "no", "awareness"), strict=True)
    )
    scope = {"review_on": factory.REVIEW.isoformat(), **factory.READERS, "who_carries": "Recruited minors"}
    return fields | rated | answers | scope | changes


def save(stage: Stage, data: dict[str, str]) -> tuple[int, str]:
    answer = stage[Role.ETHICS_REVIEWER].post(
        f"{stage.base}/ethics/assessment", data=data, follow_redirects=True
    )
    return answer.status_code, answer.text


def test_levels_are_shown_at_once_after_saving(stage: Stage) -> None:
    status, page = save(
        stage, filled(stage, **{"risks-5-before-gravity": "5", "risks-5-reason": "Seen before"})
    )
    assert status == 200
    assert page.count("risk-low") == 7
    assert page.count("risk-high") == 1
    again = read_form(page, f"{stage.base}/ethics/assessment")
    assert again["risks-5-before-gravity"] == "5"
    assert again["who_carries"] == "Recruited minors"


def test_likelihood_is_chosen_by_band_never_by_a_word_of_the_yardstick(stage: Stage) -> None:
    page = stage[Role.ETHICS_REVIEWER].get(f"{stage.base}/ethics/assessment").text
    assert "50 to under 80%" in page
    assert "Realistic possibility" not in page
    assert "Highly likely" not in page


def test_nothing_typed_is_lost_when_a_rule_is_broken(stage: Stage) -> None:
    broken = filled(
        stage,
        **{
            "risks-0-before-reach": "",
            "risks-1-before-gravity": "4",
            "acceptances-0-by_role": "Somebody",
            "criminals-0-route": "Stay below the values",
        },
    )
    status, page = save(stage, broken)
    assert status == 422
    assert "<title>Error:" in page
    for sentence in (
        "Choose all four",
        "Give a reason.",
        "why and until when",
    ):
        assert sentence in page
    for kept in ("Somebody", "Stay below the values", "Recruited minors"):
        assert kept in page


def test_a_residual_without_a_measure_in_place_is_refused_with_its_sentence(stage: Stage) -> None:
    after = {f"risks-2-after-{part}": "1" for part in PARTS}
    status, page = save(stage, filled(stage, **after))
    assert status == 422
    assert "only a measure in place, with owner and date, lowers a risk" in page


def test_a_whole_assessment_comes_back_as_it_was_written(stage: Stage) -> None:
    written = filled(
        stage,
        **{
            "acceptances-0-risk": "MAU-01",
            "acceptances-0-by_role": "Owner",
            "acceptances-0-reason": "Judges decide.",
            "acceptances-0-until": "2027-05-01",
            "proportionality-0-risk": "MAU-01",
            "proportionality-0-law": "A law exists.",
            "criminals-0-scenario": "S02",
            "criminals-0-route": "Stay below",
            "authorities-0-scenario": "S13",
            "authorities-0-use": "Freeze critics",
        },
    )
    status, page = save(stage, written)
    assert status == 200
    again = read_form(page, f"{stage.base}/ethics/assessment")
    del written["basis"]  # it tells what a form was made from
    assert {key: again[key] for key in written} == written
    read = stage[Role.OWNER].get(f"{stage.base}/ethics").text
    for part in (
        "Erik Ethics",
        "Freeze critics",
        "Stay below",
        "Recruited minors",
        "not rated them",
    ):
        assert part in read


def test_only_the_reviewer_writes_and_only_staff_of_the_study_read(stage: Stage) -> None:
    path = f"{stage.base}/ethics"
    assert "No assessment has been made." in stage[Role.DPO].get(path).text
    for role in (Role.FACILITATOR, Role.ANALYST, Role.DPO, Role.OWNER):
        assert stage[role].get(path).status_code == 200
        assert stage[role].get(f"{path}/assessment").status_code == 403
        assert stage[role].post(f"{path}/assessment").status_code == 403
    assert stage[Role.READER].get(path).status_code == 404
