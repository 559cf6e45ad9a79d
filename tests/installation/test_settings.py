"""Secrets are drawn once, kept whole, and read by their owner alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from copkit_delphi.cli import serve
from copkit_delphi.cli.main import main
from copkit_delphi.domain.errors import DelphiError
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app


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


# Starting only where it is safe --------------------------------------------------------------------------------------

UNSAFE = {
    "factor off, others reach it": (
        {"second_factor": "off", "host": "10.0.0.5", "plain_http": True},
        "SECOND_FACTOR",
    ),
    "factor off behind a public address": (
        {"second_factor": "off", "public_url": "https://d.example"},
        "SECOND_FACTOR",
    ),
    "no https": ({"host": "0.0.0.0"}, "COPKIT_PLAIN_HTTP"),
    "a public address without https": (
        {"host": "0.0.0.0", "public_url": "http://d.example"},
        "COPKIT_PLAIN_HTTP",
    ),
}
SAFE: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, "http://127.0.0.1:8000"),
    ({"second_factor": "off"}, "http://127.0.0.1:8000"),
    ({"second_factor": "off", "public_url": "http://localhost:8000"}, "http://localhost:8000"),
    ({"host": "0.0.0.0", "public_url": "https://d.example"}, "https://d.example"),
    ({"host": "0.0.0.0", "plain_http": True}, "http://delphi.lan"),  # by any name
)


@pytest.mark.parametrize("fault", UNSAFE)
def test_it_does_not_serve_where_people_would_be_in_danger(tmp_path: Path, fault: str) -> None:
    values, named = UNSAFE[fault]
    settings = Settings(**{"data_dir": tmp_path, "second_factor": "required", **values})
    with pytest.raises(DelphiError, match=named):
        create_app(settings)
    with pytest.raises(DelphiError, match=named):
        serve.check(settings)


@pytest.mark.parametrize(("values", "address"), SAFE, ids=str)
def test_it_serves_where_nobody_would_be(tmp_path: Path, values: dict[str, Any], address: str) -> None:
    settings = Settings(**{"data_dir": tmp_path, "second_factor": "required", **values})
    answer = create_app(settings).test_client().get("/sign-in", base_url=address)
    assert answer.status_code == 200
    assert 'name="password"' in answer.text


@pytest.mark.parametrize("name", ["keys/vault.key", "copkit.sqlite3"])
@pytest.mark.parametrize("mode", [0o604, 0o602, 0o644])
def test_it_does_not_start_with_a_key_or_database_open_to_others(
    tmp_path: Path, name: str, mode: int
) -> None:
    Settings(data_dir=tmp_path).prepare().secret("vault")
    (tmp_path / name).chmod(mode)
    with pytest.raises(DelphiError, match=r"can read or change .*chmod o="):
        Settings(data_dir=tmp_path).prepare()
    (tmp_path / name).chmod(0o600)
    Settings(data_dir=tmp_path).prepare()


def test_it_does_not_start_for_debugging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(DelphiError, match="Unset FLASK_DEBUG"):
        create_app(Settings(data_dir=tmp_path))
    with pytest.raises(DelphiError, match="Unset FLASK_DEBUG"):
        serve.check(Settings(data_dir=tmp_path))


def test_a_refusal_to_start_is_one_sentence_and_an_exit_status(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COPKIT_DATA_DIR", str(tmp_path))
    with pytest.raises(SystemExit) as left:
        main(["serve", "--host", "0.0.0.0"])
    said = capsys.readouterr().err
    assert left.value.code != 0
    assert len(said.strip().splitlines()) == 1
    assert "Traceback" not in said
