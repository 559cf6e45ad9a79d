"""A brief's life: proposed, edited, assessed, signed by two or three people, published, withdrawn."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from copkit_delphi.domain.documents import AnnexDocument, BriefDocument, Gate
from copkit_delphi.domain.errors import N_, Conflict, Forbidden, Invalid
from copkit_delphi.domain.lifecycle import BriefState, check_move
from copkit_delphi.domain.permission import Role
from copkit_delphi.elicitation import handling, results, studies
from copkit_delphi.people import accounts, audit
from copkit_delphi.warning import documents, frozen, gates, planning, proposals, released
from copkit_delphi.warning.annex import annex_document
from copkit_delphi.warning.gathered import Gathered, gather
from copkit_delphi.warning.models import Brief, PublishedDocument, Signature
from copkit_delphi.warning.rendering import KINDS, PAGES
from copkit_delphi.warning.texts import BriefText, check_text

WORKING = (BriefState.DRAFT, BriefState.ASSESSED, BriefState.SIGNED)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Both documents of a brief as they stand, with gates and hash."""

    found: Gathered
    brief: BriefDocument
    annex: AnnexDocument
    gates: tuple[Gate, ...]
    content_hash: str

    @property
    def releasable(self) -> bool:
        """Tell whether every gate is open."""
        return all(gate.met for gate in self.gates)


def working(session: Session, study_id: str) -> Brief | None:
    """Return the version of a study that is being written, None when there is none."""
    query = select(Brief).where(
        Brief.study_id == study_id, Brief.state.in_([str(state) for state in WORKING])
    )
    return session.scalars(query).first()


def of_study(session: Session, study_id: str) -> list[Brief]:
    """Return every version of a study's brief, newest first."""
    return list(
        session.scalars(select(Brief).where(Brief.study_id == study_id).order_by(Brief.version.desc()))
    )


def hold(session: Session, brief: Brief) -> None:
    """Let nobody else change a version until this transaction ends, and read it as it stands now."""
    session.refresh(brief, with_for_update=True)


def propose(session: Session, *, study_id: str, analyst: str, actor: str, at: datetime) -> Brief:
    """Start a version with a proposal made from the frozen results; people write it from there."""
    study = studies.get(session, study_id)
    if study.origin == "imported":
        raise Conflict(
            N_(
                "Imported ratings make an analysis report. Their ethics were not assessed: they cannot be a brief."
            )
        )
    if working(session, study_id) is not None:
        raise Conflict(N_("A version is being written already."))
    frozen = results.of_study(session, study_id)
    if not frozen:
        raise Conflict(N_("A brief needs at least one closed round."))
    audit.hold(session)  # two who begin at once number their briefs one after the other
    earlier, scenarios = of_study(session, study_id), studies.scenarios(session, study_id)
    planning.take_from_library(session, study_id=study_id)
    review_on = at.date() + timedelta(days=180)
    brief = Brief(
        id=secrets.token_hex(8),
        study_id=study_id,
        version=len(earlier) + 1,
        reference=earlier[0].reference if earlier else _reference(session, at.year),
        marking=study.marking,
        title=study.title,
        lede=proposals.lede(study, frozen[-1]),
        bottom_line=proposals.bottom_line(study, frozen[-1], scenarios),
        decisions=proposals.decisions(session, frozen, scenarios, by=review_on),
        confidence=proposals.confidence(frozen, scenarios),
        limits=list(proposals.LIMITS),
        analyst=analyst,
        issued_on=at.date(),
        review_on=review_on,
    )
    session.add(brief)
    session.flush()  # one working version per study: the index decides between two people
    audit.record(
        session, actor=actor, action="brief:propose", at=at, study_id=study_id, version=brief.version
    )
    return brief


def _reference(session: Session, year: int) -> str:
    used = session.scalar(
        select(func.count(func.distinct(Brief.reference))).where(Brief.reference.like(f"EWB-{year}-%"))
    )
    return f"EWB-{year}-{(used or 0) + 1:02d}"


