"""Which tests hold the acceptance checks of the design: one place to look, no second copy of a test.

1 to 13 are the expert's, 14 to 18 the facilitator's, 19 to 23 the policymaker's, 24 and 25 everyone's. What needs people
stands in docs/acceptance.md as owed. Of 18 the half that says "within five seconds of a submitted answer" is not wanted
any more: while a round is open nobody sees a figure, so that what is told is told at the close.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWED = {2, 14, 19}
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
    15: ("web/test_facilitator.py::test_the_monitor_shows_progress_and_nothing_else",
         "disclosure/test_walk.py::test_while_a_round_is_open_wild_answers_change_nothing",
         "web/test_names_and_refusals.py::test_contacts_come_only_with_an_entry_in_the_audit"),
    16: ("elicitation/test_reminders.py::test_reminders_go_to_those_who_have_not_finished_and_to_nobody_else",
         "elicitation/test_reminders.py::test_nobody_gets_more_than_two_and_they_are_a_day_apart",
         "web/test_mail.py::test_every_shipped_text_is_complete_and_names_only_what_is_known"),
    17: ("elicitation/test_rounds.py::test_closing_against_the_advisor_needs_a_reason",
         "warning/test_study_record.py::test_each_decision_is_printed_by_role_with_day_and_advice_and_nobody_is_named"),
    18: ("elicitation/test_deciding.py::test_every_told_rule_is_what_the_engine_says_of_the_ratings_themselves",
         "elicitation/test_deciding.py::test_the_record_of_a_real_panel_says_what_the_engine_says"),
    20: ("reporting/test_documents.py::test_every_judgement_says_word_number_middle_half_agreement_and_confidence",
         "reporting/test_phrases.py::test_the_word_fits_its_number"),
    21: ("reporting/test_pdf.py::test_a_brief_of_four_to_twelve_items_has_at_most_six_pages",
         "reporting/test_matrix.py::test_no_label_covers_anything_on_two_hundred_studies"),
    22: ("reporting/test_grey.py::test_without_its_colours_no_mark_is_another",
         "reporting/test_pdf.py::test_every_page_carries_marking_twice_reference_version_hash_and_number"),
    23: ("reporting/test_pdf.py::test_the_file_is_tagged_titled_and_says_nothing_of_its_maker",
         "reporting/test_pdf.py::test_every_figure_has_alternative_text_and_tables_have_heads"),
    24: ("web/test_panellist_keys.py::test_pages_have_no_accessibility_finding_and_no_sideways_scroll",
         "journey/test_every_page.py::test_axe_finds_nothing_and_nothing_scrolls_sideways",
         "look/test_contrast.py::test_text_has_a_contrast_of_four_and_a_half",
         "look/test_pages.py::test_nothing_scrolls_sideways_and_no_target_is_tiny"),
    25: ("cli/test_catalogues.py::test_no_message_hides_where_it_is_not_found",
         "journey/test_pseudo.py::test_nothing_of_a_page_is_left_in_english",
         "look/test_pages.py::test_right_to_left_mirrors_the_page_but_not_the_scale",
         "web/test_pseudo.py::test_every_kind_of_question"),
}  # fmt: skip


def test_every_check_is_held_or_owed() -> None:
    assert HELD.keys() | OWED == {*range(1, 26)}
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
