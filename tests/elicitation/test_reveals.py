"""The one way from a reason to a name: two agree, one sees it for a day, the person is told. And names erased on request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from copkit_delphi.domain.errors import Conflict, DelphiError, Forbidden, Gone, Invalid, NotFound
from copkit_delphi.domain.permission import Identity, Role
from copkit_delphi.elicitation import identities, reveals, rounds, withdrawals
from copkit_delphi.elicitation.models import Rating, Rationale, Study
from copkit_delphi.elicitation.traces import RevealRequest
from copkit_delphi.people import audit, vault
from copkit_delphi.people.models import OutboxMessage
from tests import factories as f
from tests.elicitation.test_withdrawals import answer, people

HOUR = timedelta(hours=1)
ASKED = {"reason": "safety", "text": "A threat against a named school."}


@pytest.fixture
def study(place: f.Install) -> Study:
    """Round 1 closed; Ann, of Industry, wrote a reason on each scenario."""
    with place.database.writing() as session:
        made, round_ = f.running_study(
            place, session, f.make_account(session).id, people="Ann Able; ann@x.example; Industry"
        )
        answer(session, made.id, round_.id, people(session, made.id)[0])
        f.answer(session, round_)
        rounds.close(session, round_id=round_.id, actor="test", clock=f.clock_at())
        session.query(OutboxMessage).delete()
        return made


def who(study: Study, name: str, *roles: Role) -> Identity:
    return Identity(name, name, by_study={study.id: frozenset(roles)})


def asked(place: f.Install, study: Study) -> str:
    with place.database.writing() as session:
        code = people(session, study.id)[0]
        key = session.scalars(select(Rationale.id).where(Rationale.panellist_id == code)).first()
        row = reveals.ask(session, study_id=study.id, rationale_id=key, **ASKED, actor="fred", at=f.NOW)
        return row.id


def agree(place: f.Install, study: Study, key: str, by: Identity, **more: Any) -> None:
    with place.database.writing() as session:
        row = reveals.get(session, study_id=study.id, reveal_id=key)
        reveals.approve(session, place.vault, row=row, by=by, at=f.NOW, **more)


def look(place: f.Install, study: Study, key: str, by: Identity, after: timedelta = HOUR) -> str:
    with place.database.writing() as session:
        row = reveals.get(session, study_id=study.id, reveal_id=key)
        return reveals.open_name(session, place.vault, row=row, by=by, at=f.NOW + after).name


def test_silence_towards_the_person_is_agreed_to_by_both_and_never_added_afterwards(
    place: f.Install, study: Study
) -> None:
    dpo, reviewer = who(study, "dora", Role.DPO), who(study, "edith", Role.ETHICS_REVIEWER)
    key = asked(place, study)
    agree(place, study, key, reviewer)
    agree(place, study, key, dpo, untold_because="Because I say so.")
    with pytest.raises(Conflict, match="until both"):
        look(place, study, key, dpo)
    agree(place, study, key, reviewer)
    assert look(place, study, key, dpo) == "Ann Able"


def test_two_agree_one_looks_for_a_day_and_the_person_is_told(place: f.Install, study: Study) -> None:
    dpo, reviewer = who(study, "dora", Role.DPO), who(study, "edith", Role.ETHICS_REVIEWER)
    key = asked(place, study)
    with pytest.raises(Forbidden):
        look(place, study, key, dpo)
    agree(place, study, key, dpo)
    with pytest.raises(Conflict, match="until both"):
        look(place, study, key, dpo)
    with pytest.raises(Conflict, match="cannot agree twice"):
        agree(place, study, key, dpo)
    with place.database.reading() as session:
        assert reveals.count(session, study.id) == 0
    agree(place, study, key, reviewer)
    assert look(place, study, key, dpo) == "Ann Able"
    for other in (reviewer, who(study, "fred", Role.FACILITATOR), who(study, "other", Role.DPO)):
        with pytest.raises(Forbidden):
            look(place, study, key, other)
    with pytest.raises(Gone, match="24 hours are over"):
        look(place, study, key, dpo, 24 * HOUR)
    with place.database.reading() as session:
        assert reveals.count(session, study.id) == 1
        (mail,) = [place.vault.open(seal) for seal in session.scalars(select(OutboxMessage.seal))]
        assert (mail["to"], study.title in str(mail), "Only " in str(mail)) == ("ann@x.example", False, False)
        events = audit.of_study(session, study.id)
        assert [e.action for e in events if e.action.startswith("reveal:")] == [
            "reveal:ask", "reveal:approve", "reveal:approve", "reveal:grant", "reveal:open",
        ]  # fmt: skip
        record = str([(e.actor, e.detail) for e in events])
        assert not any(secret in record for secret in ("Ann", people(session, study.id)[0], "named school"))


def test_one_person_with_both_roles_and_the_one_who_asked_are_not_two(place: f.Install, study: Study) -> None:
    key = asked(place, study)
    both = who(study, "bea", Role.DPO, Role.ETHICS_REVIEWER)
    agree(place, study, key, both)
    with pytest.raises(Conflict):
        agree(place, study, key, both)
    with pytest.raises(Conflict):
        agree(place, study, key, who(study, "fred", Role.ETHICS_REVIEWER))
    with pytest.raises(Forbidden):
        agree(place, study, key, who(study, "anna", Role.ANALYST))
    with place.database.reading() as session:
        assert reveals.count(session, study.id) == 0


def test_where_law_forbids_it_the_person_is_not_told_and_the_reason_is_kept(
    place: f.Install, study: Study
) -> None:
    key = asked(place, study)
    agree(place, study, key, who(study, "dora", Role.DPO), untold_because="Order 12/26 forbids it.")
    agree(place, study, key, who(study, "edith", Role.ETHICS_REVIEWER))
    with place.database.reading() as session:
        assert session.scalars(select(OutboxMessage)).all() == []
        (grant,) = [e for e in audit.of_study(session, study.id) if e.action == "reveal:grant"]
        assert "Order 12/26" in grant.detail


def test_one_no_is_enough(place: f.Install, study: Study) -> None:
    key = asked(place, study)
    dpo = who(study, "dora", Role.DPO)
    with place.database.writing() as session:
        row = reveals.get(session, study_id=study.id, reveal_id=key)
        reveals.refuse(session, row=row, by=who(study, "edith", Role.ETHICS_REVIEWER), at=f.NOW)
    with pytest.raises(Conflict, match="is decided"):
        agree(place, study, key, dpo)
    with pytest.raises(DelphiError):
        look(place, study, key, dpo)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"reason": "curiosity"}, Invalid), ({"text": "  "}, Invalid), ({"rationale_id": "0" * 32}, NotFound),
     ({"study_id": "other"}, NotFound)],
)  # fmt: skip
def test_a_question_needs_a_ground_and_a_reason_of_the_study(
    place: f.Install, study: Study, changes: dict[str, str], refusal: type[Exception]
) -> None:
    with place.database.writing() as session:
        key = session.scalars(select(Rationale.id)).first()
        values = {"study_id": study.id, "rationale_id": key, **ASKED, **changes}
        with pytest.raises(refusal):
            reveals.ask(session, **values, actor="fred", at=f.NOW)
        assert session.scalars(select(RevealRequest)).all() == []


def test_whoever_withdrew_is_revealed_to_nobody(place: f.Install, study: Study) -> None:
    key = asked(place, study)
    agree(place, study, key, who(study, "dora", Role.DPO))
    with place.database.writing() as session:
        withdrawals.withdraw(
            session, place.vault, place.links, panellist_id=people(session, study.id)[0], clock=f.clock_at()
        )
    with pytest.raises(Gone):
        agree(place, study, key, who(study, "edith", Role.ETHICS_REVIEWER))


@pytest.mark.parametrize("answers_too", [False, True])
def test_a_name_is_erased_on_request_and_answers_only_if_wished(
    place: f.Install, study: Study, answers_too: bool
) -> None:
    with place.database.writing() as session:
        code = people(session, study.id)[0]
        (contact,) = identities.opened(session, place.vault, study_id=study.id, actor="dora", at=f.NOW)
        identities.erase(
            session, place.vault, place.links, study_id=study.id, contact_id=contact.id, answers_too=answers_too,
            actor="dora", at=f.NOW,
        )  # fmt: skip
    with place.database.reading() as session:
        assert vault.contacts(session, place.vault, study_id=study.id) == []
        left = session.scalars(select(Rating.id).where(Rating.panellist_id == code)).all()
        assert bool(left) is not answers_too
        actions = [event.action for event in audit.of_study(session, study.id)]
        assert {"panel:open-names", "panel:erase-name"} <= set(actions)
        assert withdrawals.marks(session) == [
            withdrawals.mark(code, "withdrawal" if answers_too else "identity")
        ]


def test_a_restore_that_brings_a_name_back_erases_it_again(place: f.Install, study: Study) -> None:
    with place.database.writing() as session:
        erased = {withdrawals.mark(people(session, study.id)[0], "identity")}
        for expected in (1, 0):
            found = withdrawals.replay(session, place.vault, place.links, erased=erased, at=f.NOW)
            assert found == expected
            session.flush()
        assert vault.contacts(session, place.vault, study_id=study.id) == []
        assert session.scalars(select(Rating.id)).first()
