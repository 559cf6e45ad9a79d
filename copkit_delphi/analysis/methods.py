"""The methods page: each measure with formula, source, use, limits, gaps and an example, made from the registry."""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Iterator

from copkit_delphi.analysis import registry
from copkit_delphi.analysis.measure import Level, Measure

HEAD = """\
# Measures

Every figure of the analysis engine: what it says, when to use it and when not, where it comes from, and when there is
none. This page is made from the engine's own register; each example is run by the tests.

What to read first is the verdict with its reasons ([analyse.md](analyse.md)). Consensus and stability are two things:
agreement does not end a study, stability does. Panels are not random samples: read effect sizes and n first, p after.
A threshold called a convention is somebody's habit, named with its author; no figure here turns into a word by itself
except the closed list of verdicts.

Examples type panels by hand: `item(3, 4, None)` is one item rated by two of three panellists on 1 to 5, `panel([[3, 4],
[2, 5]])` two panellists and two items, `moves([1, 2], [1, 3])` one item in two rounds. They stand in
`copkit_delphi.analysis.small`.

Not there yet: quantities and probabilities pooled over experts, Cooke's classical model, fitted distributions, scoring.
"""
LEVELS: dict[Level, str] = {
    "item": "for each item of a round",
    "stability": "for each item between two rounds",
    "round": "over all items of a round",
    "study": "over all rounds",
    "library": "to call from Python; not in the output of `analyse`",
}


def methods_page() -> str:
    """Return the methods page as Markdown."""
    return "\n".join([HEAD, *_contents(), *_families()])


def _contents() -> Iterator[str]:
    yield "| family | measures |\n|---|---|"
    for name, family in registry.families().items():
        if family:
            yield f"| [{_words(name)}](#{name.replace('_', '-')}) | {', '.join(one.title for one in family)} |"
    yield ""


def _families() -> Iterator[str]:
    for name, family in registry.families().items():
        if family:
            yield f"## {_words(name)}\n"
            for measure in family:
                yield from _measure(measure)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _measure(measure: Measure) -> Iterator[str]:
    yield f"### {measure.title}\n"
    yield f"`{measure.name}`, {LEVELS[measure.level]}. {measure.source}.\n"
    yield f"    {measure.formula}\n"
    yield f"- Use: {measure.use}"
    yield f"- Not: {measure.avoid}"
    yield f"- Missing data: {measure.missing}"
    if measure.scales == ("ordinal",):
        yield "- Scales: of whole points only."
    if measure.undefined:
        yield f"- None where: {'; '.join(measure.undefined)}."
    if measure.convention:
        yield f"- Convention: {measure.convention}"
    yield f"- Held to: {', '.join(measure.proof)}."
    yield ""
    yield "```python"
    yield from example(measure)
    yield "```\n"


def example(measure: Measure) -> Iterator[str]:
    """Yield the lines of the examples in the docstring of what computes ``measure``."""
    for one in doctest.DocTestParser().get_examples(inspect.getdoc(measure.compute) or ""):
        first, *more = one.source.rstrip("\n").split("\n")
        yield f">>> {first}"
        yield from (f"... {line}" for line in more)
        if one.want:
            yield one.want.rstrip("\n")
