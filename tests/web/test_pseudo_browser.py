"""Pages of a panellist in the pseudo-language, in a browser: nothing cut, nothing over another, nothing sideways."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copkit_delphi.elicitation.ratings import give_consent
from copkit_delphi.settings import Settings
from copkit_delphi.web import create_app
from copkit_delphi.web.context import KEY
from tests import factories, own_questions
from tests.serving import served
from tests.web import panel

pytestmark = pytest.mark.browser

# Where texts of a page stand on one another, reach out of their box or out of the window.
CROWDED = """() => {
  const floating = (at) => { for (let one = at; one; one = one.parentElement) {
    if (['sticky', 'fixed', 'absolute'].includes(getComputedStyle(one).position)) return true; } return false; };
  const scrolls = (at) => { for (let one = at; one; one = one.parentElement) {
    if (['auto', 'scroll'].includes(getComputedStyle(one).overflowX)) return one; } return null; };
  const texts = [], problems = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest('.vh, script, .skip, option') || !parent.checkVisibility({ visibilityProperty: true })
        || floating(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((one) => one.width > 1 && one.height > 1);
    texts.push([node.data.trim().slice(0, 40), rects]);
    if (scrolls(parent)) continue;
    const box = parent.closest('button, .btn, label, td, th, summary, .tiles > *, .cards > *, .num-in')?.getBoundingClientRect();
    for (const one of rects) {
      if (one.left < -1 || one.right > innerWidth + 1) problems.push(['outside', node.data.trim().slice(0, 60)]);
      else if (box && (one.left < box.left - 2 || one.right > box.right + 2 || one.top < box.top - 4 || one.bottom > box.bottom + 4))
        problems.push(['cut', node.data.trim().slice(0, 60)]);
    }
  }
  texts.forEach(([name, rects], at) => texts.slice(at + 1).forEach(([other, others]) => rects.forEach((a) => others.forEach((b) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 2 && high > 0.4 * Math.min(a.height, b.height)) problems.push(['over', name, other]);
  }))));
  if (document.documentElement.scrollWidth > innerWidth) problems.push(['sideways', document.documentElement.scrollWidth]);
  return problems;
}"""


@pytest.fixture(scope="module")
def browsed(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path, browser: Any
) -> Iterator[dict[str, Any]]:
    """Pages by what they are: of Ann in round 1 and in round 2, and of Bob before he agreed."""
    folder = tmp_path_factory.mktemp("pseudo")
    shutil.copy(migrated, folder / "copkit.sqlite3")
    app = create_app(Settings(data_dir=folder, translating=True), clock=lambda _session: factories.NOW)
    place = app.extensions[KEY]
    first, second = own_questions.started(place), own_questions.started(place, rounds=2)
    with place.database.writing() as session:
        for study in (first, second):
            give_consent(session, panellist_id=panel.real(session, study)[0].id, version="t", quoting="no")
    with served(app) as site:
        found = {}
        for name, study, who in (("round 1", first, 0), ("round 2", second, 0), ("before", first, 1)):
            page = browser.new_context().new_page()
            page.goto(f"{site}{panel.link(place, study, who)}?language=x-pseudo")
            page.locator("main button").click()
            page.wait_for_url("**/panel**")
            found[name] = page
        yield found
        for page in found.values():
            page.context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize(
    ("whose", "path"),
    [
        ("before", "/panel"),
        ("round 1", "/panel"),
        ("round 1", "/panel/1"),
        ("round 1", "/panel/2"),
        ("round 1", "/panel/review"),
        ("round 2", "/panel/1"),
        ("round 2", "/panel/results"),
    ],
)
def test_longer_texts_from_right_to_left_have_room(
    browsed: dict[str, Any], whose: str, path: str, width: int
) -> None:
    page = browsed[whose]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/".join(page.url.split("/")[:3]) + path)
    assert page.evaluate("document.dir") == "rtl"
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    assert page.evaluate(CROWDED) == []


# The smallest text of the charts as it stands on the screen, in px.
SMALLEST = """() => Math.min(...[...document.querySelectorAll('main svg text')].filter((one) => one.checkVisibility())
  .map((one) => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a))"""


def test_round_2_is_read_and_answered_on_a_phone(browsed: dict[str, Any]) -> None:
    page = browsed["round 2"]
    page.set_viewport_size({"width": 390, "height": 844})
    site = "/".join(page.url.split("/")[:3])
    page.goto(site + "/panel/2", wait_until="networkidle")
    assert page.evaluate("scrollY") == 0
    save = page.locator("[data-save-button]").bounding_box()
    assert save["y"] + save["height"] <= 844
    assert page.evaluate(SMALLEST) >= 8.9  # figures of an axis; words are larger


@pytest.mark.parametrize("width", [320, 1280])
def test_the_menu_opens_inside_the_window(browsed: dict[str, Any], width: int) -> None:
    page = browsed["round 1"]
    page.set_viewport_size({"width": width, "height": 900})
    for code in ("x-pseudo", "en"):
        page.goto("/".join(page.url.split("/")[:3]) + f"/panel?language={code}")
        page.locator(".menu > summary").click()
        box = page.locator(".menu-box").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto("/".join(page.url.split("/")[:3]) + "/panel?language=x-pseudo")
