"""Decision records: the engine's own figures, disclosed, frozen with the result; and the log of decisions."""

from __future__ import annotations

import json
import random
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import delete, select, text, update

from copkit_delphi.analysis.data import ItemSpec, RoundData
from copkit_delphi.analysis.engine import analyse_round
from copkit_delphi.analysis.measure import Options, Rules
from copkit_delphi.analysis.measures.group_tests import group_test
from copkit_delphi.analysis.rounds import rounds_of
from copkit_delphi.analysis.sample import Sample
from copkit_delphi.analysis.studies.sensitivity import rule_sensitivity
from copkit_delphi.domain.decisions import Choice, DecidedItem, DecisionRecord
from copkit_delphi.domain.errors import Conflict, Invalid
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Criterion, Protocol
from copkit_delphi.domain.results import Coefficients, GroupResponse, RoundSnapshot
from copkit_delphi.domain.scale import PERCENT, Scale
from copkit_delphi.domain.tidy import TidyRatings, read_ratings
from copkit_delphi.elicitation import (
    advice,
    behaviours,
    decision_log,
    decisions,
    feedback,
    imports,
    questions,
    results,
    rounds,
    studies,
    withdrawals,
)
from copkit_delphi.elicitation import dissents as register
from copkit_delphi.elicitation.deciding import sensitivity, words
from copkit_delphi.elicitation.deciding.evidence import Evidence
from copkit_delphi.elicitation.models import (
    Amendment,
    Argument,
    Decision,
    DecisionEntry,
    Item,
    Panellist,
    Rating,
    Round,
)
from copkit_delphi.library import shipped as library
from copkit_delphi.people import accounts, audit
from tests import factories as f
from tests.elicitation.test_disclosure import KINDS, NAMES, shown

Column = Sequence[float]
MISSING = float("nan")


def data(number: int, groups: Sequence[str], column: Column, scale: Scale = PERCENT) -> RoundData:
    values = np.array(column, dtype=float).reshape(-1, 1)
    codes = tuple(map(str, range(len(groups))))
    spec = (ItemSpec("X.likelihood", scale),)
    return RoundData(number, codes, tuple(groups), spec, values, np.zeros(values.shape, dtype=bool))


def record(
    groups: Sequence[str],
    now: Column,
    before: Column | None = None,
    wished: Column | None = None,
    stayed: dict[str, tuple[int, int]] | None = None,
) -> DecisionRecord:
    """Return the record of one statement with these ratings, by the code that freezes it."""
    frozen = RoundSnapshot("s", 2, "2026-11-02", None, (shown(list(now), list(groups), before=list(before) if before else None),),
                           tuple(GroupResponse(name, kind, None, None) for name, kind in KINDS.items()), Coefficients(), "")  # fmt: skip
    earlier = RoundSnapshot(
        "s",
        1,
        "2026-11-01",
        None,
        (),
        tuple(
            GroupResponse(name, kind, 99, (stayed or {}).get(name, (0, 0))[0]) for name, kind in KINDS.items()
        ),
        Coefficients(),
        "",
    )
    return decisions.assemble(
        "s",
        Evidence(
            frozen,
            earlier if before else None,
            Protocol(),
            data(2, groups, now),
            data(1, groups, before) if before else None,
            np.array(wished, dtype=float).reshape(-1, 1) if wished else None,
            stayed or {},
        ),
    )


def decided(*args: object, **options: object) -> DecidedItem:
    return record(*args, **options).items[0]  # type: ignore[arg-type]


# Sensitivity ------------------------------------------------------------------------------------------------------


