"""Who comes to a panel and how: gaps, texts in versions, interests, proposals, applications; on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from copkit_delphi.domain.errors import Conflict, Forbidden, Gone, Invalid, Moved, NotFound
from copkit_delphi.elicitation import (
    letter_texts,
    letter_words,
    letters,
    own_record,
    panels,
    ratings,
    retention,
    studies,
    withdrawals,
)
from copkit_delphi.elicitation.models import Applicant, ConsentText, Nomination, Panellist, StagedUpload
from copkit_delphi.elicitation.recruiting import (
    applications,
    consents,
    enrolments,
    gaps,
    grids,
    interests,
    late,
    nominations,
    staging,
)
from copkit_delphi.elicitation.recruiting.enrolments import Application, Plan
from copkit_delphi.elicitation.recruiting.nominations import Proposal
from copkit_delphi.people import audit, vault
from copkit_delphi.people.models import OutboxMessage
from copkit_delphi.people.passwords import Site
from tests import factories as f

PEOPLE = "\n".join(f"Person {n}; p{n}@x.example; Industry" for n in range(6))


@pytest.fixture
def study(place: f.Install) -> Any:
    """A real study in round 1 with six people of one group, nobody of whom agreed yet."""
    with place.database.writing() as session:
        account = f.make_account(session)
        made, _ = f.running_study(place, session, account.id, people=PEOPLE, practice=False)
        return made


def codes(session: Any, study: Any) -> list[str]:
    query = select(Panellist.id).where(Panellist.study_id == study.id, ~Panellist.synthetic)
    return list(session.scalars(query.order_by(Panellist.id)))


def agree(place: f.Install, study: Any, n: int = 6) -> list[str]:
    with place.database.writing() as session:
        found = codes(session, study)
        for code in found[:n]:
            consents.agree(session, panellist_id=code, shown="1", quoting="no")
        return found


def site(place: f.Install) -> Site:
    return Site(place.vault, "https://delphi.example", "Example")


# Gaps -----------------------------------------------------------------------------------------------------------------


def test_gaps_count_people_and_say_what_is_missing(place: f.Install, study: Any) -> None:
    agree(place, study, 3)
    with place.database.reading() as session:
        found = {one.name: one for one in gaps.of_study(session, place.vault, study_id=study.id).groups}
    industry, civil = found["Industry"], found["Civil society"]
    assert (industry.listed, industry.invited, industry.agreed, industry.to_k, industry.to_target) == (
        6,
        6,
        3,
        0,
        4,
    )
    assert (civil.listed, civil.to_k, civil.to_target) == (0, 5, 10)


def test_who_declined_is_missing_and_no_count_tells_who_withdrew(place: f.Install, study: Any) -> None:
    found = agree(place, study)

    def shown() -> gaps.Gap:
        with place.database.reading() as session:
            groups = gaps.of_study(session, place.vault, study_id=study.id).groups
            return next(one for one in groups if one.name == "Industry")

    before = shown()
    assert (before.declined, before.to_target) == (0, 4)
    with place.database.writing() as session:
        ratings.decline(session, panellist_id=found[0])
    after = shown()
    assert (after.declined, after.agreed, after.listed) == (1, before.agreed, before.listed)
    assert (after.staying, after.to_target) == (5, 5)
    with place.database.writing() as session:
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=found[1], clock=f.clock_at())
    gone = shown()
    assert gone == after


# Consent in versions ----------------------------------------------------------------------------------------------------


def revise(place: f.Install, study: Any, text_: str, changed: str = "") -> int:
    with place.database.writing() as session:
        return consents.revise(
            session, study_id=study.id, information=text_, agreement="", changed=changed,
            at=f.NOW, actor="test",
        )  # fmt: skip


def test_a_changed_text_is_agreed_to_before_the_next_answer(place: f.Install, study: Any) -> None:
    found = agree(place, study)
    assert revise(place, study, "We now also record the country.", "A sentence on countries.") == 2
    with place.database.writing() as session:
        with pytest.raises(Forbidden):
            ratings.answering(session, found[0])
        with pytest.raises(Moved):
            consents.agree(session, panellist_id=found[0], shown="1", quoting="no")
        texts = consents.of_study(session, study.id)
        version = session.get_one(Panellist, found[0]).consent_version
        assert [one.changed for one in consents.news(texts, version)] == ["A sentence on countries."]
        assert consents.news(texts, None) == []
        consents.agree(session, panellist_id=found[0], shown="2", quoting="verbatim")
        assert ratings.answering(session, found[0]).consent_version == f"{consents.EDITION}/2"
    with place.database.reading() as session:
        told = consents.versions(session, study_id=study.id)
        assert [(one.text.number, one.agreed) for one in told] == [
            (2, None),
            (1, None),
        ]  # 1 and 5: 6 - 1 tells 5


def test_versions_count_where_five_or_more_agreed(place: f.Install, study: Any) -> None:
    agree(place, study)
    with place.database.reading() as session:
        assert [one.agreed for one in consents.versions(session, study_id=study.id)] == [6]


def test_a_draft_has_one_version_and_a_running_study_says_what_changed(place: f.Install, study: Any) -> None:
    with place.database.writing() as session:
        draft = f.draft_study(session, f.make_account(session, "Dan Draft").id)
    assert revise(place, draft, "First words.") == revise(place, draft, "Better words.") == 1
    with pytest.raises(Invalid, match="Say what changed"):
        revise(place, study, "New words.")
    with pytest.raises(Conflict, match="same as before"):
        revise(place, study, "", "Nothing.")
    with place.database.reading() as session:
        assert [row.information for row in session.scalars(select(ConsentText))] == ["Better words."]


# Interests ------------------------------------------------------------------------------------------------------------


def test_interests_stand_with_the_name_and_are_counted_by_the_rule_of_five(
    place: f.Install, study: Any
) -> None:
    found = agree(place, study)
    with place.database.writing() as session:
        for n, code in enumerate(found):
            said = (interests.DECLARED, "I sell scanners.") if n == 0 else (interests.NONE, "")
            interests.declare(
                session, place.vault, panellist=session.get_one(Panellist, code), said=said[0], text=said[1]
            )
        interests.set_handling(session, study_id=study.id, text="We ask to leave items out.")
    with place.database.reading() as session:
        named = interests.by_name(session, place.vault, study_id=study.id)
        assert [one.text for one in named if one.said == "declared"] == ["I sell scanners."]
        told = interests.summary(session, place.vault, study_id=study.id)
        assert (told.people, told.none, told.declared, told.unsaid) == (
            6,
            None,
            None,
            0,
        )  # 6 - 5 would tell 1
        assert told.handling == "We ask to leave items out."
        mine = own_record.record(session, place.vault, panellist=session.get_one(Panellist, found[0]))
        assert mine["profile"]["interest_text"] == "I sell scanners."
        everything = "\n".join(
            str(row) for table in ("panellist", "rating", "participation")
            for row in session.execute(text(f"SELECT * FROM {table}"))
        )  # fmt: skip
        assert "scanners" not in everything


@pytest.mark.parametrize(("said", "words"), [("declared", ""), ("perhaps", "x"), ("declared", "x" * 1001)])
def test_a_declaration_says_what_it_is(said: str, words: str) -> None:
    with pytest.raises(Invalid):
        interests.check(said, words)


# Proposals --------------------------------------------------------------------------------------------------------------


def propose(place: f.Install, study: Any, code: str, **more: Any) -> int:
    with place.database.writing() as session:
        group = studies.groups(session, study.id)[0].id
        values = {
            "name": "Nora New",
            "email": "nora@new.example",
            "group_id": group,
            "why": "She knows ports.",
        }
        return nominations.propose(
            session, place.vault, panellist_id=code, proposal=Proposal(**{**values, **more})
        )


def proposed(place: f.Install, study: Any) -> list[nominations.Proposed]:
    with place.database.reading() as session:
        return nominations.of_study(session, place.vault, study_id=study.id)


def test_proposals_are_shown_once_the_proposer_is_one_of_five(place: f.Install, study: Any) -> None:
    found = agree(place, study, 4)
    propose(place, study, found[0])
    assert proposed(place, study) == []
    agree(place, study, 5)
    assert [one.name for one in proposed(place, study)] == ["Nora New"]


def test_nothing_stored_leads_from_a_proposal_to_whoever_made_it(place: f.Install, study: Any) -> None:
    found = agree(place, study)
    assert propose(place, study, found[0]) == 4
    with place.database.reading() as session:
        row = session.scalars(select(Nomination)).one()
        names = {column.name for column in Nomination.__table__.columns}
        assert names == {"id", "study_id", "state", "seal"}
        assert found[0] not in str(place.vault.open(row.seal))
        assert b"Nora" not in row.seal
        assert not [one for one in audit.of_study(session, study.id) if "nomination" in one.action]


def test_five_proposals_and_no_more(place: f.Install, study: Any) -> None:
    found = agree(place, study)
    for n in range(5):
        assert propose(place, study, found[0], email=f"n{n}@new.example") == 4 - n
    with pytest.raises(Conflict, match="You have proposed 5"):
        propose(place, study, found[0])
    for wrong in ({"email": "no address"}, {"group_id": "none"}, {"name": ""}):
        with pytest.raises(Invalid):
            propose(place, study, found[1], **wrong)


def test_whoever_is_accepted_is_invited_and_told_of_a_member_only_if_that_was_allowed(
    place: f.Install, study: Any
) -> None:
    found = agree(place, study)
    propose(place, study, found[0])
    propose(place, study, found[1], introduce=True, why="I met her.")
    propose(place, study, found[2], name="Otto", email="otto@new.example")
    shown = {one.name: one for one in proposed(place, study)}
    assert shown["Nora New"].again
    assert set(shown["Nora New"].whys) == {"She knows ports.", "I met her."}
    with place.database.writing() as session:
        session.query(OutboxMessage).delete()
        for one in shown.values():
            nominations.accept(
                session, place.vault, study_id=study.id, nomination_id=one.id, group_id=one.group_id,
                at=f.NOW, actor="test",
            )  # fmt: skip
        assert late.waiting(session, place.vault, study_id=study.id) == 2
        assert late.invite(session, place.vault, place.links, study_id=study.id, at=f.NOW, actor="test") == 2
        mails = [place.vault.open(row.seal or b"") for row in session.scalars(select(OutboxMessage))]
        told = {mail["to"]: letters.INTRODUCTIONS["en"] in mail["text"] for mail in mails}
        assert told == {"nora@new.example": True, "otto@new.example": False}
        assert session.scalars(select(Nomination)).all() == []
        assert late.invite(session, place.vault, place.links, study_id=study.id, at=f.NOW, actor="t") == 0


def test_whoever_is_on_the_list_is_not_accepted_twice_and_a_decline_has_its_reason(
    place: f.Install, study: Any
) -> None:
    found = agree(place, study)
    propose(place, study, found[0], email="p3@x.example", name="Person 3")
    propose(place, study, found[0], email="new@x.example", name="PERSON 4")
    by_mail = {one.email: one for one in proposed(place, study)}
    on_list, alike = by_mail["p3@x.example"], by_mail["new@x.example"]
    assert on_list.hindrance
    assert (alike.hindrance, alike.like) == ("", "Person 4")
    with place.database.writing() as session:
        with pytest.raises(Conflict):
            nominations.accept(
                session, place.vault, study_id=study.id, nomination_id=on_list.id, group_id=on_list.group_id,
                at=f.NOW, actor="test",
            )  # fmt: skip
        with pytest.raises(Invalid):
            nominations.decline(
                session,
                place.vault,
                study_id=study.id,
                nomination_id=alike.id,
                reason="",
                at=f.NOW,
                actor="t",
            )
        nominations.decline(
            session,
            place.vault,
            study_id=study.id,
            nomination_id=alike.id,
            reason="Too near.",
            at=f.NOW,
            actor="t",
        )
        with pytest.raises(NotFound):
            nominations.decline(
                session, place.vault, study_id=study.id, nomination_id="none", reason="x", at=f.NOW, actor="t"
            )
    assert {one.email: one.declined for one in proposed(place, study)}["new@x.example"] == "Too near."


# The page to enrol on -------------------------------------------------------------------------------------------------


def opened(place: f.Install, study: Any, **changes: Any) -> str:
    values = {"is_open": True, "title": "T", "text": "Who?", "until": None, "most": 2, "group_ids": ()}
    with place.database.writing() as session:
        page = enrolments.set_up(
            session, study_id=study.id, plan=Plan(**{**values, **changes}), at=f.NOW, actor="test"
        )
        return page.slug


def apply(place: f.Install, slug: str, name: str = "Abe", confirm: bool = True, at: Any = f.NOW) -> str:
    """Let somebody apply; return the token of the mail."""
    with place.database.writing() as session:
        session.query(OutboxMessage).delete()
        found = enrolments.public(session, slug=slug, at=at)
        application = Application(name, f"{name}@apply.example", found.groups[0].id)
        enrolments.apply(session, site(place), found=found, application=application, at=at)
        session.flush()
        mail = place.vault.open(session.scalars(select(OutboxMessage)).one().seal or b"")
        token = str(mail["text"].partition("/join/confirm/")[2].split()[0])
        if confirm:
            enrolments.confirm(session, token=token, at=at)
        return token


def test_an_application_is_seen_once_its_address_is_confirmed(place: f.Install, study: Any) -> None:
    slug = opened(place, study)
    token = apply(place, slug, confirm=False)

    def waiting() -> list[str]:
        with place.database.reading() as session:
            return [one.name for one in applications.waiting(session, place.vault, study_id=study.id)]

    assert waiting() == []
    with place.database.writing() as session:
        enrolments.confirm(session, token=token, at=f.NOW)
    assert waiting() == ["Abe"]
    with place.database.writing() as session, pytest.raises(Gone):
        enrolments.confirm(session, token=token, at=f.NOW)


def test_applicants_are_written_to_in_the_language_they_chose_and_stay_in_it(
    place: f.Install, study: Any
) -> None:
    slug = opened(place, study, most=9)

    def apply_in(session: Any, name: str, language: str) -> None:
        found = enrolments.public(session, slug=slug, at=f.NOW)
        given = Application(name, f"{name}@apply.example", found.groups[0].id, language=language)
        enrolments.apply(session, site(place), found=found, application=given, at=f.NOW)

    def told(session: Any) -> dict[str, tuple[str, str]]:
        mails = [place.vault.open(seal) for seal in session.scalars(select(OutboxMessage.seal))]
        session.query(OutboxMessage).delete()
        return {mail["to"][:3]: (mail["subject"], mail["language"]) for mail in mails}

    with place.database.writing() as session:
        session.query(OutboxMessage).delete()
        letter_texts.set_language(session, study_id=study.id, language="pl", at=f.NOW, actor="t")
        apply_in(session, "Abe", "de")
        apply_in(session, "Bea", "")
        with pytest.raises(Invalid, match="languages of the list"):
            apply_in(session, "Cid", "xx")
        for token in session.scalars(select(Applicant)):
            token.token_hash = token.expires_at = None
        session.flush()
        wish = {key: words.TEXTS["enrolment"][0] for key, words in letter_words.LANGUAGES.items()}
        assert told(session) == {"abe": (wish["de"], "de"), "bea": (wish["pl"], "pl")}
        ids = {one.name: one.id for one in applications.waiting(session, place.vault, study_id=study.id)}
        applications.approve(session, place.vault, study_id=study.id, ids=[ids["Abe"]], at=f.NOW, actor="t")
        applications.decline(session, site(place), study_id=study.id, ids=[ids["Bea"]], at=f.NOW, actor="t")
        people = vault.contacts(session, place.vault, study_id=study.id)
        assert [one.language for one in people if one.name == "Abe"] == ["de"]
        assert told(session)["bea"][1] == "pl"


def test_what_is_not_confirmed_in_two_days_is_deleted(place: f.Install, study: Any) -> None:
    token = apply(place, opened(place, study), confirm=False)
    late_ = f.NOW + timedelta(days=2)
    with place.database.writing() as session, pytest.raises(Gone):
        enrolments.confirm(session, token=token, at=late_)
    with place.database.writing() as session:
        retention.sweep(session, reviews={}, at=late_)
        assert session.scalars(select(Applicant)).all() == []


def test_the_page_is_closed_by_hand_by_day_by_number_and_by_marking(place: f.Install, study: Any) -> None:
    def closed(slug: str, at: Any = f.NOW) -> bool:
        with place.database.reading() as session:
            try:
                enrolments.public(session, slug=slug, at=at)
            except Gone:
                return True
        return False

    slug = opened(place, study, until=f.NOW.date())
    assert not closed(slug)
    assert closed(slug, f.NOW + timedelta(days=1))
    for name in ("Abe", "Bea"):
        apply(place, slug, name)
    assert closed(slug)
    assert opened(place, study, most=3) == slug
    assert not closed(slug)
    opened(place, study, most=3, is_open=False)
    assert closed(slug)
    with place.database.writing() as session:
        enrolments.renew(session, study_id=study.id, at=f.NOW, actor="test")
    with place.database.reading() as session, pytest.raises(NotFound):
        enrolments.public(session, slug=slug, at=f.NOW)
    with place.database.writing() as session:
        studies.get(session, study.id).marking = "TLP:RED"
    with pytest.raises(Conflict, match="TLP:RED"):
        opened(place, study)


@pytest.mark.parametrize("wrong", [{"title": ""}, {"text": ""}, {"most": 0}, {"group_ids": ("x",)}, {"until": f.NOW.date() - timedelta(1)}])  # fmt: skip
def test_a_page_that_makes_no_sense_is_refused(place: f.Install, study: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        opened(place, study, **wrong)


def test_approved_people_are_on_the_list_and_the_others_deleted(place: f.Install, study: Any) -> None:
    slug = opened(place, study, most=9)
    for name in ("Abe", "Bea", "Cid", "Abe"):
        apply(place, slug, name)
    with place.database.reading() as session:
        found = applications.waiting(session, place.vault, study_id=study.id)
    first = {one.name: one.id for one in reversed(found)}
    twice = next(one.id for one in found if one.hindrance)
    with place.database.writing() as session, pytest.raises(Conflict, match="cannot be taken"):
        applications.approve(
            session, place.vault, study_id=study.id, ids=[first["Bea"], twice], at=f.NOW, actor="t"
        )
    with place.database.writing() as session:
        emails = applications.approve(
            session, place.vault, study_id=study.id, ids=[first["Abe"], first["Bea"]], at=f.NOW, actor="t"
        )
        invited = late.invite(
            session,
            place.vault,
            place.links,
            study_id=study.id,
            at=f.NOW,
            actor="t",
            emails=frozenset(emails),
        )
        assert (sorted(emails), invited) == (["abe@apply.example", "bea@apply.example"], 2)
        applications.decline(
            session, site(place), study_id=study.id, ids=[first["Cid"], twice], at=f.NOW, actor="t"
        )
        assert session.scalars(select(Applicant)).all() == []
        people = vault.contacts(session, place.vault, study_id=study.id)
        assert {one.name for one in people if one.origin == "enrolled"} == {"Abe", "Bea"}


# Late, and over -------------------------------------------------------------------------------------------------------


def test_only_those_without_a_code_are_invited_late(place: f.Install, study: Any) -> None:
    with place.database.writing() as session:
        before = set(codes(session, study))
        session.query(OutboxMessage).delete()
        f.add_people(place, session, study, "Lea Late; lea@x.example; Industry")
        assert late.invite(session, place.vault, place.links, study_id=study.id, at=f.NOW, actor="t") == 1
        session.flush()
        mails = [place.vault.open(row.seal or b"")["to"] for row in session.scalars(select(OutboxMessage))]
        assert mails == ["lea@x.example"]
        assert len(set(codes(session, study)) - before) == 1


def test_everybody_who_came_is_deleted_with_the_names(place: f.Install, study: Any) -> None:
    found = agree(place, study)
    propose(place, study, found[0])
    apply(place, opened(place, study))
    with place.database.writing() as session:
        grid = grids.of_text("Ann;ann@x.example;Industry")
        staging.stage(session, place.vault, study_id=study.id, grid=grid, at=f.NOW, actor="t")
        round_ = panels._latest(session, study.id)
        assert round_ is not None
        f.close_round(session, round_)
        studies.end(session, study_id=study.id, actor="t", at=f.NOW)
    with place.database.writing() as session:
        retention.sweep(session, reviews={}, at=f.NOW + timedelta(days=91))
        for table in (Nomination, Applicant, StagedUpload):
            assert session.scalars(select(table)).all() == []
        assert vault.contacts(session, place.vault, study_id=study.id) == []
