"""Ethics rounds: when one opens, what counts at its close, who may answer, and what the panel's levels become."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from copkit_delphi.analysis import levels
from copkit_delphi.domain.errors import Conflict, Forbidden, Invalid, Moved, NotFound, RoundClosed
from copkit_delphi.domain.ethics_results import EthicsRoundSnapshot, civil_society
from copkit_delphi.domain.risk import RiskLevel
from copkit_delphi.elicitation import links, withdrawals
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.elicitation.ratings import Reason
from copkit_delphi.ethics import answers, bank, behaviours, flags, precedents, progress, results, rounds
from copkit_delphi.ethics.answers import RiskAnswer, StopAnswer
from copkit_delphi.ethics.models import EthicsRating
from copkit_delphi.people import audit
from tests import factories
from tests.ethics import panel
from tests.factories import NOW, Install, clock_at

BANK = Path(bank.__file__).parent / "data" / "ethics_bank.json"
VECTORS = json.loads(BANK.read_text())["scoring"]["test_vectors"]["aggregate"]
FULL = {"lea": [1] * 6, "ind": [1] * 6, "cso": [1] * 6}


@pytest.fixture
def study(anywhere: Install) -> str:
    """A study of one closed round on either database."""
    with anywhere.database.writing() as session:
        lead = factories.make_account(session).id
        return factories.closed_study(anywhere, session, lead, n_rounds=1, end=False).id


def result(place: Install, study: str, ratings: dict[str, list[int]], **more: Any) -> EthicsRoundSnapshot:
    with place.database.writing() as session:
        round_ = panel.opened(session, study)
        panel.rate_all(session, round_, ratings, **more)
        panel.closed(session, round_)
    with place.database.reading() as session:
        return results.of_study(session, study)[-1]


# Levels --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS)
def test_the_vectors_of_the_bank(vector: dict[str, Any]) -> None:
    found, out = levels.aggregate(vector["in"], k=vector["k"]), vector["out"]
    assert dict(found.groups) == out["group_levels"]
    assert (found.overall, bool(found.contested), found.gate) == (
        out["overall"],
        out["contested"],
        out["gate"],
    )
    assert sorted(set(vector["in"]) - set(found.groups)) == out["suppressed"]


@pytest.mark.parametrize(
    ("ratings", "contested", "gate"),
    [
        ({"a": [1] * 5, "b": [3] * 5}, ("apart", "line"), 3),
        ({"a": [2] * 5, "b": [3] * 5}, ("line",), 3),
        ({"a": [2, 2, 3, 3, 2, 3, 2], "b": [3, 2, 3, 2, 3, 3, 2]}, (), 3),  # the effect is small
        ({"a": [1, 1, 1, 3, 3]}, ("split",), 1),
        ({"a": [1, 1, 1, 1, 3]}, (), 1),
        ({"a": [1] * 4}, (), None),
    ],
)
def test_what_makes_a_risk_contested(ratings: Any, contested: tuple[str, ...], gate: int | None) -> None:
    found = levels.aggregate(ratings, k=5)
    assert (found.contested, found.gate) == (contested, gate)


@given(
    st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(1, 4), min_size=5, max_size=9), min_size=1)
)
def test_the_gate_level_is_never_below_the_overall_level(ratings: dict[str, list[int]]) -> None:
    found = levels.aggregate(ratings, k=5)
    assert found.overall is not None
    assert found.gate is not None
    assert found.overall <= found.gate <= max(found.groups.values())


def test_one_group_has_one_vote(anywhere: Install, study: str) -> None:
    found = result(anywhere, study, {"lea": [1] * 14, "ind": [3] * 6, "cso": [3] * 6}).risk("MAU-01")
    assert found is not None
    assert (found.overall, found.gate) == (RiskLevel.HIGH, RiskLevel.HIGH)
    assert "apart" in found.contested


# Disclosure ----------------------------------------------------------------------------------------------------------


def test_a_small_group_is_not_shown_and_is_missed(anywhere: Install, study: str) -> None:
    found = result(anywhere, study, {"lea": [2] * 12, "ind": [2] * 6, "cso": [4] * 4}).risk("MAU-01")
    assert found is not None
    shown = {group.kind: (group.n, group.level) for group in found.groups}
    assert shown["cso"] == (None, None)
    assert shown["ind"] == (None, None)  # hidden with it: four alone would be told by subtraction
    assert shown["lea"] == (12, RiskLevel.MODERATE)
    assert found.short == ("cso",)
    assert not found.represented


def test_five_to_nine_show_a_level_alone_and_ten_a_middle_half(anywhere: Install, study: str) -> None:
    found = result(anywhere, study, {"lea": [1] * 5 + [3] * 6, "ind": [2] * 9, "cso": [1] * 5}).risk("MAU-01")
    assert found is not None
    by_kind = {group.kind: group for group in found.groups}
    assert (by_kind["lea"].low, by_kind["lea"].high) == (RiskLevel.LOW, RiskLevel.HIGH)
    assert (by_kind["ind"].level, by_kind["ind"].low) == (RiskLevel.MODERATE, None)


@pytest.mark.parametrize(
    ("cso", "word"), [([1] * 5, "agreed"), ([2] * 5, "reserved"), ([3] * 5, "objected"), ([4] * 3, "absent")]
)
def test_where_civil_society_stands(anywhere: Install, study: str, cso: list[int], word: str) -> None:
    assert civil_society(result(anywhere, study, {"lea": [1] * 8, "ind": [1] * 8, "cso": cso})) == word


def test_a_raised_stop_question_tells_neither_who_nor_how_many(anywhere: Install, study: str) -> None:
    payloads = []
    for raising in (1, 6):
        with anywhere.database.writing() as session:
            round_ = panel.opened(session, study)
            for at, code in enumerate(panel.members(session, study)["cso"][:6]):
                stop(session, round_, code, "yes" if at < raising else "no")
            panel.closed(session, round_)
            frozen = results.of_study(session, study)[-1]
            payloads.append(frozen.raised)
            assert "yes" not in frozen.to_json()
            standing = [flag for flag in flags.of_study(session, study) if flag.source == flags.PANEL]
            assert [(f.question_id, f.level, f.source, f.state) for f in standing] == [
                ("SMC-01", "stop", "panel", "open")
            ]
    assert payloads[0] == payloads[1]


@pytest.mark.parametrize("took_part", [1, 4, 5])
def test_a_flag_of_so_few_that_it_would_tell_whose_it_is_is_not_raised(
    anywhere: Install, study: str, took_part: int
) -> None:
    """Who began stands by name on the facilitator's page: the flag of one alone would be an answer beside a name."""
    with anywhere.database.writing() as session:
        round_ = panel.opened(session, study)
        first, *others = panel.members(session, study)["cso"]
        stop(session, round_, first, "yes")
        for code in others[: took_part - 1]:
            panel.rate(session, round_, code, "MAU-01", 1)
        panel.closed(session, round_)
        frozen = results.of_study(session, study)[-1]
        assert frozen.heard == (took_part == 5)
        of_panel = [flag for flag in flags.of_study(session, study) if flag.source == flags.PANEL]
        assert len(frozen.raised) == len(of_panel) == int(took_part == 5)
    assert EthicsRoundSnapshot.from_dict(json.loads(frozen.to_json())) == frozen


