"""The ethics impact annex as a value: what was assessed, what remains, who signed."""

from __future__ import annotations

from datetime import date
from typing import Any

from copkit_delphi.domain.documents import (
    AnnexDocument,
    BriefDocument,
    ConsentStatement,
    DissentStatement,
    Gate,
    Participation,
    ScenarioRights,
    SignOff,
)
from copkit_delphi.domain.errors import N_
from copkit_delphi.elicitation import retention
from copkit_delphi.warning.annex_texts import PROHIBITED_USES, ROLE_LABELS
from copkit_delphi.warning.assessed import assessed
from copkit_delphi.warning.gates import required_signers, waived
from copkit_delphi.warning.gathered import Gathered
from copkit_delphi.warning.printed import level_history
from copkit_delphi.warning.study_record import study_record

SHEET_VERSION = "1.0"
_FRONT = (
    *("version", "title", "marking", "community", "issued_on", "issued_by", "snapshots", "status", "state"),
    *("flags", "organisation", "review_on", "valid_until", "ethics_contact", "study_code"),
)


def annex_document(
    found: Gathered, *, brief: BriefDocument, checked: tuple[Gate, ...], content_hash: str = ""
) -> AnnexDocument:
    """Return the annex of ``brief``; without an assessment its sections say that they are not part of the study.

    Only signatures over ``content_hash`` are printed.
    """
    document = AnnexDocument(
        **_front(brief),
        gates=checked,
        participation=_participation(found),
        rights=_rights(found),
        action_checks=brief.actions,
        dissent=_dissent(brief),
        evidence=brief.evidence,
        limits=brief.limits,
        consent=_consent(found),
        prohibited_uses=PROHIBITED_USES,
        sign_offs=_sign_offs(found, content_hash),
        history=(f"Version {brief.version}, {_written(brief.issued_on)}.", *level_history(found)),
        waiver=waived(found.assessment),
        ethics_round=found.assessment.panel if found.assessment else None,
        record=study_record(found),
    )
    return document if found.assessment is None else assessed(document, found, found.assessment, brief)


def _front(brief: BriefDocument) -> dict[str, Any]:
    """Return what stands on every page of the annex and in its masthead."""
    return {
        **{name: getattr(brief, name) for name in _FRONT},
        "reference": f"{brief.reference}-A",
        "brief_reference": brief.reference,
        "lede": N_(
            "Whose rights are at stake, from the threats and from our response, and what risk remains."
        ),
    }


def _written(day: date) -> str:
    return f"{day:%d %B %Y}".removeprefix("0")


def _participation(found: Gathered) -> tuple[Participation, ...]:
    targets = {group.name: group.target for group in found.groups}
    last = found.snapshots[-1]
    by_round = [{r.name: r.responded for r in snapshot.response} for snapshot in found.snapshots]
    return tuple(
        Participation(
            r.name, r.kind, targets.get(r.name), r.invited, tuple(rated.get(r.name) for rated in by_round)
        )
        for r in last.response
    )


def _rights(found: Gathered) -> tuple[ScenarioRights, ...]:
    return tuple(
        ScenarioRights(
            number, found.scenarios[name].short or name, tuple(found.scenarios[name].rights), scenario=name
        )
        for name, number in found.numbers.items()
    )


def _dissent(brief: BriefDocument) -> tuple[DissentStatement, ...]:
    return tuple(
        DissentStatement(text=text, item=dispute.item, side=side)
        for dispute in brief.disputes
        for side, texts in (("higher", dispute.higher), ("lower", dispute.lower))
        for text in texts
    )


def _consent(found: Gathered) -> ConsentStatement:
    last = found.rounds[-1].closed_at
    ended = last.date() if last else found.brief.issued_on
    times = retention.times(found.study)
    return ConsentStatement(
        sheet_version=SHEET_VERSION,
        controller=found.study.controller,
        legal_basis=found.study.legal_basis,
        dpo=found.dpo,
        recipients=found.study.received_by,
        key_deleted_on=found.kept.identities or ended + times.identities_at_latest,
        answers_deleted_on=found.kept.answers or found.brief.review_on + times.answers,
        complain_to=N_("the data protection authority of your country"),
        reidentifications=found.reveals,
        kept_because=times.reason,
    )


def _sign_offs(found: Gathered, content_hash: str) -> tuple[SignOff, ...]:
    given = {
        signature.role: signature for signature in found.signatures if signature.content_hash == content_hash
    }
    return tuple(
        SignOff(
            role=ROLE_LABELS[role], name=given[role].name, on=given[role].at.date(), decision=N_("signed")
        )
        if role in given
        else SignOff(role=ROLE_LABELS[role])
        for role in required_signers(found)
    )
