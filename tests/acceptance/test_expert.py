"""Which tests hold the expert's acceptance checks: one place to look, no second copy of a test.

Check 2 needs five people and stands in docs/acceptance.md as owed.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWED = {2}
HELD = {
    1: ("web/test_ten_scenarios.py::test_ten_scenarios_by_keyboard_alone",
        "web/test_panellist_keys.py::test_a_round_by_keyboard_alone"),
    3: ("web/test_panellist.py::test_a_draft_comes_back_on_another_device_and_does_not_count",
        "web/test_answering_browser.py::test_what_was_typed_when_the_session_ran_out_is_saved_after_signing_in_again",
        "web/test_two_devices.py::test_both_values_of_every_field_that_differs_are_shown_and_taken_one_by_one",
        "web/test_two_devices.py::test_what_another_device_typed_and_did_not_save_is_neither_overwritten_nor_dropped_unseen",
        "races/test_tabs.py::test_a_form_whose_answer_was_lost_is_stored_once_when_it_is_sent_again"),
    4: ("web/test_panellist.py::test_nothing_is_preset", "look/test_answering.py::test_an_untouched_slider_is_no_answer"),
    5: ("look/test_answering.py::test_five_views_agree_at_every_border",),
    6: ("web/test_panellist.py::test_cannot_judge_is_one_action_and_counts_as_progress",),
    7: ("web/test_panellist_keys.py::test_answer_revise_and_finish_with_scripts_off",
        "look/test_pages.py::test_everything_can_be_answered_without_scripts"),
    8: ("look/test_pages.py::test_refused_answers_are_listed_first_and_lead_to_their_fields",),
    9: ("web/test_answering_browser.py::test_a_save_pressed_without_a_network_is_kept_and_goes_out_when_it_is_back",
        "look/test_answering.py::test_kept_is_said_only_after_the_server_said_so"),
    10: ("web/test_panellist_revision.py::test_the_own_answer_is_drawn_for_its_owner_only",
         "journey/test_open_round.py::test_the_author_alone_reads_the_own_answer"),
    11: ("web/test_panellist_revision.py::test_no_reason_is_forced_outside_the_middle_half",
         "web/test_panellist_revision.py::test_one_press_keeps_every_earlier_answer_without_scripts"),
    12: ("web/test_panellist_revision.py::test_both_sides_show_equally_many_reasons_first",),
    13: ("web/test_panellist_revision.py::test_a_group_below_five_is_nowhere_in_the_page",
         "disclosure/test_walk.py::test_no_address_at_any_stage_tells_what_one_of_five_answered"),
    24: ("web/test_panellist_keys.py::test_pages_have_no_accessibility_finding_and_no_sideways_scroll",
         "journey/test_every_page.py::test_axe_finds_nothing_and_nothing_scrolls_sideways",
         "look/test_contrast.py::test_text_has_a_contrast_of_four_and_a_half",
         "look/test_pages.py::test_nothing_scrolls_sideways_and_no_target_is_tiny"),
}  # fmt: skip


def test_every_check_of_the_expert_is_held_or_owed() -> None:
    assert HELD.keys() | OWED == {*range(1, 14), 24}
    assert not HELD.keys() & OWED


@pytest.mark.parametrize("number", sorted(HELD), ids=lambda number: f"{number:02}")
def test_what_holds_a_check_is_there(number: int) -> None:
    for place in HELD[number]:
        file, _, name = place.partition("::")
        tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, place


def test_what_is_owed_is_written_down() -> None:
    text = (ROOT / "docs" / "acceptance.md").read_text(encoding="utf-8")
    assert all(f"| {number} |" in text for number in OWED)