def stop(session: Any, round_: Any, code: str, value: str, question: str = "SMC-01") -> None:
    answers.save(
        session,
        panellist_id=code,
        round_id=round_.id,
        question_id=question,
        answer=StopAnswer(value),
        clock=clock_at(),
    )


def test_the_snapshot_is_frozen_with_its_hash(anywhere: Install, study: str) -> None:
    frozen = result(anywhere, study, FULL)
    assert EthicsRoundSnapshot.from_dict(json.loads(frozen.to_json())) == frozen
    with anywhere.database.reading() as session:
        event = next(e for e in audit.of_study(session, study) if e.action == "ethics-round:close")
    assert frozen.hash in event.detail
    with pytest.raises(DBAPIError, match="append-only"), anywhere.database.writing() as session:
        session.execute(text("UPDATE ethics_snapshot SET payload = ''"))


# Rounds --------------------------------------------------------------------------------------------------------------


def test_it_opens_after_the_threats_and_only_once(anywhere: Install) -> None:
    with anywhere.database.writing() as session:
        lead = factories.make_account(session).id
        study, threats = factories.running_study(anywhere, session, lead)
        with pytest.raises(Conflict, match="Close the open round first"):
            panel.opened(session, study.id)
        factories.answer(session, threats)
        factories.close_round(session, threats, open_feedback=False)
        panel.opened(session, study.id)
        with pytest.raises(Conflict, match="An ethics round is open already"):
            panel.opened(session, study.id)


