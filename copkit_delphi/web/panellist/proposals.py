"""Round 0 behind the personal link: propose, change, take back; afterwards what became of it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from copkit_delphi.domain.errors import N_, NotFound
from copkit_delphi.elicitation import proposals
from copkit_delphi.elicitation.proposals import Own, Table, Typed
from copkit_delphi.web import zones
from copkit_delphi.web.context import context, db, now, panellist
from copkit_delphi.web.forms import done
from copkit_delphi.web.panellist import blueprint
from copkit_delphi.web.panellist.desk import agreed, show, taking_part
from copkit_delphi.web.typed import clean


class ProposalForm(FlaskForm):
    """One proposal; ``proposal`` is the own one that is changed, empty for a new one."""

    proposal = HiddenField()
    title = StringField(
        _l("The threat in one line"),
        filters=[clean],
        description=_l("For example: forged voices in calls to emergency lines."),
    )
    statement = TextAreaField(
        _l("A statement that can come true"),
        filters=[clean],
        description=_l("What happens, where, by when. Leave it empty if you have none yet."),
    )
    why = TextAreaField(
        _l("Why it should be asked"),
        filters=[clean],
    )
    always = BooleanField(
        _l("Facilitators may read this even if only a few take part and they might guess whose it is.")
    )

    def typed(self) -> Typed:
        """Return the proposal as typed, with plain line ends."""
        texts = {
            name: (self[name].data or "").replace("\r\n", "\n") for name in ("title", "statement", "why")
        }
        return Typed(**texts, always=bool(self.always.data))


def _table() -> Table:
    agreed()
    found = proposals.table(db(), panellist(), now())
    if found is None:
        raise NotFound(N_("This study has no round 0."))
    return found


def _page(form: ProposalForm) -> str:
    found = _table()
    return show("proposals", agreed(), zero=found, form=form, editing=form.proposal.data or "")


@blueprint.get("/panel/proposals", endpoint="proposals")
def listing() -> str:
    """Own proposals and the form of a further one; of one own proposal, named in the address, to change it."""
    chosen = request.args.get("change", "")
    mine: Own | None = next((one for one in _table().mine if one.id == chosen), None)
    if mine is None:
        return _page(ProposalForm(formdata=None))
    values = {"proposal": mine.id, "title": mine.typed.title, "statement": mine.typed.statement}
    return _page(
        ProposalForm(formdata=None, data={**values, "why": mine.typed.why, "always": mine.typed.always})
    )


@blueprint.post("/panel/proposals")
def propose_threat() -> Response | tuple[str, int]:
    """Keep a proposal."""
    found, form = _table(), ProposalForm()

    def act() -> None:
        at = proposals.save(
            db(),
            panellist_id=taking_part().id,
            round_id=found.round.id,
            typed=form.typed(),
            clock=context().clock,
            proposal_id=form.proposal.data or "",
        )
        flash(
            gettext("Your proposal is kept, at %(at)s. It can be changed until round 0 closes.", at=zones.clock(at)),
            "ok",
        )  # fmt: skip

    if not done(form, act, "title"):
        return _page(form), 422
    return redirect(url_for("panellist.proposals"), 303)


@blueprint.post("/panel/proposals/<proposal_id>/remove")
def take_proposal_back(proposal_id: str) -> Response:
    """Take an own proposal back."""
    found = _table()
    proposals.remove(
        db(),
        panellist_id=taking_part().id,
        round_id=found.round.id,
        proposal_id=proposal_id,
        clock=context().clock,
    )
    flash(gettext("Your proposal is taken back."), "ok")
    return redirect(url_for("panellist.proposals"), 303)


@blueprint.post("/panel/proposals/done")
def proposals_done() -> Response:
    """Mark round 0 as done, with or without a proposal."""
    found = _table()
    proposals.submit(db(), panellist_id=taking_part().id, round_id=found.round.id, clock=context().clock)
    flash(gettext("Thank you. You are done with round 0; you can still change it until the deadline."), "ok")
    return redirect(url_for("panellist.desk"), 303)