def edit(session: Session, *, brief: Brief, text: BriefText, actor: str, at: datetime) -> None:
    """Write the text of a working version; signatures become void and it is a draft again."""
    hold(session, brief)
    if BriefState(brief.state) not in WORKING:
        raise Conflict(N_("A published version never changes. Start a new one."))
    check_text(text, at)
    handling.check(session, brief.study_id, text.marking)
    brief.title, brief.lede, brief.bottom_line = (
        text.title.strip(),
        text.lede.strip(),
        text.bottom_line.strip(),
    )
    brief.decisions = [dict(decision) for decision in text.decisions]
    brief.confidence = {key: dict(value) for key, value in text.confidence.items()}
    brief.settle, brief.limits = dict(text.settle), list(text.limits)
    brief.analyst, brief.community = text.analyst.strip(), text.community.strip()
    brief.marking, brief.review_on, brief.issued_on = text.marking, text.review_on, at.date()
    brief.state = BriefState.DRAFT
    session.execute(delete(Signature).where(Signature.brief_id == brief.id))
    audit.record(
        session, actor=actor, action="brief:edit", at=at, study_id=brief.study_id, version=brief.version
    )


def prepare(session: Session, brief: Brief, *, at: datetime) -> Prepared:
    """Return both documents with the gates of the day."""
    found = gather(session, brief)
    fingerprint = documents.content_hash(found)
    checked = gates.check(found, content_hash=fingerprint, on=at.date())
    document = documents.brief_document(found, checked=checked)
    if brief.state == BriefState.SIGNED and document.status and not _met(checked, "G6"):
        document = replace(
            document, status=documents.STATUS[BriefState.ASSESSED]
        )  # its signatures became void
    annex = annex_document(found, brief=document, checked=checked, content_hash=fingerprint)
    return Prepared(found, document, annex, checked, fingerprint)


def _met(checked: tuple[Gate, ...], code: str) -> bool:
    return all(gate.met for gate in checked if gate.code == code)


def send_for_signature(session: Session, *, brief: Brief, actor: str, at: datetime) -> None:
    """Hand a draft to those who sign; an ethics assessment must stand."""
    hold(session, brief)
    prepared = prepare(session, brief, at=at)
    if prepared.found.assessment is None:
        raise Conflict(N_("The ethics reviewer has not assessed this study yet."))
    check_move(BriefState(brief.state), BriefState.ASSESSED)
    brief.state = BriefState.ASSESSED
    audit.record(
        session,
        actor=actor,
        action="brief:send",
        at=at,
        study_id=brief.study_id,
        content=prepared.content_hash,
    )


def sign(
    session: Session, *, brief: Brief, role: Role, account_id: str, name: str, content_hash: str, at: datetime
) -> None:
    """Sign the content that was shown; raises ``Conflict`` when it changed meanwhile, ``Forbidden`` for other roles."""
    hold(session, brief)
    if brief.state not in {BriefState.ASSESSED, BriefState.SIGNED}:
        raise Conflict(N_("This version is not up for signature."))
    prepared = prepare(session, brief, at=at)
    _check_signer(session, prepared, role, account_id)
    if content_hash != prepared.content_hash:
        raise Conflict(N_("The text has changed since you opened it. Read it again before you sign."))
    void = (Signature.content_hash != content_hash) | (Signature.role == role)
    session.execute(delete(Signature).where(Signature.brief_id == brief.id, void))
    session.add(
        Signature(
            brief_id=brief.id, role=role, account_id=account_id, name=name, at=at, content_hash=content_hash
        )
    )
    session.flush()  # the gate reads the signatures
    audit.record(
        session,
        actor=account_id,
        action="brief:sign",
        at=at,
        study_id=brief.study_id,
        role=str(role),
        content=content_hash,
    )
    done = set(session.scalars(select(Signature.role).where(Signature.brief_id == brief.id)))
    complete = set(gates.required_signers(prepared.found)) <= done
    brief.state = BriefState.SIGNED if complete else BriefState.ASSESSED


