"""Documents say what is given, print "Not part of this study." where nothing is, and escape what people typed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from copkit_delphi.domain.documents import GRADE_LABELS, Confidence, DeadlineFact, Flag, Grade
from copkit_delphi.domain.results import Figures, GroupFigures
from copkit_delphi.domain.verdict import AGREEMENT_LABELS, Agreement
from copkit_delphi.reporting.documents import render_annex, render_brief, render_report
from copkit_delphi.reporting.phrases import describe
from tests.reporting.annexes import annex, report
from tests.reporting.factory import brief, brief_of
from tests.reporting.records import recorded

NOT_PART = "Not part of this study."


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<body")[2]).split())


def test_the_brief_prints_every_part_in_the_given_order():
    said = text_of(render_brief(brief()))
    places = [said.index(f" {judgement.statement}") for judgement in brief().judgements]
    assert places == sorted(places)
    for heading in (
        "Bottom line",
        "Decisions requested",
        "Key judgements",
        "Where the panel disagrees",
        "Early actions",
        "Track record",
    ):
        assert heading in said
    assert "Finance ministry , by 31 January 2027" in said


def test_a_moved_deadline_is_printed_with_its_reason():
    document = brief()
    first, second = document.method.rounds
    moved = replace(second, moves=(DeadlineFact(date(2026, 10, 9), date(2026, 10, 16), "A holiday"),))
    said = text_of(render_brief(replace(document, method=replace(document.method, rounds=(first, moved)))))
    assert "Deadline moved from 9 October 2026 to 16 October 2026: A holiday." in said
    assert "Deadline moved from" not in text_of(render_brief(document))


def test_page_one_says_the_highest_level_that_stands_who_set_it_why_and_until_when():
    said = text_of(render_brief(brief()))
    assert "Level 3 of 4 3 Warning 1 Fraud run by software agents (before: Advisory). Losses doubled" in said
    assert "Set by A. Lind, analyst, 19 November 2026, until 20 May 2027. The rule proposed Urgent." in said
    assert "Urgent 4: 4 (expired) Advisory 2: 2 Watch 1: 3" in said


def test_readings_and_states_stand_beside_what_they_are_of():
    document = brief()
    sign, *signs = document.indicators
    read = replace(
        sign,
        status="emerging",
        value="11% of reports",
        read_on=date(2026, 6, 1),
        counts_until=date(2026, 9, 1),
    )
    action, *actions = document.actions
    changed = replace(
        document, indicators=(read, *signs), actions=(replace(action, status="in progress"), *actions)
    )
    said = text_of(render_brief(changed))
    assert "Emerging , 11% of reports, 1 June 2026 (stale)" in said
    assert "Police academy In progress" in said


def test_an_empty_brief_says_so_and_prints_no_filler():
    empty = brief(
        bottom_line=(), decisions=(), disputes=(), indicators=(), actions=(), method=None, limits=(), evidence=(),
        track_record=(), what_changed=(), ethics=None, warnings=(),
    )  # fmt: skip
    said = text_of(render_brief(empty))
    assert said.count(NOT_PART) >= 12
    assert "None " not in said.replace("None 0", "")


def test_an_empty_annex_says_so_in_each_of_its_sections():
    empty = annex(
        result="", summary=(), conditions=(), scope=(), not_assessed="", participation=(), absent_voices="", screening=(),
        dimensions=(), rights=(), risks=(), proportionality=(), action_checks=(), by_criminals=(), by_authorities=(),
        mitigations=(), residuals=(), dissent=None, evidence=(), limits=(), consent=None, prohibited_uses=(),
        sign_offs=(), history=(), gates=(),
    )  # fmt: skip
    html = render_annex(empty)
    sections = re.split(r'<h2><span class="sec">', html)[1:]
    assert [int(section.partition("<")[0]) for section in sections] == list(range(1, 18))
    assert all(NOT_PART in section for section in sections)


def test_no_dissent_and_dissent_not_asked_for_read_differently():
    assert "None received." in render_annex(annex(dissent=()))
    assert "None received." not in render_annex(annex(dissent=None))


def test_flags_status_and_standing_sentence_are_in_what_runs_on_every_page():
    html = render_brief(brief(flags=(Flag.SYNTHETIC, Flag.PRACTICE)))
    running = html.partition("<main>")[0]
    assert "SYNTHETIC PANEL" in running
    assert "PRACTICE STUDY" in running
    assert "Draft, not released" in running
    assert (
        "Analysis report of imported ratings. Not an early warning. Ethics was not assessed."
        in render_report(report()).partition("<main>")[0]
    )


def test_a_published_brief_carries_no_draft_mark():
    assert "Draft" in render_brief(brief())
    assert "Draft" not in render_brief(brief(status="", flags=()))


def test_hash_version_and_reference_run_on_every_page():
    document = brief()
    running = render_brief(document).partition("<main>")[0]
    assert document.snapshot_hash[:12] in running
    assert "EWB-2026-07" in running
    assert "version 1" in running


def test_brief_and_annex_carry_the_same_hash():
    assert annex().snapshot_hash == brief().snapshot_hash
    assert brief().snapshot_hash[:12] in render_annex(annex())


def test_what_people_type_never_becomes_markup():
    hostile = '<img src="file:///etc/hostname"><script>1</script>'
    document = brief(
        title=hostile, lede=hostile, bottom_line=(hostile,), limits=(hostile,), community=hostile
    )
    document = replace(
        document, judgements=tuple(replace(j, statement=hostile, title=hostile) for j in document.judgements)
    )
    for html in (
        render_brief(document),
        render_annex(annex(summary=(hostile,), title=hostile)),
        render_report(replace(report(), title=hostile, source=hostile)),
    ):
        assert "&lt;img" in html
        assert "&lt;script" in html
        assert "<img" not in html
        assert "<script" not in html


def test_nothing_needs_an_inline_style_or_script():
    for html in (render_brief(brief()), render_annex(annex()), render_report(report())):
        assert " style=" not in html
        assert "<style" not in html
        assert "onclick" not in html
        assert not re.findall(r'(?:src|href)="(?!print\.css)', html)


def test_the_style_sheet_may_lie_elsewhere():
    assert 'href="/reports/print.css"' in render_brief(brief(), assets="/reports/")


def test_every_judgement_says_word_number_middle_half_agreement_and_confidence():
    document = brief()
    rows = re.findall(r'<td class="id">.*?</tr>', render_brief(document), re.DOTALL)
    assert len(rows) == len(document.judgements) > 3
    for row, judgement in zip(rows, document.judgements, strict=True):
        cells = dict(re.findall(r'<td class="([lac])">(.*?)</td>', row, re.DOTALL))
        item = document.item(judgement.item)
        said = re.sub(r"<[^>]+>", " ", cells["l"])
        assert describe(item.panel, "%").split(",")[0].lower() in said.lower()
        for figure in (item.panel.median, item.panel.q1, item.panel.q3):
            assert f"{figure:g}" in said
        assert AGREEMENT_LABELS[Agreement(item.agreement)] in cells["a"]
        graded = GRADE_LABELS[judgement.confidence.grade] if judgement.confidence else "Not graded"
        assert graded in cells["c"]
        assert not re.search(r"\b(confidence|High|Moderate|Low)\b", said)


def test_a_judgement_without_grade_says_so():
    document = brief()
    one = replace(document, judgements=(replace(document.judgements[0], confidence=None),))
    assert "Not graded" in render_brief(one)
    graded = Confidence(Grade.LOW, "Base", "Rigour", "Volatile", "A. Lind")
    assert "Not graded" not in render_brief(
        replace(document, judgements=(replace(document.judgements[0], confidence=graded),))
    )


def test_a_hidden_item_is_in_the_table_but_not_on_the_map():
    document = brief()
    last = document.snapshots[-1]
    hidden = tuple(
        replace(item, panel=Figures(), groups=tuple(GroupFigures(g.name, g.kind, Figures()) for g in item.groups), agreement=None)
        if item.name == "S17.likelihood" else item
        for item in last.items
    )  # fmt: skip
    html = render_brief(replace(document, snapshots=(document.snapshots[0], replace(last, items=hidden))))
    assert (
        "Not on the map, because likelihood or impact is not shown: 8 Poisoned code from AI assistants"
        in text_of(html)
    )
    assert "Not shown: fewer than 5 answers" in html


def test_a_study_without_impact_has_no_map():
    document = brief()
    bare = tuple(
        replace(one, items=tuple(i for i in one.items if not i.dimension)) for one in document.snapshots
    )
    said = text_of(render_brief(replace(document, snapshots=bare)))
    assert f"Likelihood and impact on one map {NOT_PART}" in said


def test_indicators_and_actions_beyond_the_limit_are_counted():
    document = brief()
    html = text_of(
        render_brief(replace(document, indicators=document.indicators * 2, actions=document.actions * 2))
    )
    assert html.count("4 more are kept with the study and not printed here.") == 1
    assert html.count("more are kept with the study and not printed here.") == 2


@pytest.mark.parametrize("groups", [(), ("A", "B", "C", "D", "E", "F", "G")])
@pytest.mark.parametrize("scale", [(1, 5), (0, 100), (1, 9)])
def test_a_report_takes_any_scale_and_any_groups(groups, scale):
    html = render_report(report(items=6, groups=groups, low=scale[0], high=scale[1]))
    assert "Ethics was not assessed" in html
    assert html.count('class="mini"') == 6


def test_dates_follow_the_language():
    assert "20. November 2026" in render_brief(brief_of(4), language="de")
    assert 'lang="de"' in render_brief(brief_of(4), language="de")


def test_an_annex_says_who_decided_what_was_moderated_and_what_else_was_asked():
    text = text_of(render_annex(recorded()))
    assert "Round 2 End the study 9 November 2026 Co-facilitator Another round decided against it" in text
    assert "Default policy of the product:" in text
    assert "identity: a few, off topic: 6" in text
    assert "Train officers 44%; Share reports 32%; 2 not shown." in text
    assert "not shown Not shown: fewer than 5 answers." in text


def test_own_questions_beyond_the_limit_are_counted():
    document = recorded()
    many = replace(document.record, questions=document.record.questions * 11)
    assert "3 more are kept with the study" in text_of(render_annex(replace(document, record=many)))


def test_a_brief_leads_to_the_record_and_says_which_round_was_run_elsewhere():
    document = brief()
    assert "annex EWB-2026-07-A, section 17." in text_of(render_brief(document))
    first = replace(document.snapshots[0], imported=True)
    elsewhere = replace(document, snapshots=(first, *document.snapshots[1:]))
    assert text_of(render_brief(elsewhere)).count("Run elsewhere and joined from a file.") == 1
    assert "Run elsewhere" not in text_of(render_brief(document))
