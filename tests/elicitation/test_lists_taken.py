"""A staged list on both databases: verdicts, mending, all or nothing, as many statements for 5,000 rows as for 50."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from copkit_delphi.domain.errors import Conflict, NotFound
from copkit_delphi.elicitation import studies
from copkit_delphi.elicitation.models import StagedUpload
from copkit_delphi.elicitation.recruiting import checking, grids, staging
from copkit_delphi.elicitation.recruiting.checking import OUT, Verdict
from copkit_delphi.people import audit, vault
from copkit_delphi.people.models import SealedIdentity
from tests import factories as f

LIST = """Name;E-mail;Group;Organisation;Language
Ann Able;ann@x.example;Industry;Acme;German
Ben Bold;ben@x.example;Police;;
Cem Calm;ANN@X.example;Industry;;
Dan;not an address;Industry;;
;eve@x.example;Industry;;
Fay Fine;old@x.example;Industry;;
Staff;{staff};Industry;;
Gus Good;gus@x.example;;;
Dr. Able, Ann;ann.able@y.example;Industry;;
Hal Hale;a.n.n+panel@x.example;Industry;;
"""


@pytest.fixture
def study(place: f.Install) -> Any:
    with place.database.writing() as session:
        account = f.make_account(session)
        made = f.draft_study(session, account.id)
        f.add_people(place, session, made, "Old Owl; old@x.example; Civil society")
        return made, account


def stage(place: f.Install, study: Any, text: str) -> str:
    with place.database.writing() as session:
        grid = grids.of_text(text.format(staff=study[1].email))
        return staging.stage(
            session, place.vault, study_id=study[0].id, grid=grid, at=f.NOW, actor=study[1].id
        ).id


def look(place: f.Install, study: Any, staged: str) -> staging.Preview:
    with place.database.reading() as session:
        return staging.look(session, place.vault, study_id=study[0].id, staged_id=staged, at=f.NOW)


def change(place: f.Install, study: Any, staged: str, **plan: Any) -> staging.Preview:
    before = look(place, study, staged).plan
    with place.database.writing() as session:
        staging.change(
            session,
            place.vault,
            study_id=study[0].id,
            staged_id=staged,
            plan=replace(before, **plan),
            at=f.NOW,
        )
    return look(place, study, staged)


def take(place: f.Install, study: Any, staged: str, expected: int, **more: Any) -> int:
    with place.database.writing() as session:
        staging.begin(
            session, place.vault, study_id=study[0].id, staged_id=staged, expected=expected, at=f.NOW
        )
    with place.database.writing() as session:
        return staging.finish(session, place.vault, staged_id=staged, at=f.NOW, actor=study[1].id, **more)


def listed(place: f.Install, study: Any) -> list[vault.Contact]:
    with place.database.reading() as session:
        return vault.contacts(session, place.vault, study_id=study[0].id)


def test_each_row_has_its_verdict(place: f.Install, study: Any) -> None:
    found = look(place, study, stage(place, study, LIST))
    assert [row.verdict for row in found.rows] == [
        Verdict.OK, Verdict.NO_GROUP, Verdict.IN_FILE, Verdict.BAD_ADDRESS, Verdict.NO_NAME, Verdict.ON_LIST,
        Verdict.STAFF, Verdict.NO_GROUP, Verdict.ALIKE, Verdict.ALIKE,
    ]  # fmt: skip
    assert found.rows[2].like == "2"
    assert {row.like for row in found.rows[8:]} == {"Ann Able"}
    assert found.ready == 1
    assert list(found.unknown) == ["police"]


def test_what_is_mended_chosen_and_confirmed_is_taken_and_nothing_else(place: f.Install, study: Any) -> None:
    staged = stage(place, study, LIST)
    groups = {name: key for key, name in look(place, study, staged).groups.items()}
    fixes = {
        4: {"name": "Cem Calm", "email": "cem@x.example"},
        5: {"email": "dan@x.example"},
        6: {"out": True},
        10: {"sure": True},
    }
    found = change(
        place, study, staged, groups={"police": groups["Law enforcement"]}, everybody=OUT, fixes=fixes
    )
    assert found.ready == 5
    assert take(place, study, staged, 5) == 5
    people = {one.name: one for one in listed(place, study)}
    assert set(people) == {"Old Owl", "Ann Able", "Ben Bold", "Cem Calm", "Dan", "Dr. Able, Ann"}
    assert (people["Ann Able"].organisation, people["Ann Able"].language) == ("Acme", "de")
    assert people["Ben Bold"].group_id == groups["Law enforcement"]
    with place.database.reading() as session:
        row = session.get_one(StagedUpload, staged)
        assert (row.state, row.people, row.seal) == ("done", 5, None)
        told = audit.of_study(session, study[0].id)[-1]
        assert (told.action, told.actor, told.detail) == ("panel:add", study[1].id, '{"people":5}')


def test_a_count_that_changed_takes_nobody(place: f.Install, study: Any) -> None:
    staged = stage(place, study, "Ann;ann@x.example;Industry\nBen;ben@x.example;Industry")
    with place.database.writing() as session:
        f.add_people(place, session, study[0], "Ben; ben@x.example; Industry")
    with pytest.raises(Conflict, match="1 rows are ready now and not 2"):
        take(place, study, staged, 2)
    assert len(listed(place, study)) == 2


def test_somebody_added_between_begin_and_the_end_stops_all_of_it(place: f.Install, study: Any) -> None:
    staged = stage(place, study, "Ann;ann@x.example;Industry\nBen;ben@x.example;Industry")
    with place.database.writing() as session:
        staging.begin(session, place.vault, study_id=study[0].id, staged_id=staged, expected=2, at=f.NOW)
        f.add_people(place, session, study[0], "Ben; ben@x.example; Industry")
    with pytest.raises(Conflict, match="Nobody was added"), place.database.writing() as session:
        staging.finish(session, place.vault, staged_id=staged, at=f.NOW, actor="a")
    assert len(listed(place, study)) == 2


def test_a_crash_in_the_middle_leaves_nothing_and_it_can_be_taken_again(place: f.Install, study: Any) -> None:
    staged = stage(place, study, people(250))

    def dies(done: int, _of: int) -> None:
        if done == 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(place, study, staged, 250, tell=dies)
    assert len(listed(place, study)) == 1
    told: list[tuple[int, int]] = []
    assert take(place, study, staged, 250, tell=lambda *how: told.append(how)) == 250
    assert told == [(100, 250), (200, 250), (250, 250)]
    assert len(listed(place, study)) == 251
    with place.database.writing() as session:  # a second run of the same list finds nothing to do
        assert staging.finish(session, place.vault, staged_id=staged, at=f.NOW, actor="a") == 0
    assert len(listed(place, study)) == 251


def people(n: int) -> str:
    return "\n".join(f"Person {i:04d};p{i:04d}@x.example;Industry" for i in range(n))


def test_five_thousand_rows_take_as_many_statements_as_fifty_in_one_transaction(
    place: f.Install, study: Any
) -> None:
    counts = []
    for n in (50, 5_000):
        with place.database.writing() as session:
            made = f.draft_study(session, study[1].id, title=f"Of {n}")
        staged = stage(place, (made, study[1]), people(n))
        with place.database.writing() as session:
            staging.begin(session, place.vault, study_id=made.id, staged_id=staged, expected=n, at=f.NOW)
        counts.append(counted(place, staged))
        assert len(listed(place, (made, study[1]))) == n
    assert counts[0] == counts[1]
    assert counts[0][0] < 20
    assert counts[0][1] == 1


def counted(place: f.Install, staged: str) -> tuple[int, int]:
    """Take a list; return how many statements and how many commits that took."""
    seen: list[str] = []
    note = lambda _c, _cur, sql, *_: seen.append(sql)  # noqa: E731
    end = lambda _c: seen.append("")  # noqa: E731
    engine = place.database.engine
    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", end)
    with place.database.writing() as session:
        staging.finish(session, place.vault, staged_id=staged, at=f.NOW, actor="a")
    event.remove(engine, "before_cursor_execute", note)
    event.remove(engine, "commit", end)
    return len(seen) - seen.count(""), seen.count("")


def test_a_staged_list_is_sealed_ends_after_a_day_and_is_of_one_study(place: f.Install, study: Any) -> None:
    staged = stage(place, study, "Ann Able;ann@x.example;Industry")
    with place.database.reading() as session:
        row = session.get_one(StagedUpload, staged)
        assert b"ann" not in (row.seal or b"").lower()
        with pytest.raises(NotFound):
            staging.find(session, study_id="another", staged_id=staged, at=f.NOW)
        with pytest.raises(NotFound):
            staging.find(session, study_id=study[0].id, staged_id=staged, at=f.NOW + timedelta(days=1))
    with place.database.writing() as session:
        staging.expire(session, at=f.NOW + timedelta(days=1))
    with place.database.reading() as session:
        assert session.scalars(select(StagedUpload)).all() == []
        assert len(session.scalars(select(SealedIdentity)).all()) == 1


def test_nobody_is_staged_for_a_study_that_ended(place: f.Install, study: Any) -> None:
    with place.database.writing() as session:
        studies.get(session, study[0].id).exercise = True
    with pytest.raises(Conflict, match="exercise"):
        stage(place, study, "Ann;ann@x.example;Industry")


def test_likeness_of_names_and_addresses() -> None:
    assert checking.folded_name("Dr. Müller, Zoë") == checking.folded_name("zoe MULLER")
    assert checking.folded_address("Z.Oe+x@X.example") == "zoe@x.example"
    assert checking.folded_name("Ann Able") != checking.folded_name("Ann Abel")