def _check_signer(session: Session, prepared: Prepared, role: Role, account_id: str) -> None:
    """The role is held in the study, the facilitator never signs, and nobody signs twice in two roles."""
    held = {
        r
        for r, _, account in accounts.holders(session, study_id=prepared.brief.study_code)
        if account == account_id
    }
    if role not in gates.required_signers(prepared.found) or role not in held or Role.FACILITATOR in held:
        raise Forbidden(N_("Your role does not sign this brief."))
    others = [
        s for s in prepared.found.signatures if s.role != role and s.content_hash == prepared.content_hash
    ]
    if any(signature.account_id == account_id for signature in others):
        raise Forbidden(N_("You signed this brief already. Another person signs for the second role."))


def as_published(
    prepared: Prepared, *, on: date, permitted_use: str = ""
) -> tuple[BriefDocument, AnnexDocument]:
    """Return both documents as they will stand once released ``on`` a day for a use.

    Raises ``Conflict`` naming the first closed gate.
    """
    if prepared.found.brief.state != BriefState.SIGNED:
        raise Conflict(N_("This version is not signed yet."))
    for gate in prepared.gates:
        if not gate.met:
            raise Conflict(N_("Not released: gate %(gate)s is closed."), gate=f"{gate.code} {gate.label}")
    changed: dict[str, Any] = {
        "state": BriefState.PUBLISHED,
        "status": "",
        "issued_on": on,
        "permitted_use": permitted_use,
    }
    return replace(prepared.brief, **changed), replace(prepared.annex, **changed)


def publish(
    session: Session,
    *,
    brief: Brief,
    content_hash: str,
    documents: Mapping[str, bytes],
    actor: str,
    at: datetime,
) -> None:
    """Publish a signed version with the very bytes that are handed out. Only a release of the network calls this."""
    hold(session, brief)
    prepared = prepare(session, brief, at=at)
    document, annex = as_published(prepared, on=at.date())
    if content_hash != prepared.content_hash:
        raise Conflict(N_("The text has changed since the documents were made. Release it again."))
    check_move(BriefState(brief.state), BriefState.PUBLISHED)
    brief.state, brief.published_at, brief.issued_on = BriefState.PUBLISHED, at, at.date()
    contents = {
        **{kind: documents[kind] for kind in (*KINDS, *PAGES)},
        released.SUMMARY: released.summary(document),
        released.ETHICS: released.ethics_summary(document, annex),
    }
    hashes = {kind: hashlib.sha256(content).hexdigest() for kind, content in contents.items()}
    for kind, content in contents.items():
        session.add(PublishedDocument(brief_id=brief.id, kind=kind, content=content, hash=hashes[kind]))
    audit.record(
        session, actor=actor, action="brief:publish", at=at, study_id=brief.study_id, content=content_hash,
        documents=frozen.root(hashes.items()),
    )  # fmt: skip


def withdraw(session: Session, *, brief: Brief, reason: str, actor: str, at: datetime) -> None:
    """Take a published version back. Only a retraction of the network calls this: it tells the recipients."""
    if not reason.strip():
        raise Invalid(N_("Say why the brief is retracted."))
    hold(session, brief)
    check_move(BriefState(brief.state), BriefState.WITHDRAWN)
    brief.state, brief.withdrawn_because = BriefState.WITHDRAWN, reason.strip()
    audit.record(
        session, actor=actor, action="brief:withdraw", at=at, study_id=brief.study_id, version=brief.version
    )


def review_dates(session: Session) -> dict[str, date]:
    """Return the latest review date of the briefs of each study."""
    query = select(Brief.study_id, func.max(Brief.review_on)).group_by(Brief.study_id)
    return dict(session.execute(query).all())
