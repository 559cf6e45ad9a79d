"""Forms of round work: which items are asked, deadlines with a reason, other words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField

from copkit_delphi.elicitation.rewordings import Words
from copkit_delphi.web.facilitator.forms import LONGEST, OpenForm
from copkit_delphi.web.fields import line


class NextForm(OpenForm):
    """A further round: its deadline, the items it asks, and why these if the rule says others."""

    items = SelectMultipleField(_l("What this round asks"), validate_choice=False)
    why = line(
        _l("Why other items than the rule says"),
        LONGEST,
        area=True,
        hint=_l("Only if you change the list. It is an amendment, printed in the brief."),
    )


class DeadlineForm(OpenForm):
    """Another deadline, with why."""

    reason = line(
        _l("Why the deadline moves"),
        LONGEST,
        area=True,
        hint=_l("How often it moved, from when to when and why is printed in the report."),
    )


class ReopenForm(OpenForm):
    """A closed round is to be opened again."""

    reason = line(
        _l("Why the round is opened again"),
        LONGEST,
        area=True,
        hint=_l("The panel reads it on its first page, and the report prints it."),
    )


class WordsForm(FlaskForm):
    """Other words for a statement; ``version`` tells what the form was made from."""

    version = HiddenField()
    statement = line(
        _l("Statement"), 1200, area=True, needed=_l("Write a statement that says that the threat happens.")
    )
    counts = line(_l("What counts"), 2000, area=True, hint=_l("One point a line."))
    counts_not = line(_l("What does not count"), 2000, area=True, hint=_l("One point a line."))
    reason = line(
        _l("Why the words change"),
        LONGEST,
        area=True,
        hint=_l("Panellists read it beside the old and the new words."),
    )

    @property
    def words(self) -> Words:
        """Return the words as typed."""
        lines = {name: tuple(self[name].data.splitlines()) for name in ("counts", "counts_not")}
        return Words(self.statement.data, **lines)

    @property
    def made_from(self) -> int:
        """Return the version the form was made from, 0 for what is none."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
