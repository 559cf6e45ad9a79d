"""The nine gates of a release, checked here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from copkit_delphi.domain.documents import Gate
from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.lifecycle import FeedbackState, FlagState
from copkit_delphi.domain.permission import Role
from copkit_delphi.domain.risk import RiskLevel
from copkit_delphi.ethics import assessments, bank
from copkit_delphi.ethics.assessments import Standing
from copkit_delphi.ethics.models import EthicsFlag
from copkit_delphi.warning.annex_texts import ROLE_LABELS
from copkit_delphi.warning.gathered import Gathered

DISSENT_WORKING_DAYS = 10
_YEAR, _HALF_YEAR = 366, 184
_WEEKEND = 5
_HIGH = frozenset({RiskLevel.HIGH, RiskLevel.VERY_HIGH})


def required_signers(found: Gathered) -> tuple[Role, ...]:
    """Return who must sign: reviewer and owner, and the data protection officer where personal data are at stake."""
    privacy = found.assessment is not None and any(
        risk.question.dimension == "PDP" and risk.before in _HIGH for risk in found.assessment.risks
    )
    return (Role.ETHICS_REVIEWER, Role.DPO, Role.OWNER) if privacy else (Role.ETHICS_REVIEWER, Role.OWNER)


def check(found: Gathered, *, content_hash: str, on: date) -> tuple[Gate, ...]:
    """Return the gates as they stand on a day; ``content_hash`` is of the text as it is now."""
    assessment = found.assessment
    if assessment is None:
        nothing = N_("No ethics assessment has been made.")
        labels = (
            N_("Red lines"),
            N_("Representation"),
            N_("Flags answered"),
            N_("Residual risk"),
            N_("Read for misuse"),
            N_("Dissent"),
            N_("Sign-off"),
            N_("Review date"),
            N_("Integrity"),
        )
        return tuple(
            Gate(f"G{number}", label, met=False, note=nothing) for number, label in enumerate(labels)
        )
    return (
        _red_lines(assessment),
        _representation(assessment),
        _flags(assessment),
        _residual(assessment, on),
        _misuse_read(found, assessment),
        _dissent(found, on),
        _sign_off(found, content_hash),
        _review(found, assessment, on),
        _integrity(found, content_hash),
    )


def _red_lines(assessment: Standing) -> Gate:
    answered = {answer["question"] for answer in assessment.assessment.screening if answer.get("answer")}
    stops = [code for code, flag, _ in assessments.flags(assessment) if flag == "stop"]
    stops += [flag.question_id for flag in _open(assessment) if flag.level == "stop"]
    if any(question.id not in answered for question in bank.screening()):
        return Gate("G0", N_("Red lines"), met=False, note=N_("Not every screening question is answered."))
    if assessment.panel is not None and not assessment.panel.heard:
        few = N_(
            "Too few people answered in the last ethics round for its stop questions to be read. Open another one."
        )
        return Gate("G0", N_("Red lines"), met=False, note=few)
    return Gate("G0", N_("Red lines"), met=not stops, note=", ".join(stops))


def _open(assessment: Standing) -> list[EthicsFlag]:
    """Return the flags of the panel and of its levels that the reviewer has not cleared."""
    return [flag for flag in assessment.raised if flag.state != FlagState.CLEARED]


def holding(assessment: Standing) -> list[EthicsFlag]:
    """Return the flags that hold a release back: not cleared, and, but for a stop, without a measure with owner and date."""
    met = _met(assessment)
    return [flag for flag in _open(assessment) if flag.level == "stop" or flag.question_id not in met]


def _met(assessment: Standing) -> set[str]:
    return {m.against for m in assessment.measures if m.owner and m.due and m.status != "dropped"}


def represented(assessment: Standing | None) -> bool:
    """Tell whether every mandatory kind of group rated every headline risk in the last ethics round."""
    return assessment is not None and assessment.panel is not None and assessment.panel.represented


def waived(assessment: Standing | None) -> str:
    """Return the waiver as it is printed, with who wrote and who confirmed it; empty where none counts."""
    waiver = assessment.waiver if assessment else None
    if waiver is None or waiver.confirmed_on is None or represented(assessment):
        return ""
    return f"{waiver.reason} ({waiver.written_by}, {waiver.written_on}; {waiver.confirmed_by}, {waiver.confirmed_on})"


def _representation(assessment: Standing) -> Gate:
    if represented(assessment):
        note = N_("Every group that has to be heard rated every headline risk.")
        return Gate("G1", N_("Representation"), met=True, note=note)
    lacking = N_("The panel has not rated the headline risks, and no waiver is confirmed.")
    if assessment.panel is not None:
        lacking = N_("A group that has to be heard has fewer than five ratings, and no waiver is confirmed.")
    text = waived(assessment)
    return Gate("G1", N_("Representation"), met=bool(text), note=text or lacking)


def _flags(assessment: Standing) -> Gate:
    unanswered = [code for code, flag, reply in assessments.flags(assessment) if flag != "stop" and not reply]
    cleared = {f.question_id for f in assessment.raised if f.state == FlagState.CLEARED}
    settled = _met(assessment) | cleared
    unmet = [r.question.id for r in assessment.risks if r.before in _HIGH and r.question.id not in settled]
    unmet += [
        flag.question_id
        for flag in holding(assessment)
        if flag.level == "stop" or flag.question_id not in unmet
    ]
    return Gate("G2", N_("Flags answered"), met=not (unanswered or unmet), note=", ".join(unanswered + unmet))


def _residual(assessment: Standing, on: date) -> Gate:
    unrated = [r.question.id for r in assessment.risks if r.after is None]
    blocked = [r.question.id for r in assessment.risks if r.after is RiskLevel.VERY_HIGH]
    unaccepted = [
        r.question.id
        for r in assessment.risks
        if r.after is RiskLevel.HIGH and not _accepted(assessment.acceptance(r.question.id), on)
    ]
    wrong = unrated + blocked + unaccepted
    return Gate("G3", N_("Residual risk"), met=not wrong, note=", ".join(wrong))


def _accepted(entry: Mapping[str, str] | None, on: date) -> bool:
    """Tell whether somebody accepted by name, with a reason, until a day that has not passed."""
    return bool(entry and entry["by_role"] and entry["reason"] and date.fromisoformat(entry["until"]) >= on)


def _misuse_read(found: Gathered, assessment: Standing) -> Gate:
    readers = [assessment.assessment.scope.get(name, "").strip() for name in ("reader_1", "reader_2")]
    authors = {found.brief.analyst.strip().lower(), assessment.assessment.assessor.strip().lower()}
    outside = {reader.lower() for reader in readers if reader} - authors
    if len(outside) < len(readers):
        return Gate(
            "G4", N_("Read for misuse"), met=False, note=N_("Two readers outside the authors are needed.")
        )
    return Gate("G4", N_("Read for misuse"), met=True, note="; ".join(readers))


def working_days(start: date, end: date) -> int:
    """Return how many working days lie after ``start`` up to and including ``end``."""
    days = (start + timedelta(days=offset) for offset in range(1, max(0, (end - start).days) + 1))
    return sum(day.weekday() < _WEEKEND for day in days)


def _dissent(found: Gathered, on: date) -> Gate:
    last = found.rounds[-1]
    if found.study.practice:
        note = N_("Practice study: the window of ten working days is not waited for.")
        return Gate("G5", N_("Dissent"), met=True, note=note)
    if last.feedback != FeedbackState.OPEN or last.closed_at is None:
        return Gate("G5", N_("Dissent"), met=False, note=N_("The panel has not seen the last round."))
    ethics = (
        [date.fromisoformat(one.closed_on) for one in found.assessment.rounds] if found.assessment else []
    )
    passed = working_days(max([last.closed_at.date(), *ethics]), on)
    if passed < DISSENT_WORKING_DAYS:
        return Gate("G5", N_("Dissent"), met=False, note=N_("The window of ten working days is still open."))
    return Gate("G5", N_("Dissent"), met=True, note=N_("Window closed; views on disputed items are printed."))


def _sign_off(found: Gathered, content_hash: str) -> Gate:
    valid = {signature.role for signature in found.signatures if signature.content_hash == content_hash}
    open_ = [ROLE_LABELS[role] for role in required_signers(found) if role not in valid]
    return Gate("G6", N_("Sign-off"), met=not open_, note=", ".join(open_))


def _review(found: Gathered, assessment: Standing, on: date) -> Gate:
    longest = _HALF_YEAR if assessment.highest_residual in _HIGH else _YEAR
    first = min(found.brief.review_on, assessment.assessment.review_on)
    met = on < first <= found.brief.issued_on + timedelta(days=longest)
    return Gate("G7", N_("Review date"), met=met, note=first.isoformat())


def _integrity(found: Gathered, content_hash: str) -> Gate:
    stale = [ROLE_LABELS[Role(s.role)] for s in found.signatures if s.content_hash != content_hash]
    return Gate("G8", N_("Integrity"), met=not stale, note=", ".join(stale))
