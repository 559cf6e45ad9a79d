"""An ordinal scale of 3 to 11 points with anchors, worded by the facilitator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.scale import Scale
from copkit_delphi.elicitation.item_types import shapes
from copkit_delphi.elicitation.item_types.numbers import Worded
from copkit_delphi.elicitation.item_types.shapes import Choice, Input, Posed, Say

FEWEST, MOST = 3, 11
MAX_ANCHOR = 80


class Ordinal(Worded):
    """Whole points with anchors at both ends, or at each point."""

    kind = "ordinal"
    label = N_("Scale of 3 to 11 points")
    about = N_("How strongly, how important, how much: whole points with words at the ends.")
    widget = shapes.TILES
    authoring = (
        Input("points", "number", N_("Points"), N_("From 3 to 11. Five or seven are usual."), start="5"),
        Input(
            "lowest", "choice", N_("Lowest point"), choices=(Choice("1", "1"), Choice("0", "0")), start="1"
        ),
        Input(
            "anchors",
            "lines",
            N_("What the points mean"),
            N_("One a line, lowest first: two lines for both ends, or one line for each point."),
        ),
    )

    def define(self, wording: str, said: Mapping[str, str]) -> dict[str, Any]:
        """Return points, lowest point and anchors; raises ``Invalid`` for a scale that cannot be read."""
        super().define(wording, said)
        points, lowest = said.get("points", ""), said.get("lowest", "1")
        if not (points.isascii() and points.isdigit() and len(points) <= 2 and FEWEST <= int(points) <= MOST):
            raise Invalid(N_("A scale has 3 to 11 points."))
        if lowest not in {"0", "1"}:
            raise Invalid(N_("A scale starts at 0 or at 1."))
        anchors = lines_of(said.get("anchors", ""))
        if len(anchors) not in {2, int(points)}:
            raise Invalid(
                N_("Say what the points mean: two lines for both ends, or one line for each point.")
            )
        return {"points": int(points), "lowest": int(lowest), "anchors": anchors}

    def said(self, options: Mapping[str, Any]) -> dict[str, str]:
        """Return the definition as typed."""
        if not options:
            return super().said(options)
        return {
            "points": str(options["points"]),
            "lowest": str(options["lowest"]),
            "anchors": "\n".join(options["anchors"]),
        }

    def scale(self, options: Mapping[str, Any]) -> Scale:
        """Return the points as a scale."""
        return Scale(options["lowest"], options["lowest"] + options["points"] - 1)

    def choices(self, posed: Posed, say: Say) -> tuple[Choice, ...]:
        """Return the points with their anchors."""
        del say
        points = range(int(posed.low), int(posed.high) + 1)
        anchors = (posed.options or {}).get("anchors", [])
        middle = [""] * (len(points) - len(anchors))
        labels = [*anchors[:1], *middle, *anchors[1:]] if middle else anchors
        return tuple(Choice(str(point), label) for point, label in zip(points, labels, strict=True))

    def legend(self, posed: Posed) -> dict[str, Any]:
        """Return the anchors, without which no figure can be read."""
        return {"anchors": list((posed.options or {}).get("anchors", []))}

    def texts(self, posed: Posed) -> dict[str, str]:
        """Return the question and its anchors."""
        anchors = (posed.options or {}).get("anchors", [])
        return super().texts(posed) | {f"anchors.{place}": text for place, text in enumerate(anchors)}

    def seconds(self, options: Mapping[str, Any]) -> int:
        """Return a little more for a longer scale."""
        return 10 + int(options.get("points", 5))


def lines_of(text: str) -> list[str]:
    """Return the lines of a text without empty ones; raises ``Invalid`` for one that is too long or stands twice."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(len(line) > MAX_ANCHOR for line in lines):
        raise Invalid(N_("Each line has at most %(n)s characters."), n=MAX_ANCHOR)
    if len({line.casefold() for line in lines}) < len(lines):
        raise Invalid(N_("Two lines are the same."))
    return lines


TYPES = (Ordinal(),)
