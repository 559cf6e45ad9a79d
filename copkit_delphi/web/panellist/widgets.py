"""From what an item type declares to fields of a form and back. Knows widgets, and no kind of item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    Field,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older

from copkit_delphi.domain.errors import Invalid
from copkit_delphi.domain.figures import written
from copkit_delphi.domain.results import Figures
from copkit_delphi.elicitation.item_types import shapes
from copkit_delphi.elicitation.item_types.answers import Answer
from copkit_delphi.elicitation.item_types.interface import NOT_BOTH, ItemType
from copkit_delphi.elicitation.item_types.shapes import FLAG, MANY, Ask, Part, Picture, Posed
from copkit_delphi.elicitation.items import as_asked, of
from copkit_delphi.elicitation.sheets import Line
from copkit_delphi.reporting.phrases import describe
from copkit_delphi.web.typed import clean

CANNOT = "cannot"
RADIOS = frozenset({shapes.TILES, shapes.CARDS})  # they send "cannot" as one of their choices
_LABELS = {
    "low": lazy_gettext("Lowest plausible"),
    "high": lazy_gettext("Highest plausible"),
    "cannot": lazy_gettext("I cannot judge this"),
}


def say(text: str) -> str:
    """Translate a text of the product; an empty one stays empty."""
    return gettext(text) if text else ""


def field_name(line: Line) -> str:
    """Return the name of the field that answers ``line``: what follows the scenario in the item's name."""
    return line.name.partition(".")[2].replace(".", "_")


@dataclass(frozen=True)  # without slots, for what is drawn once and only where it is shown
class Asked:
    """One item as a template draws it: its words, its widget and its fields by part."""

    line: Line
    ask: Ask
    widget: str
    fields: Mapping[str, Field]
    said: str

    @cached_property
    def picture(self) -> Picture | None:
        """What the panel said of it, as its type draws it."""
        result = self.line.result
        return type_of(self.line).feedback(result, say, own=self.line.previous) if result else None

    @property
    def kept(self) -> bool:
        """Tell whether it is asked last, and folded where it was answered before."""
        return type_of(self.line).kept

    @property
    def main(self) -> Field:
        """Return the field that errors stand at."""
        return next(iter(self.fields.values()))


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring items below one heading."""

    heading: str
    note: str
    kept: bool
    items: list[Asked]


def type_of(line: Line) -> ItemType:
    """Return the type of a line's item."""
    return of(line.kind)


def names(line: Line) -> Iterator[tuple[Part, str]]:
    """Yield the parts of a line with the names of their fields."""
    name = field_name(line)
    for part in type_of(line).parts(line):
        yield part, name + part.suffix


def fields(line: Line) -> dict[str, Any]:
    """Return the fields that ask for a line, by name."""
    kind = type_of(line)
    ask, widget = kind.ask(line, say), kind.widget_of(line)
    if kind.kept and widget in RADIOS and line.result:
        ask = replace(ask, hint=_panel_said(line))
    return {name: _field(part, ask, widget) for part, name in names(line)}


def _panel_said(line: Line) -> str:
    """Return what the panel and the panellist said in the round before, in one sentence."""
    assert line.result is not None  # noqa: S101 - asked by the caller
    panel = line.result.panel
    words = describe(Figures(panel.n, panel.median, panel.q1, panel.q3), say=say)
    if not line.result.panel.shown:
        return f"{words}. {said(line)}"
    return gettext("Panel: %(words)s. %(said)s", words=words, said=said(line))


def _field(part: Part, ask: Ask, widget: str) -> Any:
    if part.shape == FLAG:
        return BooleanField(_LABELS["cannot"])
    choices = [SelectChoice(one.value, one.label) for one in ask.choices]
    label = _LABELS.get(part.key, ask.title)
    if part.shape == MANY:
        return SelectMultipleField(label, description=ask.hint, choices=choices, validate_choice=False)
    if widget in RADIOS:
        choices.append(SelectChoice(CANNOT, gettext("Cannot judge")))
        return RadioField(label, description=ask.hint, choices=choices, validate_choice=False)
    if widget == shapes.RANKS:
        option = ask.choices[int(part.suffix.rpartition("_")[2]) - 1].label
        places = [SelectChoice("", "–"), *(SelectChoice(str(n)) for n in range(1, len(choices) + 1))]
        return SelectField(option, choices=places, validate_choice=False)
    if widget == shapes.TEXT:
        return TextAreaField(label, description=ask.hint)
    return StringField(label, description=ask.hint if part.key == "value" else "")