def drawn(chance: random.Random, scale: Scale) -> tuple[list[float], list[float], list[str]]:
    """Draw two rounds of a panel of eight to sixty, from agreed to torn, from settled to moving."""
    n, centre = chance.choice((8, 12, 21, 34, 60)), chance.choice((0.3, 0.5, 0.7))
    spread, kept = chance.choice((0.05, 0.1, 0.2, 0.5)), chance.choice((0.5, 0.8, 0.95))

    def value() -> float:
        given = round(scale.low + scale.range * (centre + chance.uniform(-spread, spread)))
        return float(min(scale.high, max(scale.low, given)))

    before = [value() for _ in range(n)]
    now = [one if chance.random() < kept else value() for one in before]
    left = chance.choice((0.0, 0.03))
    groups = chance.choices(NAMES, (5, 4, chance.choice((1, 3))), k=n)
    return before, [MISSING if chance.random() < left else one for one in now], groups


def test_every_told_rule_is_what_the_engine_says_of_the_ratings_themselves() -> None:
    chance, told = random.Random(3), Counter[tuple[str, bool]]()
    for _ in range(250):
        scale = chance.choice((PERCENT, Scale(1, 9), Scale(1, 5)))
        high = scale.low + scale.range * 0.6 // 1
        criterion = chance.choice(
            (Criterion(), Criterion(width=scale.range / 10), Criterion(share=0.7, low=high, high=scale.high))
        )
        before, now, groups = drawn(chance, scale)
        item = shown(now, groups, scale, before=before, criterion=criterion)
        rounds_ = [data(1, groups, before, scale), data(2, groups, now, scale)]
        found = rule_sensitivity(rounds_, Rules(criterion, tuple(KINDS)), Options()).value
        truth = dict.fromkeys((rule["rule"] for rule in found["rules"]), found["items"][0]["verdict"])  # type: ignore[index,call-overload]
        truth |= {flip["rule"]: flip["verdict"] for flip in found["items"][0]["flips"]}  # type: ignore[index,call-overload]
        mine = sensitivity.rules_of(item, Protocol(criterion=criterion))
        for rule, expected in zip(mine, truth.values(), strict=True):
            assert rule.verdict in (None, expected), (rule, item)
            told[rule.kind, rule.verdict is not None] += 1
    assert all(
        told[kind, known] > 50 for kind in ("width", "share", "stability") for known in (True, False)
    ), told


def test_what_is_told_of_rules_needs_nothing_but_the_snapshot() -> None:
    item = shown([40.0] * 15 + [60.0] * 15, [*NAMES] * 10, before=[40.0] * 15 + [60.0] * 15)
    verdicts = {(rule.kind, rule.value): rule.verdict for rule in sensitivity.rules_of(item, Protocol())}
    assert verdicts["width", 15] == "majority"
    assert verdicts["width", 20] == "consensus"


# Groups -----------------------------------------------------------------------------------------------------------


def test_medians_are_compared_from_five_answers_in_a_word_from_ten_and_in_figures_from_twenty() -> None:
    groups = ["Law enforcement"] * 20 + ["Industry"] * 20 + ["Civil society"] * 19
    now = [*range(40, 60), *range(50, 70), *range(70, 89)]
    gaps = {(gap.one, gap.other): gap for gap in decided(groups, now).gaps}
    large = gaps["Law enforcement", "Industry"]
    engine = group_test(Sample.of(data(2, groups, now).values, (PERCENT,), tuple(groups))).values[0]
    pair = next(row for row in engine["pairs"] if {row["a"], row["b"]} == {"Law enforcement", "Industry"})  # type: ignore[index,call-overload]
    assert large.effect == -words.printed(abs(pair["cliff_delta"]))  # law enforcement rated lower
    assert (large.size, large.p) == ("large", words.below(pair["adjusted_p"]))
    word = gaps["Law enforcement", "Civil society"]
    assert (word.effect, word.size, word.p) == (None, "large", None)
    few = decided(["Law enforcement"] * 10 + ["Industry"] * 9, [*range(50, 60), *range(80, 89)]).gaps[0]
    assert (few.effect, few.size, few.p) == (None, None, None)
    assert (few.apart, few.distance) == (-29.0, "apart")


