"""The life of a brief: who writes, who signs, what voids a signature, what is released and stays so."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import Conflict, DelphiError, Forbidden, Invalid, NotFound
from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.protocol import Keeping, Protocol
from copkit_delphi.domain.tidy import read_ratings
from copkit_delphi.elicitation import imports, rounds
from copkit_delphi.people import accounts, audit
from copkit_delphi.warning import briefs, gathered, planning, released, rendering
from copkit_delphi.warning.models import Brief
from tests import factories
from tests.factories import Install
from tests.warning import factory
from tests.warning.factory import DOCUMENTS, LATER, PDFS, Made, assessment_plan

TIDY = "round,panellist,group,item,value\n" + "".join(f"1,p{n},A,Q1,{n}\n" for n in range(1, 8))


def test_the_whole_way_to_a_released_brief(anywhere: Install) -> None:
    with anywhere.database.writing() as session:
        made = factory.staffed_study(anywhere, session)
    with anywhere.database.writing() as session:
        brief_id = factory.published_brief(session, made).id
    with anywhere.database.reading() as session:
        found = released.get(session, brief_id)
        assert [one.brief.id for one in released.listed(session, [brief_id])] == [brief_id]
        assert released.pdf(session, brief_id=brief_id, kind="annex") == PDFS["annex"]
        trail = [event.action for event in audit.of_study(session, made.study_id) if "brief" in event.action]
        assert audit.verify(session) is None
    assert found.brief.reference == "EWB-2026-01"
    assert [judgement.item.name for judgement in found.judgements] == ["S02.likelihood", "S13.likelihood"]
    assert found.judgements[0].grade == "moderate"
    assert found.judgements[0].headline is not None
    assert found.sizes["brief"] == len(PDFS["brief"])
    assert trail == ["brief:propose", "brief:edit", "brief:send", "brief:sign", "brief:sign", "brief:publish"]


def test_a_proposal_is_made_of_frozen_figures(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = briefs.propose(session, study_id=made.study_id, analyst="A", actor="a", at=LATER)
        assert brief.bottom_line.startswith("Act first on ")
        assert "%" in brief.bottom_line
        assert "Prepare for both outcomes." in brief.bottom_line
        assert (brief.version, brief.state, brief.analyst) == (1, "draft", "A")
        assert planning.of_study(session, made.study_id).indicators
        with pytest.raises(Conflict, match="being written already"):
            briefs.propose(session, study_id=made.study_id, analyst="A", actor="a", at=LATER)


def test_a_proposal_leaves_the_grade_to_the_analyst(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = briefs.propose(session, study_id=made.study_id, analyst="A", actor="a", at=LATER)
        document = briefs.prepare(session, brief, at=LATER).brief
    assert {one["grade"] for one in brief.confidence.values()} == {""}
    assert all("experts rated it" in one["rigour"] for one in brief.confidence.values())
    assert all(judgement.confidence is None for judgement in document.judgements)
    assert all(decision.owner and decision.by for decision in document.decisions)
    assert len(document.decisions) <= 2


def test_imported_ratings_make_no_brief(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        study = imports.import_ratings(
            session,
            read_ratings(TIDY.encode()),
            title="Elsewhere",
            facilitator=made[Role.FACILITATOR],
            at=LATER,
        )
        with pytest.raises(Conflict, match="analysis report"):
            briefs.propose(session, study_id=study.study_id, analyst="A", actor="a", at=LATER)
        assert briefs.of_study(session, study.study_id) == []


def test_a_brief_needs_a_closed_round(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        study = factories.draft_study(session, made[Role.FACILITATOR])
        with pytest.raises(Conflict, match="closed round"):
            briefs.propose(session, study_id=study.id, analyst="A", actor="a", at=LATER)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": " "}, "needs a title"),
        ({"bottom_line": ""}, "needs a title and a bottom line"),
        ({"title": "x" * 161}, "too long"),
        ({"bottom_line": "It could happen."}, "hedges with “could”"),
        ({"marking": Marking.GREEN}, "name of its community"),
        ({"review_on": LATER.date()}, "within twelve months"),
        ({"review_on": LATER.date() + timedelta(days=367)}, "within twelve months"),
        ({"decisions": [{"text": "Do it", "owner": "Me", "by": "2027-01-01"}] * 4}, "At most three"),
        ({"decisions": [{"text": "Do it", "owner": " ", "by": "2027-01-01"}]}, "an owner and a date"),
        ({"decisions": [{"text": "Do it", "owner": "Me", "by": "soon"}]}, "as a date"),
        ({"confidence": {"S02": {"grade": "certain"}}}, "low, moderate or high"),
        ({"confidence": {"S02": {"grade": "low", "information": "x"}}}, "information, rigour and volatility"),
        ({"analyst": ""}, "named analyst"),
    ],
)
def test_a_text_that_breaks_a_rule_is_refused(
    place: Install, made: Made, changes: dict[str, Any], sentence: str
) -> None:
    with place.database.writing() as session:
        brief = factory.written_brief(session, made)
        with pytest.raises(Invalid, match=sentence):
            briefs.edit(session, brief=brief, text=factory.text_of(brief, **changes), actor="a", at=LATER)


def test_a_yardstick_term_is_no_hedge(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.written_brief(session, made, bottom_line="Realistic possibility, 45%, by May 2027.")
        assert brief.bottom_line.startswith("Realistic possibility")


def test_nobody_signs_before_an_assessment_stands(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.written_brief(session, made)
        with pytest.raises(Conflict, match="has not assessed"):
            briefs.send_for_signature(session, brief=brief, actor="a", at=LATER)
        factory.assess(session, made)
        with pytest.raises(Conflict, match="not up for signature"):
            factory.sign(session, made, brief, Role.OWNER)


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.ANALYST, Role.DPO])
def test_only_those_who_must_sign_do(place: Install, made: Made, role: Role) -> None:
    with place.database.writing() as session:
        brief = factory.sent_brief(session, made)
        with pytest.raises(Forbidden):
            factory.sign(session, made, brief, role)


def try_as(session: Session, made: Made, brief: Brief, role: Role, account_id: str) -> None:
    shown = briefs.prepare(session, brief, at=LATER).content_hash
    briefs.sign(
        session, brief=brief, role=role, account_id=account_id, name="X", content_hash=shown, at=LATER
    )


@pytest.mark.parametrize("role", [Role.ETHICS_REVIEWER, Role.OWNER])
def test_a_facilitator_never_signs_whatever_role_is_claimed(place: Install, made: Made, role: Role) -> None:
    with place.database.writing() as session:
        brief = factory.sent_brief(session, made)
        with pytest.raises(Forbidden):
            try_as(session, made, brief, role, made[Role.FACILITATOR])


def test_a_facilitator_cannot_be_given_a_role_that_signs(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        for role in (Role.ETHICS_REVIEWER, Role.OWNER, Role.DPO):
            with pytest.raises(Conflict):
                give(session, made, made[Role.FACILITATOR], role)


def give(session: Session, made: Made, account_id: str, role: Role) -> None:
    accounts.give_role(
        session, account_id=account_id, role=role, study_id=made.study_id, at=LATER, actor="test"
    )


def test_reviewer_and_owner_are_two_people(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        with pytest.raises(Conflict):
            give(session, made, made[Role.ETHICS_REVIEWER], Role.OWNER)
        brief = factory.sent_brief(session, made)
        with pytest.raises(Forbidden):
            try_as(session, made, brief, Role.OWNER, made[Role.ETHICS_REVIEWER])


def test_one_person_does_not_sign_in_two_roles(place: Install, made: Made) -> None:
    private = assessment_plan(ratings={"PDP-03": factory.HIGH})
    with place.database.writing() as session:
        give(session, made, made[Role.ETHICS_REVIEWER], Role.DPO)
        factory.assess(session, made, private)
        brief = factory.written_brief(session, made)
        briefs.send_for_signature(session, brief=brief, actor="a", at=LATER)
        factory.sign(session, made, brief, Role.ETHICS_REVIEWER)
        with pytest.raises(Forbidden, match="Another person"):
            try_as(session, made, brief, Role.DPO, made[Role.ETHICS_REVIEWER])


def test_a_signature_is_for_what_was_read(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.sent_brief(session, made)
        shown = briefs.prepare(session, brief, at=LATER).content_hash
        factory.assess(session, made, assessment_plan(not_assessed="Nothing."))
        with pytest.raises(Conflict, match="changed since you opened it"):
            briefs.sign(
                session,
                brief=brief,
                role=Role.OWNER,
                account_id=made[Role.OWNER],
                name="Otto",
                content_hash=shown,
                at=LATER,
            )


def change_text(session: Session, made: Made, brief: Brief) -> None:
    briefs.edit(
        session, brief=brief, text=factory.text_of(brief, lede="Other."), actor=made[Role.ANALYST], at=LATER
    )


def change_assessment(session: Session, made: Made, brief: Brief) -> None:
    del brief
    factory.assess(session, made, assessment_plan(ratings={"STC-01": factory.RiskRating(2, 2, 2, 3)}))


def change_indicator(session: Session, made: Made, brief: Brief) -> None:
    del brief
    row = planning.of_study(session, made.study_id).indicators[0]
    planning.complete_indicator(
        session,
        study_id=made.study_id,
        indicator_id=row.id,
        owner="Police",
        baseline="0",
        threshold="5",
        source="Register",
        expiry=factory.REVIEW,
    )
    session.flush()


def change_results(session: Session, made: Made, brief: Brief) -> None:
    """Let the panel answer a third round, and close it."""
    del brief
    clock = factories.clock_at(LATER)
    lead = made[Role.FACILITATOR]
    opened = rounds.open_next(
        session, study_id=made.study_id, deadline=LATER + timedelta(days=7), actor=lead, clock=clock
    )
    factories.answer(session, opened, clock=clock)
    rounds.close(session, round_id=opened.id, actor=lead, clock=clock)
    session.flush()


@pytest.mark.parametrize("change", [change_text, change_assessment, change_indicator, change_results])
def test_any_change_voids_the_signatures(place: Install, made: Made, change: Any) -> None:
    with place.database.writing() as session:
        brief = factory.signed_brief(session, made)
        change(session, made, brief)
        prepared = briefs.prepare(session, brief, at=LATER)
        assert "G6" in {gate.code for gate in prepared.gates if not gate.met}
        assert all(signed.on is None for signed in prepared.annex.sign_offs)
        assert prepared.brief.status not in {"", "Signed, not released"}
        with pytest.raises(Conflict):
            publish(session, made, brief)


def publish(session: Session, made: Made, brief: Brief, content_hash: str = "") -> None:
    shown = content_hash or briefs.prepare(session, brief, at=LATER).content_hash
    briefs.publish(
        session, brief=brief, content_hash=shown, documents=DOCUMENTS, actor=made[Role.ANALYST], at=LATER
    )
    session.flush()


def test_signing_again_after_a_change_replaces_void_signatures(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.signed_brief(session, made)
        change_assessment(session, made, brief)
        factory.sign(session, made, brief, Role.OWNER)
        assert brief.state == BriefState.ASSESSED
        factory.sign(session, made, brief, Role.ETHICS_REVIEWER)
        assert brief.state == BriefState.SIGNED
        publish(session, made, brief)


WRITTEN = {
    "title": "Another title",
    "lede": "Another line under the title",
    "bottom_line": "Another bottom line",
    "decisions": [{"text": "Other", "owner": "Other", "by": "2027-01-31", "waiting": ""}],
    "confidence": {"S02": {"grade": "low", "information": "a", "rigour": "b", "volatility": "c"}},
    "limits": ["Another limit"],
    "marking": "TLP:RED",
    "review_on": date(2027, 1, 4),
}


@pytest.mark.parametrize("field", WRITTEN)
def test_the_signed_hash_covers_everything_people_write(place: Install, made: Made, field: str) -> None:
    with place.database.writing() as session:
        brief = factory.signed_brief(session, made)
        before = briefs.prepare(session, brief, at=LATER).content_hash
        setattr(brief, field, WRITTEN[field])
        assert briefs.prepare(session, brief, at=LATER).content_hash != before


def test_the_hash_leaves_state_and_signatures_out(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.sent_brief(session, made)
        before = briefs.prepare(session, brief, at=LATER).content_hash
        factory.sign(session, made, brief, Role.OWNER)
        assert briefs.prepare(session, brief, at=LATER + timedelta(days=1)).content_hash == before


def test_a_brief_is_issued_on_the_day_of_its_release(place: Install, made: Made) -> None:
    released_at = LATER + timedelta(days=3)
    with place.database.writing() as session:
        brief = factory.signed_brief(session, made)
        shown = briefs.prepare(session, brief, at=released_at)
        document, annex = briefs.as_published(shown, on=released_at.date())
        briefs.publish(
            session,
            brief=brief,
            content_hash=shown.content_hash,
            documents=DOCUMENTS,
            actor=made[Role.ANALYST],
            at=released_at,
        )
        assert document.issued_on == annex.issued_on == brief.issued_on == released_at.date()
        after = briefs.prepare(session, brief, at=released_at)
    assert [gate.code for gate in after.gates if not gate.met] == []


def test_a_closed_gate_is_named_and_nothing_is_released(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        factory.assess(session, made)
        brief = factory.written_brief(session, made, waiver=False)
        briefs.send_for_signature(session, brief=brief, actor="a", at=LATER)
        for role in (Role.ETHICS_REVIEWER, Role.OWNER):
            factory.sign(session, made, brief, role)
        with pytest.raises(Conflict, match="G1 Representation"):
            publish(session, made, brief)
        assert released.listed(session, [brief.id]) == []
        with pytest.raises(NotFound):
            released.get(session, brief.id)


def test_documents_of_another_text_are_not_released(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.signed_brief(session, made)
        with pytest.raises(Conflict, match="changed since the documents were made"):
            publish(session, made, brief, content_hash="0" * 64)


def test_a_published_version_never_changes(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.published_brief(session, made)
        before = released.get(session, brief.id)
        for attempt in (change_text, publish, lambda s, m, b: factory.sign(s, m, b, Role.OWNER)):
            with pytest.raises(DelphiError):
                attempt(session, made, brief)
        change_assessment(session, made, brief)
        change_indicator(session, made, brief)
        change_results(session, made, brief)
        assert released.get(session, brief.id) == before
        assert released.pdf(session, brief_id=brief.id, kind="brief") == PDFS["brief"]


def test_released_bytes_cannot_be_overwritten(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief_id = factory.published_brief(session, made).id
    with pytest.raises(DBAPIError), place.database.writing() as session:
        session.execute(sql("UPDATE published_document SET content = x'00'"))
    with place.database.reading() as session:
        kept = session.execute(
            sql("SELECT content, hash FROM published_document WHERE brief_id = :id AND kind = 'brief'"),
            {"id": brief_id},
        ).one()
    assert hashlib.sha256(kept.content).hexdigest() == kept.hash


def test_a_withdrawn_brief_says_why(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.published_brief(session, made)
        with pytest.raises(Invalid):
            briefs.withdraw(session, brief=brief, reason=" ", actor="a", at=LATER)
        briefs.withdraw(session, brief=brief, reason="A source was wrong.", actor="a", at=LATER)
        found = released.get(session, brief.id)
        assert found.withdrawn
        assert found.brief.withdrawn_because == "A source was wrong."
        with pytest.raises(Conflict):
            briefs.withdraw(session, brief=brief, reason="Again.", actor="a", at=LATER)


def test_a_new_version_takes_the_place_of_the_old_one(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        first = factory.published_brief(session, made)
        second = factory.written_brief(session, made)
        assert (second.version, second.reference) == (2, first.reference)
        assert released.newer(session, first) is None
        briefs.send_for_signature(session, brief=second, actor="a", at=LATER)
        for role in (Role.ETHICS_REVIEWER, Role.OWNER):
            factory.sign(session, made, second, role)
        publish(session, made, second)
        assert [one.brief.version for one in released.listed(session, [first.id, second.id])] == [2]
        assert released.newer(session, first) is second
        briefs.withdraw(session, brief=second, reason="Wrong.", actor="a", at=LATER)
        assert [
            (one.brief.version, one.withdrawn) for one in released.listed(session, [first.id, second.id])
        ] == [(2, True)]


def test_search_finds_words_of_title_text_and_judgements(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        found = released.get(session, factory.published_brief(session, made).id)
    assert found.holds("threats WATCH")
    assert found.holds(found.judgements[1].title)
    assert not found.holds("threats unicorn")


def test_a_brief_of_another_study_is_not_found(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.written_brief(session, made)
        assert gathered.get(session, study_id=made.study_id, brief_id=brief.id) is brief
        with pytest.raises(NotFound):
            gathered.get(session, study_id="elsewhere", brief_id=brief.id)


def test_marking_and_community_stand_in_both_documents(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = factory.written_brief(session, made)
        green = replace(factory.text_of(brief), marking=Marking.GREEN, community="Prosecutors")
        briefs.edit(session, brief=brief, text=green, actor="a", at=LATER)
        prepared = briefs.prepare(session, brief, at=LATER)
    assert {(d.marking, d.community) for d in (prepared.brief, prepared.annex)} == {
        (Marking.GREEN, "Prosecutors")
    }


def test_the_annex_prints_why_data_are_kept_for_another_time(place: Install) -> None:
    keeping = Keeping(answers=900, reason="A court asked for longer keeping.")
    protocol = Protocol(dimensions=("physical", "economic", "rights"), keeping=keeping)
    with place.database.writing() as session:
        made = factory.staffed_study(place, session, protocol=protocol)
        factory.assess(session, made)
        prepared = briefs.prepare(session, factory.written_brief(session, made), at=factory.LATER)
    consent = prepared.annex.consent
    assert consent is not None
    assert consent.answers_deleted_on == factory.REVIEW + timedelta(days=900)
    assert "A court asked for longer keeping." in rendering.html(prepared.annex)
