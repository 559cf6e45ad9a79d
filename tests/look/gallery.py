"""Forms and invented figures for the pages that show every macro."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FileField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange

from copkit_delphi.domain.impact import DIMENSIONS, LEVELS

TILES = [SelectChoice(str(level), word) for level, word in enumerate(LEVELS)]
TILES.append(SelectChoice("cannot", "Cannot judge"))
GREY = '<rect x="25%" y="8" width="35%" height="8" fill="#6885A0"/>'
TICK = '<line x1="40%" x2="40%" y1="2" y2="22" stroke="#16202B" stroke-width="3"/>'
PLOT = Markup(f'<svg width="100%" height="24" role="img" aria-label="Median 40%">{GREY}{TICK}</svg>')


def _tiles(label: str) -> RadioField:
    return RadioField(label, choices=TILES, validators=[InputRequired(f"Rate “{label}” from 0 to 4")])


class _Plain(Form):
    def hidden_tag(self) -> Markup:
        return Markup('<input type="hidden" name="csrf_token" value="token-of-the-form">')


class RatingForm(_Plain):
    likelihood = IntegerField(
        "Likelihood",
        description="Your own best estimate. There is no right answer, and nobody sees it next to your name.",
        validators=[
            InputRequired("Give a number from 1 to 99"),
            NumberRange(1, 99, "Give a number from 1 to 99"),
        ],
    )
    cannot = BooleanField("I cannot judge this")
    society = _tiles(DIMENSIONS[4].label)
    rights = _tiles(DIMENSIONS[5].label)
    confidence = RadioField(
        "How sure are you of these answers?",
        choices=[SelectChoice("1", "Not very"), SelectChoice("2", "Fairly"), SelectChoice("3", "Very")],
        validators=[InputRequired("Choose how sure you are")],
    )
    reason = TextAreaField(
        "What is your main reason?",
        description="One or two sentences help the panel most.",
    )
    private = BooleanField("Show my reason to the facilitators only, not to the panel")
    no_say = BooleanField("I prefer not to say")


class GalleryForm(_Plain):
    title = StringField(
        "Title of the study", description="Shown to the panel.", validators=[InputRequired("Give a title")]
    )
    email = StringField("E-mail address")
    about = TextAreaField("What is this study about?", description="Two or three sentences.")
    rounds = IntegerField("Number of rounds", description="Two or three.")
    closes = DateTimeLocalField("Round closes")
    marking = SelectField("Marking", choices=[SelectChoice("TLP:AMBER"), SelectChoice("TLP:GREEN")])
    file = FileField("Panel as a CSV file", description="At most 1 MB.")
    agree = BooleanField("I have read the notice", description="You can withdraw at any time.")
    kinds = SelectMultipleField(
        "Groups",
        choices=[SelectChoice("lea", "Law enforcement"), SelectChoice("ind", "Industry")],
        description="At least one.",
    )
    order = RadioField(
        "Order of scenarios",
        choices=[SelectChoice("fixed", "Fixed"), SelectChoice("random", "Random")],
        validators=[InputRequired("Choose an order")],
    )


def gallery_context() -> dict[str, Any]:
    steps = [{"label": f"Scenario {n}", "href": "#", "state": "todo"} for n in range(1, 9)]
    for step, state in zip(steps, ("done", "done", "skipped"), strict=False):
        step["state"] = state
    steps[3]["current"] = True  # type: ignore[assignment]
    return {"steps": steps, "plot": PLOT, "marking": "TLP:AMBER", "synthetic": True, "Markup": Markup}
