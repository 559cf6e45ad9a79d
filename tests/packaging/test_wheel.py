"""The wheel holds every package and every data file, nothing else, and works in an empty folder."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from copkit_delphi.resources import native_library_dir

ROOT = Path(__file__).resolve().parents[2]
MAPPED = ("migrations", "reports", "static", "templates")
NOT_SOURCE = shutil.ignore_patterns(
    ".*", "instance", "build", "dist", "*.egg-info", "__pycache__", "tests", "docs"
)
RATINGS = "round,panellist,group,item,value\n" + "".join(
    f"{number},p{panellist},g{panellist % 2},S02.likelihood,{40 + 5 * panellist + number}\n"
    for number in (1, 2)
    for panellist in range(6)
)


def source_files() -> dict[str, Path]:
    """Every file that must travel, by its path in the wheel."""
    found = {}
    for folder in ("copkit_delphi", *MAPPED):
        for path in (ROOT / folder).rglob("*"):
            inside = path.relative_to(ROOT).as_posix()
            if path.is_file() and not any(part.startswith((".", "__pyc")) for part in inside.split("/")):
                found[inside if folder == "copkit_delphi" else f"copkit_delphi/{inside}"] = path
    return found


def listed_packages() -> set[str]:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    return set(config["options"]["packages"].split())


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from a copy: setuptools leaves a build folder whose old files would travel too."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, folder / "source", ignore=NOT_SOURCE)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q"]
    subprocess.run([*build, "-w", str(folder), str(folder / "source")], check=True, env=quiet())
    return next(folder.glob("copkit_delphi-*.whl"))


def quiet() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COPKIT_"))}
    return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


@pytest.fixture(scope="session")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment of its own that borrows the libraries of this one."""
    folder = tmp_path_factory.mktemp("installed here")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", "-q"]
    subprocess.run([*pip, str(wheel)], check=True, env=quiet())
    site = next(folder.glob("lib/python*/site-packages"))
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    fetched = native_library_dir()
    if fetched:
        (folder / "pango").symlink_to(fetched)
    return folder / "bin" / "copkit-delphi"


def test_every_package_is_listed() -> None:
    with_code = {
        Path(name).parent.as_posix().replace("/", ".") for name in source_files() if name.endswith(".py")
    }
    assert with_code - listed_packages() == set()


def test_every_listed_package_is_there() -> None:
    folders = {
        package: package.removeprefix("copkit_delphi.").replace(".", "/") for package in listed_packages()
    }
    places = {
        package: ROOT / inside if inside.partition("/")[0] in MAPPED else ROOT / package.replace(".", "/")
        for package, inside in folders.items()
    }
    assert [package for package, place in places.items() if not place.is_dir()] == []


def test_the_wheel_holds_every_file(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert source_files().keys() - inside == set()


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    inside = zipfile.ZipFile(wheel).namelist()
    strangers = {name for name in inside if not name.startswith("copkit_delphi-")} - source_files().keys()
    assert strangers == set()
    assert any(name.endswith(("licenses/LICENSE", "dist-info/LICENSE")) for name in inside)


def test_the_command_explains_itself_in_an_empty_folder(command: Path, tmp_path: Path) -> None:
    said = subprocess.run(
        [command, "--help"], cwd=tmp_path, env=quiet(), capture_output=True, text=True, check=True
    )
    assert "import-ratings" in said.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_command_analyses_in_an_empty_folder(command: Path, tmp_path: Path) -> None:
    (tmp_path / "ratings.csv").write_text(RATINGS)
    said = subprocess.run(
        [command, "analyse", "ratings.csv"],
        cwd=tmp_path,
        env=quiet(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "S02.likelihood" in said.stdout
    assert said.stderr == ""


def test_the_installed_package_finds_its_folders(command: Path, tmp_path: Path) -> None:
    script = (
        f"from copkit_delphi.resources import resource_dir as r; print([r(n).parent.name for n in {MAPPED}])"
    )
    python = command.with_name("python")
    said = subprocess.run(
        [python, "-c", script], cwd=tmp_path, env=quiet(), capture_output=True, text=True, check=True
    )
    assert said.stdout == f"{['copkit_delphi'] * len(MAPPED)}\n"


def test_the_demonstration_is_in_the_wheel(command: Path, tmp_path: Path) -> None:
    """Migrations, library, question bank, real panel, report templates and fonts are all asked for here."""
    outcome = subprocess.run(
        [command, "demo", "--no-serve"],
        cwd=tmp_path,
        env=quiet(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["instance"]
    written = list((tmp_path / "instance" / "output").glob("*.pdf"))
    assert len(written) == 3
    assert all(path.read_bytes().startswith(b"%PDF-") for path in written)
