"""What the PDFs of a journey say, as their readers would read them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Sequence

import pikepdf


def check_pdf(content: bytes, *, most: int, on_every_page: Sequence[str], nowhere: Sequence[str]) -> None:
    """Fail unless it is a PDF of at most so many pages, each with these words and none with those."""
    assert content.startswith(b"%PDF")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert 1 <= len(pdf.pages) <= most
    if shutil.which("pdftotext"):
        command = ["pdftotext", "-layout", "-", "-"]
        text = subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()
        pages = text.split("\f")[:-1]
        assert all(words in page for page in pages for words in on_every_page)
        assert not re.search("|".join(map(re.escape, nowhere)), text)