def test_a_draft_study_has_no_ethics_round(anywhere: Install) -> None:
    with anywhere.database.writing() as session:
        study = factories.draft_study(session, factories.make_account(session).id)
        with pytest.raises(Conflict, match="after it has rated the threats"):
            panel.opened(session, study.id)


def test_it_asks_for_what_is_judged_and_a_deadline_ahead(anywhere: Install, study: str) -> None:
    common = {"study_id": study, "actor": "test", "clock": clock_at()}
    with anywhere.database.writing() as session:
        with pytest.raises(Invalid, match="Say what the panel judges"):
            rounds.open_next(session, subject="  ", deadline=NOW + timedelta(days=1), **common)
        with pytest.raises(Invalid, match="lies in the past"):
            rounds.open_next(session, subject="Two threats", deadline=NOW, **common)


def test_two_people_close_it_once(anywhere: Install, study: str) -> None:
    with anywhere.database.writing() as session:
        round_ = panel.opened(session, study)
        panel.closed(session, round_)
        with pytest.raises(Conflict, match="closed already"):
            panel.closed(session, round_)
        closes = [e for e in audit.of_study(session, study) if e.action == "ethics-round:close"]
    assert len(closes) == 1


def test_what_comes_after_the_close_is_refused_and_changes_nothing(anywhere: Install, study: str) -> None:
    with anywhere.database.writing() as session:
        round_ = panel.opened(session, study)
        code = panel.members(session, study)["lea"][0]
        panel.closed(session, round_)
        with pytest.raises(RoundClosed):
            panel.rate(session, round_, code, "MAU-01", 4)
        assert session.scalars(select(EthicsRating)).all() == []


def test_the_deadline_has_a_minute_of_grace(anywhere: Install, study: str) -> None:
    with anywhere.database.writing() as session:
        round_ = panel.opened(session, study)
        code = panel.members(session, study)["lea"][0]
        end = NOW + factories.WEEK
        panel.rate(session, round_, code, "MAU-01", 1, clock=clock_at(end + timedelta(seconds=59)))
        with pytest.raises(RoundClosed):
            panel.rate(session, round_, code, "MAU-01", 2, clock=clock_at(end + timedelta(seconds=61)))
        assert rounds.due(session, clock=clock_at(end)) == []
        assert rounds.due(session, clock=clock_at(end + timedelta(seconds=61))) == [round_.id]


def test_links_open_until_a_week_after_the_ethics_deadline(anywhere: Install, study: str) -> None:
    later = NOW + timedelta(days=40)
    with anywhere.database.writing() as session:
        panel.opened(session, study, at=later)
        somebody = session.scalars(select(Panellist).where(Panellist.study_id == study)).first()
        assert somebody is not None
        key = anywhere.links.read(anywhere.links.issue(session, somebody).rpartition("/p/")[2])
        session.flush()
        assert links.resolve(session, key=key, at=later + timedelta(days=13)).id == somebody.id
        with pytest.raises(Exception, match="no longer valid"):
            links.resolve(session, key=key, at=later + timedelta(days=15))


# Answers -------------------------------------------------------------------------------------------------------------


def test_everybody_is_asked_everything_in_an_order_of_their_own(anywhere: Install, study: str) -> None:
    with anywhere.database.writing() as session:
        round_ = panel.opened(session, study)
        codes = panel.members(session, study)["lea"]
        orders = {tuple(question.id for question in answers.order(round_, code)) for code in codes}
        again = [question.id for question in answers.order(round_, codes[0])]
    assert len(orders) > 5
    assert tuple(again) in orders
    for one in orders:
        assert set(one[:8]) == {question.id for question in bank.headline_risks()}
        assert one[8:] == ("HAO-01", "SMC-01")


