"""The boxes in which a panellist replies to arguments: one for each argument that the page shows."""

from __future__ import annotations

import re
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, TextAreaField

from copkit_delphi.elicitation.replies import FIELD, MAX_REPLY, Written, mark
from copkit_delphi.elicitation.sheets import Sheet
from copkit_delphi.web.typed import clean

STOOD = "stood_"
_NAME = re.compile(FIELD + r"([0-9a-f]{32})")


def fields(page: Sheet) -> dict[str, Any]:
    """Return the fields of a page by name; each belongs to the form of the answers, wherever it stands."""
    found: dict[str, Any] = {}
    given = {"form": "answers"} | ({"disabled": True} if page.desk.rehearsed else {})
    for key in page.talk.own:
        found[FIELD + key] = TextAreaField(lazy_gettext("Your reply"), render_kw=given)
        found[STOOD + key] = HiddenField()
    return found


def starting(page: Sheet) -> dict[str, str]:
    """Return the values they start from: a draft, else what is saved."""
    drafted = page.reason_draft or {}
    values: dict[str, str] = {}
    for key, saved in page.talk.own.items():
        values[FIELD + key] = drafted.get(FIELD + key, saved)
        values[STOOD + key] = mark(saved)
    return values


def posted() -> dict[str, Written]:
    """Return what was posted, by argument."""
    sent = [(_NAME.fullmatch(name), text) for name, text in request.form.items()]
    return {
        found[1]: Written(plain(text), request.form.get(STOOD + found[1], ""))
        for found, text in sent
        if found
    }


def plain(text: str) -> str:
    """Return a text with plain line ends: a browser sends two characters for one."""
    return clean(text).replace("\r\n", "\n").strip()


def drafts(page: Sheet, longest: int) -> dict[str, str]:
    """Return what was typed as a draft keeps it, beside the draft of the first item."""
    return {FIELD + key: one.text[:longest] for key, one in posted().items() if key in page.talk.own}


def too_long() -> bool:
    """Tell whether a posted reply is too long to be kept."""
    return any(len(one.text) > MAX_REPLY for one in posted().values())


def check(form: Any, page: Sheet) -> None:
    """Put an error at each reply that is too long."""
    for key, one in posted().items():
        if key in page.talk.own and len(one.text) > MAX_REPLY:
            form[FIELD + key].errors = [gettext("A reply has at most %(n)s characters.", n=MAX_REPLY)]


def seen(form: Any, page: Sheet) -> None:
    """Note in a form that is shown again that what stands now was seen."""
    for key, saved in page.talk.own.items():
        form[STOOD + key].data = mark(saved)


def titles(page: Sheet) -> dict[str, str]:
    """Return what each reply is called, by argument."""
    words = {one.key: text for (_, text), one in page.marks.items()}
    words |= {one.key: one.text for one in page.talk.threads}
    return {key: gettext("Your reply to “%(argument)s”", argument=words[key]) for key in page.talk.own}
