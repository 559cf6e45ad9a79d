"""The stopping advisor: what speaks for closing a round or ending a study. A person decides; against it, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from copkit_delphi.domain.decisions import Choice, stopping
from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.domain.figures import plain
from copkit_delphi.domain.protocol import Protocol
from copkit_delphi.domain.results import RoundSnapshot
from copkit_delphi.domain.verdict import MIN_RATINGS
from copkit_delphi.elicitation import decisions, panels, results, rounds, studies
from copkit_delphi.elicitation.models import Round
from copkit_delphi.elicitation.panels import GroupProgress
from copkit_delphi.elicitation.ratings import Clock

MAX_REASON = 600


@dataclass(frozen=True, slots=True)
class Check:
    """One criterion with whether it is met; ``text`` and ``value`` are untranslated, filled from ``params``."""

    met: bool
    text: str
    value: str
    params: Mapping[str, object] = field(default_factory=dict)


def before_closing(session: Session, *, study_id: str) -> tuple[Check, ...]:
    """Return what decisions ask of a round before it closes: group sizes and response. Progress only, no figure."""
    protocol = Protocol.from_dict(studies.get(session, study_id).protocol)
    progress = panels.by_group(session, study_id=study_id)
    required = [
        group for group in progress if group.name in protocol.required_groups or not protocol.required_groups
    ]
    return _group_sizes(required), _response(progress, protocol.stopping.response_share)


def _answered(group: GroupProgress) -> int:
    return group.in_progress + group.done


def _group_sizes(required: list[GroupProgress]) -> Check:
    small = [group.name for group in required if _answered(group) < MIN_RATINGS]
    return Check(
        met=not small,
        text=N_("At least %(least)s have answered in each required group, so that its results can be shown."),
        value=N_("Below: %(small)s") if small else N_("All groups"),
        params={"least": MIN_RATINGS, "small": ", ".join(small)},
    )


def _response(progress: list[GroupProgress], share: float) -> Check:
    reached = sum(group.invited > 0 and _answered(group) >= share * group.invited for group in progress)
    return Check(
        met=reached == len(progress),
        text=N_("At least %(share)s%% of each group have answered."),
        value=N_("%(reached)s of %(groups)s groups"),
        params={"share": plain(share * 100), "reached": reached, "groups": len(progress)},
    )


def after_close(frozen: RoundSnapshot, protocol: Protocol) -> tuple[Check, ...]:
    """Return the stopping rule after a closed round: earliest round, stability of every statement, maximum."""
    rule, found = protocol.stopping, stopping(frozen, protocol.stopping)
    number = {"round": frozen.round, "min": rule.min_rounds, "max": rule.max_rounds}
    return (
        Check(frozen.round >= rule.min_rounds, N_("Round %(min)s, the earliest end, is reached."), N_("Round %(round)s"), number),
        Check(found.stable == found.judged, N_("The answers to every statement are stable."), N_("%(stable)s of %(all)s"),
              {"stable": found.stable, "all": found.judged}),
        Check(frozen.round >= rule.max_rounds, N_("Round %(max)s, the last one, is reached."), N_("Round %(round)s"), number),
    )  # fmt: skip


def says_end(frozen: RoundSnapshot, protocol: Protocol) -> bool:
    """Tell whether the stopping rule says to end after this round."""
    return stopping(frozen, protocol.stopping).ends


def close(session: Session, *, round_: Round, actor: str, clock: Clock, reason: str = "") -> Round:
    """Close a round by hand; against the advisor only with a reason, which is stored and audited."""
    given = _reason(reason)
    if not given and not all(check.met for check in before_closing(session, study_id=round_.study_id)):
        raise Invalid(N_("Give a reason for closing now. It is printed in the brief."))
    return rounds.close(session, round_id=round_.id, actor=actor, clock=clock, reason=given)


def end(session: Session, *, study_id: str, actor: str, at: datetime, reason: str = "") -> None:
    """End a study; against the stopping rule only with a reason, which is stored, audited and printed."""
    given = _reason(reason)
    protocol = Protocol.from_dict(studies.get(session, study_id).protocol)
    frozen = results.of_study(session, study_id)
    against = not frozen or not says_end(frozen[-1], protocol)
    if against and not given:
        raise Invalid(N_("Give a reason for ending now. It is printed in the brief."))
    studies.end(session, study_id=study_id, actor=actor, at=at, against=given if against else "")
    if frozen:
        decisions.note(
            session, study_id=study_id, round_number=frozen[-1].round, choice=Choice.END, actor=actor, on=at.date(),
            reason=given if against else "",
        )  # fmt: skip


def _reason(text: str) -> str:
    given = text.strip()
    if len(given) > MAX_REASON or "\x00" in given:
        raise Invalid(N_("A reason has at most %(n)s characters."), n=MAX_REASON)
    return given
