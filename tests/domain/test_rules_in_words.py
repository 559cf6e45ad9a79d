"""Every setting of a protocol stands in words, and in what is hashed."""

from __future__ import annotations

from dataclasses import fields

import pytest

from copkit_delphi.domain.between import Feedback
from copkit_delphi.domain.protocol import Criterion, Keeping, Protocol, StoppingRule, digest
from copkit_delphi.domain.rules_in_words import SETTINGS, in_words

CHANGED = {
    "criterion": Criterion(width=20),
    "stopping": StoppingRule(max_rounds=4),
    "yardstick": "icd-203",
    "dimensions": ("rights",),
    "required_groups": ("Industry",),
    "k": 8,
    "ask_track_record": True,
    "keeping": Keeping(names=30, reason="The panel asked for it."),
    "privacy": "by_group",
    "plan": {"aims": "To show dissent."},
    "invite": "finished",
    "interval": True,
    "feedback": Feedback("all", "reasons"),
    "carry": "open",
    "order": "by_panellist",
}


def said(rules: Protocol) -> dict[str, str]:
    return {label: "; ".join(map(str, words)) for label, words in in_words(rules)}


def test_no_field_of_a_protocol_is_missing_from_the_list() -> None:
    names = [one.name for one in SETTINGS]
    assert len(names) == len(set(names))
    assert {one.name for one in fields(Protocol)} | {"weights"} == set(names)
    assert CHANGED.keys() == {one.name for one in fields(Protocol)}


@pytest.mark.parametrize("name", CHANGED)
def test_a_setting_reads_otherwise_when_it_is_changed_and_no_other_does(name: str) -> None:
    before, after = said(Protocol()), said(Protocol(**{name: CHANGED[name]}))
    label = next(one.label for one in SETTINGS if one.name == name)
    assert [key for key in before if before[key] != after[key]] == [label]


def test_defaults_are_told_with_their_figures() -> None:
    words = said(Protocol())
    assert "middle half at most 15 points" in words["Consensus criterion"]
    assert words["A further round asks"] == "every item again"
    assert words["Who is asked to the next round"] == "everybody, also those who missed the last round"
    assert words["Words for probabilities"].startswith("7 words from “Remote chance” to “Almost certain”")
    share = said(Protocol(criterion=Criterion(share=0.75, low=7, high=9)))["Consensus criterion"]
    assert share == "at least 75% of the answers lie from 7 to 9 (share>=0.75 in 7..9)"


def test_what_is_hashed_leaves_no_default_out() -> None:
    whole = Protocol().in_full(["Industry", "Civil society"])
    assert {one.name for one in fields(Protocol)} <= whole.keys()
    assert whole["feedback"] == {"groups": "split", "parts": "both"}
    assert (whole["carry"], whole["invite"], whole["order"]) == ("all", "everybody", "as_built")
    assert (whole["privacy"], whole["weights"]) == ("by_name", "none")
    assert whole["criterion"]["kind"] == "default"
    assert whole["thresholds"]["0 to 100"]["consensus"] == 15
    assert whole["required_groups"] == ["Industry", "Civil society"]


@pytest.mark.parametrize("name", CHANGED)
def test_each_setting_moves_the_hash(name: str) -> None:
    groups = ["Industry", "Civil society"]
    changed = Protocol(**{name: CHANGED[name]})
    assert digest(changed.in_full(groups)) != digest(Protocol().in_full(groups))
