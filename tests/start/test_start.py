"""``python3 app.py`` from nothing: a small checkout with empty locks shows the whole way without a network."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-setup.lock")
ECHO = "import sys; print('ran', sys.argv[1:], sys.prefix)"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make a checkout with a space in its path, locks that ask for nothing and a package that says it ran."""
    folder = tmp_path / "a check out"
    (folder / "copkit_delphi").mkdir(parents=True)
    (folder / "copkit_delphi" / "__init__.py").touch()
    (folder / "copkit_delphi" / "__main__.py").write_text(ECHO)
    shutil.copy(ROOT / "app.py", folder)
    for lock in LOCKS:
        (folder / lock).write_text("# nothing\n")
    return folder


def command(checkout: Path, *arguments: str) -> list[str]:
    return [getattr(sys, "_base_executable", sys.executable), str(checkout / "app.py"), *arguments]


def environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def start(checkout: Path, *arguments: str) -> tuple[str, str]:
    """Return what the command said and what the set-up said."""
    outcome = subprocess.run(
        command(checkout, *arguments),
        cwd=checkout.parent,
        env=environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout, outcome.stderr


@pytest.fixture
def app(checkout: Path) -> ModuleType:
    """Load the checkout's ``app.py`` without running it."""
    spec = importlib.util.spec_from_file_location("start_under_test", checkout / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_first_start_sets_up_and_the_second_goes_straight_on(checkout: Path) -> None:
    said, setup = start(checkout, "brief", "--out", "x y")
    assert "[setup] making" in setup
    assert said == f"ran ['brief', '--out', 'x y'] {checkout / '.venv'}\n"
    assert start(checkout) == (f"ran ['demo'] {checkout / '.venv'}\n", "")


@pytest.mark.long
def test_a_set_up_that_was_killed_is_made_anew(checkout: Path) -> None:
    killed = subprocess.Popen(command(checkout, "init"), env=environ(), stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while not (checkout / ".venv" / "bin").exists() and time.monotonic() < until:
        time.sleep(0.02)
    killed.kill()
    killed.wait()
    (checkout / ".venv" / "half").mkdir()
    assert "ran ['init']" in start(checkout, "init")[0]
    assert not (checkout / ".venv" / "half").exists()
    assert not (checkout / ".venv" / "unfinished").exists()


@pytest.mark.long
def test_two_starts_at_once_make_one_environment(checkout: Path) -> None:
    both = [
        subprocess.Popen(command(checkout, "init"), env=environ(), stdout=-1, stderr=-2, text=True)
        for _ in "ab"
    ]
    words = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("making" in said for said in words) == 1
    assert all("ran ['init']" in said for said in words)


@pytest.mark.long
def test_another_lock_makes_another_environment(checkout: Path) -> None:
    start(checkout)
    (checkout / "requirements.lock").write_text("# nothing new\n")
    assert "making" in start(checkout)[1]


def test_a_package_with_another_hash_is_refused(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "stranger-1.0-py3-none-any.whl").write_bytes(b"not what was locked")
    (checkout / "requirements.lock").write_text(f"stranger==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    outcome = subprocess.run(
        command(checkout),
        env={**environ(), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "wheels"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 1
    assert "[setup] installing 1 packages from requirements.lock with pip failed" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert not (checkout / ".venv" / "stamp-run").exists()


def test_a_read_only_checkout_says_what_to_do(app: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.os, "access", lambda *_: False)
    monkeypatch.delenv("COPKIT_DATA_DIR", raising=False)
    with pytest.raises(app.SetupError, match=r"is read-only.*COPKIT_DATA_DIR="):
        app.venv_dir()
    monkeypatch.setenv("COPKIT_DATA_DIR", "/elsewhere")
    assert app.venv_dir() == Path("/elsewhere/venv")


def test_without_the_venv_module_one_line_names_the_package(
    app: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    with pytest.raises(SystemExit) as left:
        app.main(["init"])
    assert str(left.value) == "[setup] Python's venv module is missing: sudo apt install python3-venv"
    assert "Traceback" not in capsys.readouterr().err


def test_an_older_python_gets_one_line() -> None:
    pretend = (
        f"import sys; sys.version_info = (3, 9, 2); import runpy; runpy.run_path({str(ROOT / 'app.py')!r})"
    )
    outcome = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)
    assert outcome.returncode == 1
    assert outcome.stderr == "COPKIT Delphi needs Python 3.11 or newer, for example: python3.11 app.py\n"


def test_without_pango_and_apt_the_start_goes_on_with_one_line(
    app: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    venv = checkout / ".venv"
    venv.mkdir()
    monkeypatch.setattr(app, "PANGO_LIBRARIES", ["absent.so.0"])
    monkeypatch.setenv("PATH", "")
    assert not app.pango_settled(venv)
    app.fetch_pango(venv)
    assert "Pango could not be added. PDFs are off until then: sudo apt install" in capsys.readouterr().err
    assert app.pango_settled(venv)
    assert not (venv / "pango.part").exists()


def test_uv_gets_the_indexes_that_pip_is_configured_for(
    app: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = """global.index-url='https://mirror.example/simple'
install.find-links='wheels more'
:env:.no-index='1'
:env:.cert='/ca.crt'
"""
    answer = subprocess.CompletedProcess([], 0, stdout=listing)
    monkeypatch.setattr(app.subprocess, "run", lambda *_, **__: answer)
    words = app.uv_install(Path("/venv"))
    assert words[:2] == ["env", "SSL_CERT_FILE=/ca.crt"]
    assert " ".join(words).endswith(
        "--default-index https://mirror.example/simple --find-links wheels --find-links more --no-index"
    )


def test_a_server_finds_the_application_without_a_set_up(app: ModuleType) -> None:
    with pytest.raises(AttributeError, match="application"):
        app.application  # noqa: B018 - flask asks for it
