"""Moderation of reasons on both databases: what passes, what authors say to it, and what is left when one leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from copkit_delphi.domain.errors import Conflict, Invalid, Moved, NotFound
from copkit_delphi.domain.redaction import mark
from copkit_delphi.elicitation import (
    arguments,
    feedback,
    moderation,
    moderation_log,
    ratings,
    retention,
    rounds,
    studies,
    withdrawals,
    wordings,
    workbench,
)
from copkit_delphi.elicitation.letters import Post
from copkit_delphi.elicitation.models import (
    Argument,
    ModeratedReason,
    ModerationStep,
    Panellist,
    Rationale,
    Round,
)
from copkit_delphi.elicitation.moderation import Choice, Words
from copkit_delphi.elicitation.ratings import Answer, Reason
from copkit_delphi.people import audit
from copkit_delphi.people.models import OutboxMessage
from tests import factories as f

ITEM = "S02.likelihood"
PRICES, FALL, COURTS, ANN, APART = (
    "Prices of the software fall every month.",
    "The price of the software falls each month.",
    "Courts need longer than two years.",
    "Ann Able of the port police saw it in March.",
    "For the facilitators alone.",
)
SAID = (PRICES, FALL, COURTS, ANN, APART, PRICES)
PEOPLE = "\n".join(f"P {n}; p{n}@panel.example; Industry" for n in range(len(SAID)))
UNTIL = f.NOW.date() + timedelta(days=5)


@dataclass
class Stage:
    """A closed round in moderation, with one author for each reason in ``SAID``."""

    place: f.Install
    study_id: str
    round_id: str
    codes: list[str]
    quoting: dict[int, str] = field(default_factory=dict)

    def round(self, session: Any) -> Round:
        return session.get_one(Round, self.round_id)

    def bench(self) -> workbench.Workbench:
        with self.place.database.reading() as session:
            return workbench.of_item(session, round_=self.round(session), name=ITEM)

    def key(self, text: str, place: int = 0) -> str:
        with self.place.database.reading() as session:
            raw = feedback.raw_reasons(session, round_=self.round(session))
        return [one.key for one in raw if one.text == text][place]

    def do(self, act: str, *texts: str, basis: str = "", **more: str) -> None:
        bench = self.bench()
        choice = Choice(act, tuple(self.key(text) for text in texts), **more)
        with self.place.database.writing() as session:
            moderation.decide(
                session, round_=self.round(session), item_id=bench.item_id, choice=choice,
                basis=basis or bench.basis, actor="test", at=f.NOW,
            )  # fmt: skip

    def word(
        self, reason: str, text: str = "", *, marked: str = "", fallback: str = "redacted", basis: str = ""
    ) -> None:
        bench, key = self.bench(), self.key(reason)
        with self.place.database.writing() as session:
            moderation.word(
                session, round_=self.round(session), item_id=bench.item_id,
                words=Words(key, {key: marked} if marked else {}, text, fallback),
                basis=basis or bench.basis, actor="test", at=f.NOW,
            )  # fmt: skip

    def ask(self, until: date = UNTIL) -> int:
        with self.place.database.writing() as session:
            return wordings.ask(
                session,
                Post(self.place.vault, self.place.links),
                round_=self.round(session),
                until=until,
                actor="test",
                at=f.NOW,
            )

    def mine(self, author: int) -> list[wordings.OwnWording]:
        with self.place.database.reading() as session:
            return wordings.mine(session, panellist=session.get_one(Panellist, self.codes[author]))

    def answer(self, author: int, said: str, basis: str = "") -> None:
        with self.place.database.writing() as session:
            wordings.answer(
                session, panellist=session.get_one(Panellist, self.codes[author]), number=1, item=ITEM,
                said=said, basis=basis or self.mine(author)[0].basis,
            )  # fmt: skip

    def open(self) -> list[tuple[str, str]]:
        """Open the feedback; return side and text of what the panel reads."""
        with self.place.database.writing() as session:
            rounds.open_feedback(session, round_=self.round(session), actor="test", clock=f.clock_at())
        return self.shown()

    def shown(self, *, quotable: bool = False) -> list[tuple[str, str]]:
        with self.place.database.reading() as session:
            stated = arguments.standing(session, [self.round(session)], k=5, quotable=quotable, checking=True)
            found = arguments.by_item(stated).get(ITEM)
        both = (
            [("higher", one) for one in found.higher] + [("lower", one) for one in found.lower]
            if found
            else []
        )
        return sorted(both)

    def withdraw(self, author: int) -> None:
        with self.place.database.writing() as session:
            withdrawals.withdraw(
                session,
                self.place.vault,
                self.place.links,
                panellist_id=self.codes[author],
                clock=f.clock_at(),
            )

    def fate(self, author: int) -> moderation_log.Fate:
        with self.place.database.reading() as session:
            found = moderation_log.fates(session, panellist=session.get_one(Panellist, self.codes[author]))
        return found[0]


Staged = Callable[..., Stage]


@pytest.fixture
def staged(place: f.Install) -> Staged:
    def make(**quoting: str) -> Stage:
        wishes = [quoting.get(f"p{n}", "verbatim") for n in range(len(SAID))]
        with place.database.writing() as session:
            study = f.draft_study(session, f.make_account(session).id)
            f.add_people(place, session, study, PEOPLE)
            round_ = f.open_round(place, session, study)
            codes = list(session.scalars(select(Panellist.id).where(Panellist.study_id == study.id)))
            scenario = next(one for one in studies.scenarios(session, study.id) if one.name == "S02")
            item = next(one for one in studies.items(session, study.id) if one.name == ITEM)
            for code, text, wish in zip(codes, SAID, wishes, strict=True):
                ratings.give_consent(session, panellist_id=code, version="1.0", quoting=wish)
                ratings.save(
                    session, panellist_id=code, round_id=round_.id, scenario_id=scenario.id,
                    answers={item.id: Answer(40)},
                    reason=Reason(text, "facilitators" if text == APART else "panel"), clock=f.clock_at(),
                )  # fmt: skip
            f.close_round(session, round_, open_feedback=False)
            return Stage(place, study.id, round_.id, codes)

    return make


@pytest.fixture
def stage(staged: Staged) -> Stage:
    return staged()


def test_what_is_merged_keeps_its_links_and_comes_apart_again(stage: Stage) -> None:
    stage.do("merge", PRICES, FALL)
    (made,) = stage.bench().made
    assert {one.raw.text for one in made.sources} == {PRICES, FALL}
    assert not made.asks
    assert len(stage.bench().to_check) == 3
    stage.do("split", PRICES)
    assert sorted(one.entry.text for one in stage.bench().made) == sorted([PRICES, FALL])
    stage.do("undo")
    assert len(stage.bench().made) == 1
    stage.do("undo")  # back and forth, as an editor does
    assert len(stage.bench().made) == 2


def test_a_reason_is_left_out_on_a_ground_of_the_policy_only(stage: Stage) -> None:
    with pytest.raises(Invalid, match="ground"):
        stage.do("leave_out", COURTS, ground="I disagree")
    stage.do("pass", COURTS, side="lower")
    stage.do("leave_out", COURTS, ground="off_topic")
    assert [(one.text, ground) for one, ground in stage.bench().left_out] == [(COURTS, "off_topic")]
    stage.do("restore", COURTS)
    assert not stage.bench().left_out
    stage.do("pass", COURTS, side="lower")
    assert stage.open() == [("lower", COURTS)]


def test_a_reason_for_the_facilitators_only_never_passes(stage: Stage) -> None:
    for act in ("pass", "merge", "leave_out"):
        with pytest.raises(Invalid, match="facilitators only"):
            stage.do(act, APART, PRICES, ground="identity")
    with pytest.raises(Invalid, match="facilitators only"):
        stage.word(APART, "Something else")
    assert stage.open() == []


def test_marks_alone_need_no_yes_and_nothing_else_passes_for_a_mark(stage: Stage) -> None:
    redacted = f"{mark('identity')} saw it in March."
    stage.word(ANN, marked=redacted)
    (made,) = stage.bench().made
    assert (made.entry.text, made.asks) == (redacted, False)
    with pytest.raises(Invalid, match="Only marks"):
        stage.word(ANN, marked="Somebody saw it in March.")
    assert stage.open() == [("higher", redacted)]
    assert stage.fate(3).fate == "marked"


@pytest.mark.parametrize(
    ("said", "fallback", "shown", "fate"),
    [
        ("agreed", "redacted", "It was seen at a port.", "agreed"),
        ("refused", "redacted", f"{mark('identity')} saw it in March.", "marked"),
        ("open", "redacted", f"{mark('identity')} saw it in March.", "marked"),
        ("refused", "none", "", "no_yes"),
        ("open", "none", "", "no_yes"),
    ],
)
def test_an_edited_wording_is_shown_only_with_its_authors_yes(
    stage: Stage, said: str, fallback: str, shown: str, fate: str
) -> None:
    stage.word(
        ANN, "It was seen at a port.", marked=f"{mark('identity')} saw it in March.", fallback=fallback
    )
    assert stage.mine(3) == []  # nothing shows before the panel is asked
    stage.ask()
    (own,) = stage.mine(3)
    assert (own.original, own.wording, own.joint) == (ANN, "It was seen at a port.", False)
    assert own.without == ("" if fallback == "none" else f"{mark('identity')} saw it in March.")
    assert [stage.mine(other) for other in (0, 1, 2, 4, 5)] == [[]] * 5
    before = stage.bench()
    stage.answer(3, said)
    assert stage.bench() == before  # the facilitator's page does not tell that anybody answered
    assert stage.fate(3).fate == "checked"
    assert stage.open() == ([("higher", shown)] if shown else [])
    assert stage.fate(3).fate == fate
    with pytest.raises(Conflict):
        stage.answer(3, "agreed", basis=own.basis)


def test_a_merged_wording_needs_the_yes_of_every_author_or_falls_apart(staged: Staged) -> None:
    for answers, shown in (
        ({0: "agreed", 1: "agreed"}, ["It gets cheaper."]),
        ({0: "agreed", 1: "refused"}, sorted([PRICES, FALL])),
        ({0: "agreed"}, sorted([PRICES, FALL])),
    ):
        stage = staged()
        stage.do("merge", PRICES, FALL)
        stage.word(FALL, "It gets cheaper.")
        stage.ask()
        first = next(n for n in (0, 5) if stage.mine(n))  # two authors wrote the same words
        for author, said in answers.items():
            assert stage.mine(author or first)[0].joint
            stage.answer(author or first, said)
        assert [text for _, text in stage.open()] == shown


def test_an_answer_counts_for_the_wording_it_was_given_to(stage: Stage) -> None:
    stage.word(ANN, "It was seen at a port.")
    stage.ask()
    old = stage.mine(3)[0].basis
    stage.answer(3, "agreed")
    stage.word(ANN, "It was seen at two ports.")
    assert stage.mine(3)[0].answer == "open"
    with pytest.raises(Moved):
        stage.answer(3, "agreed", basis=old)
    with pytest.raises(Invalid):
        stage.answer(3, "yes")
    with pytest.raises(NotFound):
        stage.answer(2, "agreed", basis=old)
    stage.do("pass", PRICES)  # another argument of the same item: the answer stays
    stage.answer(3, "agreed")
    stage.do("pass", COURTS)
    assert ("higher", "It was seen at two ports.") in stage.open()


def test_the_second_of_two_facilitators_is_told_and_nothing_of_the_first_is_lost(stage: Stage) -> None:
    seen = stage.bench().basis
    stage.do("pass", PRICES)
    with pytest.raises(Moved):
        stage.do("leave_out", COURTS, ground="insult", basis=seen)
    with pytest.raises(Moved):
        stage.word(ANN, "Other words", basis=seen)
    assert [one.entry.text for one in stage.bench().made] == [PRICES]


def test_everybody_gets_the_same_mail_and_it_names_no_wording(stage: Stage) -> None:
    with pytest.raises(Conflict, match="No wording was edited"):
        stage.ask()
    stage.word(ANN, "It was seen at a port.")
    for day in (f.NOW.date(), f.NOW.date() + timedelta(days=61)):
        with pytest.raises(Invalid, match="day after today"):
            stage.ask(day)
    assert stage.ask() == len(SAID)
    with stage.place.database.reading() as session:
        mails = [
            stage.place.vault.open(row.seal)
            for row in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "wording"))
        ]
    texts = {mail["text"].partition("\n")[2] for mail in mails}
    assert len(mails) == len(SAID)
    assert len(texts) == 1
    assert "port" not in texts.pop()
    stage.ask()
    with pytest.raises(Conflict, match="twice"):
        stage.ask()


def test_the_feedback_waits_for_the_day_that_authors_were_given(stage: Stage) -> None:
    stage.word(ANN, "It was seen at a port.")
    stage.ask()
    with stage.place.database.reading() as session:
        round_ = stage.round(session)
        with pytest.raises(Conflict, match="have until"):
            wordings.check_waited(session, round_=round_, today=UNTIL)
        wordings.check_waited(session, round_=round_, today=UNTIL + timedelta(days=1))
        with pytest.raises(Conflict, match="not checked"):
            workbench.check_finished(session, round_=round_)
    stage.word(ANN)  # the author's words again: nobody has to be waited for
    with stage.place.database.reading() as session:
        wordings.check_waited(session, round_=stage.round(session), today=f.NOW.date())


def test_who_withdraws_takes_their_words_out_of_what_is_moderated(stage: Stage) -> None:
    stage.do("pass", ANN)
    stage.do("merge", PRICES, FALL)
    (merged,) = [one for one in stage.bench().made if len(one.sources) > 1]
    stays, gone = sorted(merged.sources, key=lambda one: one.text == merged.entry.text)
    with stage.place.database.reading() as session:
        code = session.get_one(Rationale, gone.raw.key).panellist_id
    stage.withdraw(3)
    stage.withdraw(stage.codes.index(code))
    assert [one.entry.text for one in stage.bench().made] == [stays.text]
    with stage.place.database.reading() as session:
        assert not session.scalars(select(ModerationStep)).all()  # no step back to their words
        assert ANN not in str(session.scalars(select(ModeratedReason.redacted)).all())


def test_the_strictest_wish_of_all_sources_decides_on_quoting(staged: Staged) -> None:
    free = staged()
    free.do("merge", PRICES, FALL)
    free.open()
    assert len(free.shown(quotable=True)) == 1
    strict = staged(p1="no")
    strict.do("merge", PRICES, FALL)
    strict.open()
    assert len(strict.shown()) == 1
    assert strict.shown(quotable=True) == []
    edited = staged(p1="no")
    edited.do("merge", PRICES, FALL)
    edited.word(FALL, "It gets cheaper.")
    edited.ask()
    for author in (0, 1, 5):
        if edited.mine(author):
            edited.answer(author, "agreed")
    assert edited.open() == [("higher", "It gets cheaper.")]
    assert edited.shown(quotable=True) == []
    other_words = staged(p3="paraphrased")
    other_words.word(ANN, marked=f"{mark('identity')} saw it in March.")
    other_words.open()
    assert other_words.shown(quotable=True) == []  # a mark makes no paraphrase


def test_a_published_argument_in_anothers_words_is_still_quoted_when_one_leaves(stage: Stage) -> None:
    stage.do("merge", PRICES, FALL)
    (made,) = stage.bench().made
    words = made.entry.text
    stage.do("pass", COURTS)
    stage.open()
    assert len(stage.shown(quotable=True)) == 2
    stage.withdraw(2)  # their words alone
    assert [text for _, text in stage.shown()] == sorted([words, COURTS])
    assert [text for _, text in stage.shown(quotable=True)] == [words]
    if words == PRICES:
        stage.withdraw(1)
        assert [text for _, text in stage.shown(quotable=True)] == [words]


def test_the_log_tells_acts_and_days_and_no_author(stage: Stage) -> None:
    stage.do("merge", PRICES, FALL)
    stage.word(ANN, marked=f"{mark('identity')} saw it in March.")
    stage.do("leave_out", COURTS, ground="case")
    with stage.place.database.reading() as session:
        lines, more = moderation_log.lines(session, study_id=stage.study_id)
        told = str([event.detail for event in audit.of_study(session, stage.study_id)])
    assert not more
    assert [(one.action, one.ground, one.marks) for one in lines] == [
        ("reason:leave-out", "case", ()),
        ("reason:redact", "", ("identity",)),
        ("reason:merge", "", ()),
    ]
    assert {one.on for one in lines} == {f.NOW.date()}
    for hidden in (*stage.codes, *(stage.key(text) for text in (PRICES, ANN)), "port police"):
        assert hidden not in told
    stage.open()
    with stage.place.database.reading() as session:
        (summary,) = moderation_log.summary(session, study_id=stage.study_id)
    assert summary.counts == {
        "reasons": 5, "arguments": None, "merged": None, "redacted": None, "left_out_case": None,
    }  # fmt: skip


def test_what_became_of_a_reason_is_told_to_its_author_after_the_opening(stage: Stage) -> None:
    stage.do("merge", PRICES, FALL)
    stage.do("leave_out", COURTS, ground="off_topic")
    assert {stage.fate(n).fate for n in (0, 1, 2, 3)} == {"checked"}
    stage.open()
    assert stage.fate(1).fate == "merged"
    assert (stage.fate(2).fate, stage.fate(2).ground) == ("left_out", "off_topic")
    assert stage.fate(3).fate == "not_passed"
    assert stage.fate(4).fate == "apart"


def test_the_policy_is_fixed_when_round_1_opens(place: f.Install, stage: Stage) -> None:
    with place.database.writing() as session:
        draft = f.draft_study(session, f.make_account(session).id)
        assert moderation_log.policy_or_default(session, draft.id)[1]
        moderation_log.set_policy(session, study_id=draft.id, text=" Nothing but names goes. ")
        assert moderation_log.policy_or_default(session, draft.id) == ("Nothing but names goes.", False)
        with pytest.raises(Conflict, match="Round 1 has opened"):
            moderation_log.set_policy(session, study_id=stage.study_id, text="Other rules")


@pytest.mark.parametrize("opened", [True, False])
def test_links_go_with_the_answers_on_their_date(stage: Stage, opened: bool) -> None:
    stage.do("merge", PRICES, FALL)
    if opened:
        stage.open()
    with stage.place.database.writing() as session:
        studies.end(session, study_id=stage.study_id, actor="test", at=f.NOW)
    with stage.place.database.writing() as session:
        retention.sweep(session, reviews={}, at=f.NOW + timedelta(days=3000))
    with stage.place.database.reading() as session:
        assert session.scalars(select(ModeratedReason)).all() == []
        assert session.scalars(select(ModerationStep)).all() == []
        assert len(session.scalars(select(Argument)).all()) == opened  # what nobody was shown goes
