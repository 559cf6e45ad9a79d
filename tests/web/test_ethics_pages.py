"""Register of measures, waiver, comparable cases, flags and reasons on the screen: who keeps, who reads, what is refused."""

from __future__ import annotations

import pytest

from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation.ratings import Reason
from copkit_delphi.ethics import answers, mitigations, precedents, rounds
from copkit_delphi.ethics.answers import RiskAnswer
from tests import factories
from tests.ethics import panel
from tests.factories import migrated
from tests.warning import factory
from tests.web.stage import furnished, stage
from tests.web.staged import Stage

__all__ = ["furnished", "migrated", "stage"]

STAFF = (Role.FACILITATOR, Role.ANALYST, Role.ETHICS_REVIEWER, Role.DPO, Role.OWNER)
KEEP = (Role.FACILITATOR, Role.ANALYST, Role.ETHICS_REVIEWER)
MEASURE = {
    "against": "PDP-03",
    "code": "M06",
    "text": "Counted without names.",
    "status": "planned",
    "kind": "",
}
WHOLE = {**MEASURE, "owner": "Example Police", "due": "2027-03-31", "evidence": ""}


@pytest.mark.parametrize("role", KEEP)
def test_the_team_and_the_reviewer_keep_the_register(stage: Stage, role: Role) -> None:
    path = f"{stage.base}/ethics/mitigations"
    told = stage[role].post(f"{path}/new", data=WHOLE, follow_redirects=True).text
    assert "The measure stands in the register." in told
    with stage.place.database.reading() as session:
        (one,) = mitigations.of_study(session, stage.made.study_id)
    form = stage.fields(role, f"{path}/{one.id}")
    assert {key: form[key] for key in WHOLE} == WHOLE | {"kind": "reduce"}  # as the catalogue has it
    changed = {**form, "status": "verified", "evidence": "Inspection 4"}
    assert stage[role].post(f"{path}/{one.id}", data=changed).status_code == 303
    for reader in STAFF:
        page = stage[reader].get(path).text
        for part in ("Counted without names.", "Example Police", "Verified", "Inspection 4", "PDP-03"):
            assert part in page