@cache
def bare(shape: str) -> Any:
    """Return a field that is read and never shown."""
    if shape == FLAG:
        return BooleanField()
    return SelectMultipleField(choices=[], validate_choice=False) if shape == MANY else StringField()


def bare_form(line: Line) -> Any:
    """Return what was posted for one line, to be read and not to be shown."""
    kind = type("BareLine", (Form,), {name: bare(part.shape) for part, name in names(line)})
    return kind(request.form)


def typed(form: Any, line: Line) -> dict[str, Any]:
    """Return what was typed for a line as a draft keeps it; nothing is checked."""
    found: dict[str, Any] = {"value": "", "cannot": False}
    several: list[str] = []
    for part, name in names(line):
        data = form[name].data
        if part.shape == FLAG:
            found[part.key] = bool(data)
        elif part.shape == MANY:
            several = [clean(one) for one in data or ()]
            found[part.key] = several or ""
        elif part.key == "ranks":
            several.append(clean(data))
            found["detail"] = several if any(several) else ""
        else:
            found[part.key] = clean(data).replace("\r\n", "\n")
    return _of_radios(found) if type_of(line).widget_of(line) in RADIOS else found


def _of_radios(found: dict[str, Any]) -> dict[str, Any]:
    if CANNOT in (found["value"], found.get("detail")):
        return {key: key == "cannot" or "" for key in found}
    return found | ({"detail": [found["detail"]]} if found.get("detail") else {})


def started(line: Line, start: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that the fields of a line start from, by name."""
    values: dict[str, Any] = {}
    radios = type_of(line).widget_of(line) in RADIOS
    for place, (part, name) in enumerate(names(line)):
        if part.key == "ranks":
            ranks = start.get("detail") or []
            values[name] = ranks[place] if place < len(ranks) else ""
        elif part.shape == FLAG:
            values[name] = bool(start.get("cannot"))
        elif part.shape == MANY:
            values[name] = list(start.get(part.key) or ())
        elif radios:
            values[name] = (
                next(iter(start.get(part.key) or ()), None)
                if part.key == "detail"
                else start.get(part.key) or None
            )
        else:
            values[name] = start.get(part.key) or ""
    if radios and start.get("cannot"):
        values[field_name(line)] = CANNOT
    return values


def answer(sent: Mapping[str, Any], line: Line, start: Mapping[str, Any]) -> Answer:
    """Return the answer typed; raises ``Invalid``.

    Without scripts what the page began with is still in its fields when "cannot judge" is ticked: one tick is enough.
    """
    if sent.get("cannot"):
        others = {key: value for key, value in sent.items() if key != "cannot" and value}
        if any(value != start.get(key) for key, value in others.items()):
            raise Invalid(NOT_BOTH)
        return Answer(cannot_judge=True)
    return type_of(line).parse(line, sent)


def blocks(form: Any, lines: tuple[Line, ...], params: Mapping[str, str]) -> list[Block]:
    """Return the items of a page in blocks: neighbours that share a heading stand below it."""
    found: list[Block] = []
    for line in as_asked(lines):
        asked = _asked(form, line)
        heading = asked.ask.heading
        if not (heading and found and found[-1].heading == heading):
            note = asked.ask.note % params if asked.ask.note else ""
            found.append(Block(heading, note, asked.kept, []))
        found[-1].items.append(asked)
    return found


def _asked(form: Any, line: Line) -> Asked:
    kind = type_of(line)
    return Asked(
        line=line,
        ask=kind.ask(line, say),
        widget=kind.widget_of(line),
        fields={name if part.key == "ranks" else part.key: form[name] for part, name in names(line)},
        said=said(line),
    )


def said(line: Line) -> str:
    """Return what the panellist said of a line in the round before, as one sentence."""
    return said_of(type_of(line), line, line.previous)


def said_of(kind: ItemType, posed: Posed, given: Answer) -> str:
    """Return an own answer as one sentence."""
    if given.cannot_judge:
        return gettext("You could not judge this.")
    if not given.given:
        return gettext("You did not answer.")
    words = kind.words(posed, given, say) if given.value is None else written(given.value)
    return gettext("You said %(value)s.", value=words)