def test_groups_without_overlap_print_as_a_lower_bound() -> None:
    groups = ["Law enforcement"] * 20 + ["Industry"] * 20
    gap = decided(groups, [20.0] * 20 + [80.0] * 20).gaps[0]
    assert (gap.effect, gap.p, gap.distance) == (-0.9, 0.001, "far_apart")


def test_a_group_that_is_held_back_plays_no_part_in_what_is_told_of_others() -> None:
    """A group of four hides another one; whatever they give, the same is told of the pair that is shown."""
    groups = ["Law enforcement"] * 12 + ["Industry"] * 12 + ["Civil society"] * 4
    start = [*range(40, 52), *range(45, 57)]
    assert decided(groups, [*start, 1, 2, 3, 4]).gaps == decided(groups, [*start, 90, 91, 92, 93]).gaps


def test_two_camps_are_told_in_words_and_only_where_each_holds_five() -> None:
    groups = [*NAMES] * 7
    torn = decided(groups, [15.0] * 7 + [85.0] * 14)
    assert torn.camp is not None
    assert (torn.camp.side, torn.camp.size) == ("lower", "about_a_third")
    assert "minority_camp" in torn.dissent
    few = decided(groups, [15.0] * 4 + [85.0] * 17)
    assert few.camp is None


# Who left ---------------------------------------------------------------------------------------------------------


def test_leavers_are_told_in_words_from_five_on() -> None:
    groups = [*NAMES] * 10
    before = [20.0 + place % 3 for place in range(8)] + [60.0 + place % 3 for place in range(22)]
    now = [MISSING] * 8 + before[8:]
    found = decided(groups, now, before).leaving
    assert (found.size, found.side, found.held) == ("large", "lower", None)
    assert found.could_change is True  # eight of thirty could widen the middle half
    some = decided(groups, [MISSING] * 4 + before[4:], before).leaving
    assert (some.size, some.side, some.could_change, some.held) == (None, None, None, "few")
    none = decided(groups, before, before).leaving
    assert (none.size, none.could_change, none.held) == (None, None, "nobody_left")
    assert decided(groups, before).leaving.held == "first_round"


def test_nothing_is_told_of_five_leavers_when_one_more_has_withdrawn_and_none_of_one_alone() -> None:
    groups = [*NAMES] * 10
    before = [20.0] * 5 + [60.0] * 25
    joined = [MISSING] * 5 + [60.0] * 24 + [MISSING]
    joined[0] = 21.0  # now five have left, one of them another one
    found = decided(groups, joined, before).leaving
    assert found.held is None
    came = decided(groups, [MISSING] * 5 + [60.0] * 25, [20.0] * 5 + [60.0] * 24 + [MISSING]).leaving
    assert came.held == "few"  # one joined: round 2 less those who stayed would be that one


@pytest.mark.parametrize(
    ("stayed", "counts", "enough"),
    [
        ({"Law enforcement": (14, 9), "Industry": (12, 7), "Civil society": (8, 8)}, [(14, 9), (12, 7), (8, 8)], [False, False, True]),
        ({"Law enforcement": (14, 12), "Industry": (12, 7), "Civil society": (8, 8)}, [(None, None)] * 3, [True, False, True]),
        ({"Law enforcement": (14, 14), "Industry": (12, 12), "Civil society": (8, 6)}, [(None, None)] * 3, [True, True, True]),
    ],
)  # fmt: skip
def test_retention_by_group_prints_no_count_that_would_tell_of_a_few(
    stayed: dict[str, tuple[int, int]], counts: list[tuple[int | None, int | None]], enough: list[bool]
) -> None:
    groups = [*NAMES] * 5
    found = record(groups, [50.0] * 15, [50.0] * 15, stayed=stayed).attrition
    assert [(row.before, row.again) for row in found.groups] == counts
    assert [row.enough for row in found.groups] == enough


