"""The moderation policy of a study, and the log of what was done by it."""

from __future__ import annotations

from itertools import groupby

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.events import EVENT_LABELS
from copkit_delphi.domain.lifecycle import StudyState
from copkit_delphi.domain.redaction import GROUNDS, KINDS
from copkit_delphi.elicitation import moderation_log
from copkit_delphi.web.context import db
from copkit_delphi.web.facilitator.editing import TOLD, Difference, begun, clash, hold
from copkit_delphi.web.facilitator.forms import PolicyForm
from copkit_delphi.web.facilitator.page import Page, blueprint, go, refused, show, study_of
from copkit_delphi.web.forms import done
from copkit_delphi.web.typed import asked_page

# What the numbers of a moderated round are called, in the order in which they are told.
COUNTS = {
    "reasons": N_("reasons for the panel"),
    "arguments": N_("arguments shown"),
    "merged": N_("reasons merged with others"),
    "redacted": N_("reasons with words removed"),
    "edited": N_("wordings edited, authors asked"),
    "replies": N_("replies to arguments"),
    "replies_redacted": N_("replies with words removed"),
    "replies_left_out": N_("replies left out"),
    **{f"left_out_{ground}": N_("reasons left out: %(ground)s") for ground in GROUNDS},
}


def _page(study_id: str, form: PolicyForm, clashes: tuple[Difference, ...] = ()) -> str:
    text, default = moderation_log.policy_or_default(db(), study_id)
    study = study_of(study_id, elicited=True)
    changes = study.state == StudyState.DRAFT
    return show("policy", study, form=form, text=text, default=default, changes=changes, clashes=clashes)


def _stands(study_id: str) -> PolicyForm:
    return PolicyForm(formdata=None, data={"text": moderation_log.policy(db(), study_id)})


@blueprint.get("/<study_id>/reasons/policy")
def policy(study_id: str) -> str:
    """What is removed from reasons and why, as panellists read it."""
    study_of(study_id, elicited=True)
    return _page(study_id, begun(_stands(study_id)))


@blueprint.post("/<study_id>/reasons/policy")
def policy_post(study_id: str) -> Page:
    """Set the policy of a draft study; an empty text means the default."""
    study_of(study_id, elicited=True)
    hold(study_id)
    form = PolicyForm()
    if clashes := clash(form, _stands(study_id)):
        return _page(study_id, form, clashes), TOLD
    act = lambda: moderation_log.set_policy(db(), study_id=study_id, text=form.text.data or "")  # noqa: E731
    if not done(form, act, "text"):
        return refused(_page(study_id, form))
    return go(
        "policy", study_id, N_("The policy is kept. Panellists read it before they agree to take part.")
    )


@blueprint.get("/<study_id>/reasons")
def reasons_log(study_id: str) -> str:
    """What was done to reasons: which act, on which item, by whom and on which day; never whose reason it was."""
    study, page = study_of(study_id, elicited=True), asked_page()
    lines, more = moderation_log.lines(db(), study_id=study_id, page=page)
    return show(
        "reasons_log",
        study,
        days=[(day, list(found)) for day, found in groupby(lines, key=lambda line: line.on)],
        events=EVENT_LABELS,
        grounds=GROUNDS,
        kinds=KINDS,
        counts=COUNTS,
        summaries=moderation_log.summary(db(), study_id=study_id),
        page=page,
        more=more,
    )
