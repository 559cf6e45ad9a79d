"""A round run elsewhere becomes a closed round of the study, with the same result and the same disclosure."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from copkit_delphi.domain.columns import Columns
from copkit_delphi.domain.errors import Conflict, Invalid
from copkit_delphi.elicitation import (
    desks,
    integrity,
    joining,
    panels,
    ratings,
    results,
    retained,
    retention,
    rounds,
    sheets,
    studies,
    uploads,
    withdrawals,
)
from copkit_delphi.elicitation.models import (
    ColumnMapping,
    Panellist,
    Rating,
    Rationale,
    Round,
    Study,
    UploadedRatings,
)
from copkit_delphi.elicitation.ratings import Answer
from copkit_delphi.elicitation.tables import Table
from copkit_delphi.people import audit, vault
from tests import factories as f

SIZES = {"Law enforcement": 6, "Industry": 6, "Civil society": 5}
HEADERS = ("code", "group", "mail", "Q1", "Q2", "why")
MAPPING = Columns(
    {"code": "panellist", "group": "group", "mail": "email", "Q1": "is:S02.likelihood", "Q2": "is:S13.likelihood",
     "why": "why:S02.likelihood"},
    {"even": 50.0},
)  # fmt: skip
SOURCE = joining.Source("round-1.xlsx", "a" * 64, "Example Institute asked it on paper in May 2026.")


def people() -> list[tuple[str, str]]:
    return [
        (f"p{n:02d}", group) for n, group in enumerate(g for g, size in SIZES.items() for _ in range(size))
    ]


def table(*, mails: bool = True, **cells: str) -> Table:
    """Seventeen people; ``cells`` change one cell of the first row."""
    rows = []
    for n, (code, group) in enumerate(people()):
        row = {
            "code": code, "group": group, "mail": f"{code}@panel.example" if mails else "",
            "Q1": str(40 + n), "Q2": "even" if n % 2 else "x", "why": "Because." if n < 6 else "",
        }  # fmt: skip
        rows.append(tuple((row | (cells if n == 0 else {}))[name] for name in HEADERS))
    return Table(HEADERS, tuple(rows), tuple(range(2, len(rows) + 2)))


def draft(session: Any, **changes: Any) -> Study:
    return f.draft_study(session, f.make_account(session).id, practice=False, **changes)


def join(place: f.Install, session: Any, study: Study, found: Table, **changes: Any) -> joining.Joined:
    options = {"mapping": MAPPING, "source": SOURCE, "actor": "lead", "at": f.NOW, **changes}
    return joining.join(session, place.vault, study_id=study.id, table=found, **options)


def test_the_answers_become_a_closed_round_with_its_frozen_result(place: f.Install) -> None:
    with place.database.writing() as session:
        study = draft(session)
        made = join(place, session, study, table())
        assert made == joining.Joined(1, 17, 17, 34)
        (frozen,) = results.of_study(session, study.id)
        (round_,) = rounds.of_study(session, study.id)
    assert (round_.state, round_.feedback, study.state) == ("closed", "in_moderation", "running")
    assert study.protocol_hash
    assert frozen.imported
    assert frozen.item("S02.likelihood").panel.median == 48
    assert frozen.item("S02.likelihood").panel.n == 17
    assert frozen.item("S13.likelihood").panel.n == 8
    assert {one.name: one.figures.n for one in frozen.item("S02.likelihood").groups} == SIZES
    assert {one.name: (one.invited, one.responded) for one in frozen.response} == {
        n: (s, s) for n, s in SIZES.items()
    }
    with place.database.reading() as session:
        assert audit.verify(session) is None
        assert integrity.faults(session) == []
        assert "round:join" in [event.action for event in audit.of_study(session, study.id)]


def test_no_code_of_the_file_is_kept_and_reasons_reach_facilitators_only(place: f.Install) -> None:
    with place.database.writing() as session:
        study = draft(session)
        join(place, session, study, table())
        codes = set(session.scalars(select(Panellist.id)))
        assert set(session.scalars(select(Rationale.visibility))) == {"facilitators"}
        assert set(session.scalars(select(Panellist.consent_version))) == {None}
        chain = " ".join(event.detail for event in audit.of_study(session, study.id))
    assert not codes & {code for code, _ in people()}
    assert "p00" not in chain


def test_a_linked_panellist_agrees_first_then_sees_the_own_earlier_answer(place: f.Install) -> None:
    with place.database.writing() as session:
        study = draft(session)
        join(place, session, study, table())
        round_ = rounds.get(session, study_id=study.id, number=1)
        rounds.open_feedback(session, round_=round_, actor="lead", clock=f.clock_at())
        session.flush()
        f.open_round(place, session, study)
        code = _code(place, session, study, "p03@panel.example")
        view = desks.desk(session, panellist=session.get_one(Panellist, code), at=f.NOW)
        assert not view.consented
        ratings.give_consent(session, panellist_id=code, version="t", quoting="no")
        view = desks.desk(session, panellist=session.get_one(Panellist, code), at=f.NOW)
        lines = sheets.sheet(session, view=view, position=1).lines
    assert [line.previous for line in lines if line.name == "S02.likelihood"] == [Answer(43.0)]


def _code(place: f.Install, session: Any, study: Study, email: str) -> str:
    found = vault.contacts(session, place.vault, study_id=study.id)
    return next(one.panellist_id for one in found if one.email == email)


def _second_round(place: f.Install, session: Any, study: Study, codes: list[str]) -> results.RoundSnapshot:
    """Let these codes answer round 2 as in the file, and close it."""
    round_ = rounds.get(session, study_id=study.id, number=1)
    rounds.open_feedback(session, round_=round_, actor="lead", clock=f.clock_at())
    session.flush()
    second = f.open_round(place, session, study)
    items = {one.name: one for one in studies.items(session, study.id)}
    item = items["S02.likelihood"]
    for n, code in enumerate(codes):
        ratings.give_consent(session, panellist_id=code, version="t", quoting="no")
        ratings.save(
            session, panellist_id=code, round_id=second.id, scenario_id=item.scenario_id, clock=f.clock_at(),
            answers={item.id: Answer(float(40 + n))},
        )  # fmt: skip
    rounds.close(session, round_id=second.id, actor="lead", clock=f.clock_at())
    session.flush()
    return results.snapshot(session, second.id)


def test_the_monitor_tells_a_joined_round_from_the_one_after_it(place: f.Install) -> None:
    with place.database.writing() as session:
        study = draft(session)
        join(place, session, study, table())
        first = rounds.get(session, study_id=study.id, number=1)
        rounds.open_feedback(session, round_=first, actor="lead", clock=f.clock_at())
        session.flush()
        second = f.open_round(place, session, study)
        kept = retained.by_group(
            session, study_id=study.id, latest=second, progress=panels.by_group(session, study_id=study.id)
        )
    assert {one.name: one.rounds for one in kept} == {name: (size, 0) for name, size in SIZES.items()}


def test_linked_rounds_have_stability_and_unlinked_ones_none(place: f.Install) -> None:
    for mails in (True, False):
        with place.database.writing() as session:
            study = draft(session)
            join(place, session, study, table(mails=mails))
            if not mails:
                lines = "\n".join(f"P; n{code}@panel.example; {group}" for code, group in people())
                f.add_people(place, session, study, lines)
                round_ = rounds.get(session, study_id=study.id, number=1)
                session.flush()
                panels.invite(session, place.vault, place.links, round_=round_, at=f.NOW, actor="t")
            prefix = "p" if mails else "np"
            codes = [_code(place, session, study, f"{prefix}{n:02d}@panel.example") for n in range(17)]
            frozen = _second_round(place, session, study, codes)
        item = frozen.item("S02.likelihood")
        assert item.stability == ("stable" if mails else "not_assessable")
        assert item.movement is not None
        assert (item.movement.n_paired, item.movement.reason) == (
            (17, None) if mails else (None, "fewer than 5 pairs")
        )
        # Whoever cannot be asked in round 2 is not counted as asked.
        assert {one.name: one.invited for one in frozen.response} == SIZES
        with place.database.reading() as session:
            assert {one.name: one.invited for one in panels.by_group(session, study_id=study.id)} == SIZES


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Q1": "101"}, r"1 problems.*line 2, column “Q1”: 101 is not on the scale"),
        ({"mail": "no address"}, "line 2, column “mail”: “no address” is not an e-mail address"),
        ({"mail": "p01@panel.example"}, "line 3, column “mail”: This address stands on line 2"),
        ({"group": "Navy"}, "no group “Navy”"),
    ],
)
def test_a_problem_lets_nothing_in(place: f.Install, cells: dict[str, str], reason: str) -> None:
    with place.database.writing() as session:
        study = draft(session)
        study_id = study.id
    with pytest.raises(Invalid, match=reason), place.database.writing() as session:
        join(place, session, session.get_one(Study, study_id), table(**cells))
    with place.database.reading() as session:
        assert session.get_one(Study, study_id).state == "draft"
        assert [session.scalar(select(func.count()).select_from(one)) for one in (Panellist, Rating)] == [
            0,
            0,
        ]
        assert vault.contacts(session, place.vault, study_id=study_id) == []


def test_somebody_who_works_on_the_study_cannot_come_with_the_file(place: f.Install) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session)
        study = f.draft_study(session, lead.id, practice=False)
        with pytest.raises(Invalid, match="works on the study"):
            join(place, session, study, table(mail=lead.email))


def test_people_on_the_list_are_met_by_their_address(place: f.Install) -> None:
    with place.database.writing() as session:
        study = draft(session)
        f.add_people(
            place, session, study, "Ann; P00@panel.example; Law enforcement\nBob; b@panel.example; Industry"
        )
        join(place, session, study, table())
        found = vault.contacts(session, place.vault, study_id=study.id)
    assert len(found) == 18
    assert [one.name for one in found if one.email == "p00@panel.example"] == ["Ann"]
    assert [one.email for one in found if not one.panellist_id] == ["b@panel.example"]


def test_a_person_of_another_group_on_the_list_is_refused(place: f.Install) -> None:
    with place.database.writing() as session:
        study = draft(session)
        f.add_people(place, session, study, "Ann; p00@panel.example; Industry")
        with pytest.raises(Invalid, match="Line 2: this person is on the list of the panel in another group"):
            join(place, session, study, table())


def test_what_the_set_up_lacks_keeps_the_round_out(place: f.Install) -> None:
    with place.database.writing() as session:
        study = draft(session, ethics_contact="")
        with pytest.raises(Conflict, match="ethics contact"):
            join(place, session, study, table())


def test_a_new_statement_becomes_a_scenario(place: f.Install) -> None:
    text = "By 31 December 2028, a port stops for a day."
    headers = (*HEADERS[:3], text)
    rows = tuple((*row[:3], row[3]) for row in table().rows)
    mapping = Columns({**{name: MAPPING.roles[name] for name in HEADERS[:3]}, text: "new"})
    with place.database.writing() as session:
        study = draft(session)
        join(place, session, study, Table(headers, rows, tuple(range(2, 19))), mapping=mapping)
        (frozen,) = results.of_study(session, study.id)
        scenario = studies.scenarios(session, study.id)[-1]
    item = frozen.item("E01.likelihood")
    assert (item.wording, item.panel.n, scenario.title) == (text, 17, text)


@pytest.mark.parametrize("state", ["synthetic", "open", "ended"])
def test_only_a_planned_round_of_people_can_come_from_a_file(place: f.Install, state: str) -> None:
    with place.database.writing() as session:
        if state == "ended":
            study = f.closed_study(place, session, f.make_account(session).id, n_rounds=1)
        else:
            study, _ = f.running_study(place, session, f.make_account(session).id)
            if state == "open":
                study.synthetic = study.practice = False
        with pytest.raises(Conflict):
            join(place, session, study, table())


def test_a_second_round_may_come_from_a_file_too(place: f.Install) -> None:
    with place.database.writing() as session:
        study = draft(session)
        join(place, session, study, table())
        first = rounds.get(session, study_id=study.id, number=1)
        rounds.open_feedback(session, round_=first, actor="lead", clock=f.clock_at())
        session.flush()
        assert join(place, session, study, table(Q1="60")).round == 2
        session.flush()
        second = results.of_study(session, study.id)[1]
        assert session.scalar(select(func.count()).select_from(Panellist)) == 17
    assert second.item("S02.likelihood").stability == "stable"
    with place.database.reading() as session:
        assert second.previous_hash == results.of_study(session, study.id)[0].hash


def test_whoever_withdraws_takes_the_answers_of_the_file_along(place: f.Install) -> None:
    with place.database.writing() as session:
        study = draft(session)
        join(place, session, study, table())
        code = _code(place, session, study, "p03@panel.example")
        withdrawals.withdraw(session, place.vault, place.links, panellist_id=code, clock=f.clock_at())
    with place.database.reading() as session:
        assert (
            session.scalar(select(func.count()).select_from(Rating).where(Rating.panellist_id == code)) == 0
        )
        assert "p03@panel.example" not in {
            one.email for one in vault.contacts(session, place.vault, study_id=study.id)
        }
        assert integrity.faults(session) == []


def test_where_a_round_comes_from_must_be_said(place: f.Install) -> None:
    with place.database.writing() as session:
        with pytest.raises(Invalid, match="who ran this round"):
            join(place, session, draft(session), table(), source=joining.Source("x", "a" * 64, " "))
        assert session.scalar(select(func.count()).select_from(Round).where(Round.state == "closed")) == 0


# Uploads and kept mappings -------------------------------------------------------------------------------------------


def staged(place: f.Install, session: Any, study: Study, account: str) -> UploadedRatings:
    sent = uploads.Sent("code;group;Q1\nÄnn;Industry;40\n".encode(), "r.csv")
    return uploads.stage(session, place.vault, study_id=study.id, account_id=account, sent=sent, at=f.NOW)


def test_an_upload_is_sealed_its_owners_alone_and_gone_after_a_day(place: f.Install) -> None:
    with place.database.writing() as session:
        study, ann = draft(session), f.make_account(session)
        row = staged(place, session, study, ann.id)
        session.flush()
        assert b"\xc3\x84nn" not in row.seal
        assert "nn;Industry" not in row.seal.decode("latin-1")
        assert uploads.table(place.vault, row).rows == (("Änn", "Industry", "40"),)
        key = {"study_id": study.id, "upload_id": row.id}
        assert uploads.get(session, **key, account_id=ann.id, at=f.NOW) is row
        for account, at, place_ in (
            (ann.id, f.NOW + uploads.KEPT, study.id),
            ("other", f.NOW, study.id),
            (ann.id, f.NOW, "x"),
        ):
            with pytest.raises(uploads.NotFound):
                uploads.get(session, study_id=place_, upload_id=row.id, account_id=account, at=at)


def test_the_sweep_deletes_what_nobody_joined(place: f.Install) -> None:
    with place.database.writing() as session:
        study = draft(session)
        staged(place, session, study, f.make_account(session).id)
    for at, left in ((f.NOW + uploads.KEPT - timedelta(minutes=1), 1), (f.NOW + uploads.KEPT, 0)):
        with place.database.writing() as session:
            retention.sweep(session, reviews={}, at=at)
            assert session.scalar(select(func.count()).select_from(UploadedRatings)) == left


def test_a_kept_mapping_is_replaced_by_name_and_shared_by_its_owner_alone(place: f.Install) -> None:
    with place.database.writing() as session:
        ann, bob = (f.make_account(session, name).id for name in ("Ann", "Bob"))
        uploads.keep(session, account_id=ann, name="Ours", shared=False, mapping=Columns({"a": "group"}))
        session.flush()
        assert uploads.kept(session, account_id=bob) == []
        uploads.keep(session, account_id=ann, name="Ours ", shared=True, mapping=MAPPING)
        session.flush()
        (row,) = uploads.kept(session, account_id=bob)
        assert uploads.mapping(session, account_id=bob, mapping_id=row.id) == MAPPING
        with pytest.raises(Conflict):
            uploads.drop(session, account_id=bob, mapping_id=row.id)
        uploads.drop(session, account_id=ann, mapping_id=row.id)
        session.flush()
        assert session.scalar(select(func.count()).select_from(ColumnMapping)) == 0
        assert json.dumps(MAPPING.to_dict())