def test_a_group_that_was_never_heard_is_not_judged_by_its_share() -> None:
    stayed = {"Law enforcement": (14, 9), "Industry": (12, 7), "Civil society": (3, 1)}
    found = record([*NAMES] * 5, [50.0] * 15, [50.0] * 15, stayed=stayed).attrition
    assert found.groups[2].enough is None


# Wishes -----------------------------------------------------------------------------------------------------------


def test_wishes_are_told_from_ten_and_complete_agreement_is_not_announced() -> None:
    groups, now = [*NAMES] * 5, [float(value) for value in range(40, 55)]
    leaning = [value + (3 if place % 4 else -3) for place, value in enumerate(now)]
    found = record(groups, now, wished=leaning)
    assert found.wishes.n == 15
    assert found.wishes.word == found.items[0].leaning == "with"
    assert found.wishes.rho is not None
    assert 0.3 < found.wishes.rho < 1
    assert record(groups, now, wished=now).wishes.rho is None
    few = [*leaning[:9], *[MISSING] * 6]
    assert (record(groups, now, wished=few).wishes.held, decided(groups, now, wished=few).leaning) == (
        "few",
        None,
    )
    assert record(groups, now).wishes.held == "not_asked"


# In the database --------------------------------------------------------------------------------------------------


def test_a_record_is_frozen_in_the_closing_transaction_and_named_in_the_audit(place: f.Install) -> None:
    with place.database.writing() as session:
        study = f.closed_study(place, session, f.make_account(session).id, end=False)
    with place.database.reading() as session:
        first, second = decisions.of_study(session, study.id)
        frozen = results.of_study(session, study.id)
        assert [one.snapshot for one in (first, second)] == [one.hash for one in frozen]
        closes = [row for row in audit.of_study(session, study.id) if row.action == "round:close"]
        assert {row.hash for row in session.scalars(select(Decision))} == {first.hash, second.hash}
        assert all(any(one.hash in row.detail for row in closes) for one in (first, second))
        assert DecisionRecord.from_dict(json.loads(second.to_json())) == second
        assert (first.advice, second.advice) == ("another_round", "end")
    with pytest.raises(Exception, match="frozen"), place.database.writing() as session:
        session.execute(text("UPDATE decision SET payload = ''"))


def test_a_later_withdrawal_leaves_the_record_as_it_was(place: f.Install) -> None:
    with place.database.writing() as session:
        study = f.closed_study(place, session, f.make_account(session).id, n_rounds=1, end=False)
        before = decisions.of_study(session, study.id)
        gone = session.scalars(select(Panellist.id).where(Panellist.study_id == study.id)).first() or ""
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=gone, clock=f.clock_at())
    with place.database.reading() as session:
        assert decisions.of_study(session, study.id) == before


def test_the_record_of_a_real_panel_says_what_the_engine_says(place: f.Install) -> None:
    tidy = read_ratings((library.DATA / "replicats" / "ratings.csv").read_bytes(), scale=PERCENT)
    with place.database.writing() as session:
        account = f.make_account(session).id
        made = imports.import_ratings(session, tidy, title="Claims", facilitator=account, at=f.NOW)
        first, second = decisions.of_study(session, made.study_id)
        frozen = results.of_study(session, made.study_id)
    assert len(second.items) == made.items == 25
    _compare(tidy, second, frozen[1])
    assert (first.advice, first.attrition.held) == ("another_round", "first_round")


def _compare(tidy: TidyRatings, record_: DecisionRecord, frozen: RoundSnapshot) -> None:
    before, now = rounds_of(tidy)
    engine = {item.item.name: item for item in analyse_round(now, previous=before).items}
    found = rule_sensitivity([before, now], Rules(), Options()).value
    flips = {one["item"]: {flip["verdict"] for flip in one["flips"]} for one in found["items"]}  # type: ignore[index,call-overload]
    for item in record_.items:
        assert item.verdict == engine[item.name].verdict == frozen.item(item.name).verdict
        assert {flip.verdict for flip in item.flips} <= flips[item.name]
        medians = {group.name: group.median for group in engine[item.name].groups}
        for gap in item.gaps:
            apart = PERCENT.rounded(medians[gap.one] or 0) - PERCENT.rounded(medians[gap.other] or 0)
            assert gap.apart == pytest.approx(apart)
    assert sum(bool(item.flips) for item in record_.items) > 5


