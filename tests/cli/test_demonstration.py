"""The demonstration as a newcomer gets it: three studies, signed documents, a round to answer, sign-ins drawn."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select

from copkit_delphi import installation
from copkit_delphi.cli import demo
from copkit_delphi.domain.lifecycle import BriefState
from copkit_delphi.domain.results import LIKELIHOOD
from copkit_delphi.elicitation import holding, links, results, rounds
from copkit_delphi.elicitation.models import Panellist, Rating, Study
from copkit_delphi.installation import Installation
from copkit_delphi.people import audit, passwords
from copkit_delphi.settings import Settings
from copkit_delphi.warning import briefs, released

pytestmark = pytest.mark.xdist_group("demonstration")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An empty installation."""
    made = installation.make(Settings(data_dir=tmp_path_factory.mktemp("demo"), DATABASE_URL=""))
    made.migrate()
    yield made
    made.database.engine.dispose()


@pytest.fixture(scope="module")
def notes(place: Installation) -> demo.Notes:
    """The demonstration, loaded."""
    return demo.load(place)


@pytest.fixture(scope="module")
def written(place: Installation, notes: demo.Notes) -> list[Path]:
    """Its PDFs."""
    return demo.write_pdfs(place, notes)


def test_three_studies_one_of_them_open_to_answer(place: Installation, notes: demo.Notes) -> None:
    with place.database.reading() as session:
        found = {study.id: study for study in session.scalars(select(Study))}
        latest = rounds.latest(session, notes.data["practice"])
        assert set(found) == {notes.data[key] for key in ("main", "imported", "practice")}
        assert found[notes.data["main"]].synthetic
        assert found[notes.data["practice"]].practice
        assert latest is not None
        assert (latest.number, latest.state) == (2, "open")
        assert holding.takes_answers(latest, place.clock(session))


def test_the_panel_shows_every_agreement_word_and_both_display_rules(
    place: Installation, notes: demo.Notes
) -> None:
    with place.database.reading() as session:
        last = results.of_study(session, notes.data["main"])[-1]
    judged = {item.scenario: item for item in last.items if item.kind == LIKELIHOOD}
    assert {name: item.agreement for name, item in judged.items()} == {
        "S02": "partial",
        "S04": "divided",
        "S06": "consensus",
        "S12": "consensus",
        "S13": "polarised",
        "S14": "consensus",
        "S15": "partial",
        "S17": "partial",
    }
    assert judged["S04"].verdict == "stable_dissent"
    figures = [group.figures for item in judged.values() for group in item.groups]
    assert any(f.q1 is not None for f in figures)
    assert any(f.n is not None and f.n < 10 and f.q1 is None for f in figures)


def test_the_panel_has_drop_outs_and_gaps(place: Installation, notes: demo.Notes) -> None:
    with place.database.reading() as session:
        first, last = results.of_study(session, notes.data["main"])
        seats = session.scalars(select(Panellist.id).where(Panellist.study_id == notes.data["main"])).all()
        cannot = session.scalars(select(Rating.id).where(Rating.cannot_judge)).first()
    assert len(seats) == 34
    assert (first.n_panellists or 0) > (last.n_panellists or 0)
    assert len({item.panel.n for item in last.items}) > 1
    assert cannot is not None


def test_the_brief_is_released_with_three_signatures(place: Installation, notes: demo.Notes) -> None:
    with place.database.reading() as session:
        (brief,) = briefs.of_study(session, notes.data["main"])
        prepared = briefs.prepare(session, brief, at=place.clock(session))
    assert brief.state == BriefState.PUBLISHED
    assert [gate.code for gate in prepared.gates if not gate.met] == []
    assert {signature.role for signature in prepared.found.signatures} == {"ethics_reviewer", "dpo", "owner"}


def test_the_bottom_line_agrees_with_the_figures(place: Installation, notes: demo.Notes) -> None:
    with place.database.reading() as session:
        (brief,) = briefs.of_study(session, notes.data["main"])
        last = results.of_study(session, notes.data["main"])[-1]
    for scenario in ("S12", "S14"):
        median = last.item(f"{scenario}.likelihood").panel.median
        assert f"({median:.0f}%)" in brief.bottom_line
    wide = last.item("S17.likelihood").panel
    assert f"({wide.q1:.0f} to {wide.q3:.0f}%)" in brief.bottom_line
    headline = last.headline("S17")
    assert headline is not None
    assert headline.word == "Systemic"
    assert 60 <= len(brief.bottom_line.split()) <= 90


def test_pdfs_carry_marking_and_synthetic_flag_and_keep_to_six_pages(written: list[Path]) -> None:
    names = [path.name for path in written]
    assert names[:2] == ["EWB-2026-01-v1-brief.pdf", "EWB-2026-01-v1-annex.pdf"]
    assert names[2].startswith("AR-")
    with pikepdf.open(written[0]) as brief:
        assert len(brief.pages) <= 6
        assert brief.Root.MarkInfo.Marked


def test_readers_get_the_released_bytes(place: Installation, notes: demo.Notes, written: list[Path]) -> None:
    with place.database.reading() as session:
        (brief,) = briefs.of_study(session, notes.data["main"])
        stored = released.pdf(session, brief_id=brief.id, kind="brief")
    assert stored == written[0].read_bytes()
    with pikepdf.open(io.BytesIO(stored)) as pdf:
        assert str(pdf.docinfo["/Title"])


def test_a_second_start_changes_nothing(place: Installation, notes: demo.Notes, written: list[Path]) -> None:
    before = json.loads(notes.path.read_text())
    bytes_before = written[0].read_bytes()
    again = demo.load(place)
    assert again.data == before
    assert demo.write_pdfs(place, again)[0].read_bytes() == bytes_before


def test_the_printed_link_opens_the_visitors_seat(place: Installation, notes: demo.Notes) -> None:
    with place.database.reading() as session:
        key = place.links.read(notes.data["link"].removeprefix("/p/").partition("?")[0])
        seat = links.resolve(session, key=key, at=place.clock(session))
    assert seat.study_id == notes.data["practice"]
    assert not seat.synthetic


def test_passwords_are_drawn_and_work(place: Installation, notes: demo.Notes) -> None:
    assert len(set(notes.data["passwords"].values())) == len(demo.PEOPLE)
    assert oct(notes.path.stat().st_mode)[-3:] == "600"
    email = "reader@demo.example"
    with place.database.writing() as session:
        assert passwords.check(session, email=email, password=notes.data["passwords"][email])


def test_the_audit_chain_of_the_demonstration_holds(place: Installation, notes: demo.Notes) -> None:
    with place.database.reading() as session:
        assert audit.verify(session) is None
        assert {e.action for e in audit.of_study(session, notes.data["main"])} >= {
            "round:open",
            "round:close",
            "brief:publish",
        }
