"""The registry, walked: what every item type does, whichever it is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.results import Column, Figures, ItemResult
from copkit_delphi.elicitation.item_types import ITEM_TYPES, authored, of
from copkit_delphi.elicitation.item_types.answers import Answer, Given, detail_of, typed
from copkit_delphi.elicitation.item_types.shapes import (
    CARDS,
    CHECKS,
    FLAG,
    INTERVAL,
    PERCENT,
    RANKS,
    TEXT,
    TILES,
)
from tests.elicitation.item_types.samples import EVERY, POSED, SAID, Posed, answers, items, sent

BY_NAME = pytest.mark.parametrize("one", POSED, ids=lambda one: f"{one.kind}-{one.dimension or 'only'}")


def _say(text: str) -> str:
    return text


def result(one: Posed, rows: list[Answer], k: int = 5) -> ItemResult:
    """Return a frozen result as the close makes it, with made-up figures for a plain number."""
    kind = of(one.kind)
    n = len(rows)
    figures = Figures(n=n) if n >= k else Figures()
    if kind.numeric and n >= k:
        figures = Figures(n, one.low, one.low, one.high, columns=(Column(one.low, one.high, n),))
    more = kind.summarise(one, [Given(row.value, row.low, row.high, row.detail) for row in rows], k=k)
    return ItemResult(one.name, one.kind, "S01", one.wording, one.low, one.high, 1.0, figures, (), None,
                      "not_assessable", "", more=more)  # fmt: skip


def test_the_issue_has_its_types() -> None:
    assert set(EVERY) == {
        "likelihood", "probability", "impact", "ordinal", "desirability", "ranking", "single", "multiple", "text",
        "expertise", "confidence", "track_record",
    }  # fmt: skip
    assert {one.kind for one in authored()} == set(EVERY) - {
        "likelihood",
        "impact",
        "confidence",
        "track_record",
    }


@pytest.mark.parametrize("kind", EVERY)
def test_every_type_says_what_it_is(kind: str) -> None:
    one = ITEM_TYPES[kind]
    assert one.kind == kind
    assert one.label
    assert one.about
    assert one.widget in {PERCENT, INTERVAL, TILES, CARDS, CHECKS, RANKS, TEXT}
    assert len(one.sides) == 2
    assert len(kind) <= 20  # as wide as its column


@pytest.mark.parametrize("kind", [one.kind for one in authored()])
def test_a_definition_comes_back_as_it_was_typed(kind: str) -> None:
    one = ITEM_TYPES[kind]
    options = one.define("How is it?", SAID.get(kind, {}))
    assert one.define("How is it?", one.said(options)) == options
    assert items(kind)
    with pytest.raises(Invalid):
        one.define("x" * 601, SAID.get(kind, {}))
    if one.worded:
        with pytest.raises(Invalid):
            one.define("  ", SAID.get(kind, {}))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("ordinal", {"points": "2", "lowest": "1", "anchors": "a\nb"}),
        ("ordinal", {"points": "12", "lowest": "1", "anchors": "a\nb"}),
        ("ordinal", {"points": "½", "lowest": "1", "anchors": "a\nb"}),
        ("ordinal", {"points": "5", "lowest": "2", "anchors": "a\nb"}),
        ("ordinal", {"points": "5", "lowest": "1", "anchors": "a\nb\nc"}),
        ("ordinal", {"points": "5", "lowest": "1", "anchors": "a\nA"}),
        ("ranking", {"options": "a\nb"}),
        ("ranking", {"options": "\n".join("abcdefghij")}),
        ("single", {"options": "a"}),
        ("single", {"options": "a\n" + "b" * 81}),
        ("multiple", {"options": "\n".join("abcdefghijklm")}),
    ],
)
def test_a_definition_that_cannot_be_asked_is_refused(kind: str, said: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        ITEM_TYPES[kind].define("How is it?", said)


@pytest.mark.parametrize(("points", "lowest"), [("3", "0"), ("11", "0"), ("11", "1"), ("5", "1")])
def test_scales_of_3_to_11_points_with_anchors(points: str, lowest: str) -> None:
    kind = ITEM_TYPES["ordinal"]
    options = kind.define("How is it?", {"points": points, "lowest": lowest, "anchors": "Low\nHigh"})
    (planned,) = kind.items("How is it?", options)
    one = Posed("ordinal", "S.q1", "", planned.scale.low, planned.scale.high, options=options)
    choices = kind.choices(one, _say)
    assert len(choices) == int(points)
    assert (choices[0].label, choices[-1].label) == ("Low", "High")
    assert {choice.label for choice in choices[1:-1]} <= {""}


@BY_NAME
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_what_a_form_sends_is_an_answer_or_refused_with_a_sentence(one: Posed, data: st.DataObject) -> None:
    kind = of(one.kind)
    typed_in = data.draw(sent(one))
    found = parsed(one, typed_in)
    if isinstance(found, Invalid):
        assert str(found).endswith(".")
        return
    kind.check(one, found)  # what is parsed can be saved
    if typed_in["cannot"]:
        assert found == Answer(cannot_judge=True)


def parsed(one: Posed, typed_in: dict[str, Any]) -> Answer | Invalid:
    try:
        return of(one.kind).parse(one, typed_in)
    except Invalid as refused:
        return refused


@BY_NAME
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_an_answer_survives_form_draft_and_column(one: Posed, data: st.DataObject) -> None:
    kind = of(one.kind)
    answer = data.draw(answers(one))
    kind.check(one, answer)
    assert kind.parse(one, typed(answer)) == answer
    stored = Answer.stored(answer.value, answer.cannot_judge, answer.low, answer.high, answer.written)
    assert stored == answer
    assert answer.written is None or detail_of(answer.written) == answer.detail
    assert kind.words(one, answer, _say)


@BY_NAME
def test_cannot_judge_is_offered_and_is_no_value(one: Posed) -> None:
    kind = of(one.kind)
    offered = any(part.shape == FLAG for part in kind.parts(one)) or kind.widget_of(one) in {TILES, CARDS}
    assert offered
    answer = kind.parse(one, {"cannot": True})
    assert (answer.value, answer.detail, answer.cannot_judge, answer.given) == (None, None, True, True)
    kind.check(one, answer)
    assert kind.words(one, answer, _say) == "cannot judge"
    assert kind.words(one, Answer(), _say) == "left open"
    assert not Answer().given


@BY_NAME
def test_a_foreign_answer_is_refused(one: Posed) -> None:
    kind = of(one.kind)
    for foreign in (
        Answer(1e6),
        Answer(-1.0),
        Answer(2.5),
        Answer(detail=(99,)),
        Answer(detail=()),
        Answer(detail=""),
    ):
        with pytest.raises(Invalid):
            kind.check(one, foreign)


@BY_NAME
@given(data=st.data(), n=st.integers(0, 4))
@settings(max_examples=15, deadline=None)
def test_nothing_is_shown_of_fewer_than_five(one: Posed, data: st.DataObject, n: int) -> None:
    found = result(one, [data.draw(answers(one).filter(lambda answer: answer.given)) for _ in range(n)])
    legend = of(one.kind).legend(one)
    assert found.more == legend
    assert of(one.kind).printed(found, _say) == "Not shown: fewer than 5 answers"
    assert not any(value is not None for _, row in of(one.kind).export(found) for value in row.values())


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for one in value.values() for number in _numbers(one)]
    if isinstance(value, list | tuple):
        return [number for one in value for number in _numbers(one)]
    return [float(value)] if isinstance(value, int | float) else []


@BY_NAME
@given(data=st.data(), n=st.integers(5, 40))
@settings(max_examples=15, deadline=None)
def test_a_result_is_drawn_said_and_exported(one: Posed, data: st.DataObject, n: int) -> None:
    kind = of(one.kind)
    rows = [data.draw(answers(one).filter(lambda answer: answer.given)) for _ in range(n)]
    found = result(one, rows)
    picture = kind.feedback(found, _say, own=rows[0])
    assert picture.words
    if picture.drawing is not None:
        assert picture.rows
        assert len({len(row) for row in picture.rows} | {len(picture.columns)}) == 1
        assert re.fullmatch(r"<svg.*</svg>", str(picture.drawing), re.DOTALL)
    assert "text" not in found.more
    for label, row in kind.export(found):
        assert label
        assert set(row) <= {"n", "median", "q1", "q3", "p05", "p95", "mean", "sd"}


@BY_NAME
def test_texts_and_time_for_whoever_builds(one: Posed) -> None:
    kind = of(one.kind)
    assert 5 <= kind.seconds(one.options) <= 180
    texts = kind.texts(one)
    assert all(isinstance(text, str) and text for text in texts.values())
    if "options" in one.options:
        assert {texts[f"options.{place}"] for place in range(4)} == set(one.options["options"])
