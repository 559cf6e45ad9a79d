"""A small writer of inline SVG: presentation attributes only, so that a strict content policy lets it pass."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from fontTools.ttLib import TTFont
from markupsafe import Markup, escape

from copkit_delphi.resources import resource_dir

INK = "#16202B"
INK_2 = "#3B4856"
INK_3 = "#55616E"
LINE = "#D3DAE1"
IQR = "#6885A0"
BAR = "#9FB4C7"
OWN = "#86198F"
PAPER = "#FFFFFF"
FONT = "Noto Sans, sans-serif"
_WEIGHTS = {400: "Regular", 600: "SemiBold", 700: "Bold"}


def number(value: float) -> str:
    """Write a coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _attribute(name: str, value: object) -> str:
    text = number(value) if isinstance(value, float) else str(value)
    return f' {name.rstrip("_").replace("_", "-")}="{escape(text)}"'


def element(tag: str, *children: str, **attributes: object) -> Markup:
    """Return ``<tag>`` with escaped attributes; None leaves one out, ``font_size`` becomes ``font-size``."""
    written = "".join(_attribute(name, value) for name, value in attributes.items() if value is not None)
    inside = "".join(escape(child) for child in children)
    return Markup(f"<{tag}{written}>{inside}</{tag}>")  # noqa: S704 - every part was escaped above


def picture(width: float, height: float, title: str, parts: Iterable[str], *, css: str) -> Markup:
    """Return a scalable ``<svg>`` in px with its title, which is also its label; ``css`` is its class."""
    return element(
        "svg",
        element("title", title),
        *parts,
        class_=css,
        width=float(width),
        height=float(height),
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_label=title,
        font_family=FONT,
    )


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 8.0,
    weight: int = 400,
    anchor: str = "start",
    fill: str = INK,
) -> Markup:
    """Return a line of text; ``y`` is its baseline."""
    return element(
        "text",
        words,
        x=float(x),
        y=float(y),
        font_size=float(size),
        font_weight=weight,
        text_anchor=None if anchor == "start" else anchor,
        fill=fill,
    )


def line(
    x1: float, y1: float, x2: float, y2: float, *, stroke: str = INK, width: float = 1.0, **more: object
) -> Markup:
    """Return a straight line."""
    ends = {"x1": float(x1), "y1": float(y1), "x2": float(x2), "y2": float(y2)}
    return element("line", **ends, stroke=stroke, stroke_width=float(width), **more)


def rect(x: float, y: float, width: float, height: float, *, fill: str, **more: object) -> Markup:
    """Return a rectangle."""
    return element(
        "rect", x=float(x), y=float(y), width=float(width), height=float(height), fill=fill, **more
    )


@lru_cache
def _advances(weight: int) -> tuple[dict[int, float], float]:
    path = resource_dir("reports") / "fonts" / f"NotoSans-{_WEIGHTS[weight]}.ttf"
    with TTFont(path, lazy=True) as font:
        units = font["head"].unitsPerEm
        widths = font["hmtx"].metrics
        return {code: widths[name][0] / units for code, name in font.getBestCmap().items()}, 0.6


@lru_cache(maxsize=4096)
def text_width(words: str, size: float, weight: int = 400) -> float:
    """Return how wide ``words`` set in Noto Sans are, in px, kerning aside."""
    advances, unknown = _advances(weight)
    return size * sum(advances.get(ord(letter), unknown) for letter in words)


def shortened(words: str, width: float, size: float, weight: int = 400) -> str:
    """Return ``words``, cut with an ellipsis where they are wider than ``width`` px."""
    if text_width(words, size, weight) <= width:
        return words
    while words and text_width(words + "…", size, weight) > width:
        words = words[:-1]
    return words.rstrip() + "…"


def wrapped(words: str, width: float, size: float, weight: int = 400, lines: int = 2) -> list[str]:
    """Return ``words`` in at most ``lines`` lines no wider than ``width`` px, the last one shortened."""
    rows: list[str] = []
    for word in words.split():
        joined = f"{rows[-1]} {word}" if rows else word
        if rows and (len(rows) == lines or text_width(joined, size, weight) <= width):
            rows[-1] = joined
        else:
            rows.append(word)
    return [shortened(row, width, size, weight) for row in rows]
