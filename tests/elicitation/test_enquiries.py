"""Questions of panellists: no author and no time for anybody, one answer to all, nothing of them after a withdrawal."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from copkit_delphi.domain.errors import Conflict, DelphiError, Invalid, NotFound
from copkit_delphi.elicitation import enquiries, own_record, retention, studies, withdrawals
from copkit_delphi.elicitation.models import EnquiriesSeen, Enquiry, Study
from tests import factories as f
from tests.web import panel

TEXT = "Does “by 2028” include all of that year? Ann asks."


@pytest.fixture
def study(place: f.Install) -> Study:
    return panel.started(place)


def people(session: Any, study: Study) -> list[Any]:
    found = panel.real(session, study)
    for one in found:
        one.consent_version = "1"
    return found


def ask(place: f.Install, study: Study, text: str = TEXT, who: int = 0) -> str:
    with place.database.writing() as session:
        author = people(session, study)[who].id
        enquiries.ask(session, panellist_id=author, text=text)
        return session.scalars(select(Enquiry.id).where(Enquiry.text == text.strip())).one()


def decide(place: f.Install, study: Study, key: str, **said: str) -> None:
    with place.database.writing() as session:
        found = studies.get(session, study.id)
        row = enquiries.waiting(session, study=found, enquiry_id=key)
        if "reason" in said:
            enquiries.leave_out(session, row, reason=said["reason"], actor="t", at=f.NOW)
        else:
            text, answer = said.get("text", TEXT), said.get("said", "Yes.")
            enquiries.answer(session, row, text=text, said=answer, actor="t", at=f.NOW)


def board(place: f.Install, study: Study, who: int) -> enquiries.Board:
    with place.database.reading() as session:
        return enquiries.board(session, panel.real(session, study)[who])


def test_an_answer_reaches_everybody_and_counts_as_new_until_it_is_read(
    place: f.Install, study: Study
) -> None:
    key = ask(place, study)
    assert len(board(place, study, 0).waiting) == 1
    assert not board(place, study, 1).waiting
    decide(place, study, key, text=TEXT.replace("Ann", "[removed: identity]"))
    for who in (0, 1):
        seen = board(place, study, who)
        assert (seen.new, seen.answered[0].answer) == (1, "Yes.")
        assert "Ann" not in seen.answered[0].text
    with place.database.writing() as session:
        enquiries.read(session, panellist=panel.real(session, study)[1])
    assert (board(place, study, 0).new, board(place, study, 1).new) == (1, 0)


def test_words_are_only_removed(place: f.Install, study: Study) -> None:
    key = ask(place, study)
    with pytest.raises(Invalid, match="only removed"):
        decide(place, study, key, text="Something else?")


def test_a_question_left_out_is_its_authors_alone_with_the_reason(place: f.Install, study: Study) -> None:
    decide(place, study, ask(place, study), reason="It holds a figure.")
    assert board(place, study, 0).left_out[0].left_out == "It holds a figure."
    assert not board(place, study, 1).left_out
    assert not board(place, study, 1).answered


def test_a_question_is_decided_once_and_in_its_own_study(place: f.Install, study: Study) -> None:
    key, other = ask(place, study), panel.started(place, title="Another")
    with pytest.raises(NotFound):
        decide(place, other, key)
    decide(place, study, key)
    with pytest.raises(Conflict, match="already"):
        decide(place, study, key)


@pytest.mark.parametrize("text", ["", "  ", "x" * 601, "a\x00b"])
def test_what_cannot_be_kept_is_refused(place: f.Install, study: Study, text: str) -> None:
    with pytest.raises(Invalid):
        ask(place, study, text)


def test_three_wait_at_most(place: f.Install, study: Study) -> None:
    for number in range(3):
        ask(place, study, f"Question {number}?")
    with pytest.raises(Conflict, match=r"wait|%\(n\)s"):
        ask(place, study, "One more?")


def test_the_row_knows_no_time_and_no_group() -> None:
    columns = set(Enquiry.__table__.columns.keys())
    assert columns == {"id", "study_id", "panellist_id", "text", "answer", "left_out", "number"}


def test_facilitators_of_a_real_study_read_questions_from_enough_people_on(
    place: f.Install, study: Study
) -> None:
    key = ask(place, study)
    with place.database.writing() as session:
        found = studies.get(session, study.id)
        assert [row.id for row in enquiries.of_study(session, found)] == [key]  # practice
        found.practice = False
        assert enquiries.of_study(session, found) == []
    with pytest.raises(DelphiError):
        decide(place, study, key)


def test_a_withdrawal_takes_what_waits_and_the_author_of_what_was_answered(
    place: f.Install, study: Study
) -> None:
    answered, _waits = ask(place, study), ask(place, study, "Another one?")
    decide(place, study, answered)
    with place.database.writing() as session:
        code = panel.real(session, study)[0].id
        enquiries.read(session, panellist=panel.real(session, study)[0])
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=code, clock=f.clock_at())
    with place.database.reading() as session:
        (left,) = session.scalars(select(Enquiry)).all()
        assert (left.id, left.panellist_id, left.answer) == (answered, None, "Yes.")
        assert session.scalars(select(EnquiriesSeen)).all() == []


def test_the_own_record_holds_own_questions(place: f.Install, study: Study) -> None:
    decide(place, study, ask(place, study))
    with place.database.reading() as session:
        ann, bob = panel.real(session, study)
        record = own_record.record(session, place.vault, panellist=ann)
        assert record["questions"] == [{"question": TEXT, "answer": "Yes.", "left_out_because": ""}]
        assert own_record.record(session, place.vault, panellist=bob)["questions"] == []


def test_questions_go_with_the_answers_on_their_date(place: f.Install, study: Study) -> None:
    decide(place, study, ask(place, study))
    with place.database.writing() as session:
        retention.clear(session, studies.get(session, study.id), f.NOW)
    with place.database.reading() as session:
        assert session.scalars(select(Enquiry)).all() == []
