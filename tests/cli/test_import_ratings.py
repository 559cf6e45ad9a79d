"""``import-ratings``: a closed study, the same figures as ``analyse``, and nothing when the file is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from copkit_delphi import installation
from copkit_delphi.cli import analyse, import_ratings, user
from copkit_delphi.domain.errors import Conflict, DelphiError
from copkit_delphi.elicitation import results
from copkit_delphi.elicitation.models import Rating, Study
from copkit_delphi.installation import Installation
from copkit_delphi.library.shipped import DATA
from copkit_delphi.settings import Settings
from copkit_delphi.warning import briefs

REPLICATS = DATA / "replicats" / "ratings.csv"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("COPKIT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made = installation.make(Settings())
    made.migrate()
    ran = CliRunner().invoke(
        user.command, ["add", "--email", "f@example.org", "--name", "F", "--role", "facilitator"]
    )
    assert ran.exit_code == 0, ran.output
    assert "Password: " in ran.output
    return made


def run(*arguments: str) -> str:
    ran = CliRunner().invoke(import_ratings.command, [*arguments], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.output


def only_study(place: Installation) -> Study:
    with place.database.reading() as session:
        return session.scalars(select(Study)).one()


def test_a_real_panel_gives_the_figures_of_the_engine(place: Installation) -> None:
    said = run(str(REPLICATS), "--facilitator", "f@example.org", "--title", "Real panel")
    assert "2 rounds, 25 panellists, 25 items" in said
    assert "0:100, chosen as the smallest usual scale that fits" in said
    engine = json.loads(CliRunner().invoke(analyse.command, [str(REPLICATS), "--format", "json"]).output)
    with place.database.reading() as session:
        frozen = results.of_study(session, session.scalars(select(Study.id)).one())
    for snapshot, round_ in zip(frozen, engine["rounds"], strict=True):
        shown = {item.name: (item.panel.n, item.panel.median) for item in snapshot.items}
        assert shown == {
            item["item"]: (item["n"], float(int(item["median"] + 0.5))) for item in round_["items"]
        }
        words = {item.name: item.verdict for item in snapshot.items}
        assert words == {item["item"]: item["verdict"] for item in round_["items"]}


def test_names_of_the_file_stand_nowhere_in_the_database(place: Installation) -> None:
    run(str(REPLICATS), "--facilitator", "f@example.org")
    content = b"".join(path.read_bytes() for path in place.settings.data_dir.glob("copkit.sqlite3*"))
    assert b"UOM1" in content
    assert b"E01" not in content


def test_an_imported_study_cannot_become_a_brief(place: Installation) -> None:
    run(str(REPLICATS), "--facilitator", "f@example.org")
    study = only_study(place)
    with pytest.raises(Conflict, match="cannot be a brief"), place.database.writing() as session:
        briefs.propose(session, study_id=study.id, analyst="A", actor="x", at=place.clock(session))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("round,panellist,group,item\n1,a,g,i\n", "value"),
        ("round,panellist,group,item,value\n1,a,g,i,much\n", "line 2"),
        ("round,panellist,group,item,value\n1,a,g,i,5\n1,a,g,i,6\n", "line 3"),
    ],
)
def test_a_wrong_file_imports_nothing(place: Installation, tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(text)
    with pytest.raises(DelphiError) as refused:
        run(str(file), "--facilitator", "f@example.org")
    assert told in str(refused.value).lower()
    with place.database.reading() as session:
        assert session.scalars(select(Study)).all() == []
        assert session.scalars(select(Rating)).all() == []


def test_only_a_facilitator_gets_an_imported_study(place: Installation) -> None:
    CliRunner().invoke(user.command, ["add", "--email", "r@example.org", "--name", "R", "--role", "reader"])
    with pytest.raises(DelphiError, match="not a facilitator"):
        run(str(REPLICATS), "--facilitator", "r@example.org")


def test_any_scale_and_share_criterion(place: Installation, tmp_path: Path) -> None:
    file = tmp_path / "nine.csv"
    lines = [f"1,p{n},{'ab'[n % 2]},x,{7 + n % 3}" for n in range(12)]
    file.write_text("round,panellist,group,item,value\n" + "\n".join(lines) + "\n")
    run(str(file), "--facilitator", "f@example.org", "--scale", "1:9", "--criterion", "share>=0.75 in 7..9")
    study = only_study(place)
    with place.database.reading() as session:
        (snapshot,) = results.of_study(session, study.id)
    (item,) = snapshot.items
    assert (item.low, item.high, item.criterion_met) == (1, 9, True)
