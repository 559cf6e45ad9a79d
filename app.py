#!/usr/bin/env python3
"""Start of a checkout: ``python3 app.py [demo | test | bench | any command]``; also its WSGI entry, ``app:app``.

Needs Python 3.11 with ``venv`` and nothing else. The first start makes ``.venv`` from the hashed lock
files; later starts find its stamp and go straight on. This file runs before anything is installed, so it
uses the standard library only, and a syntax that an older Python can still read to refuse politely.
"""

import ast
import contextlib
import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - the only lines an older Python gets to read
    sys.exit("COPKIT Delphi needs Python 3.11 or newer, for example: python3.11 app.py")

ROOT = Path(__file__).resolve().parent
LOCKS = {"run": "requirements.lock", "test": "requirements-test.lock"}
SETUP_LOCK = "requirements-setup.lock"
PANGO_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
PANGO_LIBRARIES = [
    "pango-1.0.so.0",
    "pangoft2-1.0.so.0",
    "harfbuzz-subset.so.0",
    "gobject-2.0.so.0",
    "fontconfig.so.1",
]
PANGO_HINT = "PDFs are off until then: sudo apt install --no-install-recommends " + " ".join(PANGO_PACKAGES)
UV_FLAGS = {"index-url": "--default-index", "extra-index-url": "--index", "find-links": "--find-links"}


class SetupError(Exception):
    """Why the set-up cannot go on, in one line for the person who started it."""


def __getattr__(name: str) -> object:
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from copkit_delphi.web import create_app  # noqa: PLC0415 - only a server needs it

    globals()["app"] = create_app()
    return globals()["app"]


def main(arguments: list[str]) -> None:
    """Set up what is missing, then become ``python -m`` of the environment in the caller's folder."""
    testing = arguments[:1] == ["test"]
    try:
        venv = venv_dir()
        prepare(venv, ["run", "test"] if testing else ["run"])
    except SetupError as error:
        sys.exit(f"[setup] {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    if testing:
        os.chdir(ROOT)
    module = ["pytest", *workers(arguments), *arguments[1:]] if testing else ["copkit_delphi", *arguments]
    paths = filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])
    python = str(venv / "bin" / "python")
    sys.stdout.flush()
    os.execve(python, [python, "-P", "-m", *module], {**os.environ, "PYTHONPATH": os.pathsep.join(paths)})


def workers(arguments: list[str]) -> list[str]:
    """Three processes where there are two cores, since databases let them wait; one if told what to run."""
    if len(arguments) > 1 or len(os.sched_getaffinity(0)) < 2:
        return []
    return ["-n", "3", "--dist", "loadgroup"]


def venv_dir() -> Path:
    """``.venv`` of the checkout; beside the data where the checkout may not be written."""
    here = ROOT / ".venv"
    if here.is_dir() or os.access(ROOT, os.W_OK):
        return here
    data = os.environ.get("COPKIT_DATA_DIR")
    if data:
        return Path(data).expanduser().resolve() / "venv"
    raise SetupError(
        f"{ROOT} is read-only. Name a folder you may write to: COPKIT_DATA_DIR=~/copkit python3 app.py"
    )


def prepare(venv: Path, wanted: list[str]) -> None:
    """Bring the environment to the locks; the first one to start works, a second one waits for it."""
    if not missing(venv, wanted) and pango_settled(venv):
        return
    with locked(venv):
        if missing(venv, wanted):
            set_up(venv, wanted)
        if not pango_settled(venv):
            fetch_pango(venv)


def missing(venv: Path, wanted: list[str]) -> list[str]:
    return [name for name in wanted if read(venv / f"stamp-{name}") != stamp(name)]


