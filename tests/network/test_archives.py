"""Released briefs and the ethics rounds in them travel in an archive, into an empty install and out again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from copkit_delphi.database import Database
from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.marking import Marking
from copkit_delphi.domain.permission import ALLOWED, Action
from copkit_delphi.domain.protocol import canonical_json
from copkit_delphi.elicitation import archives
from copkit_delphi.elicitation.models import ArchivedPart, Panellist
from copkit_delphi.ethics import results as ethics_results
from copkit_delphi.ethics.models import EthicsRating
from copkit_delphi.network import archiving, reading, releases
from copkit_delphi.network.models import Release
from copkit_delphi.warning import frozen
from copkit_delphi.warning.models import Brief
from tests import factories
from tests.elicitation.test_archives import parts, sealed
from tests.ethics import panel
from tests.factories import Install
from tests.network import factory
from tests.warning import factory as warning
from tests.warning.factory import LATER, Made

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def real_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    made = warning.DOCUMENTS | {"brief": PDF, "annex": PDF.replace(b"1.7", b"1.6")}
    monkeypatch.setattr(factory, "DOCUMENTS", made)


@pytest.fixture
def empty(tmp_path: Path, migrated: Path) -> Iterator[Database]:
    """A second installation, with nothing in it."""
    shutil.copy(migrated, tmp_path / "other.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}", info=factories.KEYS)
    yield database
    database.engine.dispose()


def rated(session: Any, made: Made) -> None:
    round_ = panel.opened(session, made.study_id)
    kinds = panel.members(session, made.study_id)
    panel.rate_all(session, round_, {kind: [1] * len(codes) for kind, codes in kinds.items()})
    panel.closed(session, round_)


def released(place: Install, made: Made, marking: Marking = Marking.CLEAR) -> str:
    with place.database.writing() as session:
        rated(session, made)
        return str(factory.release(place, session, made, marking=marking).id)


def written(place: Install, made: Made) -> bytes:
    with place.database.reading() as session:
        return archiving.write(session, made.study_id)


BRIEF = {f"briefs/v1/{name}" for name in ("release.json", "figures.json", "ethics.json", "brief.pdf", "annex.pdf")}  # fmt: skip


def test_out_of_one_install_into_an_empty_one_and_out_again_as_the_same_bytes(
    place: Install, made: Made, empty: Database
) -> None:
    brief_id = released(place, made)
    data = written(place, made)
    found = parts(data)
    assert {name for name in found if name.startswith(("briefs/", "ethics/"))} == {
        *BRIEF,
        "ethics/round-1.json",
    }
    with place.database.reading() as session:
        row = session.get_one(Release, brief_id)
        for kind in ("brief", "annex"):
            assert found[f"briefs/v1/{kind}.pdf"] == reading.issue(session, release=row, kind=kind).content
        assert (
            found["ethics/round-1.json"].decode()
            == ethics_results.of_study(session, made.study_id)[0].to_json()
        )
    with empty.writing() as session:
        lead = factories.make_account(session).id
        copy = archives.bring_in(session, data, facilitator=lead, at=LATER, draft=False).id
    with empty.reading() as session:
        assert archiving.write(session, copy) == data
        assert archives.write(session, copy) == data
        assert reading.listed(session, None) == []  # nothing of it is a release here
        assert session.scalar(select(func.count()).select_from(Brief)) == 0
        assert frozen.faults(session) == []


def test_nobody_is_in_it(place: Install, made: Made) -> None:
    released(place, made)
    with place.database.reading() as session:
        whole = b"".join(parts(archiving.write(session, made.study_id)).values()).decode("latin-1")
        codes = [*session.scalars(select(Panellist.id)), *session.scalars(select(EthicsRating.id))]
    assert codes
    assert not [one for one in (*codes, panel.WHY.text) if one in whole]


@pytest.mark.parametrize("marking", [Marking.AMBER_STRICT, Marking.RED])
def test_what_each_recipient_gets_a_copy_of_is_in_no_archive(
    place: Install, made: Made, marking: Marking
) -> None:
    with place.database.writing() as session:
        rated(session, made)
        reader = factory.reader(session)
        factory.release(place, session, made, [reader.id], marking=marking)
    found = parts(written(place, made))
    assert "snapshots/round-1.json" in found
    assert not [name for name in found if name.startswith(("briefs/", "ethics/"))]


def test_what_is_not_released_or_was_retracted_is_in_no_archive(place: Install, made: Made) -> None:
    with place.database.writing() as session:
        rated(session, made)
        brief = factory.signed(session, made, Marking.CLEAR)
    before = parts(written(place, made))
    assert not [name for name in before if name.startswith(("briefs/", "ethics/"))]
    with place.database.writing() as session:
        brief = session.get_one(Brief, brief.id)
        factory.give(place, session, made, brief, [])
    assert parts(written(place, made)).keys() >= BRIEF
    with place.database.writing() as session:
        brief = session.get_one(Brief, brief.id)
        at = LATER + timedelta(days=1)
        releases.retract(session, factory.post(place), brief=brief, reason="Wrong.", actor="a", at=at)
    assert parts(written(place, made)) == before


def test_whoever_takes_an_archive_may_read_what_is_in_it() -> None:
    assert ALLOWED[Action.ARCHIVE_EXPORT] <= ALLOWED[Action.BRIEF_READ_DRAFT]


def changed(found: dict[str, bytes], name: str, change: Callable[[Any], object]) -> bytes:
    value = json.loads(found[name])
    change(value)
    return sealed(found | {name: canonical_json(value).encode()})


def without(found: dict[str, bytes], name: str) -> bytes:
    return sealed({key: part for key, part in found.items() if key != name})


HEAD, ROUND = "briefs/v1/release.json", "ethics/round-1.json"
WRONG: dict[str, tuple[Callable[[dict[str, bytes]], bytes], str]] = {
    "a document missing": (lambda p: without(p, "briefs/v1/annex.pdf"), "briefs/v1/ parts are missing"),
    "a document too many": (lambda p: sealed(p | {"briefs/v1/report.pdf": PDF}), "or there are too many"),
    "a page": (lambda p: sealed(p | {"briefs/v1/brief-page.html": b"<p>"}), "parts that this version does not know"),
    "no PDF": (lambda p: sealed(p | {"briefs/v1/brief.pdf": b"<html>"}), "brief.pdf is not of a brief"),
    "cut PDF": (lambda p: sealed(p | {"briefs/v1/brief.pdf": PDF[:-8]}), "brief.pdf is not of a brief"),
    "active PDF": (
        lambda p: sealed(p | {"briefs/v1/brief.pdf": PDF.replace(b"/Type", b"/JavaScript 1 0 R /Type")}), "is not of a brief",
    ),
    "under RED": (lambda p: changed(p, HEAD, lambda v: v.update(marking="TLP:RED")), "under TLP:RED is in no archive"),
    "marking unknown": (lambda p: changed(p, HEAD, lambda v: v.update(marking="TLP:BLUE")), "is not of a brief"),
    "another version": (lambda p: changed(p, HEAD, lambda v: v.update(version=2)), "is not of a brief"),
    "no day": (lambda p: changed(p, HEAD, lambda v: v.update(issued_on="soon")), "is not of a brief"),
    "four ratings": (
        lambda p: changed(p, ROUND, lambda v: v["risks"][0]["groups"][0].update(n=4)), "ethics round 1",
    ),
    "level unknown": (lambda p: changed(p, ROUND, lambda v: v["risks"][0].update(overall="extreme")), "ethics round 1"),
    "of another study": (lambda p: changed(p, ROUND, lambda v: v.update(study="0" * 16)), "ethics round 1"),
    "after another one": (lambda p: changed(p, ROUND, lambda v: v.update(previous_hash="0" * 64)), "ethics round 1"),
    "round missing": (lambda p: sealed({k.replace("round-1", "round-2") if k == ROUND else k: v for k, v in p.items()}),
                      "lacks an ethics round"),
    "hash wrong": (
        lambda p: archives.packed.pack(p | {"briefs/v1/brief.pdf": PDF + b"%%EOF"}), "brief.pdf is not the one the manifest names",
    ),
    "without results": (lambda p: sealed({k: v for k, v in p.items() if k == "design.json" or k in BRIEF}), "lacks some"),
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(closed: tuple[Path, Made], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = tmp_path_factory.mktemp("whole") / "a.sqlite3"
    shutil.copy(closed[0], path)
    place = Install(
        Database(f"sqlite:///{path}", info=factories.KEYS),
        factories.Vault(b"v" * 32),
        factories.Links(b"l" * 32, factory.SITE),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(factory, "DOCUMENTS", warning.DOCUMENTS | {"brief": PDF, "annex": PDF})
        released(place, closed[1])
    found = parts(written(place, closed[1]))
    place.database.engine.dispose()
    return found


@pytest.mark.parametrize("name", WRONG)
def test_a_release_that_is_wrong_is_refused_with_the_reason(
    empty: Database, whole: dict[str, bytes], name: str
) -> None:
    make, why = WRONG[name]
    with empty.writing() as session:
        lead = factories.make_account(session).id
    with pytest.raises(Invalid, match=why), empty.writing() as session:
        archives.bring_in(session, make(whole), facilitator=lead, at=LATER, draft=False)
    with empty.reading() as session:
        assert session.scalars(select(ArchivedPart)).all() == []


def test_the_archive_these_are_made_of_is_right(empty: Database, whole: dict[str, bytes]) -> None:
    with empty.writing() as session:
        lead = factories.make_account(session).id
        copy = archives.bring_in(session, sealed(whole), facilitator=lead, at=LATER, draft=False).id
    with empty.reading() as session:
        assert parts(archives.write(session, copy)) == whole
