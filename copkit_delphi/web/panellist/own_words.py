"""What is kept of one panellist, in the words of the page that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation import expertise, own, translations
from copkit_delphi.elicitation.item_types.levels import KNOWS
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.marked import Kind
from copkit_delphi.elicitation.own import OwnAnswer
from copkit_delphi.ethics import bank, copies
from copkit_delphi.ethics.answers import Given, StopAnswer
from copkit_delphi.ethics.copies import OwnEthics
from copkit_delphi.people.vault import Contact
from copkit_delphi.web import languages
from copkit_delphi.web.context import db, panellist
from copkit_delphi.web.filters import own_name, own_words
from copkit_delphi.web.panellist import widgets
from copkit_delphi.web.panellist.ethics_forms import BURDENS, SCALES, SURE

MARKS = {Kind.USEFUL: N_("Useful"), Kind.CHANGED: N_("Changed my mind")}
_SHOWN_TO = {
    "panel": N_("the panel"),
    "facilitators": N_("facilitators only"),
    "declined": N_("I prefer not to say"),
}
_QUOTING = {"no": N_("No"), "paraphrased": N_("In other words only"), "verbatim": N_("Word for word")}
Row = tuple[str, int | str, str, str]  # item, round (empty before any), answer, state


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one kind under their title."""

    title: str
    rows: list[Row]


def spoken(rows: Iterable[OwnAnswer]) -> list[OwnAnswer]:
    """Return own answers with their questions in the language in which this browser reads scenarios."""
    asking = languages.asking()
    known = asking.languages if asking else ()
    return translations.speak_own(rows, known, languages.of_texts())


def wording(row: OwnAnswer) -> str:
    """Return the words in which the study asked, where they are its own and say more than what the item is called."""
    text = of(row.kind).texts(row).get("wording", "")
    return "" if text.casefold() == own_name(row).casefold() else text


def question(row: OwnAnswer) -> str:
    """Return what was asked: in the study's words where it has some, else what the item is called."""
    return wording(row) or own_name(row)


def consents(contact: Contact | None) -> list[tuple[str, str, str]]:
    """Return each consent beside taking part as code, question and what was said; none before any was given."""
    who = panellist()
    if who.consent_version is None:
        return []
    said = [("consent.quoting", gettext("May a brief quote your reasons?"), gettext(_QUOTING[who.quoting]))]
    if contact is not None:
        yes, no = gettext("Yes"), gettext("No")
        said += [
            (
                "consent.named",
                gettext("May you be named among those who took part?"),
                yes if contact.named else no,
            ),
            (
                "consent.recontact",
                gettext("May you be asked to take part in another study?"),
                yes if contact.recontact else no,
            ),
        ]
    return said


def shown_to(visibility: str) -> str:
    """Return who reads a reason."""
    return gettext(_SHOWN_TO[visibility])


def ethics_words(one: OwnEthics) -> str:
    """Return an answer of an ethics round in words."""
    return _ethics(one.item, one.given)


def _ethics(question: str, given: Given) -> str:
    if given.cannot_judge:
        return gettext("I cannot judge this")
    if isinstance(given, StopAnswer):
        options = bank.question(question).options
        return next((gettext(option.label) for option in options if option.value == given.value), "")
    said = [f"{gettext(SCALES[part][0])} {getattr(given.rating, part)}" for part in bank.PARTS]
    if given.rating:
        said.append(" ".join([gettext("Who would carry the harm?"), gettext(BURDENS[given.rating.burden])]))
    if given.confidence:
        said.append(": ".join([gettext("How sure you are"), gettext(SURE[str(given.confidence)])]))
    return "; ".join(said)


def parts(record: Mapping[str, Any]) -> list[Part]:
    """Return the answers, reasons, drafts, ethics answers and marks of a record in words."""
    asked = {(row.round, row.item): row for row in spoken(own.asked(db(), panellist=panellist()))}
    reasons = [
        (
            _called(asked, row),
            row["round"],
            _reason(row),
            _state(row["is_current"]),
        )
        for row in record["reasons"]
    ]
    drafts = [
        (_called(asked, row), row["round"], _typed(asked, row), gettext("draft")) for row in record["drafts"]
    ]
    marks = [
        (_called(asked, row), row["round"], row["text"], widgets.say(MARKS[row["mark"]]))
        for row in record["argument_marks"]
    ]
    return [
        Part(gettext("Ratings, with earlier ones"), _ratings()),
        Part(gettext("Reasons, with earlier ones"), reasons),
        Part(gettext("Drafts, never counted"), drafts),
        Part(gettext("Arguments you marked, seen by you alone"), marks),
        Part(gettext("Ethics rounds"), _of_ethics()),
        Part(gettext("How well you know each topic"), _expertise()),
    ]


def _ratings() -> list[Row]:
    found = own.revisions(db(), panellist=panellist())
    rows = spoken(one.own for one in found)
    return [
        (_title(row), row.round, own_words(row), _state(one.counts))
        for one, row in zip(found, rows, strict=True)
    ]


def _of_ethics() -> list[Row]:
    return [
        (gettext(one.wording), one.round, f"{ethics_words(one)} {one.reason.text}".strip(), gettext("counts"))
        for one in copies.of_panellist(db(), panellist())
    ]


def _expertise() -> list[Row]:
    found = expertise.topics(db(), study_id=panellist().study_id, panellist_id=panellist().id)
    return [
        (topic.family or topic.pages[0].title, "", gettext(KNOWS[topic.level - 1]), gettext("not counted"))
        for topic in found
        if topic.level
    ]


def _title(row: OwnAnswer) -> str:
    return f"{row.scenario}: {own_name(row)}"


def _called(asked: Mapping[tuple[int, str], OwnAnswer], row: Mapping[str, Any]) -> str:
    found = asked.get((row["round"], row["item"]))
    return _title(found) if found else str(row["item"])


def _typed(asked: Mapping[tuple[int, str], OwnAnswer], row: Mapping[str, Any]) -> str:
    """Return a draft in words; what makes no answer stands as it was typed."""
    typed, of_item = row["typed"], asked.get((row["round"], row["item"]))
    said = str(typed.get("value") or typed.get("detail") or "")
    if of_item:
        with suppress(Invalid):
            said = of(of_item.kind).words(of_item, of(of_item.kind).parse(of_item, typed), gettext)
    return " ".join(text for text in (said, typed.get("text", "")) if text)


def _reason(row: Mapping[str, Any]) -> str:
    if row["visibility"] == "declined":
        return shown_to("declined")
    return row["text"] or gettext("left open")


def _state(counts: bool) -> str:
    return gettext("counts") if counts else gettext("replaced")
