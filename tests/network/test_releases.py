"""Who sees a release under which marking, what leaves, who is told, and what stands after a retraction."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import copkit_delphi
from copkit_delphi.domain.errors import Conflict, DelphiError, Forbidden, Gone, Invalid, NotFound
from copkit_delphi.domain.marking import ORDER, Marking
from copkit_delphi.domain.permission import Role
from copkit_delphi.network import communities, letters, reading, recipients, releases
from copkit_delphi.network.models import Recipient, Release
from copkit_delphi.network.recipients import RELEASED, RETRACTED, Named
from copkit_delphi.people import accounts, audit, outbox
from copkit_delphi.people.models import OutboxMessage
from copkit_delphi.warning import briefs, released, rendering
from copkit_delphi.warning.models import Brief
from tests import factories
from tests.factories import Install
from tests.network.factory import OFFICE, SITE, give, post, reader, release, signed, who
from tests.warning import factory
from tests.warning.factory import LATER, PDFS, Made

TOMORROW = LATER + timedelta(days=1)


def sees(session: Session, brief: Brief, account_id: str | None) -> bool:
    """Tell whether somebody (None: the public) sees a brief; list, page and file must agree."""
    me = who(session, account_id) if account_id else None
    listed = brief.id in {one.brief.id for one in reading.listed(session, me)}
    try:
        reading.get(session, brief_id=brief.id, reader=me)
    except NotFound:
        assert not listed
        return False
    assert listed
    return True


def mails(place: Install, session: Session) -> list[tuple[str, str, str, str]]:
    """Return (kind, to, subject, text) of everything in the outbox but invitations."""
    found = []
    for row in session.scalars(select(OutboxMessage).where(OutboxMessage.kind != "invitation")):
        opened = place.vault.open(row.seal or b"")
        found.append((row.kind, opened["to"], opened["subject"], opened["text"]))
    return sorted(found)


def test_the_whole_way_from_release_to_retraction(anywhere: Install) -> None:
    with anywhere.database.writing() as session:
        made = factory.staffed_study(anywhere, session)
        rita = reader(session)
    with anywhere.database.writing() as session:
        brief_id = release(anywhere, session, made, [rita.id]).id
    with anywhere.database.writing() as session:
        brief = session.get_one(Brief, brief_id)
        assert sees(session, brief, rita.id)
        recipients.opened(session, brief_id=brief_id, account_id=rita.id, on=LATER.date())
        recipients.acknowledge(
            session, brief=brief, account_id=rita.id, of=RELEASED, reply="In March.", at=LATER
        )
    with anywhere.database.writing() as session:
        brief = session.get_one(Brief, brief_id)
        releases.retract(session, post(anywhere), brief=brief, reason="Wrong.", actor="a", at=TOMORROW)
    with anywhere.database.writing() as session:
        brief = session.get_one(Brief, brief_id)
        recipients.acknowledge(session, brief=brief, account_id=rita.id, of=RETRACTED, at=TOMORROW)
    with anywhere.database.reading() as session:
        (row,) = recipients.of_release(session, brief_id)
        assert (row.name, row.organisation, row.reply) == ("Rita Reader", OFFICE, "In March.")
        assert row.opened_on == LATER.date()
        assert (row.acknowledged_at, row.retraction_acknowledged_at) == (LATER, TOMORROW)
        assert [kind for kind, *_ in mails(anywhere, session)] == [letters.RELEASE, letters.RETRACTION]
        trail = [e.action for e in audit.of_study(session, made.study_id) if e.action.startswith("release")]
        assert audit.verify(session) is None
    assert trail == ["release:give", "release:acknowledge", "release:retract", "release:acknowledge"]


@pytest.mark.parametrize("marking", list(Marking))
def test_each_marking_reaches_whom_it_may_and_nobody_else(
    place: Install, made: Made, marking: Marking
) -> None:
    with place.database.writing() as session:
        named, neighbour, stranger = (reader(session, name) for name in ("Rita", "Nora", "Sven"))
        observer = factories.make_account(session, "Olga", Role.OBSERVER, study_id=made.study_id)
        community = communities.create(session, name="Port security", actor="a", at=LATER)
        communities.add(session, community_id=community.id, email=neighbour.email, actor="a", at=LATER)
        brief = release(place, session, made, [named.id], marking=marking, community="Port security")
        seen = {
            "public": sees(session, brief, None),
            "named": sees(session, brief, named.id),
            "community": sees(session, brief, neighbour.id),
            "reader": sees(session, brief, stranger.id),
            "observer": sees(session, brief, observer.id),
            "staff": sees(session, brief, made[Role.OWNER]),
        }
    everybody = marking is Marking.CLEAR
    assert seen == {
        "public": everybody,
        "named": True,
        "community": everybody or marking is Marking.GREEN,
        "reader": everybody,
        "observer": everybody,
        "staff": marking is not Marking.RED,
    }


def test_an_observer_sees_a_release_as_a_named_recipient(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        observer = factories.make_account(session, "Olga", Role.OBSERVER, study_id=made.study_id)
        brief = release(place, session, made, [observer.id])
        assert sees(session, brief, observer.id)


def test_green_ends_with_the_membership(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        nora = reader(session, "Nora")
        community = communities.create(session, name="Port security", actor="a", at=LATER)
        communities.add(session, community_id=community.id, email=nora.email, actor="a", at=LATER)
        brief = release(place, session, made, marking=Marking.GREEN, community="port  SECURITY")
        assert sees(session, brief, nora.id)
        communities.remove(session, community_id=community.id, account_id=nora.id, actor="a", at=LATER)
        assert not sees(session, brief, nora.id)


def test_green_needs_a_community_that_is_known(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = signed(session, made, Marking.GREEN, community="Nobody")
        with pytest.raises(Conflict, match="no community “Nobody”"):
            give(place, session, made, brief, [])
        assert session.get(Release, brief.id) is None


@pytest.mark.parametrize("marking", [Marking.AMBER, Marking.AMBER_STRICT, Marking.RED])
def test_named_markings_need_names_and_organisations(place: Install, made: Made, marking: Marking) -> None:
    with place.database.writing() as session:
        rita = reader(session)
        brief = signed(session, made, marking)
        for readers, organisation, sentence in (
            ([], OFFICE, "at least one recipient"),
            ([rita.id], " ", "organisation of each"),
            ([rita.id, rita.id], OFFICE, "named twice"),
            (["nobody"], OFFICE, "role of reader"),
        ):
            with pytest.raises(Invalid, match=sentence):
                give(place, session, made, brief, readers, organisation=organisation)
        assert brief.state == "signed"


def test_only_readers_and_people_of_the_study_can_be_named(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        rita, sven = reader(session), factories.make_account(session, "Sven Stranger", None)
        rita.is_active = False
        session.flush()
        found = {one.account_id for one in recipients.candidates(session, made.study_id)}
    assert found == {account.id for account in made.people.values()}
    assert sven.id not in found


def test_a_closed_gate_holds_the_release_back_and_nothing_is_left_behind(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        rita = reader(session)
        factory.assess(session, made)
        brief = factory.written_brief(session, made, waiver=False)
        briefs.send_for_signature(session, brief=brief, actor="a", at=LATER)
        for role in (Role.ETHICS_REVIEWER, Role.OWNER):
            factory.sign(session, made, brief, role)
        with pytest.raises(Conflict, match="G1 Representation"):
            give(place, session, made, brief, [rita.id])
        assert session.get(Release, brief.id) is None
        assert mails(place, session) == []
        assert not sees(session, brief, made[Role.OWNER])


def test_no_other_place_publishes_or_withdraws_a_brief() -> None:
    """``briefs.publish`` has one caller, the release; ``briefs.withdraw`` one, the retraction."""
    callers = set()
    root = Path(copkit_delphi.__file__).parent
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {"briefs.publish", "briefs.withdraw"}:
                callers.add((path.relative_to(root).as_posix(), node.attr))
    assert callers == {("network/releases.py", "publish"), ("network/releases.py", "withdraw")}


def test_stored_pdfs_have_one_way_out() -> None:
    callers = set()
    root = Path(copkit_delphi.__file__).parent
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {"released.pdf", "released.page"}:
                callers.add(path.relative_to(root).as_posix())
    assert callers == {"network/reading.py"}


def test_letters_name_nothing_but_the_way_to_the_document(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        rita = reader(session)
        brief = release(place, session, made, [rita.id])
        releases.retract(session, post(place), brief=brief, reason="A bad source.", actor="a", at=LATER)
        found = mails(place, session)
        title = brief.title
    assert {to for _, to, _, _ in found} == {rita.email}
    for _, _, subject, text in found:
        assert f"{SITE}/briefs/{brief.id}/for-you" in text
        for told in (title, brief.reference, "TLP", "bad source", "COPKIT", "threat"):
            assert told not in subject + text, told


def test_an_unknown_kind_of_mail_is_not_queued(place: Install, made: Made) -> None:
    del made
    with place.database.writing() as session, pytest.raises(KeyError, match="gossip"):
        outbox.queue(session, place.vault, kind="gossip", to="a@b.example", subject="s", text="t", at=LATER)


def test_a_retraction_acknowledged_unseen_is_refused(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        rita = reader(session)
        brief = release(place, session, made, [rita.id])
        releases.retract(session, post(place), brief=brief, reason="Wrong.", actor="a", at=LATER)
        with pytest.raises(Conflict, match="retracted since you opened it"):
            recipients.acknowledge(session, brief=brief, account_id=rita.id, of=RELEASED, at=LATER)
        (row,) = recipients.of_release(session, brief.id)
        assert row.acknowledged_at is None
        assert row.retraction_acknowledged_at is None


def test_only_a_recipient_acknowledges_and_the_first_time_counts(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        rita = reader(session)
        brief = release(place, session, made, [rita.id])
        with pytest.raises(NotFound):
            recipients.acknowledge(session, brief=brief, account_id=made[Role.OWNER], of=RELEASED, at=LATER)
        for at in (LATER, TOMORROW):
            recipients.acknowledge(session, brief=brief, account_id=rita.id, of=RELEASED, at=at)
        (row,) = recipients.of_release(session, brief.id)
        assert row.acknowledged_at == LATER


def test_reminders_go_to_those_who_have_not_acknowledged_twice_at_most(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        rita, nora = reader(session), reader(session, "Nora")
        brief = release(place, session, made, [rita.id, nora.id])
        recipients.acknowledge(session, brief=brief, account_id=rita.id, of=RELEASED, at=LATER)
        days = [LATER + timedelta(hours=hours) for hours in (23, 24, 47, 48, 72)]
        sent = []
        for at in days:
            try:
                sent.append(recipients.remind(session, post(place), brief=brief, actor="a", at=at))
            except Conflict:
                sent.append(0)
        reminded = [to for kind, to, *_ in mails(place, session) if kind == letters.REMINDER]
    assert sent == [0, 1, 0, 1, 0]
    assert reminded == [nora.email] * 2


@pytest.mark.parametrize(
    ("marking", "organisation", "allowed"),
    [
        (Marking.CLEAR, "Elsewhere", True),
        (Marking.AMBER, "example MINISTRY", True),
        (Marking.AMBER, "Elsewhere", False),
        (Marking.AMBER_STRICT, OFFICE, False),
        (Marking.RED, OFFICE, False),
    ],
)
def test_further_recipients_as_far_as_the_marking_allows(
    place: Install, made: Made, marking: Marking, organisation: str, allowed: bool
) -> None:
    with place.database.writing() as session:
        rita, nora = reader(session), reader(session, "Nora")
        brief = release(place, session, made, [rita.id], marking=marking)
        one = Named(nora.id, organisation)
        if not allowed:
            with pytest.raises(Conflict):
                recipients.name_another(session, post(place), brief=brief, one=one, actor="a", at=LATER)
        else:
            recipients.name_another(session, post(place), brief=brief, one=one, actor="a", at=LATER)
        assert sees(session, brief, nora.id) is allowed
        assert len(mails(place, session)) == 1 + allowed


def test_a_retracted_brief_gives_no_document_and_says_who_when_and_why(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        rita = reader(session)
        brief = release(place, session, made, [rita.id], marking=Marking.CLEAR)
        row = session.get_one(Release, brief.id)
        issued = reading.issue(session, release=row, kind="annex")
        assert (issued.content, issued.name) == (PDFS["annex"], "EWB-2026-01-v1-annex-TLP-CLEAR")
        releases.retract(session, post(place), brief=brief, reason="A bad source.", actor="a", at=TOMORROW)
        assert sees(session, brief, None)  # listed publicly, as retracted
        for leave in (
            lambda: reading.issue(session, release=row, kind="brief"),
            lambda: reading.ethics_summary(session, brief_id=brief.id, reader=None),
        ):
            with pytest.raises(Gone) as refused:
                leave()
            assert "A bad source." in str(refused.value)
            assert f"{TOMORROW.year}" in str(refused.value)
        with pytest.raises(DelphiError):
            releases.retract(session, post(place), brief=brief, reason="Again.", actor="a", at=TOMORROW)


def test_a_copy_for_a_named_person_says_for_whom_and_is_the_same_each_time(
    place: Install, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "to_pdf", lambda html: html.encode())  # the page in the place of its PDF
    with place.database.writing() as session:
        rita, nora = reader(session), reader(session, "Nora")
        rita.name = "Rita <b>Reader"
        session.flush()
        brief = release(place, session, made, [rita.id, nora.id], marking=Marking.RED)
        row = session.get_one(Release, brief.id)
        copies = [
            reading.issue(session, release=row, kind="brief", account_id=one.id).content
            for one in (rita, rita, nora)
        ]
        with pytest.raises(Conflict, match="named recipients only"):
            reading.issue(session, release=row, kind="brief")
        with pytest.raises(Conflict, match="named recipients only"):
            reading.issue(session, release=row, kind="brief", account_id=made[Role.OWNER])
    assert copies[0] == copies[1] != copies[2]
    assert b"For Rita &lt;b&gt;Reader, Example Ministry" in copies[0]
    assert b"Rita" not in copies[2]


def test_amber_copies_carry_no_name(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        rita = reader(session)
        row = session.get_one(Release, release(place, session, made, [rita.id]).id)
        assert reading.issue(session, release=row, kind="brief", account_id=rita.id).content == PDFS["brief"]


def test_the_ethics_summary_is_clear_whatever_the_marking(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        rita = reader(session)
        brief = release(place, session, made, [rita.id], summary_public=True)
        found = reading.ethics_summary(session, brief_id=brief.id, reader=None)
        assert [one.id for one in reading.summaries(session)] == [brief.id]
        assert not sees(session, brief, None)
        text = str(found)
    assert found["reference"] == "EWB-2026-01-A"
    for told in (brief.title, brief.bottom_line, "Anna", "Otto"):
        assert told not in text


def test_why_a_brief_was_retracted_is_not_for_those_who_saw_its_summary_alone(
    place: Install, made: Made
) -> None:
    with place.database.writing() as session:
        rita = reader(session)
        brief = release(place, session, made, [rita.id], summary_public=True)
        releases.retract(
            session, post(place), brief=brief, reason="It named the port.", actor="a", at=TOMORROW
        )
        with pytest.raises(NotFound):
            reading.ethics_summary(session, brief_id=brief.id, reader=None)
        with pytest.raises(Gone, match="It named the port"):
            reading.ethics_summary(session, brief_id=brief.id, reader=who(session, rita.id))


def test_whoever_is_no_longer_a_reader_reads_nothing_more_as_a_member_of_a_community(
    place: Install, made: Made
) -> None:
    with place.database.writing() as session:
        rita = reader(session)
        community = communities.create(session, name="Port security", actor="a", at=LATER)
        communities.add(session, community_id=community.id, email=rita.email, actor="a", at=LATER)
        brief = release(place, session, made, marking=Marking.GREEN, community="Port security")
        assert sees(session, brief, rita.id)
        accounts.take_role(session, account_id=rita.id, role=Role.READER, study_id="", at=LATER, actor="a")
        assert not sees(session, brief, rita.id)


def test_nobody_lets_themselves_into_a_community(place: Install) -> None:
    with place.database.writing() as session:
        both = reader(session)
        accounts.give_role(session, account_id=both.id, role=Role.FACILITATOR, at=LATER, actor="a")
        community = communities.create(session, name="Port security", actor="a", at=LATER)
        with pytest.raises(Forbidden):
            communities.add(session, community_id=community.id, email=both.email, actor=both.id, at=LATER)


def test_a_summary_that_was_not_made_public_is_not_found(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        rita = reader(session)
        brief = release(place, session, made, [rita.id])
        with pytest.raises(NotFound):
            reading.ethics_summary(session, brief_id=brief.id, reader=None)
        assert reading.summaries(session) == []
        reading.ethics_summary(session, brief_id=brief.id, reader=who(session, rita.id))


def test_earlier_recipients_are_told_of_a_newer_version(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        rita, nora = reader(session), reader(session, "Nora")
        first = release(place, session, made, [rita.id, nora.id])
        second = release(place, session, made, [nora.id])
        told = [(kind, to) for kind, to, *_ in mails(place, session)]
        assert sees(session, first, rita.id)
        assert not sees(session, second, rita.id)
        assert released.newer(session, first) is second
    assert (letters.REPLACEMENT, rita.email) in told
    assert (letters.REPLACEMENT, nora.email) not in told


def test_the_annex_is_never_marked_stricter_than_its_brief(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        brief = signed(session, made, Marking.GREEN, community="X")
        shown = briefs.prepare(session, brief, at=LATER)
    assert ORDER.index(shown.annex.marking) <= ORDER.index(shown.brief.marking)


def test_only_readers_belong_to_a_community(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        community = communities.create(session, name="Port security", actor="a", at=LATER)
        owner = session.get_one(type(made.people[Role.OWNER]), made[Role.OWNER])
        with pytest.raises(Invalid, match="role of reader"):
            communities.add(session, community_id=community.id, email=owner.email, actor="a", at=LATER)
        with pytest.raises(Conflict, match="of this name"):
            communities.create(session, name=" port SECURITY ", actor="a", at=LATER)
        with pytest.raises(NotFound):
            communities.add(session, community_id="none", email=owner.email, actor="a", at=LATER)
        assert [one.name for one in communities.listed(session)] == ["Port security"]


def test_a_reader_without_the_role_keeps_what_was_given_by_name(place: Install, made: Made) -> None:
    """A release is to a person; taking the role away stops new releases, closing the account stops reading."""
    with place.database.writing() as session:
        rita = reader(session)
        brief = release(place, session, made, [rita.id])
        accounts.take_role(session, account_id=rita.id, role=Role.READER, study_id="", at=LATER, actor="a")
        assert sees(session, brief, rita.id)
        assert session.get(Recipient, (brief.id, rita.id)) is not None
