"""Forms about files. The one that maps columns has a field for each column of the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs lag behind 3.3
from wtforms.validators import InputRequired, Length, NumberRange

from copkit_delphi.domain import columns as roles
from copkit_delphi.domain.columns import Columns, numbers, pairs
from copkit_delphi.domain.figures import plain
from copkit_delphi.elicitation import replication
from copkit_delphi.elicitation.joining import LONGEST_SOURCE
from copkit_delphi.elicitation.uploads import LONGEST_NAME, Sent
from copkit_delphi.web.typed import clean

ACCEPTED = ".csv,.tsv,.txt,.xlsx"
MOST_HEADER = 100
COLUMN, ABOUT = "column-", "about-"  # what a column holds, and of which item
_LONG = Length(max=20_000, message=_l("Write at most %(max)d characters."))


def _lines(label: Any, hint: Any) -> Field:
    return TextAreaField(label, validators=[_LONG], filters=[clean], description=hint)


class UploadForm(FlaskForm):
    """A file, and where in it the table begins."""

    file = FileField(_l("CSV file or workbook (XLSX)"), description=_l("At most 20 MB."))
    sheet = StringField(
        _l("Sheet of the workbook"),
        validators=[Length(max=80, message=_l("Write at most %(max)d characters."))],
        filters=[clean],
        description=_l("Left empty, the first one that is not hidden."),
    )
    header_row = IntegerField(
        _l("Row with the names of the columns"),
        default=1,
        validators=[
            InputRequired(_l("Give a whole number.")),
            NumberRange(1, MOST_HEADER, _l("Give a number from %(min)d to %(max)d.")),
        ],
    )

    def sent(self) -> Sent | None:
        """Return the file as it was sent, None when there is none."""
        given = self.file.data
        if not hasattr(given, "read") or not given.filename:
            return None
        return Sent(
            given.read(), clean(given.filename), self.sheet.data or "", int(self.header_row.data or 1)
        )


class ReplicationForm(FlaskForm):
    """What a replication file is for, and who gets it."""

    purpose = TextAreaField(
        _l("What the file is for"),
        validators=[
            InputRequired(_l("Say what the file is for.")),
            Length(max=replication.LONGEST, message=_l("Write at most %(max)d characters.")),
        ],
        filters=[clean],
        description=_l("Panellists read this."),
    )
    recipient = StringField(
        _l("Who gets it"),
        validators=[
            InputRequired(_l("Say who gets it.")),
            Length(max=200, message=_l("Write at most %(max)d characters.")),
        ],
        filters=[clean],
        description=_l("A person or a body. Panellists read this."),
    )


class RefusalForm(FlaskForm):
    """Why a replication file is refused."""

    why = StringField(
        _l("Why not"),
        validators=[Length(max=replication.LONGEST, message=_l("Write at most %(max)d characters."))],
        filters=[clean],
    )


class ArchiveForm(FlaskForm):
    """An archive, and what becomes of it."""

    file = FileField(_l("Archive of a study (ZIP)"), description=_l("At most 20 MB."))
    kind = RadioField(
        _l("What becomes of it"),
        choices=[
            SelectChoice("copy", _l("Archived copy with its results")),
            SelectChoice("draft", _l("New draft study from its design")),
        ],
        default="copy",
    )


class ColumnsForm(FlaskForm):
    """What the words of a file mean, and where its answers come from. Columns are added by ``columns_form``."""

    words = _lines(_l("Words that mean a number"), _l("One a line, for example: strongly agree = 5"))
    cannot = _lines(
        _l("Words that mean “cannot judge”"), _l("One a line. They are never counted as a middle.")
    )
    groups = _lines(_l("Groups with another name"), _l("One a line, for example: Police = Law enforcement"))
    items = _lines(
        _l("Items with another name"), _l("Only with a row for each rating. One a line: Q1 = S02.likelihood")
    )
    shares = BooleanField(
        _l("Percentages are written as shares from 0 to 1"), description=_l("0.35 is taken as 35.")
    )
    rounding = BooleanField(
        _l("Round to whole steps of the scale"),
        description=_l("Halves upward. Otherwise such a value is a problem."),
    )
    source = TextAreaField(
        _l("Who ran this round, when and how"),
        validators=[Length(max=LONGEST_SOURCE, message=_l("Write at most %(max)d characters."))],
        filters=[clean],
        description=_l("Needed to join. It stands in the audit and beside the results."),
    )
    known: Mapping[str, str] = {}  # the study's items, by their names folded
    name = StringField(
        _l("Name of this mapping"),
        validators=[Length(max=LONGEST_NAME, message=_l("Write at most %(max)d characters."))],
        filters=[clean],
    )
    shared = BooleanField(_l("Every facilitator may use it"))

    def columns(self, headers: Sequence[str]) -> Columns:
        """Return the mapping as chosen; raises ``Invalid``."""
        return Columns(
            roles={name: self._role(place) for place, name in enumerate(headers) if name},
            words=numbers(self.words.data or ""),
            cannot=tuple(line.strip() for line in (self.cannot.data or "").splitlines() if line.strip()),
            groups=pairs(self.groups.data or ""),
            items=pairs(self.items.data or ""),
            shares=bool(self.shares.data),
            rounding=bool(self.rounding.data),
        )

    def _role(self, place: int) -> str:
        held = self[f"{COLUMN}{place}"].data or ""
        if held not in (roles.IS, roles.WHY):
            return held
        about = self[f"{ABOUT}{place}"].data or ""
        return f"{held}{self.known.get(roles.folded(about), about)}"


def columns_form(headers: Sequence[str], items: Iterable[str], *, drafting: bool) -> type[ColumnsForm]:
    """Return the form for a table: for each column what it holds and, by its name, of which of the study's items."""
    choices = _choices(drafting=drafting)
    fields: dict[str, Any] = {"known": {roles.folded(name): name for name in items}}
    for place, name in enumerate(headers):
        if name:
            fields[f"{COLUMN}{place}"] = SelectField(name, choices=choices)
            fields[f"{ABOUT}{place}"] = StringField(_l("Item of “%(column)s”", column=name), filters=[clean])
    return type("TableForm", (ColumnsForm,), fields)