def test_a_changed_mind_is_a_new_revision_and_the_last_one_counts(anywhere: Install, study: str) -> None:
    with anywhere.database.writing() as session:
        round_ = panel.opened(session, study)
        code = panel.members(session, study)["lea"][0]
        for level in (1, 2, 2, 4):
            panel.rate(session, round_, code, "MAU-01", level)
        rows = session.scalars(select(EthicsRating).order_by(EthicsRating.revision)).all()
        assert [(row.revision, row.is_current) for row in rows] == [(1, False), (2, False), (3, True)]
        panel.rate(session, round_, code, "MAU-01", RiskAnswer())
        assert answers.own(session, panellist_id=code, round_id=round_.id) == {}
        panel.rate(session, round_, code, "MAU-01", RiskAnswer(cannot_judge=True))
        mine = answers.own(session, panellist_id=code, round_id=round_.id)
        assert mine == {"MAU-01": RiskAnswer(cannot_judge=True)}
    with pytest.raises(DBAPIError, match="append-only"), anywhere.database.writing() as session:
        session.execute(text("UPDATE ethics_rating SET gravity = 5 WHERE gravity = 1"))


def test_cannot_judge_is_in_no_level(anywhere: Install, study: str) -> None:
    with anywhere.database.writing() as session:
        round_ = panel.opened(session, study)
        panel.rate_all(session, round_, FULL)
        for code in panel.members(session, study)["cso"][:2]:
            panel.rate(session, round_, code, "MAU-01", RiskAnswer(cannot_judge=True))
        panel.closed(session, round_)
        found = results.of_study(session, study)[-1].risk("MAU-01")
    assert found is not None
    assert found.short == ("cso",)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (RiskAnswer(panel.rating(4)), "Give a reason"),
        (RiskAnswer(panel.rating(3)), "Give a reason"),
        (RiskAnswer(panel.rating(1), cannot_judge=True), "not both"),
        (RiskAnswer(panel.rating(1), 4), "1, 2 or 3"),
        (RiskAnswer(panel.rating(1), reason=Reason("x" * 601)), "600"),
    ],
)
def test_what_a_rating_needs(anywhere: Install, study: str, given: RiskAnswer, sentence: str) -> None:
    with anywhere.database.writing() as session:
        round_ = panel.opened(session, study)
        code = panel.members(session, study)["lea"][0]
        with pytest.raises(Invalid) as refusal:
            panel.rate(session, round_, code, "MAU-01", given)
    assert sentence in str(refusal.value) or sentence in str(refusal.value.params)


def test_preferring_not_to_say_is_a_reason(anywhere: Install, study: str) -> None:
    with anywhere.database.writing() as session:
        round_ = panel.opened(session, study)
        code = panel.members(session, study)["lea"][0]
        panel.rate(
            session, round_, code, "MAU-01", RiskAnswer(panel.rating(4), reason=Reason("", "declined"))
        )
        assert len(answers.own(session, panellist_id=code, round_id=round_.id)) == 1


def test_only_the_panel_of_the_study_answers_its_own_questions(anywhere: Install, study: str) -> None:
    with anywhere.database.writing() as session:
        round_ = panel.opened(session, study)
        lead = factories.make_account(session, "Otto Other").id
        other = factories.closed_study(anywhere, session, lead, n_rounds=1).id
        stranger = panel.members(session, other)["lea"][0]
        with pytest.raises(NotFound):
            panel.rate(session, round_, stranger, "MAU-01", 1)
        mine = panel.members(session, study)["lea"][0]
        with pytest.raises(NotFound):
            panel.rate(session, round_, mine, "SCR-01", 1)
        with pytest.raises(Invalid):
            stop(session, round_, mine, "perhaps")
        session.get_one(Panellist, mine).consent_version = None
        with pytest.raises(Forbidden):
            panel.rate(session, round_, mine, "MAU-01", 1)


# Flags, precedents, synthetic panel ----------------------------------------------------------------------------------


def test_a_documented_case_makes_the_likelihood_three(anywhere: Install, study: str) -> None:
    with anywhere.database.writing() as session:
        precedents.decide(
            session, study_id=study, question_id="MAU-01", reason="A court found it in 2023.",
            name="Erik Ethics", actor="erik", at=NOW,
        )  # fmt: skip
    likely = {kind: [2] * 6 for kind in FULL}
    rare = {**panel.OF_LEVEL, 2: (3, 3, 3, 1)}  # low without the case, moderate with it
    before = panel.OF_LEVEL
    panel.OF_LEVEL = rare
    try:
        found = result(anywhere, study, likely, others=2)
    finally:
        panel.OF_LEVEL = before
    documented, other = found.risk("MAU-01"), found.risk("STC-01")
    assert documented is not None
    assert other is not None
    assert (documented.gate, other.gate) == (RiskLevel.MODERATE, RiskLevel.LOW)
    assert documented.precedent == "A court found it in 2023."


