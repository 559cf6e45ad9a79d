"""Replies to arguments on both databases: closed to all but their author while the round is open, moderated like reasons,
shown under labels that tell nothing from one thread to another, and gone with who wrote them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, fields
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import Conflict, Invalid, Moved, NotFound, RoundClosed
from copkit_delphi.domain.redaction import mark
from copkit_delphi.elicitation import (
    moderation_log,
    own,
    own_record,
    ratings,
    receipts,
    reopenings,
    replies,
    reply_moderation,
    retention,
    rounds,
    withdrawals,
)
from copkit_delphi.elicitation.in_view import Returned
from copkit_delphi.elicitation.models import Argument, Item, Panellist, Reply, ReplyThread, Round, Study
from copkit_delphi.elicitation.replies import Written
from copkit_delphi.elicitation.reply_moderation import Choice
from tests import factories as f

SAID = "Ann Able of the port police saw the opposite."


@dataclass
class Stage:
    """A study in round 2 with two arguments on one item; every act is a transaction of its own."""

    place: f.Install
    study_id: str
    lead: str
    item: str
    arguments: list[str]
    people: list[str]

    def round(self, session: Session) -> Round:
        found = rounds.latest(session, self.study_id)
        assert found
        return found

    def reply(self, who: int, text: str, argument: int = 0, stood: str = "") -> None:
        with self.place.database.writing() as session:
            round_ = self.round(session)
            code, key = self.people[who], self.arguments[argument]
            item = session.get_one(Item, session.get_one(Argument, key).item_id)
            ratings.give_consent(session, panellist_id=code, version="t", quoting="no")
            ratings.save(
                session, panellist_id=code, round_id=round_.id, scenario_id=item.scenario_id, answers={},
                page=Returned(replies={key: Written(text, replies.mark(stood))}), clock=f.clock_at(),
            )  # fmt: skip

    def close(self) -> None:
        with self.place.database.writing() as session:
            round_ = self.round(session)
            f.answer(session, round_)
            f.close_round(session, round_, open_feedback=False)

    def bench(self) -> reply_moderation.Bench:
        with self.place.database.reading() as session:
            return reply_moderation.of_item(session, round_=self.round(session), name=self.item)

    def decide(self, act: str, *texts: str, basis: str = "", **more: str) -> None:
        bench = self.bench()
        every = [one for found in bench.answered for one in found.replies]
        keys = tuple(one.key for one in every if not texts or one.text in texts)
        with self.place.database.writing() as session:
            reply_moderation.decide(
                session, round_=self.round(session), item_id=bench.item_id, choice=Choice(act, keys, **more),
                basis=basis or bench.basis, actor=self.lead, at=f.NOW,
            )  # fmt: skip

    def open(self, *, go_on: bool = False) -> None:
        with self.place.database.writing() as session:
            round_ = self.round(session)
            rounds.open_feedback(session, round_=round_, actor=self.lead, clock=f.clock_at())
            if go_on:
                f.open_round(self.place, session, session.get_one(Study, self.study_id), actor=self.lead)

    def threads(self, who: int = -1) -> list[replies.Thread]:
        """Return what a panellist is shown of the last round whose feedback is open."""
        with self.place.database.reading() as session:
            every = rounds.of_study(session, self.study_id)
            shown = [one for one in every if one.feedback == "open"][-1]
            return replies.threads(session, round_=shown, reader=self.people[who] if who >= 0 else "")

    def labels(self, argument: int = 0) -> dict[str, str]:
        """Return the label of each text of one thread."""
        thread = next(one for one in self.threads() if one.key == self.arguments[argument])
        return {one.text: one.label for one in thread.replies}


@pytest.fixture
def stage(place: f.Install) -> Stage:
    with place.database.writing() as session:
        lead = f.make_account(session).id
        study, first = f.running_study(place, session, lead)
        f.answer(session, first)
        f.close_round(session, first, actor=lead)
        f.open_round(place, session, study, actor=lead)
        query = select(Argument.id).join(Item, Item.id == Argument.item_id).order_by(Argument.id)
        keys = list(session.scalars(query.where(Item.name == "S02.likelihood")))[:2]
        codes = select(Panellist.id).where(Panellist.study_id == study.id).order_by(Panellist.id)
        return Stage(place, study.id, lead, "S02.likelihood", keys, list(session.scalars(codes)))


def stored(stage: Stage) -> list[Reply]:
    with stage.place.database.reading() as session:
        found = list(session.scalars(select(Reply).order_by(Reply.text)))
        session.expunge_all()
        return found


def test_a_reply_is_one_a_round_changed_and_taken_back_until_the_close(stage: Stage) -> None:
    stage.reply(0, "First thought.")
    before = stored(stage)[0].id
    stage.reply(0, "Second thought.", stood="First thought.")
    assert [one.text for one in stored(stage)] == ["Second thought."]
    assert stored(stage)[0].id != before  # an id tells nothing about when it was first written
    stage.reply(0, "Third, of an old page.", stood="Third, of an old page.")  # not touched there
    assert [one.text for one in stored(stage)] == ["Second thought."]
    with pytest.raises(Moved):
        stage.reply(0, "Written without having seen it.", stood="First thought.")
    stage.reply(0, "  ", stood="Second thought.")
    assert stored(stage) == []
    stage.close()
    with pytest.raises(RoundClosed):
        stage.reply(0, "Too late.")


@pytest.mark.parametrize("text", ["x" * 401, "a\x00b"])
def test_a_reply_that_cannot_be_kept_is_refused(stage: Stage, text: str) -> None:
    with pytest.raises(Invalid):
        stage.reply(0, text)
    assert stored(stage) == []


def test_only_arguments_that_the_round_shows_take_a_reply(stage: Stage) -> None:
    with stage.place.database.writing() as session:
        foreign, _ = f.running_study(stage.place, session, stage.lead)
        f.answer(session, first := session.scalars(select(Round).where(Round.study_id == foreign.id)).one())
        f.close_round(session, first)
        theirs = session.scalars(select(Argument.id).where(Argument.round_id == first.id)).first()
    with stage.place.database.writing() as session:
        session.execute(update(Round).where(Round.number == 1).values(feedback="in_moderation"))
        for key in (theirs, "f" * 32, stage.arguments[0]):
            with pytest.raises(Invalid):
                replies.save(
                    session,
                    panellist_id=stage.people[0],
                    round_id=stage.round(session).id,
                    written={key: Written("A reply.", replies.mark(""))},
                )


def test_nobody_else_reads_a_reply_before_the_feedback_is_open(stage: Stage) -> None:
    stage.reply(0, SAID)
    other = stage.people[1]

    def told() -> str:
        with stage.place.database.reading() as session:
            round_ = stage.round(session)
            first = rounds.of_study(session, stage.study_id)[0]
            seen: list[object] = [
                replies.threads(session, round_=one, reader=other) for one in (first, round_)
            ]
            seen.append(
                own_record.record(session, stage.place.vault, panellist=session.get_one(Panellist, other))
            )
            seen.append(own.of_round(session, panellist_id=other, round_=round_))
            return repr(seen)

    assert SAID not in told()
    with pytest.raises(NotFound), stage.place.database.reading() as session:
        reply_moderation.of_item(session, round_=stage.round(session), name=stage.item)
    stage.close()
    stage.decide("pass")
    assert SAID not in told()
    stage.open()
    assert SAID in told()


def test_the_author_alone_is_told_what_became_of_it_and_only_after_the_opening(stage: Stage) -> None:
    def fate() -> tuple[str, str]:
        with stage.place.database.reading() as session:
            kept = replies.kept(session, stage.people[0])[0]
            return kept["fate"], kept["label"]

    stage.reply(0, SAID)
    assert fate() == ("open", "")
    stage.close()
    stage.decide("redact", text=SAID.replace("Ann Able of the port police", mark("identity")))
    assert fate() == ("checked", "")
    stage.open()
    assert fate() == ("marked", "A")
    assert [one.mine for one in stage.threads(0)[0].replies] == [True]
    assert [one.mine for one in stage.threads(1)[0].replies] == [False]


def test_facilitators_read_shuffled_replies_without_code_group_or_time(stage: Stage) -> None:
    texts = [f"Reply {n}." for n in range(8)]
    for who, text in enumerate(texts):
        stage.reply(who, text)
    stage.close()
    found = stage.bench().answered[0]
    assert sorted(one.text for one in found.replies) == texts
    assert {one.name for one in fields(found.replies[0])} == {"key", "argument", "text", "shown", "left_out"}
    assert [one.text for one in found.replies] != texts  # the ids are drawn: by chance in one of 40,320 runs


def test_replies_to_an_item_that_too_few_rated_are_read_by_nobody(stage: Stage) -> None:
    stage.reply(0, SAID)
    with stage.place.database.writing() as session:
        rounds.close(session, round_id=stage.round(session).id, actor="t", clock=f.clock_at())
    with pytest.raises(NotFound):
        stage.bench()
    with stage.place.database.reading() as session:
        reply_moderation.check_finished(session, round_=stage.round(session))
    stage.open()
    assert stage.threads() == []


def test_the_feedback_waits_for_every_reply_and_the_log_names_no_author(stage: Stage) -> None:
    for who, text in enumerate(("One.", "Two.", "Three.", "Four.", "Five.")):
        stage.reply(who, text)
    stage.close()

    def check() -> None:
        with stage.place.database.reading() as session:
            reply_moderation.check_finished(session, round_=stage.round(session))

    stage.decide("pass", "One.", "Two.", "Three.", "Four.")
    with pytest.raises(Conflict, match="not checked yet"):
        check()
    with pytest.raises(Invalid):
        stage.decide("leave_out", "Five.", ground="a whim")
    stage.decide("leave_out", "Five.", ground="off_topic")
    check()
    stage.open()
    assert sorted(stage.labels()) == ["Four.", "One.", "Three.", "Two."]
    assert sorted(stage.labels().values()) == ["A", "B", "C", "D"]  # no gap tells of what was left out
    with stage.place.database.reading() as session:
        lines, _ = moderation_log.lines(session, study_id=stage.study_id)
        told = [(one.action, one.replies, one.ground) for one in lines if one.action.startswith("reply:")]
        assert told == [("reply:leave-out", 1, "off_topic"), ("reply:pass", 4, "")]
        assert not [code for code in stage.people if code in repr(lines)]
        assert moderation_log.summary(session, study_id=stage.study_id)[-1].counts["replies"] == 5


def test_a_reply_that_nobody_decided_on_is_never_shown(stage: Stage) -> None:
    stage.reply(0, SAID)
    stage.reply(1, "Decided.")
    stage.close()
    stage.decide("pass", "Decided.")
    stage.open()
    assert list(stage.labels()) == ["Decided."]


@pytest.mark.parametrize(
    "text",
    [
        SAID.replace("Ann Able", "Somebody"),
        SAID + " Really.",
        SAID.replace("the opposite", "the same"),
        mark("identity"),
        "",
    ],
)
def test_words_of_a_reply_are_only_taken_away(stage: Stage, text: str) -> None:
    stage.reply(0, SAID)
    stage.close()
    with pytest.raises(Invalid):
        stage.decide("redact", text=text)
    assert [one.decided for found in stage.bench().answered for one in found.replies] == [False]


def test_two_facilitators_do_not_decide_past_each_other(stage: Stage) -> None:
    stage.reply(0, SAID)
    stage.close()
    basis = stage.bench().basis
    stage.decide("leave_out", ground="identity")
    with pytest.raises(Moved):
        stage.decide("pass", basis=basis)
    stage.decide("restore")
    stage.decide("pass")
    stage.open()
    with pytest.raises(Conflict):
        stage.decide("leave_out", ground="identity", basis="0")


def test_a_label_holds_within_a_thread_over_rounds_and_tells_nothing_in_another(stage: Stage) -> None:
    for who in range(6):
        stage.reply(who, f"{who} to the first")
        stage.reply(who, f"{who} to the second", argument=1)
    stage.close()
    stage.decide("pass")
    stage.open(go_on=True)
    first, second = stage.labels(0), stage.labels(1)
    assert sorted(first.values()) == sorted(second.values()) == list("ABCDEF")
    with stage.place.database.reading() as session:
        made = {one.argument_id: one.secret for one in session.scalars(select(ReplyThread))}
    assert len(set(made.values())) == 2
    again = {one.text: one.label for one in stage.threads()[0].replies}
    assert again in (first, second)
    for who in (4, 1, 6):
        stage.reply(who, f"{who} once more")
    stage.close()
    stage.decide("pass")
    stage.open()
    later = stage.labels(0)
    assert first.items() <= later.items()
    assert {who: later[f"{who} once more"] for who in (4, 1, 6)} == {
        4: first["4 to the first"],
        1: first["1 to the first"],
        6: "G",
    }
    thread = next(one for one in stage.threads() if one.key == stage.arguments[0])
    assert [one.round for one in thread.replies] == [2] * 6 + [3] * 3
    assert [one.label for one in thread.replies[:6]] == list("ABCDEF")


def test_labels_follow_the_secret_of_the_thread_and_no_order_of_people(stage: Stage) -> None:
    for who in range(3):
        stage.reply(who, f"Reply {who}")
    stage.close()
    stage.decide("pass")
    seen = set()
    for secret in ("a" * 32, "b" * 32, "c" * 32, "d" * 32, "e" * 32):
        with stage.place.database.writing() as session:
            session.execute(update(Reply).values(label=None))
            session.merge(ReplyThread(argument_id=stage.arguments[0], secret=secret))
            reply_moderation.settle(session, round_=stage.round(session))
            rows = session.execute(select(Reply.label, Reply.text).order_by(Reply.label)).all()
            seen.add(tuple(text for _, text in rows))
    assert len(seen) > 1
    assert seen <= set(itertools.permutations(["Reply 0", "Reply 1", "Reply 2"]))


def test_who_withdraws_takes_replies_along_and_what_was_read_is_nobodys(stage: Stage) -> None:
    stage.reply(0, SAID)
    stage.reply(1, "Another.")
    stage.close()
    stage.decide("pass")

    def leave(who: int) -> None:
        with stage.place.database.writing() as session:
            withdrawals.withdraw(
                session,
                stage.place.vault,
                stage.place.links,
                panellist_id=stage.people[who],
                clock=f.clock_at(),
            )

    leave(0)
    assert [one.text for one in stored(stage)] == ["Another."]
    stage.open(go_on=True)
    stage.reply(1, "Of the round that is open.")
    before = stage.threads()
    leave(1)
    assert stage.threads() == before
    assert [(one.panellist_id, one.text, one.shown) for one in stored(stage)] == [(None, "", "Another.")]
    stage.reply(2, "Somebody new.")
    stage.close()
    stage.decide("pass")
    stage.open()
    assert stage.labels() == {"Another.": "A", "Somebody new.": "B"}


def test_replies_lose_their_people_when_answers_are_deleted_on_their_date(stage: Stage) -> None:
    stage.reply(0, SAID)
    stage.reply(1, "Left out.")
    stage.close()
    stage.decide("pass", SAID)
    stage.decide("leave_out", "Left out.", ground="off_topic")
    stage.open()
    with stage.place.database.writing() as session:
        retention.clear(session, session.get_one(Study, stage.study_id), f.NOW)
    assert [(one.panellist_id, one.text, one.shown) for one in stored(stage)] == [(None, "", SAID)]
    with stage.place.database.reading() as session:
        assert session.scalars(select(ReplyThread)).all() == []


def test_the_receipt_and_the_own_answers_hold_the_reply(stage: Stage) -> None:
    def receipt() -> receipts.Stored:
        with stage.place.database.reading() as session:
            rows = own.of_round(session, panellist_id=stage.people[0], round_=stage.round(session))
            return receipts.over(rows)

    empty = receipt()
    stage.reply(0, SAID)
    one = receipt()
    assert (empty.replies, one.replies) == (0, 1)
    assert one.check != empty.check
    stage.reply(0, "Other words.", stood=SAID)
    assert receipt().check != one.check
    stage.reply(0, "", stood="Other words.")
    assert receipt() == empty


@pytest.mark.parametrize(("late", "read"), [(4, False), (5, True)])
def test_replies_of_a_few_who_were_late_are_read_by_nobody(stage: Stage, late: int, *, read: bool) -> None:
    stage.reply(0, "In time.")
    stage.close()
    stage.decide("pass")
    with stage.place.database.writing() as session:
        round_, clock = stage.round(session), f.clock_at()
        day = f.NOW + timedelta(days=3)
        reopenings.ask(session, round_=round_, reason="No mail.", deadline=day, actor="one", clock=clock)
        reopenings.confirm(session, round_=round_, actor="two", clock=clock)
    for who in range(1, 1 + late):
        stage.reply(who, f"Late {who}.")
    stage.close()
    texts = {one.text: one.decided for found in stage.bench().answered for one in found.replies}
    assert ("Late 1." in texts) is read
    assert texts["In time."] is False  # what was decided before the round opened again is to be decided anew
