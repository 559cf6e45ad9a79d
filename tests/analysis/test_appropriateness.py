"""The RAND/UCLA method: the published example, its mirror, and scales it is not made for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from copkit_delphi.analysis.measure import NO_RATINGS
from copkit_delphi.analysis.measures import appropriateness as rand
from copkit_delphi.analysis.measures.spread import median, quantile
from tests.analysis.panels import ratings, sample
from tests.analysis.proofs import near, property_of, vectors_of

ENTRIES = (rand.ipr, rand.ipras, rand.disagreement_index, rand.appropriateness)


@pytest.mark.parametrize("case", vectors_of("rand_ucla"))
def test_rand_ucla_as_published(case):
    for name, values in case["data"].items():
        panel = sample(values)
        p30, p70, classic = quantile(panel, 0.3)[0], quantile(panel, 0.7)[0], rand.classic(panel)
        ipr, ipras, index, word = (entry(panel).at(0)[0] for entry in ENTRIES)
        found = {
            "n": panel.n[0],
            "median": median(panel)[0],
            "p30": p30,
            "p70": p70,
            "IPR": ipr,
            "IPRCP": (p30 + p70) / 2,
            "asymmetry_index": (ipras - 2.35) / 1.5,
            "IPRAS": ipras,
            "disagreement_index": index,
            "disagreement_IPRAS": index > 1,
            "n_outside_median_tertile": classic.outside[0],
            "n_1to3": classic.low[0],
            "n_7to9": classic.high[0],
            "disagreement_classic": classic.disagreement[0],
            "agreement_classic": classic.agreement[0],
            "classification": word,
        }
        assert set(found) == set(case["expected"][name])
        for key, expected in case["expected"][name].items():
            assert found[key] == (expected if isinstance(expected, str) else near(case, expected)), (
                name,
                key,
            )


@property_of("ipr", "ipras", "disagreement_index", "appropriateness", "rand_ucla_classic")
@given(ratings(gaps=False))
def test_the_method_is_symmetric_about_five(values):
    panel, mirrored = sample(values), sample(10 - values)
    for entry in ENTRIES[:3]:
        assert entry(mirrored).values == pytest.approx(entry(panel).values, abs=1e-9)
    opposite = dict(zip(rand.WORDS, rand.WORDS[::-1], strict=True))
    for centre, here, there in zip(
        median(panel), rand.appropriateness(panel).values, rand.appropriateness(mirrored).values, strict=True
    ):
        # A median between two thirds belongs to the higher one, from whichever side it is looked at.
        assert there == opposite[here] or centre in {3.5, 6.5}
    assert rand.classic(mirrored).disagreement.tolist() == rand.classic(panel).disagreement.tolist()
    assert not (rand.classic(panel).agreement & rand.classic(panel).disagreement).any()


@property_of("ipr", "ipras", "disagreement_index")
@given(ratings(gaps=False))
def test_widths_keep_their_bounds(values):
    panel = sample(values)
    assert ((rand.ipr(panel).values >= 0) & (rand.ipr(panel).values <= 8)).all()
    assert ((rand.ipras(panel).values >= 2.35) & (rand.ipras(panel).values <= 8.35)).all()
    words = np.array(rand.appropriateness(panel).values)
    assert (words[rand.disagreement_index(panel).values > 1 + 1e-6] == "uncertain").all()


@pytest.mark.parametrize(
    ("values", "word"),
    [([6, 7], "appropriate"), ([3, 4], "uncertain"), ([3, 3], "inappropriate"), ([5], "uncertain")],
)
def test_a_median_between_two_thirds_belongs_to_the_higher(values, word):
    assert rand.appropriateness(sample(values)).at(0) == (word, None)


@pytest.mark.parametrize("entry", ENTRIES)
def test_only_scales_from_1_to_9_and_only_with_ratings(entry):
    assert entry(sample([1, 5], 1, 5)).at(0) == (None, rand.NEEDS_NINE)
    assert entry(sample([1, 5], 0, 8)).at(0) == (None, rand.NEEDS_NINE)
    assert entry(sample([1.5, 5], 1, 9, 0)).at(0) == (None, rand.NEEDS_NINE)
    assert entry(sample([np.nan])).at(0) == (None, NO_RATINGS)


def test_the_classic_rule_needs_its_scale_too_and_says_nothing_of_nothing():
    with pytest.raises(ValueError, match="1 to 9"):
        rand.classic(sample([1, 5], 1, 5))
    nothing = rand.classic(sample([np.nan]))
    assert not nothing.agreement[0]
    assert not nothing.disagreement[0]
