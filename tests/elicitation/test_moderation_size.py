"""Opening the moderation again stays cheap for large panels."""

from __future__ import annotations

from difflib import SequenceMatcher

import pytest

from copkit_delphi.elicitation import moderation
from copkit_delphi.elicitation.feedback import RawReason
from copkit_delphi.elicitation.models import Argument


def _raw(number: int, text: str) -> RawReason:
    return RawReason(f"k{number}", "item", "S01.likelihood", text, "higher", for_panel=True, quoting="no")


def _argument(number: int, text: str) -> Argument:
    return Argument(id=f"a{number}", round_id="r", item_id="item", side="higher", text=text)


def test_reasons_that_passed_unchanged_are_found_without_comparing_all_with_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = []

    class Counted(SequenceMatcher):  # type: ignore[type-arg]
        def ratio(self) -> float:
            compared.append(1)
            return super().ratio()

    monkeypatch.setattr(moderation, "SequenceMatcher", Counted)
    texts = [f"Reason {n}: prices of part {n * 7919} fall" for n in range(200)]
    raw = [_raw(n, text) for n, text in enumerate(texts)]
    kept = [_argument(n, text) for n, text in enumerate(texts[:-1])] + [_argument(199, texts[-1] + " fast")]
    found = moderation._matched(raw, kept)
    assert {key: argument.id for key, argument in found.items()} == {f"k{n}": f"a{n}" for n in range(200)}
    assert len(compared) <= 1
