"""Forms of the network."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from copkit_delphi.domain.marking import USES, PermittedUse
from copkit_delphi.network.recipients import REPLY, Candidate, Named
from copkit_delphi.network.releases import Plan
from copkit_delphi.web.briefs.forms import choices
from copkit_delphi.web.fields import line


class PersonForm(Form):
    """Somebody who can be named as recipient."""

    account_id = HiddenField()
    named = BooleanField(_l("Recipient"))
    organisation = line(_l("Organisation"), 160)


class ReleaseForm(FlaskForm):
    """To whom a brief goes, and for which use."""

    permitted_use = RadioField(_l("Permitted use"), default=str(PermittedUse.AWARENESS))
    people = FieldList(FormField(PersonForm))
    summary_public = BooleanField(
        _l("Show the ethics summary on the public page"),
        description=_l("It is TLP:CLEAR and holds no text of the brief. The brief itself stays as marked."),
    )

    def plan(self) -> Plan:
        """Return what was filled in."""
        named = [
            Named(person.account_id.data or "", person.organisation.data or "")
            for person in (row.form for row in self.people)
            if person.named.data
        ]
        return Plan(named, PermittedUse(self.permitted_use.data), bool(self.summary_public.data))


def release_form(people: Sequence[Candidate]) -> ReleaseForm:
    """Return the form with a row for everybody who can be named."""
    form = ReleaseForm(
        data={"people": [{"account_id": one.account_id, "organisation": one.organisation} for one in people]}
    )
    form.permitted_use.choices = choices(*((str(use), gettext(text)) for use, text in USES.items()))
    names = {person.account_id: f"{person.name}, {person.email}" for person in people}
    for row in form.people:
        row.form.named.label.text = names.get(row.form.account_id.data or "", "?")
    return form


class AnotherForm(FlaskForm):
    """One more recipient of a standing release."""

    account_id = SelectField(_l("Person"), validate_choice=False)
    organisation = line(_l("Organisation"), 160)


class RetractForm(FlaskForm):
    """Why a release is taken back."""

    reason = line(
        _l("Reason"),
        600,
        needed=_l("Say why the brief is retracted."),
        area=True,
        hint=_l("Everybody who could see the brief reads this sentence in its place."),
    )


class AcknowledgeForm(FlaskForm):
    """A recipient has read what was shown; ``of`` says whether that was the brief or its retraction."""

    of = HiddenField(validators=[InputRequired()])
    reply = line(
        _l("Reply to the analyst, if you like"),
        REPLY,
        area=True,
        hint=_l("A question, a correction, or by when you will consider it. The staff of the study read it."),
    )


class CommunityForm(FlaskForm):
    """A new community."""

    name = line(_l("Name of the community"), 160, needed=_l("Name the community."))


class MemberForm(FlaskForm):
    """A reader who belongs to a community."""

    email = line(_l("E-mail address of the reader"), 254, needed=_l("Give the e-mail address."))
