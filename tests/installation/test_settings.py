"""Secrets are drawn once, kept whole, and read by their owner alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from copkit_delphi.domain.errors import DelphiError
from copkit_delphi.settings import Settings


def test_processes_that_start_at_once_read_the_same_secret(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path).prepare()
    with ThreadPoolExecutor(16) as pool:
        drawn = set(pool.map(lambda _: settings.secret("vault"), range(64)))
    assert len(drawn) == 1
    assert len(drawn.pop()) == 32
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["vault.key"]
    assert oct((tmp_path / "keys" / "vault.key").stat().st_mode)[-3:] == "600"


def test_two_installations_have_different_secrets(tmp_path: Path) -> None:
    one, other = (Settings(data_dir=tmp_path / name).prepare() for name in ("one", "other"))
    assert one.secret("vault") != other.secret("vault")


def test_a_folder_that_cannot_be_written_makes_one_clear_line(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(DelphiError, match="cannot be written") as refused:
        Settings(data_dir=blocker / "data").prepare()
    assert "COPKIT_DATA_DIR" in str(refused.value)


def test_a_variable_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPKIT_PORT", "eighty")
    with pytest.raises(DelphiError, match="COPKIT_PORT cannot be used"):
        Settings.read()