def stamp(name: str) -> str:
    """Changes with the lock, the Python and the place: an environment may be used only where all three hold."""
    parts = [(ROOT / LOCKS[name]).read_bytes(), sys.version.encode(), os.fsencode(ROOT)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def read(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text()
    return ""


@contextlib.contextmanager
def locked(venv: Path) -> Iterator[None]:
    import fcntl  # noqa: PLC0415 - absent on Windows, where the WSGI entry still works

    try:
        venv.mkdir(parents=True, exist_ok=True)
        handle = (venv / "lock").open("w")
    except OSError as error:
        raise SetupError(
            f"{venv} cannot be written ({error.strerror}): remove it, or start as its owner"
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another start to finish its set-up\n")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def set_up(venv: Path, wanted: list[str]) -> None:
    """Make what is missing. A set-up that was stopped half-way leaves ``unfinished`` and is made anew."""
    unfinished = venv / "unfinished"
    if unfinished.exists() or missing(venv, ["run"]):
        make_environment(venv, unfinished)
    unfinished.touch()
    for name in missing(venv, wanted):
        install(venv, LOCKS[name])
        (venv / f"stamp-{name}").write_text(stamp(name))
    unfinished.unlink()


def make_environment(venv: Path, unfinished: Path) -> None:
    if not all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
        raise SetupError("Python's venv module is missing: sudo apt install python3-venv")
    unfinished.touch()
    for entry in venv.iterdir():
        if entry.name not in {"lock", "unfinished"}:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    python = getattr(sys, "_base_executable", sys.executable)
    step(venv, f"making {venv}", [python, "-m", "venv", str(venv)])
    with contextlib.suppress(SetupError):
        step(venv, "getting the installer uv", [*pip_install(venv), "-r", str(ROOT / SETUP_LOCK)])


def install(venv: Path, lock: str) -> None:
    """Install a lock, each file held to its hash: by uv where it works, else by pip, which is slower."""
    packages = sum("==" in line for line in (ROOT / lock).read_text().splitlines())
    label = f"installing {packages} packages from {lock}"
    if (venv / "bin" / "uv").exists():
        with contextlib.suppress(SetupError):
            return step(venv, label, [*uv_install(venv), "-r", str(ROOT / lock)])
    return step(venv, label + " with pip", [*pip_install(venv), "-r", str(ROOT / lock)])


def pip_install(venv: Path) -> list[str]:
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    return [*pip, "--require-hashes", "--no-deps", "--only-binary", ":all:"]


def uv_install(venv: Path) -> list[str]:
    """Build uv's command, with the indexes and mirrors that pip is configured for, since uv does not read them."""
    python = str(venv / "bin" / "python")
    settings = pip_settings(python)
    command = ["env", f"SSL_CERT_FILE={settings['cert']}"] if settings.get("cert") else []
    command += [str(venv / "bin" / "uv"), "pip", "install", "--python", python, "--require-hashes"]
    command += ["--no-deps", "--only-binary", ":all:", "--index-strategy", "unsafe-best-match"]
    for name, flag in UV_FLAGS.items():
        for value in settings.get(name, "").split():
            command += [flag, value]
    if settings.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        command.append("--no-index")
    return command


def pip_settings(python: str) -> dict[str, str]:
    """Settings of ``pip config list``; the environment wins over files, a command's section over the global one."""
    listing = subprocess.run(
        [python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listing.stdout.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.rpartition(".")
        with contextlib.suppress(ValueError, SyntaxError):
            found.setdefault(section, {})[name] = str(ast.literal_eval(value))
    return {**found["global"], **found["install"], **found[":env:"]}


def step(venv: Path, label: str, command: list[str], folder: Path | None = None) -> None:
    """Run one step with a dot every few seconds; its words go to a log and are shown if it fails."""
    began = time.monotonic()
    say(f"{label} ...")
    log = venv / "setup.log"
    environ = {"UV_HTTP_TIMEOUT": os.environ.get("PIP_DEFAULT_TIMEOUT", "60"), **os.environ, "PYTHONPATH": ""}
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environ, cwd=folder)
        status = wait(process)
    if status:
        say(" failed\n", "")
        raise SetupError(f"{label} failed: {last_line(log)} (all of it: {log})")
    say(f" done in {time.monotonic() - began:.1f} s\n", "")


def wait(process: "subprocess.Popen[bytes]") -> int:
    while True:
        try:
            return process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            say(".", "")


def last_line(log: Path) -> str:
    lines = list(filter(None, map(str.strip, read(log).splitlines()))) or ["it said nothing"]
    return next((line for line in reversed(lines) if "error" in line.lower()), lines[-1])


def say(text: str, who: str = "[setup] ") -> None:
    print(f"{who}{text}", end="", flush=True, file=sys.stderr)


def pango_settled(venv: Path) -> bool:
    """Whether PDFs can be made, or adding Pango was tried within the hour."""
    if sys.platform != "linux" or (venv / "pango").is_dir() or all(map(loads, PANGO_LIBRARIES)):
        return True
    tried = venv / "pango-tried"
    recent = tried.exists() and time.time() - tried.stat().st_mtime < 3600
    if recent or not os.access(venv, os.W_OK):
        say(f"Pango is missing. {PANGO_HINT}\n")
        return True
    return False


def loads(library: str) -> bool:
    with contextlib.suppress(OSError):
        return bool(ctypes.CDLL(f"lib{library}"))
    return False


def fetch_pango(venv: Path) -> None:
    """Unpack Debian's own packages into the environment; apt checks them against its signed lists."""
    say("Pango, which draws the PDFs, is missing here: adding Debian's packages to the environment\n")
    part = venv / "pango.part"
    shutil.rmtree(part, ignore_errors=True)
    try:
        for folder in ("lists/partial", "cache/archives/partial", "debs", "tree"):
            (part / folder).mkdir(parents=True)
        apt = apt_get(part)
        step(venv, "reading Debian's package lists", [*apt, "update"])
        step(venv, "downloading Pango", [*apt, "download", *needed_packages(apt)], part / "debs")
        for package in sorted((part / "debs").glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", str(package), str(part / "tree")], check=True)
        (part / "tree").rename(venv / "pango")
    except (SetupError, OSError, subprocess.SubprocessError):
        (venv / "pango-tried").touch()
        say(f"Pango could not be added. {PANGO_HINT}\n")
    shutil.rmtree(part, ignore_errors=True)


def apt_get(part: Path) -> list[str]:
    """Build apt-get with lists and cache of our own, so that it needs neither root nor an earlier ``apt update``."""
    options = {
        "Dir::State::lists": part / "lists",
        "Dir::Cache": part / "cache",
        "Debug::NoLocking": "1",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::http::Timeout": "20",
    }
    return ["apt-get", "-q", *(word for name, value in options.items() for word in ("-o", f"{name}={value}"))]


def needed_packages(apt: list[str]) -> list[str]:
    """List what installing Pango would bring here: lines such as ``'http://...' libx_1.0_amd64.deb 123 SHA256:...``."""
    command = [*apt, "install", "--print-uris", "--yes", "--no-install-recommends", *PANGO_PACKAGES]
    listing = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.split()[1].partition("_")[0] for line in listing.stdout.splitlines() if line.startswith("'")]


if __name__ == "__main__":
    main(sys.argv[1:] or ["demo"])
