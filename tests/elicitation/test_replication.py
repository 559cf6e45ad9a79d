"""A replication file: by two people, after the end, with nothing by which it leads to somebody or to another file."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from copkit_delphi.domain.errors import Conflict, Forbidden, Gone, Invalid
from copkit_delphi.domain.permission import Identity, Role
from copkit_delphi.elicitation import (
    coded,
    consents,
    own_record,
    ratings,
    replication,
    results,
    retention,
    rounds,
    studies,
    withdrawals,
)
from copkit_delphi.elicitation.models import Panellist, Rating, ReplicationRequest, Study
from copkit_delphi.elicitation.ratings import Answer, Reason
from copkit_delphi.people import audit
from tests import factories as f

SIZES = {"Law enforcement": 12, "Industry": 9, "Civil society": 8}
ANALYST, DPO, LEAD = "analyst0", "dpo00000", "lead0000"


def who(account: str, role: Role, study: str) -> Identity:
    return Identity(account, account, by_study={study: frozenset({role})})


def elicited(
    place: f.Install,
    session: Any,
    *,
    version: str = consents.EDITION,
    few: int = 0,
    sizes: dict[str, int] | None = None,
) -> Study:
    """An ended study of two rounds whose people agreed to ``version``; ``few`` of Civil society skip S13."""
    study = f.draft_study(session, f.make_account(session).id, practice=False)
    lines = [
        f"P{n}; p{n}@panel.example; {group}"
        for group, size in (sizes or SIZES).items()
        for n in (f"{group[:3]}{i}" for i in range(size))
    ]
    f.add_people(place, session, study, "\n".join(lines))
    for number in (1, 2):
        round_ = f.open_round(place, session, study)
        chance = random.Random(number)
        people = session.scalars(
            select(Panellist).where(Panellist.study_id == study.id).order_by(Panellist.id)
        ).all()
        skipping = [one.id for one in people if one.group_id == studies.groups(session, study.id)[2].id][:few]
        for one in people:
            ratings.give_consent(session, panellist_id=one.id, version=version, quoting="no")
            for item in studies.items(session, study.id):
                if item.kind == "likelihood" and not (one.id in skipping and item.name.startswith("S13")):
                    ratings.save(
                        session, panellist_id=one.id, round_id=round_.id, scenario_id=item.scenario_id,
                        answers={item.id: Answer(float(chance.randrange(1, 99)))}, clock=f.clock_at(),
                        reason=Reason("A secret reason."),
                    )  # fmt: skip
        f.close_round(session, round_)
    studies.end(session, study_id=study.id, actor="t", at=f.NOW)
    session.flush()
    return study


def approved(session: Any, study: Study) -> ReplicationRequest:
    row = replication.ask(
        session, study_id=study.id, purpose="To check the medians.", recipient="University",
        by=who(LEAD, Role.FACILITATOR, study.id), at=f.NOW,
    )  # fmt: skip
    session.flush()
    replication.decide(session, row=row, by=who(DPO, Role.DPO, study.id), agreed=True, at=f.NOW)
    return row


def take(place: f.Install, session: Any, row: ReplicationRequest, at: Any = f.NOW) -> dict[str, str]:
    data = replication.fetch(
        session, place.vault, row=row, by=who(ANALYST, Role.ANALYST, row.study_id), at=at
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def lines(file: dict[str, str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file["ratings.csv"])))


def test_a_file_holds_every_rating_that_counted_and_nothing_else(place: f.Install) -> None:
    with place.database.writing() as session:
        study = elicited(place, session)
        file = take(place, session, approved(session, study))
        codes = set(session.scalars(select(Panellist.id)))
        stored = Counter(session.scalars(select(Rating.value).where(Rating.is_current)))
    rows = lines(file)
    assert Counter(float(row["value"]) for row in rows) == stored
    assert list(rows[0]) == list(replication.COLUMNS)
    assert {row["group"] for row in rows} == set(SIZES)
    whole = "".join(file.values())
    for secret in (*codes, "secret reason", "panel.example", "2026-11-02T"):
        assert secret not in whole
    assert "29 panellists, 29 have answers over all items that nobody else has" in " ".join(
        file["codebook.txt"].split()
    )


def test_an_id_links_the_rounds_within_one_file_and_never_two_files(place: f.Install) -> None:
    with place.database.writing() as session:
        study = elicited(place, session)
        first, second = (lines(take(place, session, approved(session, study))) for _ in range(2))
        codes = session.scalars(select(Panellist.id)).all()
    ids = [list(dict.fromkeys(row["panellist"] for row in rows)) for rows in (first, second)]
    assert len(ids[0]) == len(ids[1]) == 29
    assert not set(ids[0]) & set(ids[1])
    assert not {one for one in ids[0] for code in codes if one in code}
    assert ids[0] == sorted(ids[0])  # the order tells nothing but the ids, which are drawn
    per_person = [defaultdict(list), defaultdict(list)]
    for found, rows in zip(per_person, (first, second), strict=True):
        for row in rows:
            found[row["panellist"]].append(row["value"])
    answers = [list(map(tuple, found.values())) for found in per_person]
    assert sorted(answers[0]) == sorted(answers[1])
    assert answers[0] != answers[1]
    assert {row["round"] for row in first if row["panellist"] == ids[0][0]} == {"1", "2"}


def test_groups_below_five_are_merged_until_the_merged_hold_five(place: f.Install) -> None:
    with place.database.writing() as session:
        study = elicited(place, session, sizes={"Law enforcement": 12, "Industry": 6, "Civil society": 3})
        rows = lines(take(place, session, approved(session, study)))
    people = {row["panellist"]: row["group"] for row in rows}
    assert Counter(people.values()) == {"Law enforcement": 12, coded.MERGED: 9}


def test_a_group_with_too_few_on_one_item_is_merged_everywhere(place: f.Install) -> None:
    with place.database.writing() as session:
        study = elicited(place, session, few=4)  # four of eight left one item out
        rows = lines(take(place, session, approved(session, study)))
    people = {row["panellist"]: row["group"] for row in rows}
    assert Counter(people.values()) == {"Law enforcement": 12, coded.MERGED: 17}


def test_whoever_left_cannot_be_computed_from_the_published_figures(place: f.Install) -> None:
    with place.database.writing() as session:
        study = elicited(place, session)
        before = take(place, session, approved(session, study))
        gone = session.scalars(select(Panellist.id).order_by(Panellist.id)).first()
        assert gone
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=gone, clock=f.clock_at())
        files = [take(place, session, approved(session, study)) for _ in range(2)]
        frozen = results.of_study(session, study.id)
    assert "Some are left out: yes." in files[0]["codebook.txt"]
    assert "Some are left out: no." in before["codebook.txt"]
    for number, item in {(row["round"], row["item"]) for row in lines(files[0])}:
        published = next(one for one in frozen if one.round == int(number)).item(item)
        mine = [row for row in lines(files[0]) if (row["round"], row["item"]) == (number, item)]
        assert published.panel.n is not None
        assert published.panel.n - len(mine) == 5
        for group in published.groups:
            lacking = (group.figures.n or 0) - sum(row["group"] == group.name for row in mine)
            assert lacking == 0 or lacking >= 5 or group.name not in {row["group"] for row in mine}
    # The same people are out of both files, so that two of them together tell no more than one.
    values = [
        Counter(tuple(row[k] for k in ("round", "item", "value")) for row in lines(file)) for file in files
    ]
    assert values[0] == values[1]


def test_whoever_agreed_to_an_older_text_is_in_no_file(place: f.Install) -> None:
    with place.database.writing() as session:
        study = elicited(place, session, version="2026-11")
        with pytest.raises(Conflict, match="agreed to a text that names replication files"):
            approved(session, study)
        some = session.scalars(select(Panellist.id).order_by(Panellist.id).limit(22)).all()
        session.execute(
            update(Panellist).where(Panellist.id.in_(some)).values(consent_version=consents.EDITION)
        )
        rows = lines(take(place, session, approved(session, study)))
    assert len({row["panellist"] for row in rows}) == 22 - 4


def test_a_panel_below_ten_has_no_file(place: f.Install) -> None:
    with place.database.writing() as session:
        study = elicited(place, session, sizes={"Law enforcement": 9})
        with pytest.raises(Conflict, match="Fewer than 10"):
            approved(session, study)


def test_there_is_no_file_before_the_end_and_while_feedback_is_in_moderation(place: f.Install) -> None:
    with place.database.writing() as session:
        running = f.closed_study(place, session, f.make_account(session).id, n_rounds=1, end=False)
        with pytest.raises(Conflict, match="has not ended"):
            approved(session, running)
        moderated, round_ = f.running_study(place, session, f.make_account(session).id)
        f.answer(session, round_)
        f.close_round(session, round_, open_feedback=False)
        studies.end(session, study_id=moderated.id, actor="t", at=f.NOW)
        with pytest.raises(Conflict, match="in moderation"):
            approved(session, moderated)


def test_two_people_who_may_each_do_their_part(place: f.Install) -> None:
    with place.database.writing() as session:
        study = elicited(place, session)
        both = Identity(DPO, "Both", by_study={study.id: frozenset({Role.DPO, Role.ANALYST})})
        ask = {"study_id": study.id, "purpose": "P", "recipient": "R", "at": f.NOW}
        row = replication.ask(session, by=both, **ask)
        session.flush()
        with pytest.raises(Forbidden, match="Whoever asks does not decide"):
            replication.decide(session, row=row, by=both, agreed=True, at=f.NOW)
        with pytest.raises(Forbidden, match="data protection officer or the ethics reviewer"):
            replication.decide(session, row=row, by=who("x", Role.OWNER, study.id), agreed=True, at=f.NOW)
        with pytest.raises(Gone):
            replication.fetch(
                session, place.vault, row=row, by=who(ANALYST, Role.ANALYST, study.id), at=f.NOW
            )
        other = replication.ask(session, by=who(LEAD, Role.FACILITATOR, study.id), **ask)
        session.flush()
        replication.decide(session, row=other, by=both, agreed=True, at=f.NOW)
        for taker in (both, who(LEAD, Role.FACILITATOR, study.id)):
            with pytest.raises(Forbidden, match="analyst of the study who did not decide"):
                replication.fetch(session, place.vault, row=other, by=taker, at=f.NOW)
        with pytest.raises(Conflict, match="is decided"):
            replication.decide(
                session,
                row=other,
                by=who("y", Role.ETHICS_REVIEWER, study.id),
                agreed=False,
                why="No",
                at=f.NOW,
            )
    with pytest.raises(Exception, match="two_people"), place.database.writing() as session:
        session.execute(
            update(ReplicationRequest).values(state="approved", decided_by=ReplicationRequest.asked_by)
        )


def test_a_refusal_says_why_and_makes_no_file(place: f.Install) -> None:
    with place.database.writing() as session:
        study = elicited(place, session)
        row = replication.ask(
            session,
            study_id=study.id,
            purpose="P",
            recipient="R",
            by=who(LEAD, Role.FACILITATOR, study.id),
            at=f.NOW,
        )
        session.flush()
        with pytest.raises(Invalid, match="Say why not"):
            replication.decide(
                session, row=row, by=who(DPO, Role.DPO, study.id), agreed=False, why=" ", at=f.NOW
            )
        replication.decide(
            session, row=row, by=who(DPO, Role.DPO, study.id), agreed=False, why="Too small.", at=f.NOW
        )
        with pytest.raises(Gone):
            take(place, session, row)


def test_a_file_is_the_same_for_an_hour_and_then_gone(place: f.Install) -> None:
    with place.database.writing() as session:
        study = elicited(place, session)
        row = approved(session, study)
        first = take(place, session, row)
        assert take(place, session, row, f.NOW + timedelta(minutes=59)) == first
        with pytest.raises(Gone):
            take(place, session, row, f.NOW + replication.KEPT)
        retention.sweep(session, reviews={}, at=f.NOW + replication.KEPT)
        session.refresh(row)
        assert row.content is None
        late = approved(session, study)
        with pytest.raises(Gone, match="older than seven days"):
            take(place, session, late, f.NOW + replication.AGREED_FOR)


def test_whoever_leaves_takes_the_file_of_this_hour_along(place: f.Install) -> None:
    with place.database.writing() as session:
        study = elicited(place, session)
        row = approved(session, study)
        take(place, session, row)
        code = session.scalars(select(Panellist.id)).first()
        assert code
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=code, clock=f.clock_at())
        session.refresh(row)
        with pytest.raises(Gone, match="somebody left"):
            take(place, session, row)


def test_panellists_and_the_audit_are_told(place: f.Install) -> None:
    with place.database.writing() as session:
        study = elicited(place, session)
        row = approved(session, study)
        one = session.scalars(select(Panellist)).first()
        assert one
        assert own_record.record(session, place.vault, panellist=one)["files"] == []
        take(place, session, row)
        assert own_record.record(session, place.vault, panellist=one)["files"] == [
            {"day": "2026-11-02", "recipient": "University", "purpose": "To check the medians."}
        ]
        told = [
            event.action
            for event in audit.of_study(session, study.id)
            if event.action.startswith("replication:")
        ]
        assert told == ["replication:ask", "replication:approve", "replication:make", "replication:fetch"]
        assert audit.verify(session) is None
        assert rounds.of_study(session, study.id)[0].state == "closed"
