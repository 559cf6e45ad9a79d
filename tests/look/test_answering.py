"""The estimate, the draft and the revision as a panellist uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.look.conftest import Drafts

pytestmark = pytest.mark.browser

BORDERS = {
    1: "Remote chance", 7: "Remote chance", 8: "Highly unlikely", 22: "Highly unlikely", 23: "Unlikely",
    37: "Unlikely", 38: "Realistic possibility", 52: "Realistic possibility", 53: "Likely", 77: "Likely",
    78: "Highly likely", 92: "Highly likely", 93: "Almost certain", 99: "Almost certain",
}  # fmt: skip
ENTERED = [4, 15, 30, 45, 65, 85, 96]


@pytest.fixture(autouse=True)
def _willing(drafts: Drafts) -> Iterator[None]:
    drafts.received.clear()
    yield
    drafts.refuse = False
    drafts.hold.set()


def views(page: Any) -> tuple[str, str, str, str, int]:
    """Return what number, slider, word, ticked word and highlighted band say."""
    ticked = page.locator("[data-pick]:checked + span")
    bands = page.locator("[data-band]").evaluate_all(
        "all => all.findIndex((band) => band.classList.contains('on'))"
    )
    slider = page.locator("[data-slider]")
    unset = slider.get_attribute("data-unset") is not None
    return (
        page.locator("#likelihood").input_value(),
        "" if unset else slider.input_value(),
        page.locator("[data-word] span").inner_text(),
        ticked.text_content() if ticked.count() else "",
        bands,
    )


def test_five_views_agree_at_every_border(open_page: Callable[..., Any]) -> None:
    page = open_page("/blank")
    order = list(dict.fromkeys(BORDERS.values()))
    for value, word in BORDERS.items():
        page.locator("#likelihood").fill(str(value))
        assert views(page) == (str(value), str(value), word, word, order.index(word))
    for value, word in BORDERS.items():
        page.locator("[data-slider]").evaluate(
            "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', { bubbles: true })); }", str(value)
        )
        assert views(page) == (str(value), str(value), word, word, order.index(word))
    page.get_by_text("Choose by words instead").click()
    for at, value in enumerate(ENTERED):
        page.locator("[data-pick]").nth(at).check(force=True)
        assert views(page) == (str(value), str(value), order[at], order[at], at)


def test_keys_and_steps_stay_within_1_and_99(open_page: Callable[..., Any]) -> None:
    page = open_page("/answered")
    number = page.locator("#likelihood")
    for key, value in (("ArrowUp", "46"), ("PageUp", "56"), ("ArrowDown", "55"), ("PageDown", "45")):
        number.press(key)
        assert views(page)[:2] == (value, value)
    page.locator("[data-slider]").press("ArrowRight")
    assert views(page)[:2] == ("46", "46")
    for _ in range(12):
        page.get_by_role("button", name="5 more").click()
    assert views(page)[0] == "99"
    number.fill("100")
    assert views(page) == ("100", "", "", "", -1)


def test_an_untouched_slider_is_no_answer(open_page: Callable[..., Any], drafts: Drafts) -> None:
    page = open_page("/blank")
    assert views(page) == ("", "", "", "", -1)
    page.locator("[data-slider]").focus()
    page.keyboard.press("Tab")
    page.locator("#reason").fill("A reason alone")
    page.wait_for_selector("[data-save][data-state=kept]")
    assert drafts.received[-1]["likelihood"] == ""
    assert "society" not in drafts.received[-1]
    assert not [name for name in drafts.received[-1] if name.endswith("-words")]


def test_a_tap_in_the_middle_of_the_scale_is_an_answer(open_page: Callable[..., Any]) -> None:
    page = open_page("/blank")
    page.locator("[data-slider]").click()
    assert views(page)[:3] == ("50", "50", "Realistic possibility")


def test_kept_is_said_only_after_the_server_said_so(open_page: Callable[..., Any], drafts: Drafts) -> None:
    page = open_page("/blank")
    drafts.hold.clear()
    page.locator("#likelihood").press_sequentially("30")
    page.wait_for_selector("[data-save][data-state=keeping]")
    assert "kept" not in page.locator("[data-save-text]").inner_text()
    page.locator("#likelihood").press("End")
    page.locator("#likelihood").press_sequentially("1")
    drafts.hold.set()
    page.wait_for_selector("[data-save][data-state=kept]")
    assert page.locator("[data-save-text]").inner_text() == "Draft kept 14:32 (not counted yet)"
    assert drafts.received[-1]["likelihood"] == "301"
    assert drafts.received[-1]["token"] == "token-of-the-form"
    assert page.evaluate("document.activeElement.id") == "likelihood"


def test_a_refused_draft_is_tried_again_and_leaving_is_warned(
    open_page: Callable[..., Any], drafts: Drafts
) -> None:
    page = open_page("/blank")
    page.clock.install()
    drafts.refuse = True
    page.locator("#likelihood").fill("30")
    page.clock.run_for(1100)
    page.wait_for_selector("[data-save][data-state=failed]")
    assert page.get_by_role("status").filter(has_text="Not kept yet. Keep this page open.").count() == 1
    warned: list[str] = []

    def answer(dialog: Any) -> None:
        warned.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", answer)
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert warned == ["beforeunload"]
    drafts.refuse = False
    page.clock.run_for(10_500)
    page.wait_for_selector("[data-save][data-state=kept]")
    assert drafts.received[-1]["likelihood"] == "30"
    open_page.said[:] = [text for text in open_page.said if "503" not in text]  # type: ignore[attr-defined]


def test_later_rounds_name_what_the_button_does(open_page: Callable[..., Any]) -> None:
    page = open_page("/revise")
    button, above, below = (
        page.locator(".actions button"), page.locator("[data-far=above]"), page.locator("[data-far=below]")
    )  # fmt: skip
    asked = page.get_by_text("I prefer not to say")
    assert (button.inner_text(), above.is_visible(), below.is_visible()) == (
        "Keep 80% and continue",
        True,
        False,
    )
    assert asked.is_visible()
    page.locator("#likelihood").fill("60")
    assert (button.inner_text(), above.is_visible(), asked.is_visible()) == (
        "Save 60% and continue",
        False,
        False,
    )
    page.locator("#likelihood").fill("24")
    assert (below.is_visible(), asked.is_visible()) == (True, True)
    page.locator("#likelihood").fill("")
    assert button.inner_text() == "Save and continue"


def test_opening_a_revision_keeps_no_draft(open_page) -> None:
    page = open_page("/revise")
    page.wait_for_function("document.documentElement.classList.contains('js')")
    page.wait_for_load_state("networkidle")
    assert (
        page.evaluate(
            "performance.getEntriesByType('resource').filter(e => e.name.includes('draft') && !e.name.includes('.js')).length"
        )
        == 0
    )
