"""Contrast of the colour tokens (WCAG 2.2: relative luminance), computed from the style sheet itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
TOKENS = dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", (STATIC / "css" / "base.css").read_text()))

TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "surface", "surface-2")],
    *[("paper", ground) for ground in ("brand", "brand-dark", "ink-2", "bad")],
    *[("brand", ground) for ground in ("paper", "surface", "brand-tint")],
    *[("ink", ground) for ground in ("brand-tint", "warn-tint", "ok-tint", "bad-tint", "own-tint")],
    *[(state, f"{state}-tint") for state in ("ok", "warn", "bad", "own")],
    *[(state, "paper") for state in ("ok", "bad", "own")],
]
GRAPHICS = [
    *[("line-strong", ground) for ground in ("paper", "surface")],
    *[(mark, "paper") for mark in ("lea", "ind", "cso", "iqr", "own")],
    ("focus", "ink"),
]


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(TOKENS[first]), luminance(TOKENS[second])))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_has_a_contrast_of_four_and_a_half(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), GRAPHICS)
def test_marks_and_borders_have_a_contrast_of_three(mark: str, ground: str) -> None:
    assert contrast(mark, ground) >= 3


def test_the_first_load_stays_small() -> None:
    latin = [path.stat().st_size for path in (STATIC / "fonts").glob("noto-sans-latin-[467]00.woff2")]
    own = [path.stat().st_size for folder in ("css", "js") for path in (STATIC / folder).iterdir()]
    assert len(latin) == 3
    assert max(latin) <= 30_000
    assert sum(latin) + sum(own) <= 150_000