def _choices(*, drafting: bool) -> list[SelectChoice]:
    about = [
        ("", gettext("Not read")),
        (roles.PANELLIST, gettext("Panellist (code or name in the file)")),
        (roles.GROUP, gettext("Group")),
        (roles.EMAIL, gettext("E-mail address")),
        (roles.NAME, gettext("Name")),
        (roles.ROUND, gettext("Round")),
    ]
    answers = [(roles.IS, gettext("Answers to an item")), (roles.WHY, gettext("Reasons for an item"))]
    if drafting:
        answers.append((roles.NEW, gettext("New statement, rated 0 to 100%")))
    rows = [
        (roles.ITEM, gettext("Item")),
        (roles.VALUE, gettext("Value")),
        (roles.REASON, gettext("Reason")),
    ]
    found = {
        gettext("About the panellist"): about,
        gettext("A row is a panellist"): answers,
        gettext("A row is one rating"): rows,
    }
    return [
        SelectChoice(value, words, optgroup=label) for label, some in found.items() for value, words in some
    ]


def typed(mapping: Columns, headers: Sequence[str]) -> dict[str, Any]:
    """Return a mapping as the fields of the form hold it."""
    places: dict[str, str] = {}
    for place, name in enumerate(headers):
        kind, colon, item = mapping.roles.get(name, "").partition(":")
        places |= {f"{COLUMN}{place}": f"{kind}{colon}", f"{ABOUT}{place}": item}
    return places | {
        "words": _written({word: plain(number) for word, number in mapping.words.items()}),
        "cannot": "\n".join(mapping.cannot),
        "groups": _written(mapping.groups),
        "items": _written(mapping.items),
        "shares": mapping.shares,
        "rounding": mapping.rounding,
    }


def _written(meanings: Mapping[str, str]) -> str:
    return "\n".join(f"{word} = {meaning}" for word, meaning in meanings.items())