def test_a_high_risk_raises_a_flag_that_others_answer_and_the_reviewer_clears(
    anywhere: Install, study: str
) -> None:
    result(anywhere, study, {kind: [3] * 6 for kind in FULL})
    with anywhere.database.writing() as session:
        (flag,) = flags.of_study(session, study)
        assert (flag.question_id, flag.level, flag.source) == ("MAU-01", "major", "risk")
        who: dict[str, Any] = {"flag": flag, "at": NOW}
        read = flags.version(flag)
        with pytest.raises(Conflict):
            flags.clear(session, read=read, reason="Fine.", name="Erik", actor="erik", **who)
        with pytest.raises(Invalid):
            flags.reply(session, text=" ", name="Fatima", actor="fatima", **who)
        flags.reply(session, text="A judge decides first.", name="Fatima", actor="fatima", **who)
        with pytest.raises(Moved):
            flags.clear(session, read=read, reason="Fine.", name="Erik", actor="erik", **who)
        read = flags.version(flag)
        with pytest.raises(Forbidden):
            flags.clear(session, read=read, reason="Fine.", name="Fatima", actor="fatima", **who)
        flags.clear(session, read=read, reason="The law is named.", name="Erik", actor="erik", **who)
        assert (flag.state, flag.cleared_by, flag.cleared_on) == ("cleared", "Erik", NOW.date())
        with pytest.raises(Conflict):
            flags.reply(session, text="More.", name="Fatima", actor="fatima", **who)


def test_the_synthetic_panel_is_the_same_for_the_same_seed(anywhere: Install) -> None:
    frozen = []
    for name in ("Fatima First", "Sara Second"):
        with anywhere.database.writing() as session:
            lead = factories.make_account(session, name).id
            study = factories.closed_study(anywhere, session, lead, n_rounds=1).id
            round_ = panel.opened(session, study)
            assert behaviours.answer(session, round_, clock=clock_at(), seed=7) > 25
            panel.closed(session, round_)
            frozen.append(results.of_study(session, study)[-1])
    assert frozen[0].risks == frozen[1].risks
    assert frozen[0].represented


def test_who_withdraws_takes_the_answers_along_and_nobody_else_deletes_any(
    anywhere: Install, study: str
) -> None:
    with anywhere.database.writing() as session:
        round_ = panel.opened(session, study)
        panel.rate_all(session, round_, FULL)
        panel.closed(session, round_)
        frozen = results.of_study(session, study)
        code = panel.members(session, study)["cso"][0]
    with pytest.raises(DBAPIError, match="nothing is deleted"), anywhere.database.writing() as session:
        session.execute(text("DELETE FROM ethics_rating"))
    with anywhere.database.writing() as session:
        withdrawals.withdraw(session, anywhere.vault, anywhere.links, panellist_id=code, clock=clock_at())
    with anywhere.database.reading() as session:
        left = set(session.scalars(select(EthicsRating.panellist_id)))
        assert code not in left
        assert len(left) == 17
        assert results.of_study(session, study) == frozen


def test_withdrawing_lowers_no_number_of_invited_in_an_ethics_round(anywhere: Install, study: str) -> None:
    with anywhere.database.writing() as session:
        round_ = panel.opened(session, study)
        panel.rate_all(session, round_, {kind: [2] * 6 for kind in FULL})
        before = {group.name: group.invited for group in progress.of_round(session, round_).groups}
        leaving = panel.members(session, study)["lea"][-1]
        withdrawals.withdraw(session, anywhere.vault, anywhere.links, panellist_id=leaving, clock=clock_at())
        assert before == {group.name: group.invited for group in progress.of_round(session, round_).groups}
        panel.closed(session, round_)
        response = results.of_study(session, study)[-1].response
    shown = {group.name: group.invited for group in response if group.invited is not None}
    assert shown
    assert shown == {name: before[name] for name in shown}
