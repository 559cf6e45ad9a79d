"""The study record of an annex: who decided, what moderation did, what the study's own questions found."""

from __future__ import annotations

from typing import Any

import pytest

from copkit_delphi.domain.decisions import Choice
from copkit_delphi.domain.record_parts import StudyRecord
from copkit_delphi.domain.redaction import POLICY
from copkit_delphi.elicitation import decisions, moderation_log, rounds
from copkit_delphi.people import audit
from copkit_delphi.reporting.documents import render_annex
from copkit_delphi.warning import briefs, gathered
from copkit_delphi.warning.annex import annex_document
from copkit_delphi.warning.documents import brief_document
from copkit_delphi.warning.gathered import Gathered
from copkit_delphi.warning.study_record import study_record
from tests import factories as f
from tests import own_questions
from tests.factories import Install
from tests.warning.factory import LATER, Made


def found(session: Any, study_id: str) -> Gathered:
    brief = briefs.propose(session, study_id=study_id, analyst="A", actor="a", at=LATER)
    return gathered.gather(session, brief)


def record(session: Any, study_id: str) -> StudyRecord:
    return study_record(found(session, study_id))


def test_each_decision_is_printed_by_role_with_day_and_advice_and_nobody_is_named(
    place: Install, made: Made
) -> None:
    with place.database.writing() as session:
        gathered_ = found(session, made.study_id)
        brief = brief_document(gathered_)
        page = render_annex(annex_document(gathered_, brief=brief, checked=()))
    (going_on,) = study_record(gathered_).decisions
    assert (going_on.round, going_on.choice, going_on.on) == (1, Choice.GO_ON, f.NOW.date())
    assert (going_on.by, going_on.advice, going_on.against) == ("Facilitator", Choice.GO_ON, False)
    assert "Another round" in page
    assert "Fatima" not in page


def test_whoever_left_the_study_since_stays_unnamed(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        decisions.note(
            session, study_id=made.study_id, round_number=2, choice=Choice.GO_ON, actor="gone", on=LATER.date(),
            reason="Ports.",
        )  # fmt: skip
        last = record(session, made.study_id).decisions[-1]
    assert last.by == "somebody who ran the study then"
    assert last.reason == "Ports."
    assert last.against == (last.advice is Choice.END)


@pytest.mark.parametrize(("given", "told"), [({"merged": 4}, None), ({"merged": 5}, 5), ({}, 0)])
def test_one_to_four_reasons_are_a_few(
    place: Install, made: Made, given: dict[str, int], told: int | None
) -> None:
    with place.database.writing() as session:
        detail = {"reasons": 40, "left_out_insult": 2, **given}
        audit.record(
            session, actor="a", action=moderation_log.OPENED, at=LATER, study_id=made.study_id, round=2, moderated=detail
        )  # fmt: skip
        last = record(session, made.study_id).moderation[-1]
    assert (last.round, last.reasons, last.merged, last.edited) == (2, 40, told, 0)
    assert last.left_out == (("insult", None),)


def test_a_round_whose_feedback_opened_twice_is_told_once_as_it_stood_last(
    place: Install, made: Made
) -> None:
    with place.database.writing() as session:
        for reasons in (40, 41):
            audit.record(
                session, actor="a", action=moderation_log.OPENED, at=LATER, study_id=made.study_id, round=2,
                moderated={"reasons": reasons},
            )  # fmt: skip
        told = record(session, made.study_id).moderation
    assert [one.reasons for one in told if one.round == 2] == [41]


def test_the_policy_is_printed_and_whose_it_is(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        told = record(session, made.study_id)
    assert (told.policy, told.own_policy) == (POLICY, False)


def asked(place: Install, **sizes: Any) -> Gathered:
    """Return what a study that asks every kind of question is made of, after its first round."""
    study = own_questions.started(place, **sizes)
    with place.database.writing() as session:
        round_ = rounds.latest(session, study.id)
        assert round_ is not None
        f.answer(session, round_)
        f.close_round(session, round_, actor="test")
        return found(session, study.id)


def test_every_kind_of_own_question_is_printed_in_the_words_of_its_type(place: Install) -> None:
    told = study_record(asked(place)).questions
    words = " | ".join(f"{one.question}: {one.words}" for one in told)
    assert "How urgent is a common answer?: median " in words
    assert "What should come first?: median places: " in words
    assert "Who should lead?: " in words
    assert "answers in words, read by the facilitators" in words
    assert not any(name in one.item for one in told for name in ("likelihood", "impact", "confidence"))
    scales = {one.scale for one in told if one.question == "How urgent is a common answer?"}
    assert scales == {"1 Not at all, 7 Entirely"}


def test_below_five_answers_a_question_says_only_that(place: Install) -> None:
    told = study_record(asked(place, sizes={"Law enforcement": 4})).questions
    assert len(told) > 8
    assert {one.words for one in told} == {"Not shown: fewer than 5 answers"}
