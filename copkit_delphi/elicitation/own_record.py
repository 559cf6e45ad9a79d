"""Everything that is kept about one panellist, as plain data for that person alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from copkit_delphi.elicitation import (
    argument_marks,
    consents,
    enquiries,
    expertise,
    letters,
    practice,
    proposals,
    replication,
    replies,
)
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.models import (
    Draft,
    Item,
    ItemVersion,
    Panellist,
    Participation,
    Rationale,
    Round,
    RoundItem,
    Scenario,
    StakeholderGroup,
    Study,
)
from copkit_delphi.elicitation.own import AS_ASKED, WORDING, OwnAnswer, revisions
from copkit_delphi.people import vault
from copkit_delphi.people.vault import Contact, Vault


def record(session: Session, seals: Vault, *, panellist: Panellist) -> dict[str, Any]:
    """Return everything that is kept about one panellist, as plain data; nobody else's, and no time of day."""
    contact = vault.of_panellist(session, seals, study_id=panellist.study_id, panellist_id=panellist.id)
    study, group = (
        session.get_one(Study, panellist.study_id),
        session.get_one(StakeholderGroup, panellist.group_id),
    )
    return {
        "study": study.title,
        "profile": {
            "name": contact.name if contact else "",
            "address": contact.email if contact else "",
            "language": contact.language if contact else "",
            "group": group.name,
            **_further(contact),
        },
        "consent": {
            "version": panellist.consent_version,
            "quoting": panellist.quoting,
            "stopped": panellist.declined,
            "why": panellist.decline_reason,
            **_further_consents(contact),
        },
        "people_proposed": panellist.nominated,
        "files": replication.made_of(session, panellist.study_id)
        if consents.tells_of_replication(panellist.consent_version)
        else [],
        "ratings": _ratings(session, panellist),
        "reasons": _kept(session, panellist, Rationale, "revision", "is_current", "text", "visibility"),
        "drafts": _kept(session, panellist, Draft, "typed"),
        "argument_marks": argument_marks.kept(session, panellist.id),
        "replies": replies.kept(session, panellist.id),
        "practice": practice.of_panellist(session, panellist.id),
        "expertise": expertise.of_panellist(session, panellist.id),
        "proposals": proposals.kept(session, panellist),
        "questions": enquiries.kept(session, panellist),
        "mails": _mails(session, panellist.study_id, contact.id) if contact else [],
        "progress": _progress(session, panellist),
    }


def _progress(session: Session, panellist: Panellist) -> list[dict[str, Any]]:
    """Return how far the panellist is in each round, and how long its pages were in view while it is open."""
    mine = Scenario.study_id == panellist.study_id
    titles = dict(session.execute(select(Scenario.id, Scenario.title).where(mine)).all())
    query = (
        select(Round.number, Participation)
        .join(Participation, Participation.round_id == Round.id)
        .where(Participation.panellist_id == panellist.id)
        .order_by(Round.number)
    )
    return [
        {
            "round": number,
            "progress": row.progress,
            "feedback_shown": row.shown,
            "seconds_in_view": {titles[page]: seconds for page, seconds in row.page_seconds.items()},
        }
        for number, row in session.execute(query)
    ]


def _further(contact: Contact | None) -> dict[str, str]:
    """Return what else stands beside the name, where anything does."""
    if contact is None:
        return {}
    kept = ("organisation", "language", "note", "origin", "interest", "interest_text")
    return {name: getattr(contact, name) for name in kept if getattr(contact, name)}


def _further_consents(contact: Contact | None) -> dict[str, Any]:
    """Return whether the panellist may be named and asked again, and by which version on which day that was said."""
    if contact is None:
        return {}
    return {"named": contact.named, "recontact": contact.recontact, "chosen": contact.chosen}


def _mails(session: Session, study_id: str, contact_id: str) -> list[dict[str, Any]]:
    found = letters.latest(session, study_id=study_id, contacts=[contact_id]).get(contact_id, [])
    return [{"kind": one.kind, "day": one.day.isoformat(), "state": one.state} for one in found]


def _ratings(session: Session, panellist: Panellist) -> list[dict[str, Any]]:
    return [
        {
            "round": one.own.round,
            "item": one.own.item,
            "wording": one.own.wording,
            "revision": one.number,
            "is_current": one.counts,
            "value": one.own.answer.value,
            "cannot_judge": one.own.answer.cannot_judge,
            **_no_number(one.own),
        }
        for one in revisions(session, panellist=panellist)
    ]


def _no_number(row: OwnAnswer) -> dict[str, Any]:
    """Return what an answer holds beside a plain number, in words too: the number of an option says nothing."""
    answer = row.answer
    bounds = {"low": answer.low, "high": answer.high} if answer.low is not None else {}
    if answer.detail is None:
        return bounds
    return bounds | {"answer": of(row.kind).words(row, answer, str)}


def _kept(session: Session, panellist: Panellist, table: Any, *names: str) -> list[dict[str, Any]]:
    columns = [getattr(table, name) for name in names]
    order = (
        [Round.number, Item.position, *columns[:1]] if "revision" in names else [Round.number, Item.position]
    )
    query = (
        select(Round.number.label("round"), Item.name.label("item"), WORDING.label("wording"), *columns)
        .select_from(table)
        .join(Round, Round.id == table.round_id)
        .join(Item, Item.id == table.item_id)
        .outerjoin(RoundItem, (RoundItem.item_id == Item.id) & (RoundItem.round_id == Round.id))
        .outerjoin(ItemVersion, AS_ASKED)
        .where(table.panellist_id == panellist.id)
        .order_by(*order)
    )
    return [dict(row) for row in session.execute(query).mappings()]
