"""The PDF: pages, tags, marking on each page, the same bytes everywhere, and nothing fetched."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from copkit_delphi.reporting import pdf, render
from copkit_delphi.reporting.assets import BASE, TYPES, asset_at
from copkit_delphi.reporting.documents import render_annex, render_brief, render_report
from copkit_delphi.reporting.pdf import PdfFailed, to_pdf
from tests.reporting.annexes import annex, report
from tests.reporting.factory import brief, brief_of, realistic
from tests.reporting.records import recorded

ROOT = Path(__file__).resolve().parents[2]
NO_POPPLER = "no pdftotext here (sudo apt install poppler-utils)"


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return {
        "brief": to_pdf(render_brief(brief())),
        "annex": to_pdf(render_annex(annex())),
        "report": to_pdf(render_report(report())),
    }


@pytest.fixture
def pages_of():
    if not shutil.which("pdftotext"):
        if os.environ.get("CI") == "true":
            pytest.fail(NO_POPPLER, pytrace=False)
        pytest.skip(NO_POPPLER)
    return _texts


def _texts(content: bytes) -> list[str]:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


@pytest.mark.parametrize("count", [4, 8, 12])
def test_a_brief_of_four_to_twelve_items_has_at_most_six_pages(count):
    assert len(opened(to_pdf(render_brief(brief_of(count)))).pages) <= 6


@pytest.mark.parametrize("count", [4, 8, 12])
def test_texts_as_long_as_people_write_them_stay_within_six_pages(count):
    assert len(opened(to_pdf(render_brief(realistic(count)))).pages) <= 6


@pytest.mark.parametrize(
    ("name", "marking"), [("brief", "TLP:GREEN"), ("annex", "TLP:GREEN"), ("report", "TLP:CLEAR")]
)
def test_every_page_carries_marking_twice_reference_version_hash_and_number(made, pages_of, name, marking):
    pages = pages_of(made[name])
    hashed = {"brief": brief, "annex": annex, "report": report}[name]().snapshot_hash[:12]
    for number, text in enumerate(pages, 1):
        assert text.count(marking) >= 2
        assert f"Page {number} of {len(pages)}" in text
        assert "version 1" in text
        assert hashed in text


@pytest.mark.parametrize("name", ["brief", "annex"])
def test_every_page_says_that_it_is_a_synthetic_draft(made, pages_of, name):
    for text in pages_of(made[name]):
        assert "SYNTHETIC PANEL" in text
        assert "Draft, not released" in text


def test_the_study_record_makes_an_annex_no_page_longer(made):
    assert len(opened(to_pdf(render_annex(recorded()))).pages) == len(opened(made["annex"]).pages)


def test_every_page_of_a_report_says_what_it_is_not(made, pages_of):
    for text in pages_of(made["report"]):
        assert "Not an early warning. Ethics was not assessed." in re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("name", ["brief", "annex", "report"])
def test_the_file_is_tagged_titled_and_says_nothing_of_its_maker(made, name):
    with opened(made[name]) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "en"
        assert root.ViewerPreferences.DisplayDocTitle
        assert "/Outlines" in root
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"]
        assert b"WeasyPrint" not in document.Root.Metadata.read_bytes()
        assert "WeasyPrint" not in str(document.docinfo)
        assert str(document.docinfo["/CreationDate"]).startswith("D:20261120")


@pytest.mark.parametrize("name", ["brief", "annex", "report"])
def test_every_figure_has_alternative_text_and_tables_have_heads(made, name):
    with opened(made[name]) as document:
        elements = [
            e
            for e in document.objects
            if isinstance(e, pikepdf.Dictionary) and e.get("/Type") == "/StructElem"
        ]
        kinds = [str(e.get("/S")) for e in elements]
        assert {"/H1", "/H2", "/Table", "/TH", "/Figure"} <= set(kinds)
        assert all(str(e.get("/Alt", "")) for e in elements if e.get("/S") == "/Figure")


def test_only_our_font_is_embedded(made):
    with opened(made["brief"]) as document:
        names = {
            str(o.FontName)
            for o in document.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
        }
    assert names
    assert all("NotoSans" in name.replace("-", "") for name in names)


def test_the_same_document_gives_the_same_bytes_in_two_processes_and_two_folders(tmp_path):
    script = (
        "import hashlib; from tests.reporting.factory import brief_of;"
        "from copkit_delphi.reporting.documents import render_brief; from copkit_delphi.reporting.pdf import to_pdf;"
        "print(hashlib.sha256(to_pdf(render_brief(brief_of(4)))).hexdigest())"
    )
    seen = set()
    for number in (1, 2):
        folder = tmp_path / f"somewhere {number}"
        folder.mkdir()
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(folder),
            "PYTHONHASHSEED": str(number),
            "TZ": f"UTC{number}",
        }
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        seen.add(done.stdout.strip())
    assert len(seen) == 1
    assert seen == {hashlib.sha256(to_pdf(render_brief(brief_of(4)))).hexdigest()}


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "http://example.org/x.css",
        "https://example.org/print.css",
        "data:image/png;base64,AAAA",
        "data:text/html,x",
        f"{BASE}../setup.cfg",
        f"{BASE}base.html",
        f"{BASE}fonts/OFL.txt",
        "ftp://example.org/",
        "print.css",
    ],
)
def test_the_fetcher_refuses_everything_but_named_assets(address):
    with pytest.raises(ValueError, match="named assets"):
        asset_at(address)


@pytest.mark.parametrize("name", TYPES)
def test_the_fetcher_gives_each_named_asset(name):
    kind, content = asset_at(BASE + name)
    assert kind == TYPES[name]
    assert content


def test_a_page_cannot_pull_a_file_into_the_pdf(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret of this machine")
    html = (
        f'<html lang="en"><title>x</title><link rel="attachment" href="{secret.as_uri()}">'
        f'<link rel="stylesheet" href="{secret.as_uri()}"><img alt="x" src="{secret.as_uri()}"><p>text</p>'
    )
    content = to_pdf(html)
    with opened(content) as document:
        assert not document.attachments
    assert b"EmbeddedFile" not in content


def test_the_child_gets_no_secret_of_the_server(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:hunter2@db/x")
    monkeypatch.setenv("COPKIT_SECRET_KEY", "hunter2")
    assert not any("hunter2" in value for value in pdf._environment(tmp_path).values())


@pytest.mark.parametrize("event", ["socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"])
def test_the_child_reaches_neither_network_nor_another_program(event):
    with pytest.raises(PermissionError):
        render.refuse_network(event, ())
    assert render.refuse_network("open", ()) is None


def test_an_unknown_variant_is_refused_before_anything_starts():
    with pytest.raises(ValueError, match="variant"):
        to_pdf("<p>x", variant="pdf/x-4")


def test_a_failing_child_is_one_clear_refusal(monkeypatch):
    monkeypatch.setattr(pdf, "_environment", lambda folder: {"PATH": "/nowhere"})
    with pytest.raises(PdfFailed, match="could not be made"):
        to_pdf("<p>x")


def test_a_machine_without_pango_is_told_what_to_do(monkeypatch):
    done = subprocess.CompletedProcess([], pdf.NO_PANGO, b"", b"cannot load library 'pango'")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    with pytest.raises(PdfFailed, match="Pango"):
        to_pdf("<p>x")
