"""The ``copkit-delphi`` command: its list, its refusals, and readers that go away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from copkit_delphi import __version__
from copkit_delphi.cli import main as entry
from copkit_delphi.domain.errors import Conflict

ROOT = Path(__file__).resolve().parents[2]


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )


def offer(monkeypatch: pytest.MonkeyPatch, function: click.Command) -> None:
    monkeypatch.setattr(entry.importlib, "import_module", lambda _: SimpleNamespace(command=function))


def status(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        entry.main(list(arguments))
    assert isinstance(left.value.code, int)
    return left.value.code


def test_help_lists_every_command_without_importing_one(capsys: pytest.CaptureFixture[str]) -> None:
    seen = run(
        "import sys; from copkit_delphi.cli.main import main\n"
        "try: main(['--help'])\n"
        "finally: print([m for m in sys.modules if m in ('flask', 'numpy', 'sqlalchemy', 'weasyprint')])"
    ).stdout
    assert all(f"\n  {name} " in seen and line in seen for name, line in entry.COMMANDS.items())
    assert seen.endswith("[]\n")


@pytest.mark.parametrize("name", entry.COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(name, "--help") == 0
    assert f"Usage: copkit-delphi {name}" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("--version") == 0
    assert capsys.readouterr().out == f"copkit-delphi, version {__version__}\n"


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("forecast") == 2
    assert "No such command 'forecast'" in capsys.readouterr().err


def test_a_refusal_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    @click.command()
    def refuse() -> None:
        raise Conflict("Port %(port)s is in use.\nChoose another.", port=8000)

    offer(monkeypatch, refuse)
    assert status("serve") == 2
    assert capsys.readouterr() == ("", "Port 8000 is in use. Choose another.\n")


def test_an_interrupt_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    @click.command()
    def interrupted() -> None:
        raise KeyboardInterrupt

    offer(monkeypatch, interrupted)
    assert status("serve") == 130
    assert capsys.readouterr().err.strip() == ""


def test_a_reader_that_goes_away_leaves_no_trace() -> None:
    script = (
        "import sys, click; from types import SimpleNamespace; from copkit_delphi.cli import main as entry\n"
        "talk = click.Command('talk', callback=lambda: [print('x' * 99) for _ in range(9999)])\n"
        "entry.importlib.import_module = lambda _: SimpleNamespace(command=talk)\n"
        "entry.main(['demo'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=-1, stderr=-1, text=True
    ) as talking:
        assert talking.stdout
        assert talking.stderr
        talking.stdout.readline()
        talking.stdout.close()
        assert talking.stderr.read() == ""
    assert talking.returncode == 1


def test_the_server_starts_without_reading_what_only_an_analysis_needs() -> None:
    found = run(
        "import sys; from copkit_delphi.cli import serve\n"
        "print('copkit_delphi.analysis.engine' in sys.modules, 'scipy' in sys.modules)"
    )
    assert found.stdout.split() == ["True", "False"], found.stderr