def test_desirability_questions_of_a_study_are_found_beside_their_statements(place: f.Install) -> None:
    with place.database.writing() as session:
        study = f.draft_study(session, f.make_account(session).id)
        scenario = studies.scenarios(session, study.id)[0]
        asking = questions.Asking("desirability", "How welcome is it?", {}, scenario_id=scenario.id)
        questions.add(session, study_id=study.id, asking=asking)
        behaviours.seat_panel(session, study_id=study.id, sizes=f.SIZES)
        round_ = f.open_round(place, session, study)
        f.answer(session, round_)
        asked = {
            item.dimension or item.kind: item.id
            for item in session.scalars(select(Item).where(Item.scenario_id == scenario.id))
        }
        likely = {
            row.panellist_id: row.value
            for row in session.scalars(select(Rating).where(Rating.item_id == asked["likelihood"]))
        }
        for row in list(session.scalars(select(Rating).where(Rating.item_id == asked["desirability"]))):
            row.is_current = False
            session.flush()
            session.add(Rating(id=secrets.token_hex(16), panellist_id=row.panellist_id, item_id=row.item_id, round_id=round_.id,
                               revision=2, value=float(1 + (likely.get(row.panellist_id) or 0) // 26)))  # fmt: skip
        session.flush()
        f.close_round(session, round_, open_feedback=False)
        found = decisions.of_study(session, study.id)[0]
    assert found.wishes.word == "with"
    leanings = {item.name: item.leaning for item in found.items if item.name.endswith("likelihood")}
    assert leanings == {"S02.likelihood": "with", "S13.likelihood": None}


# Decide and record ------------------------------------------------------------------------------------------------


def test_the_log_names_who_decided_what_against_which_advice(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session, "Frida Facilitator").id
        study = f.closed_study(place, session, account, end=False)
        put = {
            "study_id": study.id,
            "round_number": 2,
            "choice": Choice.GO_ON,
            "actor": account,
            "at": f.NOW,
        }
        with pytest.raises(Invalid, match="against the advice"):
            decisions.decide(session, **put, reason=" ")
        decisions.decide(session, **put, reason="A new report came out.")
        round_ = f.open_round(place, session, study, actor=account)
        f.answer(session, round_)
        f.close_round(session, round_, actor=account)
        advice.end(session, study_id=study.id, actor=account, at=f.NOW + timedelta(days=1))
        found = decision_log.log(session, study.id)
        printed = session.scalars(select(Amendment).where(Amendment.study_id == study.id)).one()
    assert printed.text.startswith("Round 3 is held although the rule")
    assert printed.reason == "A new report came out."
    assert [(one.round, one.choice, one.advice, one.against) for one in found] == [
        (1, "another_round", "another_round", False),
        (2, "another_round", "end", True),
        (3, "end", "end", False),
    ]
    assert [one.reason for one in found] == ["", "A new report came out.", ""]
    assert {one.who for one in found} == {"Frida Facilitator"}
    assert found[2].on == found[1].on + timedelta(days=1)


def test_the_log_keeps_the_role_in_which_somebody_decided(place: f.Install) -> None:
    with place.database.writing() as session:
        account, second = f.make_account(session).id, f.make_account(session, "Cora Second", None).id
        study = f.closed_study(place, session, account, end=False)
        role = {"account_id": second, "study_id": study.id, "at": f.NOW, "actor": account}
        accounts.give_role(session, role=Role.CO_FACILITATOR, **role)
        advice.end(session, study_id=study.id, actor=second, at=f.NOW)
        accounts.take_role(session, role=Role.CO_FACILITATOR, **role)
        accounts.give_role(session, role=Role.OBSERVER, **role)
        found = decision_log.log(session, study.id)
    assert [(one.who, one.role) for one in found][-1] == ("Cora Second", Role.CO_FACILITATOR)
    assert found[0].role is Role.FACILITATOR


def test_a_decision_waits_for_the_close_and_is_made_on_the_last_round(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session).id
        study = f.closed_study(place, session, account, end=False)
        put = {
            "study_id": study.id,
            "choice": Choice.GO_ON,
            "actor": account,
            "at": f.NOW,
            "reason": "So",
        }
        with pytest.raises(Conflict, match="last one to close"):
            decisions.decide(session, round_number=1, **put)
        f.open_round(place, session, study, actor=account)
        with pytest.raises(Conflict, match="after a round has closed"):
            decisions.decide(session, round_number=2, **put)


def test_a_round_from_before_records_has_none_and_is_not_computed_anew(place: f.Install) -> None:
    with place.database.writing() as session:
        study = f.closed_study(place, session, f.make_account(session).id, end=False)
        session.execute(
            delete(Decision).where(Decision.round_id == rounds.get(session, study_id=study.id, number=1).id)
        )
    with place.database.reading() as session:
        assert [one.round for one in decisions.of_study(session, study.id)] == [2]
        assert decisions.of_round(session, rounds.get(session, study_id=study.id, number=1).id) is None


def test_one_late_reason_does_not_take_earlier_arguments_out_of_the_register(place: f.Install) -> None:
    late = "A court has said so in March."
    with place.database.writing() as session:
        study = f.closed_study(place, session, f.make_account(session).id, n_rounds=1, end=False)
        second = f.open_round(place, session, study)
        f.answer(session, second)
        f.close_round(session, second, open_feedback=False)
        raw = feedback.raw_reasons(session, round_=second)
        one = next(one for one in raw if one.item_name == "S13.likelihood" and one.for_panel)
        edited = [feedback.Edited(one.key, "higher", one.text)]
        feedback.moderate(session, round_=second, edited=edited, actor="test", at=f.NOW)
        rounds.open_feedback(session, round_=second, actor="test", clock=f.clock_at())
        session.execute(update(Argument).where(Argument.round_id == second.id).values(text=late))
        (entry,) = (one for one in register.of_study(session, study.id) if one.item.name == "S13.likelihood")
    assert [text for text, _ in entry.side("higher")] == [late]
    assert {(said.side, said.round) for said in entry.earlier} == {("higher", 1)}
    assert [said.round for said in entry.stated if said.side == "lower"] == [1] * len(entry.side("lower"))


def test_the_register_says_what_each_side_argues_and_where_it_stands(place: f.Install) -> None:
    with place.database.writing() as session:
        account = f.make_account(session).id
        study = f.closed_study(place, session, account, end=False)
        (running,) = (
            one for one in register.of_study(session, study.id) if one.item.name == "S13.likelihood"
        )
        advice.end(session, study_id=study.id, actor=account, at=f.NOW)
        (ended,) = (one for one in register.of_study(session, study.id) if one.item.name == "S13.likelihood")
    assert (running.standing, ended.standing) == (register.Standing.OPEN, register.Standing.KEPT)
    assert running.rounds == (1, 2)
    assert [text for text, _ in running.side("higher")] == ["The parts are sold in every shop."]
    assert running.quotable & {one.key for one in running.stated} == {
        one.key for one in running.stated if (one.text, True) in running.side(one.side)
    }


def test_deleting_a_study_takes_its_log(place: f.Install) -> None:
    with place.database.writing() as session:
        study = f.closed_study(place, session, f.make_account(session).id, end=False)
        assert session.scalars(select(DecisionEntry.study_id)).all() == [study.id]
        assert session.scalars(select(Round.id).join(Decision, Decision.round_id == Round.id)).all()
