"""Ethics rounds on the screen: opened and closed by the facilitator, progress without a figure, levels after the close."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from copkit_delphi.domain.errors import N_, Conflict, NotFound
from copkit_delphi.domain.ethics_results import CONTESTED_LABELS, civil_society
from copkit_delphi.domain.lifecycle import RoundState
from copkit_delphi.domain.permission import Action
from copkit_delphi.elicitation import behaviours as seats
from copkit_delphi.elicitation import panels, studies
from copkit_delphi.elicitation.models import Study
from copkit_delphi.ethics import bank, behaviours, progress, results, rounds
from copkit_delphi.ethics.models import EthicsRound
from copkit_delphi.training import exercises
from copkit_delphi.warning import planning
from copkit_delphi.web import zones
from copkit_delphi.web.briefs.forms import ConfirmForm
from copkit_delphi.web.briefs.page import UNPROCESSABLE, Page, go, problems, show
from copkit_delphi.web.context import context, db, me, now
from copkit_delphi.web.ethics.page import blueprint, mark, study_of
from copkit_delphi.web.facilitator.forms import OpenForm, ReasonForm
from copkit_delphi.web.fields import line
from copkit_delphi.web.forms import done


class OpenEthicsForm(OpenForm):
    """What the panel judges, and until when."""

    subject = line(
        _l("What the panel judges"),
        rounds.MAX_SUBJECT,
        area=True,
        needed=_l("Say what the panel judges."),
        hint=_l("The threats in a line, then the early actions that a brief may advise. Every panellist reads this beside each question."),
    )  # fmt: skip


@blueprint.get("/<study_id>/ethics/round", endpoint="round")
def monitor(study_id: str) -> str:
    """How far the panel is, or why no round is open; never a figure of an open round."""
    study = study_of(study_id)
    latest = rounds.latest(db(), study_id)
    is_open = latest is not None and latest.state == RoundState.OPEN
    found = progress.of_round(db(), latest) if latest else None
    frozen = results.of_study(db(), study_id)
    return show(
        "ethics/round.html",
        study,
        latest=latest,
        is_open=is_open,
        refusal=rounds.against_opening(db(), study_id),
        frozen=[one.round for one in frozen],
        groups=found.groups if found and is_open else (),
        response=frozen[-1].response if frozen and not is_open else (),
        members=_members(study, found.by_code if found else {}),
        synthetic_seats=sum(seats.seats(db(), study_id=study_id).values()),
        confirm=ConfirmForm(),
        may_see_names=me().may(Action.STUDY_RUN, study_id),
    )


def _members(study: Study, by_code: dict[str, str]) -> list[panels.MemberProgress]:
    """Return names with progress for those who run the study; nobody else sees a name."""
    if not me().may(Action.STUDY_RUN, study.id):
        return []
    return panels.members(db(), context().vault, study_id=study.id, progress=by_code)


def _proposal(study_id: str) -> str:
    """Return what stands in the opening form: the threats of the study and the actions that are planned."""
    threats = [f"- {row.title}" for row in studies.scenarios(db(), study_id)]
    actions = [f"- {row.text}" for row in planning.of_study(db(), study_id).actions if row.recommended]
    lines = [gettext("Threats:"), *threats]
    return "\n".join([*lines, gettext("Early actions that may be advised:"), *actions] if actions else lines)


def _opening(study_id: str, form: OpenEthicsForm) -> str:
    refusal = rounds.against_opening(db(), study_id)
    if refusal:
        raise Conflict(refusal)
    return show("ethics/open.html", study_of(study_id), form=form, problems=problems(form))


@blueprint.get("/<study_id>/ethics/round/open")
def open_round(study_id: str) -> str:
    """What the panel judges, and the deadline."""
    return _opening(study_id, OpenEthicsForm(data={"subject": _proposal(study_id)}))


@blueprint.post("/<study_id>/ethics/round/open")
def open_round_post(study_id: str) -> Page:
    """Open the ethics round and invite everybody with a fresh link."""
    study_of(study_id)
    form = OpenEthicsForm()
    if done(form, lambda: _open(study_id, form)):
        return go("ethics.round", study_id, N_("The ethics round is open. The invitations are on their way."))
    return _opening(study_id, form), UNPROCESSABLE


def _open(study_id: str, form: OpenEthicsForm) -> None:
    actor, place = me().account_id, context()
    opened = rounds.open_next(
        db(),
        study_id=study_id,
        subject=form.subject.data,
        deadline=form.moment,
        actor=actor,
        clock=place.clock,
    )
    panels.invite(db(), place.vault, place.links, round_=opened, at=now(), actor=actor)


def _open_of(study_id: str) -> EthicsRound:
    study_of(study_id)
    found = rounds.latest(db(), study_id)
    if found is None or found.state != RoundState.OPEN:
        raise Conflict(N_("No ethics round is open."))
    return found


def _moving(study_id: str, form: OpenForm) -> str:
    found = _open_of(study_id)
    return show(
        "ethics/deadline.html",
        study_of(study_id),
        form=form,
        problems=problems(form),
        stands=found.deadline,
    )


@blueprint.get("/<study_id>/ethics/round/deadline")
def deadline(study_id: str) -> str:
    """The deadline of the open ethics round."""
    return _moving(study_id, OpenForm(data={"deadline": zones.to_type(_open_of(study_id).deadline)}))


@blueprint.post("/<study_id>/ethics/round/deadline")
def deadline_post(study_id: str) -> Page:
    """Move the deadline."""
    found, form = _open_of(study_id), OpenForm()
    act = lambda: rounds.move_deadline(  # noqa: E731
        db(), round_=found, deadline=form.moment, actor=me().account_id, clock=context().clock
    )
    if not done(form, act):
        return _moving(study_id, form), UNPROCESSABLE
    return go("ethics.round", study_id, N_("The deadline has moved. The panel sees it on its next page."))


def _closing(study_id: str, form: ReasonForm) -> str:
    found = progress.of_round(db(), _open_of(study_id))
    return show(
        "ethics/close.html",
        study_of(study_id),
        form=form,
        problems=problems(form),
        missing=[g for g in found.groups if g.missing],
    )


@blueprint.get("/<study_id>/ethics/round/close")
def close(study_id: str) -> str:
    """What closing means, and which groups are still missing."""
    return _closing(study_id, ReasonForm())


@blueprint.post("/<study_id>/ethics/round/close")
def close_post(study_id: str) -> Page:
    """Close the ethics round; its result is frozen and its flags are raised."""
    found, form = _open_of(study_id), ReasonForm()
    if not form.validate():
        return _closing(study_id, form), UNPROCESSABLE
    actor, reason = me().account_id, (form.reason.data or "").strip()
    rounds.close(db(), round_id=found.id, actor=actor, clock=context().clock, reason=reason)
    return go("ethics.results", study_id, N_("The ethics round is closed. Its result is frozen."))


@blueprint.post("/<study_id>/ethics/round/synthetic")
def synthetic(study_id: str) -> Page:
    """Let the synthetic panel of a practice study answer; nobody who is done is overwritten."""
    study, found = study_of(study_id), _open_of(study_id)
    if not study.practice:
        raise Conflict(N_("Synthetic panellists answer in practice studies only."))
    stop = exercises.stop_of(db(), study_id)
    answered = behaviours.answer(db(), found, clock=context().clock, seed=study.seed, stop=stop)
    flash(gettext("%(n)s synthetic panellists have answered.", n=answered), "ok")
    return go("ethics.round", study_id, N_("The synthetic panel is done."))


@blueprint.get("/<study_id>/ethics/results", endpoint="results")
def results_page(study_id: str) -> str:
    """The frozen levels of the last closed ethics round."""
    study, frozen = study_of(study_id), results.of_study(db(), study_id)
    if not frozen:
        raise NotFound(N_("There is no result yet: it is made when the ethics round closes."))
    return show(
        "ethics/results.html",
        study,
        result=frozen[-1],
        earlier=frozen[:-1],
        texts=bank.texts(),
        contested=CONTESTED_LABELS,
        mark=mark,
        civil_society=civil_society(frozen[-1]),
        may_read_reasons=me().may(Action.ETHICS_REASONS, study_id),
    )
