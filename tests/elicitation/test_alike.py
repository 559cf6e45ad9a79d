"""Reasons that look alike are proposed for merging, in one pass over a large panel's reasons."""

from __future__ import annotations

import pytest

from copkit_delphi.elicitation import workbench


def test_small_changes_of_wording_are_alike_and_other_reasons_are_not() -> None:
    texts = {
        "a": "Prices of the software fall every month.",
        "b": "Courts need longer than two years to decide.",
        "c": "The price of the software falls each month!",
        "d": "courts need longer than 2 years to decide",
        "e": "Nobody has the skills.",
    }
    assert workbench.alike(texts) == (("a", "c"), ("b", "d"))


def test_a_thousand_reasons_are_compared_with_the_first_of_each_group_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = []
    likeness = workbench._likeness

    def counted(one: int, other: int) -> float:
        compared.append(1)
        return likeness(one, other)

    monkeypatch.setattr(workbench, "_likeness", counted)
    said = ("Prices fall.", "Courts are slow.", "Parts are sold everywhere.")
    found = workbench.alike({f"k{n}": said[n % 3] for n in range(1000)})
    assert [len(keys) for keys in found] == [334, 333, 333]
    assert len(compared) < 3 * 1000