def test_others_read_the_register_and_strangers_do_not(stage: Stage) -> None:
    path = f"{stage.base}/ethics/mitigations"
    for role in (Role.OWNER, Role.DPO):
        assert stage[role].get(path).status_code == 200
        assert stage[role].get(f"{path}/new").status_code == 403
        assert stage[role].post(f"{path}/new", data=WHOLE).status_code == 403
    assert stage[Role.READER].get(path).status_code == 404
    assert stage[Role.ANALYST].get(f"{path}/unknown").status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"against": ""}, "Choose the risk or the flag"),
        ({"against": "XXX"}, "Not a valid choice"),
        ({"code": "", "kind": ""}, "needs a text and a kind"),
        ({"status": "verified"}, "names its evidence"),
        ({"status": "in_place", "owner": ""}, "has an owner and a date"),
        ({"owner": "x" * 121}, "at most 120 characters"),
    ],
)
def test_a_refused_measure_keeps_what_was_typed(stage: Stage, changes: dict[str, str], sentence: str) -> None:
    answer = stage[Role.ANALYST].post(f"{stage.base}/ethics/mitigations/new", data=WHOLE | changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Counted without names." in answer.text


def test_the_assessment_shows_the_register_and_does_not_hold_it(stage: Stage) -> None:
    stage[Role.ANALYST].post(f"{stage.base}/ethics/mitigations/new", data=WHOLE)
    form = stage[Role.ETHICS_REVIEWER].get(f"{stage.base}/ethics/assessment").text
    assert "Open the register of measures" in form
    assert 'name="measures-' not in form


def test_a_waiver_is_written_by_the_reviewer_and_confirmed_by_the_owner(stage: Stage) -> None:
    path = f"{stage.base}/ethics/waiver"
    for role in (Role.FACILITATOR, Role.ANALYST, Role.DPO, Role.OWNER):
        assert stage[role].post(path, data={"reason": "Why."}).status_code == 403
    reviewer, owner = stage[Role.ETHICS_REVIEWER], stage[Role.OWNER]
    assert owner.post(f"{path}/confirm", data={"read": ""}).status_code == 409
    assert reviewer.post(path, data={"reason": " "}).status_code == 422
    assert reviewer.post(path, data={"reason": "Tried twice."}).status_code == 303
    assert "not confirmed" in stage[Role.ANALYST].get(path).text
    assert reviewer.post(f"{path}/confirm", data={"read": "Tried twice."}).status_code == 403
    assert owner.post(f"{path}/confirm", data={"read": "Something else."}).status_code == 409
    sent = stage.fields_at(Role.OWNER, path, f"{path}/confirm")
    assert owner.post(f"{path}/confirm", data=sent).status_code == 303
    shown = stage[Role.ANALYST].get(path).text
    for part in ("Tried twice.", "Erik Ethics", "Otto Owner"):
        assert part in shown


def test_the_brief_form_holds_no_waiver(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        factory.assess(session, stage.made)
        factory.written_brief(session, stage.made, waiver=False)
    fields = stage.fields(Role.ANALYST, f"{stage.base}/brief/text")
    assert "bottom_line" in fields
    assert not [name for name in fields if "waiver" in name]


def test_the_reviewer_decides_on_comparable_cases(stage: Stage) -> None:
    path = f"{stage.base}/ethics/precedents"
    case = {"reason": "Order to delete data, 2022."}
    for role in (Role.FACILITATOR, Role.ANALYST, Role.DPO, Role.OWNER):
        assert stage[role].post(f"{path}/MAU-01", data=case).status_code == 403
    reviewer = stage[Role.ETHICS_REVIEWER]
    assert reviewer.post(f"{path}/MAU-01", data=case).status_code == 303
    assert reviewer.post(f"{path}/XXX-01", data=case).status_code == 422
    assert "Order to delete data, 2022." in stage[Role.FACILITATOR].get(path).text
    assert reviewer.post(f"{path}/MAU-01", data={"reason": " "}).status_code == 303
    with stage.place.database.reading() as session:
        assert precedents.of_study(session, stage.made.study_id) == {}


def test_flags_of_the_screening_stand_with_those_of_the_panel(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        round_ = panel.opened(session, stage.made.study_id)
        panel.rate_all(session, round_, {"lea": [3] * 6, "ind": [3] * 6, "cso": [3] * 4})
        panel.closed(session, round_)
        screened = factory.screening(SCR_04="powers")
        factory.assess(session, stage.made, factory.assessment_plan(screening=screened))
    page = stage[Role.FACILITATOR].get(f"{stage.base}/ethics/flags").text
    for part in ("MAU-01: ", "STU-04: ", "SCR-04: ", "the screening", "fewer than five ratings"):
        assert part in page
    assert "/ethics/mitigations/new?against=MAU-01" in page
    prefilled = stage.fields_at(
        Role.FACILITATOR,
        f"{stage.base}/ethics/mitigations/new?against=SCR-04",
        f"{stage.base}/ethics/mitigations/new",
    )
    assert prefilled["against"] == "SCR-04"


# Reasons -------------------------------------------------------------------------------------------------------------


def a_round_with_reasons(stage: Stage, *, few: int = 4, close: bool = True) -> None:
    """Everybody writes on MAU-01, ``few`` on VUL-03, one for facilitators alone."""
    with stage.place.database.writing() as session:
        round_ = panel.opened(session, stage.made.study_id)
        codes = [code for kind in panel.members(session, stage.made.study_id).values() for code in kind[:5]]
        for number, code in enumerate(codes):
            visibility = "facilitators" if number == 0 else "panel"
            wanted = {"MAU-01": f"Wide powers {number}."} | (
                {"VUL-03": f"Minors {number}."} if number < few else {}
            )
            for question, text in wanted.items():
                answers.save(
                    session, panellist_id=code, round_id=round_.id, question_id=question,
                    answer=RiskAnswer(panel.rating(4), 2, reason=Reason(text, visibility)),
                    clock=factories.clock_at(),
                )  # fmt: skip
        if close:
            panel.closed(session, round_)


def test_reasons_are_read_after_the_close_by_those_they_are_meant_for(stage: Stage) -> None:
    a_round_with_reasons(stage, close=False)
    path = f"{stage.base}/ethics/reasons"
    assert stage[Role.FACILITATOR].get(path).status_code == 404
    with stage.place.database.writing() as session:
        latest = rounds.latest(session, stage.made.study_id)
        assert latest is not None
        panel.closed(session, latest)
    lead, reviewer = (stage[role].get(path).text for role in (Role.FACILITATOR, Role.ETHICS_REVIEWER))
    assert "Wide powers 3." in lead
    assert "Wide powers 3." in reviewer
    assert "Wide powers 0." in lead
    assert "Wide powers 0." not in reviewer  # for the facilitators alone
    for role in (Role.ANALYST, Role.DPO, Role.OWNER):
        assert stage[role].get(path).status_code == 403


def test_reasons_on_a_risk_that_fewer_than_five_rated_stand_nowhere(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        round_ = panel.opened(session, stage.made.study_id)
        codes = [code for kind in panel.members(session, stage.made.study_id).values() for code in kind[:4]]
        asked = {"VUL-03": codes[:4], "PDP-03": codes[4:8], "MAU-01": codes[:8]}
        for question, raters in asked.items():
            for number, code in enumerate(raters):
                said = Reason(f"{question} {number}.") if number < 4 else Reason("", "declined")
                answers.save(
                    session, panellist_id=code, round_id=round_.id, question_id=question,
                    answer=RiskAnswer(panel.rating(4), 2, reason=said), clock=factories.clock_at(),
                )  # fmt: skip
        panel.rate(
            session, round_, codes[8], "PDP-03", RiskAnswer(panel.rating(4), 2, reason=Reason("", "declined"))
        )
        panel.closed(session, round_)
    page = stage[Role.FACILITATOR].get(f"{stage.base}/ethics/reasons").text
    assert "MAU-01 0." in page  # eight rated it, four wrote
    assert "PDP-03 0." in page  # five rated it, four wrote
    assert "VUL-03" not in page  # four rated it
    assert "held back" in page


def test_fewer_than_five_reasons_are_held_back(stage: Stage) -> None:
    a_round_with_reasons(stage, few=4)
    page = stage[Role.FACILITATOR].get(f"{stage.base}/ethics/reasons").text
    assert "Minors" not in page
    assert "VUL-03" not in page
    assert "held back" in page
