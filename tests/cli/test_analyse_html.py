"""``analyse --html``: the page that a facilitator opens, what it says and what it never does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from copkit_delphi.analysis import registry, study
from copkit_delphi.analysis.measure import Figures, Measure
from copkit_delphi.cli import whole_file
from copkit_delphi.cli.analyse import command
from copkit_delphi.domain.errors import Invalid
from tests import accessibility
from tests.journey.world import pictures_folder, save

RATINGS = Path(str(files("copkit_delphi.library"))) / "data" / "replicats" / "ratings.csv"
HEADER = "round,panellist,group,item,value,item_title\n"
THREE = ("--item", "claim-21", "--item", "claim-108", "--item", "claim-168")


class Reader(HTMLParser):
    """What a page says, and of which elements it is made."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.tags[-1:] and self.tags[-1][0] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def page_of(folder, *args, file=RATINGS):
    out = folder / "page.html"
    done = CliRunner().invoke(command, [str(file), "--html", str(out), *args])
    assert done.exit_code == 0, done.output
    return out.read_text("utf-8"), done


def written(folder, rows, header=HEADER):
    file = folder / "ratings.csv"
    file.write_text(header + rows, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    return page_of(tmp_path_factory.mktemp("page"), *THREE)[0]


@pytest.fixture(scope="module")
def page(html):
    return Reader(html)


def test_the_summary_says_what_to_do_and_why(page):
    assert "ratings.csv" in page.text
    assert "Everything is shown, small groups too. Do not pass this page on" in page.text
    assert "Panels are not random samples: read effect sizes" in page.text
    assert "The stopping rule says: hold another round." in page.text
    assert "1 item is moving." in page.text
    assert "2 of 3 verdicts would be another" in page.text
    assert "Majority under: middle half of at most 10; at least 90% of ratings around the median" in page.text
    assert "Every two items are separable" in page.text
    assert "Seed 20260101 Resamples 1,000 Made with COPKIT Delphi" in page.text


def test_a_card_says_the_verdict_its_reasons_and_every_figure_in_words(page):
    assert "Verdict: Stable dissent" in page.text
    assert "The medians of UOM1 and UOM5 lie at least 30 apart." in page.text
    assert "56% of the ratings agree; with 25 ratings the 95% interval runs from 37% to 73%." in page.text
    assert "p 0.19" in page.text
    assert "so one-sided a movement would come about in 19 of 100 panels." in page.text
    assert "undefined: needs a scale of whole points" in page.text
    assert not re.search(r"\d\.\d{4}", page.text.partition("How this was computed")[0])


def test_charts_have_titles_and_a_table_that_says_the_same(page):
    charts = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert charts
    assert all(chart["role"] == "img" and chart["aria-label"] for chart in charts)
    assert any("median 50, middle half 45 to 66" in str(chart["aria-label"]) for chart in charts)
    assert "All panellists, round before" in page.text


def test_pairs_that_cannot_be_told_apart_are_named(tmp_path):
    text = Reader(page_of(tmp_path)[0]).text
    assert re.search(r"\d+ of 300 pairs of items are not separable", text)
    assert "Do not put one before the other" in text


def test_nothing_is_loaded_and_nothing_runs(html, page):
    assert not re.search(r"https?://|//[a-z]|url\(|@import|javascript:", html, re.IGNORECASE)
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    assert not [
        name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "src"
    ]
    assert all(str(attributes["href"]).startswith("#") for tag, attributes in page.tags if tag == "a")


def test_links_and_labels_lead_to_something(page):
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = [str(attributes["href"])[1:] for tag, attributes in page.tags if tag == "a"]
    wanted += [str(a["aria-labelledby"]) for _, a in page.tags if "aria-labelledby" in a]
    assert set(wanted) <= set(ids)


def test_every_measure_of_the_registry_is_named(page):
    missing = [one.name for one in registry.everything().values() if one.title not in page.text]
    assert missing == []


def test_texts_of_the_file_stay_texts(tmp_path):
    evil = "<script>alert(1)</script>", "'><img src=x onerror=alert(2)>"
    rows = "".join(f'1,"<i>E{who}</i>","{evil[1]}",S1,{who + 1},"{evil[0]}"\n' for who in range(6))
    html, _ = page_of(tmp_path, file=written(tmp_path, rows))
    page = Reader(html)
    assert not {"script", "img", "i>"} & {tag for tag, _ in page.tags}
    assert evil[0] in page.text
    assert evil[1] in page.text
    assert "<i>E0" not in html
    assert "E0" not in page.text  # nobody is named


@pytest.mark.parametrize(
    "rows",
    [
        "1,A,g,S1,,\n",
        "1,A,g,S1,cannot_judge,\n1,B,h,S1,7,\n",
        "".join(f"1,E{who},g,S1,5,\n" for who in range(6)),
        "".join(f"{n},E{who},g{who % 2},S1,{3 + who % 2},\n" for n in (1, 2) for who in range(6)),
        "1,A,g,S1,7,\n2,A,g,S2,7,\n",
        "".join(f"1,E{who},group {who},S1,{who},\n" for who in range(40)),
    ],
    ids=["nobody", "one", "unanimous", "two values", "other items", "many groups"],
)
def test_degenerate_files_have_a_page_without_bare_figures(tmp_path, rows):
    text = Reader(page_of(tmp_path, file=written(tmp_path, rows))[0]).text
    assert not re.search(r"\b(nan|None|inf)\b", text)
    assert "fewer than 5 answers" not in text  # nothing is withheld from the owner
    assert "undefined:" in text


def test_both_forms_come_and_the_same_call_gives_the_same_page(tmp_path):
    html, done = page_of(tmp_path, *THREE, "--format", "json")
    plain = CliRunner().invoke(command, [str(RATINGS), *THREE, "--format", "json"])
    assert done.stdout == plain.stdout
    again, table = page_of(tmp_path, *THREE)
    assert again == html
    assert table.stdout.startswith("ratings.csv: 2 rounds")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_of_many_items_sixty_have_cards_and_the_page_says_so(tmp_path):
    rows = "".join(
        f"{n},E{who},g{who % 3},S{item},{(who * item + n) % 9 + 1},\n"
        for n in (1, 2)
        for item in range(75)
        for who in range(9)
    )
    html, _ = page_of(tmp_path, "--resamples", "100", file=written(tmp_path, rows))
    page = Reader(html)
    assert sum(tag == "article" for tag, _ in page.tags) == 60
    assert "Cards of 60 of 75 items" in page.text
    assert "The first 60 of 75 items are drawn." in page.text
    assert len(html) < 8_000_000


def test_a_measure_added_tomorrow_is_on_the_page(tmp_path, monkeypatch):
    value = [{"wing": "left", "size": 0.25}, {"wing": "right", "size": 0.75}]
    new = Measure(
        "wings", "item", "Wings of the panel", "Somebody, 2031", "none", "To see wings.", "Never.", "None.",
        lambda sample: Figures([value] * sample.values.shape[1]), (), schema={"type": "array"},
    )  # fmt: skip
    of = registry.of
    monkeypatch.setattr(registry, "of", lambda level: (*of(level), new) if level == "item" else of(level))
    assert study.registry is registry
    text = Reader(page_of(tmp_path, *THREE)[0]).text
    assert text.count("Wings of the panel") == 4
    assert "Somebody, 2031" in text
    assert "Wing Size left 0.25 right 0.75" in text


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "is a directory. Name a file in it."),
        ("no/where.html", "cannot be written: its directory is not there."),
        ("ratings.csv/page.html", "cannot be written: its directory is not there."),
        ("ratings.csv", "holds the ratings. Name another file."),
        ("pipe", "is not a plain file. Name another."),
        ("x" * 300 + ".html", "cannot be written: File name too long."),
    ],
)
def test_a_refused_path_is_one_line_before_any_work(tmp_path, name, says):
    file = written(tmp_path, "1,A,g,S1,7,\n")
    os.mkfifo(tmp_path / "pipe")
    before = sorted(tmp_path.iterdir())
    done = subprocess.run(
        [sys.executable, "-m", "copkit_delphi", "analyse", str(file), "--html", str(tmp_path / name)],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.endswith(says)
    assert sorted(tmp_path.iterdir()) == before
    assert file.read_text("utf-8").endswith("S1,7,\n")


def test_a_page_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    out = tmp_path / "page.html"
    out.write_text("old", encoding="utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Invalid, match=r"cannot be written: No space left on device\."):
        whole_file.write_whole(out, "new")
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [("page.html", "old")]


def test_a_link_to_a_page_stays_a_link(tmp_path):
    (tmp_path / "latest.html").symlink_to("page.html")
    whole_file.write_whole(tmp_path / "latest.html", "new")
    assert (tmp_path / "latest.html").is_symlink()
    assert (tmp_path / "page.html").read_text("utf-8") == "new"


@pytest.mark.browser
def test_the_page_in_a_browser(tmp_path, browser):
    page_of(tmp_path, *THREE)
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    asked, said = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.goto((tmp_path / "page.html").as_uri())
    assert (len(asked), said) == (1, [])
    top = tab.locator("#items").bounding_box()["y"]
    clip = {"x": 0, "y": top, "width": 1280, "height": 1180}
    picture = tab.screenshot(full_page=True, clip=clip, animations="disabled")
    save(picture, pictures_folder(tmp_path) / "analysis-page.png")
    tab.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    for width in (1280, 390):
        tab.set_viewport_size({"width": width, "height": 900})
        assert accessibility.violations(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.set_viewport_size({"width": 320, "height": 900})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    tab.close()
