"""Word and number always stand together and always fit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copkit_delphi.domain.impact import headline
from copkit_delphi.domain.results import Figures
from copkit_delphi.domain.yardstick import PHIA_GAP_FREE
from copkit_delphi.reporting.phrases import GROUP_NOT_SHOWN, describe, impact, likelihood
from tests.reporting.factory import brief


def of(figures: Figures, agreement: str | None = "consensus"):
    return likelihood(replace(brief().snapshot.item("S04.likelihood"), panel=figures, agreement=agreement))


@pytest.mark.parametrize(
    ("median", "words"),
    [
        (7, "Remote chance, 7%"),
        (8, "Highly unlikely, 8%"),
        (52, "Realistic possibility, 52%"),
        (58, "Likely, 58%"),
        (93, "Almost certain, 93%"),
    ],
)
def test_the_word_fits_its_number(median, words):
    assert str(of(Figures(n=30, median=median, q1=median - 2, q3=median + 2))) == words


def test_a_split_panel_gets_a_range_of_words():
    assert (
        str(of(Figures(n=30, median=44, q1=30, q3=61), "polarised"))
        == "Unlikely to likely, 30 to 61%; panel divided"
    )


def test_a_split_panel_within_one_word_still_gets_its_range():
    assert str(of(Figures(n=30, median=65, q1=54, q3=77), "divided")) == "Likely, 54 to 77%; panel divided"


def test_a_middle_half_over_more_than_two_words_gets_a_range_without_the_note():
    assert str(of(Figures(n=30, median=50, q1=37, q3=53), "partial")) == "Unlikely to likely, 37 to 53%"


def test_nothing_shown_has_no_word():
    assert str(of(Figures(), None)) == "Not shown: fewer than 5 answers"


@settings(deadline=None)
@given(
    st.integers(0, 100),
    st.integers(0, 100),
    st.integers(0, 100),
    st.sampled_from(["consensus", "partial", "divided", "polarised"]),
)
def test_every_phrase_names_words_of_its_own_numbers(a, b, c, agreement):
    q1, median, q3 = sorted((a, b, c))
    phrase = of(Figures(n=30, median=median, q1=q1, q3=q3), agreement)
    words = [word.text.lower() for word in PHIA_GAP_FREE.words]
    first, _, last = phrase.word.lower().partition(" to ")
    low, _, high = phrase.figure.removesuffix("%").partition(" to ")
    assert words.index(first) == PHIA_GAP_FREE.words.index(PHIA_GAP_FREE.word(float(low)))
    assert words.index(last or first) == PHIA_GAP_FREE.words.index(PHIA_GAP_FREE.word(float(high or low)))
    assert ("panel divided" in str(phrase)) == (agreement in {"divided", "polarised"})


def test_headline_impact_is_a_level_and_a_count_never_a_mean():
    assert (
        impact(headline({"physical": 4, "economic": 3, "rights": 3, "services": 1}))
        == "Systemic 4, 3 dimensions at 3 or more"
    )
    assert impact(headline({"physical": 3, "economic": 1})) == "Severe 3, 1 dimension at 3 or more"
    assert impact(headline({"physical": 2})) == "Serious 2"
    assert impact(None) == "Not shown: fewer than 5 answers"


def test_a_hidden_group_is_not_said_to_be_small() -> None:
    """Five of a group are hidden too where they would give another group away."""
    assert (
        describe(Figures(), hidden=GROUP_NOT_SHOWN) == "Not shown: too few answers, here or in another group"
    )
