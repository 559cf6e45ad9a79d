"""A panellist's own copy as a page to print: every word comes with it."""

from __future__ import annotations

from copkit_delphi.domain.own_copy import OwnCopy
from copkit_delphi.reporting.environment import environment


def render_copy(copy: OwnCopy, *, language: str = "en", direction: str = "ltr", assets: str = "") -> str:
    """Return the own copy as a whole HTML page; ``assets`` is where its style sheet lies."""
    made = environment(language).get_template("copy.html")
    return made.render(copy=copy, language=language, direction=direction, assets=assets)
