"""``archive export`` and ``archive import``: the same bytes again, and one line where something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from copkit_delphi import installation
from copkit_delphi.cli import archive
from copkit_delphi.domain.errors import DelphiError
from copkit_delphi.domain.permission import Role
from copkit_delphi.installation import Installation
from copkit_delphi.settings import Settings
from tests import factories as f


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("COPKIT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made = installation.make(Settings())
    made.migrate()
    return made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(archive.command, arguments, catch_exceptions=False)


def test_out_and_in_and_out_again(place: Installation, tmp_path: Path) -> None:
    with place.database.writing() as session:
        lead = f.make_account(session)
        study, email = f.closed_study(place, session, lead.id, n_rounds=1).id, lead.email
        reader = f.make_account(session, "Rita Reader", Role.READER).email
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    assert "No person, code or rating is in it." in run("export", study, str(first)).output
    with pytest.raises(DelphiError, match="cannot be written"):
        run("export", study, str(first))
    said = run("import", str(first), "--facilitator", email).output
    assert "An archived copy" in said
    run("export", said.split(": ")[1].split(",")[0], str(second))
    assert first.read_bytes() == second.read_bytes()
    assert "A draft study" in run("import", str(first), "--facilitator", email, "--draft").output
    with pytest.raises(DelphiError, match="is not a facilitator"):
        run("import", str(first), "--facilitator", reader)


def test_a_file_that_is_none_is_refused(place: Installation, tmp_path: Path) -> None:
    with place.database.writing() as session:
        email = f.make_account(session).email
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"PK\x03\x04")
    with pytest.raises(DelphiError, match="damaged"):
        run("import", str(bad), "--facilitator", email)
    with pytest.raises(DelphiError, match="cannot be read"):
        run("import", str(tmp_path / "none.zip"), "--facilitator", email)
