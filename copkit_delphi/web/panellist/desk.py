"""Where a panellist stands: information and consent first, then the round; results once they are open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from copkit_delphi.domain import effort
from copkit_delphi.domain.declines import DECLINES
from copkit_delphi.domain.errors import N_, Forbidden, NotFound, RoundClosed
from copkit_delphi.domain.lifecycle import Progress
from copkit_delphi.domain.results import ItemResult
from copkit_delphi.elicitation import (
    desks,
    enquiries,
    expertise,
    feedback,
    late,
    marked,
    moderation_log,
    own,
    proposals,
    ratings,
    receipts,
    replies,
    steps,
    translations,
    wordings,
)
from copkit_delphi.elicitation.desks import Desk
from copkit_delphi.elicitation.expertise import Topic
from copkit_delphi.elicitation.item_types.shapes import OWN, Picture
from copkit_delphi.elicitation.items import of
from copkit_delphi.elicitation.models import Panellist
from copkit_delphi.elicitation.own import OwnAnswer
from copkit_delphi.elicitation.recruiting import consents, further, interests
from copkit_delphi.elicitation.standing import of_last_rounds, settled_pages
from copkit_delphi.ethics import desks as ethics_desks
from copkit_delphi.web import languages
from copkit_delphi.web.context import context, db, now, panellist
from copkit_delphi.web.forms import done as taken
from copkit_delphi.web.panellist import after, blueprint, order, own_words, widgets
from copkit_delphi.web.panellist.drawings import drawings
from copkit_delphi.web.panellist.forms import ConsentForm

_AGREE = N_("Please read the information and agree before you answer.")


def look() -> Desk:
    """Return the desk of the panellist of this request."""
    view = desks.desk(db(), panellist=panellist(), at=now())
    return translations.speak_steps(db(), view, languages.of_texts())


def agreed() -> Desk:
    """Return the desk; raises ``Forbidden`` before consent and after stopping."""
    view = look()
    if not view.consented or view.declined:
        raise Forbidden(_AGREE)
    return view


def taking_part() -> Panellist:
    """Return the panellist of this request; raises ``Forbidden`` before consent and after stopping."""
    found = panellist()
    if found.consent_version is None or found.asked_again or found.declined:
        raise Forbidden(_AGREE)
    return found


def answering() -> Desk:
    """Return the desk while its round takes answers; raises ``RoundClosed`` otherwise."""
    view = agreed()
    if not view.answering:
        raise RoundClosed(N_("The round is not open. Nothing was stored. What you saved before is kept."))
    return view


def same_round(number: int) -> None:
    """Refuse a form of a page that was opened in an earlier round: the round that is open now has other feedback."""
    if request.form.get("round", "") != str(number):
        raise RoundClosed(N_("This page is from a round that has closed. What is on it was not stored."))


def show(template: str, view: Desk, **more: Any) -> str:
    """Render a page of the study with its marking, and how many minutes the open items take, 0 where none is."""
    left = sum(step.seconds for step in view.steps)
    return render_template(
        f"panellist/{template}.html",
        view=view,
        marking=view.study.marking,
        synthetic=view.study.synthetic,
        practice=view.study.practice,
        minutes=effort.minutes(left) if left else 0,
        skipped=order.skipped,
        ethics=ethics_desks.of_panellist(db(), panellist(), now()),
        **more,
    )


@blueprint.get("/panel")
def desk() -> str:
    """The information sheet before consent, afterwards the state of the round."""
    view = look()
    if not view.consented or view.declined:
        return _information(view, ConsentForm())
    settled, again = settled_pages(db(), view), late.confirmed(db(), view.round)
    return show(
        "desk",
        view,
        onward=order.following(view),
        moved=order.what_moved(view),
        moved_first=view.round is not None and order.is_chosen(view.round.id),
        outcome=after.of_study(view.study),
        board=enquiries.board(db(), panellist()),
        zero=proposals.table(db(), panellist(), now()),
        wordings=wordings.waiting(db(), panellist=panellist()),
        topics=topics_of(view),
        settled=settled,
        declines=DECLINES,
        again=again if view.answering else None,
    )


def _information(view: Desk, form: ConsentForm) -> str:
    contact = interests.of_panellist(db(), context().vault, panellist()) if request.method == "GET" else None
    if contact is not None:  # asked anew, nobody takes back what they do not look at
        form.named.data, form.recontact.data = contact.named, contact.recontact
    return show("information", view, **informed(view, form, version=panellist().consent_version))


def informed(view: Desk, form: ConsentForm, *, version: str | None) -> dict[str, Any]:
    """Return what the information page shows to somebody who agreed to ``version``, None for nobody yet."""
    texts = consents.of_study(db(), view.study.id)
    form.agree.label.text = texts[-1].agreement or form.agree.label.text
    if form.shown.data and form.shown.data != str(texts[-1].number):
        form.agree.data = False  # the tick was for another text
    form.shown.data = str(texts[-1].number)
    return {
        "form": form,
        "k": view.protocol.k,
        "text": texts[-1],
        "news": consents.news(texts, version),
        "policy": _policy(view),
        "declines": DECLINES,
    }


def _policy(view: Desk) -> dict[str, object]:
    text, default = moderation_log.policy_or_default(db(), view.study.id)
    return {"text": text, "default": default}


@blueprint.post("/panel/consent")
def consent() -> Response | tuple[str, int]:
    """Take the consent, how reasons may be quoted, and what interest is declared."""
    view, form = look(), ConsentForm()

    def act() -> None:
        declared, text = interests.check(form.interest.data or "", form.interest_text.data or "")
        consents.agree(
            db(),
            panellist_id=view.panellist_id,
            shown=form.shown.data or "",
            quoting=form.quoting.data or "",
        )
        seals, who = context().vault, db().get_one(Panellist, view.panellist_id)
        interests.declare(db(), seals, panellist=who, said=declared, text=text)
        further.choose(
            db(), seals, panellist=who, named=form.named.data, recontact=form.recontact.data, on=now().date()
        )

    if not taken(form, act, "agree"):
        return _information(view, form), 422
    flash(gettext("Thank you. Your consent is noted."), "ok")
    topics = topics_of(view)
    first = topics and not any(topic.level for topic in topics)
    return redirect(url_for("panellist.expertise" if first else "panellist.desk"), 303)


def topics_of(view: Desk) -> list[Topic]:
    """Return the topics of the study with the own ratings; none where it does not ask for them."""
    return expertise.topics(db(), study_id=view.study.id, panellist_id=view.panellist_id)


@blueprint.post("/panel/decline")
def decline() -> Response:
    """Stop taking part, or never begin; no further mail is sent."""
    why = request.form.get("why", "")
    ratings.decline(db(), panellist_id=panellist().id, reason=why if why in DECLINES else "")
    flash(gettext("Noted. You get no further mail about this study."))
    return redirect(url_for("panellist.desk"), 303)


@blueprint.get("/panel/review")
def review() -> str:
    """Everything the panellist said in this round, what is missing and what is not saved."""
    view = agreed()
    if view.round is None:
        raise NotFound(N_("No round has opened yet."))
    mine = own.of_round(db(), panellist_id=view.panellist_id, round_=view.round)
    numbered = steps.renumbered(own_words.spoken(mine), view.steps)
    onward = order.following(view)
    return show("review", view, mine=numbered, onward=onward, stored=receipts.over(mine), at=now())


@blueprint.post("/panel/submit")
def submit() -> Response:
    """Mark the round as done; answers may change until the deadline."""
    view = answering()
    assert view.round is not None  # noqa: S101 - answering() saw it open
    same_round(view.round.number)
    ratings.submit(db(), panellist_id=view.panellist_id, round_id=view.round.id, clock=context().clock)
    return redirect(url_for("panellist.done"), 303)


@blueprint.get("/panel/done")
def done() -> str | Response:
    """Thanks with a receipt, how to change, and what comes next, for whoever said that they are done."""
    view = agreed()
    if view.round is None or view.progress != Progress.DONE:
        return redirect(url_for("panellist.review" if view.round else "panellist.desk"))
    mine = own.of_round(db(), panellist_id=view.panellist_id, round_=view.round)
    return show("done", view, stored=receipts.over(mine), at=now())


@blueprint.get("/panel/results")
def results() -> str:
    """The frozen picture of the last round whose feedback is open."""
    view = agreed()
    if view.previous is None:
        raise NotFound(N_("There are no results yet. They open to the panel after a round has closed."))
    found, mine = of_last_rounds(db(), view)
    sides = {
        name: feedback.for_panellist(both, seed=f"{view.study.seed}:{view.panellist_id}:{name}")
        for name, both in found.items()
    }
    more = [_more(item, mine[item.name]) for item in view.previous.items if of(item.kind).place == OWN]
    threads = (
        replies.of_last(db(), panellist_id=view.panellist_id, frozen=view.previous)
        if view.feedback.reasons
        else {}
    )
    told = marked.told(db(), view.previous.marked if view.feedback.reasons else ())
    return show(
        "results",
        view,
        sides=sides,
        threads=threads,
        marked=told,
        mine=mine,
        more=more,
        draw=drawings,
        policy=_policy(view),
    )


@dataclass(frozen=True, slots=True)
class More:
    """A result of a study's own question, with what the panellist said and what its sides are called."""

    row: OwnAnswer
    title: str
    picture: Picture
    said: str
    sides: list[str]


def _more(item: ItemResult, row: OwnAnswer) -> More:
    kind = of(item.kind)
    return More(
        row=row,
        title=kind.short(row, widgets.say),
        picture=kind.feedback(item, widgets.say, own=row.answer),
        said=widgets.said_of(kind, row, row.answer),
        sides=[gettext(one) for one in kind.sides],
    )
