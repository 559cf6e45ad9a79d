"""An archive goes out, comes in and goes out again as the same bytes; whatever is wrong with one lets nothing in."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from copkit_delphi.database import Database
from copkit_delphi.domain.errors import Conflict, Invalid
from copkit_delphi.domain.protocol import Criterion, Protocol, StoppingRule, canonical_json
from copkit_delphi.elicitation import (
    archives,
    arguments,
    behaviours,
    designs,
    grouping,
    packed,
    results,
    rounds,
    studies,
)
from copkit_delphi.elicitation.item_types import authored
from copkit_delphi.elicitation.models import Panellist, Rating, Study
from copkit_delphi.elicitation.plans import KINDS, GroupPlan, ScenarioPlan
from copkit_delphi.people import audit
from tests import factories as f
from tests import own_questions


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def closed(place: f.Install, session: Any) -> tuple[Study, bytes, str]:
    lead = f.make_account(session)
    study = f.closed_study(place, session, lead.id, people="Ann; ann@panel.example; Industry", end=False)
    studies.end(session, study_id=study.id, actor="t", at=f.NOW, against="Two rounds were agreed.")
    session.flush()
    return study, archives.write(session, study.id), lead.id


def test_out_in_and_out_again_are_the_same_bytes(place: f.Install) -> None:
    with place.database.writing() as session:
        study, data, lead = closed(place, session)
        copy = archives.bring_in(session, data, facilitator=lead, at=f.NOW, draft=False)
    with place.database.reading() as session:
        assert archives.write(session, study.id) == data == archives.write(session, copy.id)
        originals, copies = (results.of_study(session, one.id) for one in (study, copy))
        assert originals == copies
        assert len(originals) == 2
        for number in (1, 2):
            told = [
                arguments.by_item(
                    arguments.standing(session, [rounds.get(session, study_id=one.id, number=number)], k=5)
                )
                for one in (study, copy)
            ]
            assert told[0]
            assert {k: (sorted(v.higher), sorted(v.lower)) for k, v in told[0].items()} == {
                k: (sorted(v.higher), sorted(v.lower)) for k, v in told[1].items()
            }
        assert (copy.state, copy.origin, copy.protocol_hash) == ("archived", "imported", study.protocol_hash)
        assert audit.verify(session) is None


def test_no_person_code_rating_or_reason_is_in_an_archive(place: f.Install) -> None:
    with place.database.writing() as session:
        _, data, _ = closed(place, session)
        codes = session.scalars(select(Panellist.id)).all()
        ids = session.scalars(select(Rating.id)).all()
    whole = b"".join(parts(data).values()).decode()
    assert not [one for one in (*codes, *ids, "ann@panel.example", "Ann") if one in whole]
    assert set(parts(data)) == {
        "manifest.json", "design.json", "record.json", "amendments.json", "decisions/log.json",
        *(f"{kind}/round-{n}.json" for kind in ("snapshots", "arguments", "decisions") for n in (1, 2)),
    }  # fmt: skip
    assert "Two rounds were agreed." in whole


def test_a_round_in_moderation_is_not_in_the_archive(place: f.Install) -> None:
    with place.database.writing() as session:
        study, round_ = f.running_study(place, session, f.make_account(session).id)
        f.answer(session, round_)
        f.close_round(session, round_, open_feedback=False)
        assert set(parts(archives.write(session, study.id))) == {"manifest.json", "design.json"}


def test_an_exercise_has_no_archive(place: f.Install) -> None:
    with place.database.writing() as session:
        study = f.draft_study(session, f.make_account(session).id)
        study.exercise = True
        with pytest.raises(Conflict, match="exercise"):
            archives.write(session, study.id)


def test_a_draft_comes_of_a_design_and_can_open(place: f.Install) -> None:
    with place.database.writing() as session:
        study, data, lead = closed(place, session)
        made = archives.bring_in(session, data, facilitator=lead, at=f.NOW, draft=True)
        session.flush()
        assert made.state == "draft"
        assert designs.to_dict(session, made.id) == designs.to_dict(session, study.id)
        assert studies.missing(session, made.id) == []
        assert results.of_study(session, made.id) == ()
        f.open_round(place, session, made)


TEXT = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40).filter(
    lambda text: text.strip() == text and text
)


@st.composite
def planned(draw: Any) -> dict[str, Any]:
    names = draw(st.lists(TEXT, min_size=1, max_size=4, unique_by=str.casefold))
    share = draw(st.booleans())
    return {
        "title": draw(TEXT),
        "purpose": draw(TEXT),
        "groups": [GroupPlan(name, draw(st.sampled_from(sorted(KINDS))), draw(st.integers(0, 50))) for name in names],
        "protocol": Protocol(
            criterion=Criterion(share=0.75, low=50, high=100) if share else Criterion(width=draw(st.integers(1, 40))),
            stopping=StoppingRule(2, draw(st.integers(2, 5))),
            dimensions=tuple(draw(st.lists(st.sampled_from(["physical", "economic", "rights"]), min_size=1, unique=True))),
            k=draw(st.integers(5, 9)),
        ),
        "scenarios": [
            ScenarioPlan(
                name=f"X{n}", title=draw(TEXT), short=draw(TEXT), statement=draw(TEXT), counts=draw(st.lists(TEXT, max_size=3)),
                hazard="low", sources=[{"title": draw(TEXT), "year": 2026, "grade": None}],
            )
            for n in range(draw(st.integers(0, 4)))
        ],
    }  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=planned())
def test_every_design_makes_the_round_trip(sqlite_url: str, plan: dict[str, Any]) -> None:
    database = Database(sqlite_url)
    with database.writing() as session:
        lead = f.make_account(session).id
        about = f.about(title=plan["title"], purpose=plan["purpose"])
        study = studies.create(session, about=about, facilitator=lead, at=f.NOW)
        grouping.set_groups(session, study_id=study.id, plans=plan["groups"])
        studies.set_protocol(session, study_id=study.id, protocol=plan["protocol"])
        for one in plan["scenarios"]:
            studies.add_scenario(session, study_id=study.id, plan=one)
        session.flush()
        data = archives.write(session, study.id)
        copy = archives.bring_in(session, data, facilitator=lead, at=f.NOW, draft=True)
        session.flush()
        assert archives.write(session, copy.id) == data
    database.engine.dispose()


# What is wrong with an archive ---------------------------------------------------------------------------------------


def sealed(found: dict[str, bytes]) -> bytes:
    """Return an archive whose manifest fits its parts."""
    rest = {name: data for name, data in found.items() if name != "manifest.json"}
    manifest = {
        "format": archives.FORMAT, "schema": 1,
        "parts": {name: hashlib.sha256(data).hexdigest() for name, data in rest.items()},
    }  # fmt: skip
    return packed.pack({**rest, "manifest.json": canonical_json(manifest).encode()})


def changed(found: dict[str, bytes], name: str, change: Callable[[Any], object]) -> dict[str, bytes]:
    value = json.loads(found[name])
    change(value)
    return found | {name: canonical_json(value).encode()}


SNAPSHOT = "snapshots/round-1.json"
WRONG: dict[str, tuple[Callable[[dict[str, bytes]], bytes], str]] = {
    "no zip": (lambda _p: b"PK\x03\x04 no", "damaged"),
    "no manifest": (lambda p: packed.pack({"design.json": p["design.json"]}), "no manifest"),
    "another file": (lambda p: packed.pack(p | {"manifest.json": b'{"format":"x"}'}), "manifest is of something else"),
    "newer schema": (
        lambda p: packed.pack(changed(p, "manifest.json", lambda v: v.update(schema=2))), "schema 2; this version reads schema 1",
    ),
    "changed part": (lambda p: packed.pack(p | {"design.json": p["design.json"].replace(b"Industry", b"Industrx")}), "hash differs"),
    "part too many": (lambda p: packed.pack(p | {"more.json": b"{}"}), "parts that its manifest names"),
    "part unknown": (lambda p: sealed(p | {"more.json": b"{}"}), "parts that this version does not know"),
    "way out": (lambda p: packed.pack(p | {"../x": b""}), "leads out of it"),
    "no JSON": (lambda p: sealed(p | {"design.json": b"{"}), "design.json is no JSON"),
    "deep JSON": (lambda p: sealed(p | {"design.json": b"[" * 100_000}), "design.json is no JSON"),
    "not a number": (lambda p: sealed(p | {"design.json": b'{"a":NaN}'}), "is no JSON"),
    "twice the same": (lambda p: sealed(p | {"design.json": b'{"a":1,"a":2}'}), "not written as this product"),
    "no design": (lambda p: sealed({k: v for k, v in p.items() if k != "design.json"}), "no design"),
    "design a list": (lambda p: sealed(p | {"design.json": b"[]"}), "design of the archive is not one"),
    "group twice": (lambda p: sealed(changed(p, "design.json", lambda v: v["groups"].append(v["groups"][0]))), "groups"),
    "k lowered": (lambda p: sealed(changed(p, "design.json", lambda v: v["protocol"].update(k=2))), "smallest group"),
    "rule unknown": (lambda p: sealed(changed(p, "design.json", lambda v: v["protocol"].update(x=1))), "protocol"),
    "attribution NUL": (lambda p: sealed(changed(p, "design.json", lambda v: v.update(attribution="a\x00b"))), "design"),
    "text turned": (lambda p: sealed(changed(p, "design.json", lambda v: v["about"].update(title="a\u202eb"))), "design"),
    "text NUL": (lambda p: sealed(changed(p, "design.json", lambda v: v["scenarios"][0].update(summary="a\0b"))), "scenarios"),
    "text long": (lambda p: sealed(changed(p, "design.json", lambda v: v["scenarios"][0].update(name="a" * 41))), "scenarios"),
    "figure a text": (
        lambda p: sealed(changed(p, SNAPSHOT, lambda v: v["items"][0]["panel"].update(median="<b>"))), "result of round 1",
    ),
    "four answers": (
        lambda p: sealed(changed(p, SNAPSHOT, lambda v: v["items"][0]["panel"].update(n=4))), "result of round 1",
    ),
    "another round": (lambda p: sealed(changed(p, SNAPSHOT, lambda v: v.update(round=3))), "result of round 1"),
    "result changed": (
        lambda p: sealed(changed(p, SNAPSHOT, lambda v: v["items"][0]["panel"].update(median=1.0))), "round 2 are not of one study",
    ),
    "item unknown": (lambda p: sealed(changed(p, SNAPSHOT, lambda v: v["items"][0].update(name="S99"))), "not of one study"),
    "argument long": (
        lambda p: sealed(changed(p, "arguments/round-1.json", lambda v: v["S02.likelihood"]["higher"].append("z" * 601))),
        "arguments",
    ),
    "record a list": (lambda p: sealed(p | {"record.json": b"[]"}), "record"),
    "day unknown": (lambda p: sealed(changed(p, "amendments.json", lambda v: v[0].update(on="yesterday"))), "record"),
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, migrated: Any) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("archive")
    shutil.copy(migrated, folder / "a.sqlite3")
    database = Database(f"sqlite:///{folder / 'a.sqlite3'}", info=f.KEYS)
    place = f.Install(database, f.Vault(b"v" * 32), f.Links(b"l" * 32, "http://127.0.0.1:8000"))
    with database.writing() as session:
        _, data, _ = closed(place, session)
    database.engine.dispose()
    return parts(data)


@pytest.mark.parametrize("name", WRONG)
def test_an_archive_that_is_wrong_is_refused_with_the_reason(
    sqlite_url: str, whole: dict[str, bytes], name: str
) -> None:
    make, why = WRONG[name]
    database = Database(sqlite_url)
    with database.writing() as session:
        lead = f.make_account(session).id
    with pytest.raises(Invalid, match=why), database.writing() as session:
        archives.bring_in(session, make(whole), facilitator=lead, at=f.NOW, draft=False)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Study)) == 0
    database.engine.dispose()


def test_the_archive_these_are_made_of_is_right(place: f.Install, whole: dict[str, bytes]) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session).id
        copy = archives.bring_in(session, sealed(whole), facilitator=lead, at=f.NOW, draft=False).id
    with place.database.reading() as session:
        assert parts(archives.write(session, copy)) == whole


def test_a_kind_that_cannot_be_asked_makes_no_draft(place: f.Install, whole: dict[str, bytes]) -> None:
    odd = changed(whole, "design.json", lambda v: v["scenarios"][0]["items"][0].update(kind="rating"))
    with place.database.writing() as session:
        lead = f.make_account(session).id
        with pytest.raises(Invalid, match="kind that cannot be asked"):
            archives.bring_in(
                session, sealed({"design.json": odd["design.json"]}), facilitator=lead, at=f.NOW, draft=True
            )
        with pytest.raises(Invalid, match="no results"):
            archives.bring_in(
                session,
                sealed({"design.json": whole["design.json"]}),
                facilitator=lead,
                at=f.NOW,
                draft=False,
            )


def asked_everything(place: f.Install, session: Session) -> tuple[bytes, str]:
    lead = f.make_account(session).id
    study, _ = own_questions.draft(session, lead)
    behaviours.seat_panel(session, study_id=study.id, sizes=f.SIZES)
    round_ = f.open_round(place, session, study, actor=lead)
    f.answer(session, round_)
    f.close_round(session, round_, actor=lead)
    studies.end(session, study_id=study.id, actor=lead, at=f.NOW)
    return archives.write(session, study.id), lead


@pytest.mark.parametrize("draft", [False, True])
def test_results_of_every_kind_of_question_come_in_as_they_went_out(place: f.Install, *, draft: bool) -> None:
    with place.database.writing() as session:
        data, lead = asked_everything(place, session)
        copy = archives.bring_in(session, data, facilitator=lead, at=f.NOW, draft=draft)
        if draft:
            assert len(studies.items(session, copy.id)) > len(authored())
            return
        assert archives.write(session, copy.id) == data
        (frozen,) = results.of_study(session, copy.id)
        more = {one.kind for one in frozen.items if one.more}
        assert more >= {"ordinal", "desirability", "ranking", "single", "multiple", "expertise", "likelihood"}


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("ranking", lambda more: more["options"][0].pop("median")),
        ("ranking", lambda more: more["options"][0].update(html="<b>")),
        ("single", lambda more: more.update(leading=99)),
        ("multiple", lambda more: more["options"][0].update(count="many")),
        ("ordinal", lambda more: more["anchors"].append("one too many")),
        ("desirability", lambda more: more.update(anchors="none")),
        ("likelihood", lambda more: more.update(bounds={"lowest": 3})),
        ("confidence", lambda more: more.update(options=[])),
    ],
)
def test_a_result_that_its_kind_of_question_does_not_write_is_refused(
    place: f.Install, kind: str, change: Any
) -> None:
    with place.database.writing() as session:
        data, lead = asked_everything(place, session)

    def spoil(value: Any) -> None:
        item = next(one for one in value["items"] if one["kind"] == kind)
        change(item.setdefault("more", {}))

    wrong = sealed(changed(parts(data), "snapshots/round-1.json", spoil))
    with pytest.raises(Invalid, match="result of round 1"), place.database.writing() as session:
        archives.bring_in(session, wrong, facilitator=lead, at=f.NOW, draft=False)
