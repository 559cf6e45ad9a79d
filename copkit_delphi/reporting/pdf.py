"""HTML to PDF in a child process: no secrets, no network, limited memory and time, named assets only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import copkit_delphi
from copkit_delphi.domain.errors import N_, DelphiError
from copkit_delphi.resources import resource_dir

VARIANTS = ("pdf/ua-1", "pdf/a-3a")
SECONDS = 120
NO_PANGO = 3
_FONT_CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class PdfFailed(DelphiError):
    """The document could not be made into a PDF; nothing was written."""

    code = "pdf-failed"
    status = 503


def to_pdf(html: str, *, variant: str = "pdf/ua-1") -> bytes:
    """Return ``html`` as a tagged PDF, the same bytes for the same text in any process and folder.

    Raises ``PdfFailed`` where Pango is missing or the renderer fails, ``ValueError`` for another variant.
    """
    if variant not in VARIANTS:
        raise ValueError(f"variant is one of {', '.join(VARIANTS)}")
    with TemporaryDirectory(prefix="copkit-pdf-") as folder:
        return _run(html, variant, Path(folder))


def _run(html: str, variant: str, folder: Path) -> bytes:
    command = [sys.executable, "-m", "copkit_delphi.reporting.render", variant]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell, nothing from a user
            command,
            input=html.encode(),
            capture_output=True,
            cwd=folder,
            env=_environment(folder),
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PdfFailed(N_("The PDF took too long and was stopped. Try again later.")) from None
    if done.returncode == NO_PANGO:
        raise PdfFailed(N_("PDFs need Pango, which this machine lacks. Start app.py once to add it."))
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise PdfFailed(N_("The PDF could not be made: %(reason)s"), reason=_reason(done.stderr))
    return done.stdout


def _reason(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "the renderer ended without a word"


def _environment(folder: Path) -> dict[str, str]:
    """Return the child's whole environment: nothing of the server's settings reaches it."""
    config = folder / "fonts.conf"
    config.write_text(_FONT_CONFIG.format(fonts=resource_dir("reports") / "fonts", cache=folder / "cache"))
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "FONTCONFIG_FILE": str(config),
        "PYTHONPATH": str(Path(copkit_delphi.__file__).resolve().parent.parent),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
