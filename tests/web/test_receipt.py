"""After "I am done": a receipt over what is stored, and the own answers as a PDF."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from flask import Flask

from tests.web import panel


def pages_of(content: bytes) -> list[str]:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext reads the pages")
    command = ["pdftotext", "-layout", "-", "-"]
    read = subprocess.run(command, input=content, capture_output=True, check=True)
    return read.stdout.decode().split("\f")[:-1]


def check(page: str) -> str:
    found = re.search(r"data-check>([0-9a-f ]+)<", page)
    assert found
    return found[1]


def test_the_receipt_counts_and_its_value_changes_with_the_answers_alone(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, panel.started(place, sizes={}))
    sent = panel.fields(client, reason="Once")
    client.post("/panel/1", data=sent)
    client.post("/panel/submit", data={"round": "1"})
    page = client.get("/panel/done").get_data(as_text=True)
    assert "5 answers of round 1 are stored and count, 1 reason." in page
    assert "09:00" in page
    assert "UTC" in page
    value = check(page)
    client.post("/panel/1/draft", data=sent | {"likelihood": "10"})
    assert check(client.get("/panel/review").get_data(as_text=True)) == value
    client.post("/panel/1", data=panel.fields(client, likelihood="10", reason="Once"))
    assert check(client.get("/panel/done").get_data(as_text=True)) != value
    client.post("/panel/1", data=panel.fields(client, reason="Once"))
    assert check(client.get("/panel/done").get_data(as_text=True)) == value


def test_the_own_copy_as_a_pdf_is_tagged_marked_and_holds_what_was_saved(app: Flask, place: Any) -> None:
    client = panel.enter(app, place, panel.started(place, sizes={}))
    client.post("/panel/1", data=panel.fields(client, reason="<b>Kept as typed"))
    value = check(client.get("/panel/review").get_data(as_text=True))
    answer = client.get("/panel/answers.pdf")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == "attachment; filename=my-answers.pdf"
    with pikepdf.open(BytesIO(answer.get_data())) as read:
        assert read.Root.MarkInfo.Marked
        assert str(read.Root.Lang) == "en"
    pages = pages_of(answer.get_data())
    assert all(page.count("TLP:AMBER") == 2 for page in pages)
    text = " ".join(" ".join(pages).split())
    assert text.count("Economic loss") == 1
    for said in ("80%", "Highly likely", "<b>Kept as typed", value, "fairly sure"):
        assert said in text, said
