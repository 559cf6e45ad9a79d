"""Invitations on both databases: their states, new links, failures, and that no row leads from a name to a code."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from copkit_delphi.domain.errors import Conflict, Gone, Invalid, NotFound
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.elicitation import (
    invitations,
    letters,
    links,
    openings,
    panels,
    ratings,
    rounds,
    standings,
    studies,
    withdrawals,
)
from copkit_delphi.elicitation.letters import Post
from copkit_delphi.elicitation.models import (
    Invitation,
    Letter,
    Panellist,
    Participation,
    PersonalLink,
    Round,
    Study,
)
from copkit_delphi.people import outbox, vault
from copkit_delphi.people.models import OutboxMessage
from tests import factories as f

PEOPLE = "Ann; ann@x.example; Industry\nBob; bob@x.example; Industry\nCleo; cleo@x.example; Civil society"


@pytest.fixture
def study(place: f.Install) -> Study:
    with place.database.writing() as session:
        made, _ = f.running_study(place, session, f.make_account(session).id, people=PEOPLE, sizes={})
        return made


def post(place: f.Install) -> Post:
    return Post(place.vault, place.links)


def round_of(session: Any, study: Study) -> Round:
    found = rounds.latest(session, study.id)
    assert found
    return found


def contact(place: f.Install, session: Any, study: Study, name: str) -> vault.Contact:
    people = vault.contacts(session, place.vault, study_id=study.id)
    return next(one for one in people if one.name == name)


def states(place: f.Install, study: Study) -> dict[str, str]:
    with place.database.reading() as session:
        found = standings.of_round(session, place.vault, study_id=study.id, round_=round_of(session, study))
        return {one.name: str(one.state) for one in found}


def settled(place: f.Install, **states_: str) -> None:
    """Let the mails leave, but for those to the named people, which end in the given state."""

    def carry(_id: str, message: Any) -> None:
        name = str(message["To"]).split("@", maxsplit=1)[0]
        if states_.get(name) == "failed":
            raise outbox.carriers.smtplib.SMTPRecipientsRefused({str(message["To"]): (550, b"unknown")})

    outbox.deliver(place.database, place.vault, carry, sender="x@x.example", clock=f.clock_at())
    with place.database.writing() as session:
        letters.settle(session)


def test_an_invitation_is_queued_then_sent_opened_accepted_or_declined(
    place: f.Install, study: Study
) -> None:
    assert set(states(place, study).values()) == {"queued"}
    settled(place, cleo="failed")
    assert states(place, study) == {"Ann": "sent", "Bob": "sent", "Cleo": "failed"}
    with place.database.writing() as session:
        for name in ("Ann", "Bob", "Cleo"):
            code = contact(place, session, study, name).panellist_id
            openings.note_opened(session, panellist=session.get_one(Panellist, code))
    assert set(states(place, study).values()) == {"opened"}
    with place.database.writing() as session:
        ann, bob = (contact(place, session, study, name).panellist_id for name in ("Ann", "Bob"))
        ratings.give_consent(session, panellist_id=ann, version="t", quoting="no")
        ratings.decline(session, panellist_id=bob, reason="no_time")
    assert states(place, study) == {"Ann": "accepted", "Bob": "declined", "Cleo": "opened"}


def test_the_reason_of_a_failure_stands_at_the_name_and_the_address_nowhere(
    place: f.Install, study: Study
) -> None:
    settled(place, ann="failed")
    with place.database.reading() as session:
        found = standings.of_round(session, place.vault, study_id=study.id, round_=round_of(session, study))
        assert {one.name: one.error for one in found} == {
            "Ann": "address-refused",
            "Bob": "",
            "Cleo": "",
        }
        (line,) = letters.log(session, study_id=study.id)
    assert (line.kind, line.sent, line.failed, line.queued) == ("invitation", 2, 1, 0)
    assert "@" not in repr(line)


def test_sending_again_to_all_that_failed_gives_them_new_links_and_nobody_else(
    place: f.Install, study: Study
) -> None:
    settled(place, ann="failed", bob="failed")
    with place.database.writing() as session:
        sent = invitations.resend_failed(
            session, post(place), round_=round_of(session, study), at=f.NOW, actor="test"
        )
        assert sent == 2
        alive = select(func.count()).select_from(PersonalLink).where(~PersonalLink.revoked)
        assert session.scalar(alive) == 3
    assert states(place, study) == {"Ann": "queued", "Bob": "queued", "Cleo": "sent"}
    settled(place)
    assert set(states(place, study).values()) == {"sent"}


def test_a_new_link_ends_the_old_one_and_only_that_of_this_person(place: f.Install, study: Study) -> None:
    with place.database.writing() as session:
        ann, bob = (contact(place, session, study, name) for name in ("Ann", "Bob"))
        keys = dict(session.execute(select(PersonalLink.panellist_id, PersonalLink.token_hash)).all())
        invitations.resend(
            session, post(place), round_=round_of(session, study), contact_id=ann.id, at=f.NOW, actor="t"
        )
        session.flush()
        with pytest.raises(Gone):
            links.resolve(session, key=keys[ann.panellist_id], at=f.NOW)
        assert links.resolve(session, key=keys[bob.panellist_id], at=f.NOW).id == bob.panellist_id


def test_an_invitation_that_was_not_accepted_can_be_taken_back_and_given_again(
    place: f.Install, study: Study
) -> None:
    with place.database.writing() as session:
        ann = contact(place, session, study, "Ann")
        key = session.scalars(
            select(PersonalLink.token_hash).where(PersonalLink.panellist_id == ann.panellist_id)
        ).one()
        invitations.take_back(
            session, post(place), round_=round_of(session, study), contact_id=ann.id, at=f.NOW, actor="t"
        )
        session.flush()
        with pytest.raises(NotFound):
            links.resolve(session, key=key, at=f.NOW)
        mails = [place.vault.open(seal)["to"] for seal in session.scalars(select(OutboxMessage.seal))]
        assert sorted(mails) == ["bob@x.example", "cleo@x.example"]
    assert states(place, study)["Ann"] == "withdrawn"
    with place.database.writing() as session:
        again = {"round_": round_of(session, study), "at": f.NOW, "actor": "t"}
        assert invitations.invite_missing(session, post(place), **again) == 0
        invitations.resend(session, post(place), contact_id=ann.id, **again)
    assert states(place, study)["Ann"] == "queued"


def test_whoever_accepted_can_only_withdraw_themselves(place: f.Install, study: Study) -> None:
    with place.database.writing() as session:
        ann = contact(place, session, study, "Ann")
        ratings.give_consent(session, panellist_id=ann.panellist_id, version="t", quoting="no")
        with pytest.raises(Conflict, match="themselves"):
            invitations.take_back(
                session, post(place), round_=round_of(session, study), contact_id=ann.id, at=f.NOW, actor="t"
            )


def test_only_those_who_came_later_are_invited_later(place: f.Install, study: Study) -> None:
    with place.database.writing() as session:
        f.add_people(place, session, study, "Dora; dora@x.example; Industry")
    assert states(place, study)["Dora"] == "none"
    with place.database.writing() as session:
        round_ = round_of(session, study)
        counted = invitations.counted(session, post(place), round_=round_)
        assert (counted.missing, counted.failed) == (1, 0)
        assert invitations.invite_missing(session, post(place), round_=round_, at=f.NOW, actor="t") == 1
    assert states(place, study)["Dora"] == "queued"


def test_withdrawing_takes_the_invitation_along_and_leaves_the_count(place: f.Install, study: Study) -> None:
    settled(place)
    with place.database.writing() as session:
        code = contact(place, session, study, "Ann").panellist_id
        before = letters.log(session, study_id=study.id)
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=code, clock=f.clock_at())
    with place.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 2
        held = session.scalars(select(Letter.contact_id)).all()
        assert (len(held), held.count(None)) == (3, 1)
        assert letters.log(session, study_id=study.id) == before


def test_a_mail_that_waits_for_somebody_who_withdrew_is_not_sent(place: f.Install, study: Study) -> None:
    with place.database.writing() as session:
        code = contact(place, session, study, "Ann").panellist_id
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=code, clock=f.clock_at())
    with place.database.reading() as session:
        to = [place.vault.open(seal)["to"] for seal in session.scalars(select(OutboxMessage.seal))]
    assert sorted(to) == ["bob@x.example", "cleo@x.example"]


def test_no_table_of_names_knows_a_code_and_no_order_tells_one(place: f.Install, study: Study) -> None:
    """A row of names beside a row of answers, or both in the same order, would undo the sealing."""
    with place.database.reading() as session:
        codes = set(session.scalars(select(Panellist.id)))
        for table in (Invitation, Letter):
            for row in session.execute(select(*table.__table__.columns)):
                assert not codes & {str(value) for value in row}
        contacts = {
            one.id: one.panellist_id for one in vault.contacts(session, place.vault, study_id=study.id)
        }
        by_name = [contacts[one] for one in session.scalars(select(Letter.contact_id).order_by(Letter.id))]
    assert set(by_name) == codes


def finish(session: Any, code: str, round_: Round) -> None:
    ratings.give_consent(session, panellist_id=code, version="t", quoting="no")
    ratings.submit(session, panellist_id=code, round_id=round_.id, clock=f.clock_at())


@pytest.mark.parametrize(("rule", "asked"), [("everybody", {"Ann", "Bob", "Cleo"}), ("finished", {"Ann"})])
def test_everybody_is_invited_to_each_round_unless_the_protocol_says_otherwise(
    place: f.Install, rule: str, asked: set[str]
) -> None:
    with place.database.writing() as session:
        study = f.draft_study(session, f.make_account(session).id)
        f.add_people(place, session, study, PEOPLE)
        protocol = Protocol.from_dict({**study.protocol, "invite": rule})
        studies.set_protocol(session, study_id=study.id, protocol=protocol)
        round_ = f.open_round(place, session, study)
        codes = {
            one.name: one.panellist_id for one in vault.contacts(session, place.vault, study_id=study.id)
        }
        finish(session, codes["Ann"], round_)
        session.execute(
            update(Participation)
            .where(Participation.panellist_id == codes["Bob"])
            .values(progress="in_progress")
        )
        f.close_round(session, round_)
        second = f.open_round(place, session, study)
        found = standings.of_round(session, place.vault, study_id=study.id, round_=second)
    assert {one.name for one in found if one.asked} == asked


def test_the_rule_of_inviting_changes_no_hash_of_a_study_that_keeps_the_default() -> None:
    assert "invite" not in Protocol().to_dict()
    assert Protocol.from_dict(Protocol(invite="finished").to_dict()).invite == "finished"
    with pytest.raises(Invalid):
        Protocol(invite="nobody")


def test_an_invitation_of_another_study_is_not_found(place: f.Install, study: Study) -> None:
    with place.database.writing() as session:
        other, round_ = f.running_study(
            place, session, f.make_account(session).id, people="Eve; eve@x.example; Industry", sizes={}
        )
        ann = contact(place, session, study, "Ann")
        with pytest.raises(NotFound):
            invitations.resend(session, post(place), round_=round_, contact_id=ann.id, at=f.NOW, actor="t")
        assert panels.members(session, place.vault, study_id=other.id)[0].name == "Eve"
