"""Words of levels and choices stand unbroken on every width, in every language that is longer than English."""

from __future__ import annotations

from typing import Any

import pytest

from copkit_delphi.elicitation.ratings import give_consent
from tests import own_questions
from tests.web import panel

pytestmark = pytest.mark.browser

# Words of labels that stand on more than one line, without a hyphen or a slash to part them.
BROKEN = """() => {
  const found = [];
  for (const label of document.querySelectorAll('main label')) {
    const walker = document.createTreeWalker(label, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement.closest('.vh') || !node.parentElement.checkVisibility()) continue;
      for (const word of node.data.matchAll(/[^\\s\\-/]+/g)) {
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size > 1) found.push(word[0]);
      }
    }
  }
  return found;
}"""


@pytest.fixture
def opened(place: Any, site: str, browser: Any) -> Any:
    study = own_questions.started(place)
    with place.database.writing() as session:
        give_consent(session, panellist_id=panel.real(session, study)[0].id, version="t", quoting="no")
    page = browser.new_context().new_page()
    page.goto(site + panel.link(place, study))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/panel/**")
    yield page, site
    page.context.close()


def test_no_word_of_a_level_is_broken(opened: tuple[Any, str]) -> None:
    page, site = opened
    broken = []
    for language in ("en", "de", "pl", "fr"):
        for position in (1, 2):
            page.goto(f"{site}/panel/{position}?language={language}")
            for width in (320, 390, 600, 900, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                broken += [(language, position, width, word) for word in page.evaluate(BROKEN)]
                assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert broken == []
