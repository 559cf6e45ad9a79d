"""Words about mails to a panel: which there are, in which languages, and why one did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from copkit_delphi.domain.errors import N_

# In their own names: whoever chooses one reads it.
LANGUAGES = {"en": "English", "fr": "Français", "de": "Deutsch", "pl": "Polski"}
WORDING, ENROLMENT, NOT_TAKEN, REVEAL = "wording", "enrolment", "enrolment-declined", "reveal"
REVIEWED = frozenset({"en"})  # read by somebody who grew up with it


class InvitationState(StrEnum):
    """How far somebody is who was asked to take part; withdrawn: the invitation was taken back."""

    NONE = "none"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    OPENED = "opened"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


STATES = {
    InvitationState.NONE: N_("Not invited yet"),
    InvitationState.QUEUED: N_("Mail is waiting"),
    InvitationState.SENT: N_("Mail sent"),
    InvitationState.FAILED: N_("Mail failed"),
    InvitationState.OPENED: N_("Link opened"),
    InvitationState.ACCEPTED: N_("Accepted"),
    InvitationState.DECLINED: N_("Declined"),
    InvitationState.WITHDRAWN: N_("Invitation taken back"),
}
LETTER_STATES = {
    "queued": N_("Waiting"),
    "sent": N_("Sent"),
    "failed": N_("Failed"),
    "dropped": N_("Not sent: no longer wanted"),
}
ERRORS = {
    "": "",
    "address-refused": N_("The mail server of the recipient does not know this address."),
    "address-unusable": N_("The address holds letters that the mail server cannot write to."),
    "mail-refused": N_("The mail server refused the mail itself, for example as unwanted."),
    "later": N_("The mail server asked to try again later."),
    "not-writable": N_("The mail could not be written. Look at name and address."),
    "away": N_("The mail server cannot be reached."),
    "no-answer": N_("The mail server does not answer in time."),
    "certificate": N_("The certificate of the mail server is not valid."),
    "sign-in": N_("The mail server refused the name or password it was given, or offers no encryption."),
    "sender-refused": N_("The mail server does not accept the sender's address that is set here."),
    "gone": "",
}


PLACEHOLDERS = {
    "name": N_("the person's name"),
    "link": N_("the personal link"),
    "deadline": N_("day and time until which answers are taken"),
    "until": N_("the last day for a yes or no"),
    "minutes": N_("about how many minutes a round takes"),
    "commissioner": N_("who commissioned the study"),
    "payer": N_("who pays for the study"),
    "recipient": N_("who gets the result"),
    "contact": N_("the ethics contact"),
    "round": N_("number of the round"),
    "rounds": N_("how many rounds there are at most"),
}
_OF_A_ROUND = tuple(name for name in PLACEHOLDERS if name != "until")
_OF_A_WISH = ("name", "commissioner", "contact")


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of mail to a panel: what it is called, what it must carry, and whether getting it tells how far one is.

    ``places`` are the placeholders that are filled in it. With ``own`` a study may word it itself.
    """

    name: str
    label: str
    needs_link: bool = False
    calendar: bool = False
    tells_progress: bool = False
    places: tuple[str, ...] = _OF_A_ROUND
    own: bool = True


LETTERS = {
    kind.name: kind
    for kind in (
        LetterKind("invitation", N_("Invitation"), needs_link=True, calendar=True),
        LetterKind("round-opened", N_("Next round is open"), needs_link=True, calendar=True),
        LetterKind("reminder", N_("First reminder"), needs_link=True, tells_progress=True),
        LetterKind("last-reminder", N_("Last reminder"), needs_link=True, tells_progress=True),
        LetterKind("deadline-moved", N_("Deadline moved"), calendar=True),
        LetterKind("round-reopened", N_("Round is open again"), needs_link=True, calendar=True),
        LetterKind("feedback-open", N_("Results can be read")),
        LetterKind("study-ended", N_("Study has ended")),
        LetterKind("thank-you", N_("Thanks after a round"), tells_progress=True),
        LetterKind(WORDING, N_("Edited wordings"), places=("name", "link", "until", "round", "commissioner", "contact")),
        LetterKind(ENROLMENT, N_("Confirm a wish to join"), needs_link=True, places=("link", *_OF_A_WISH)),
        LetterKind(NOT_TAKEN, N_("Wish to join declined"), places=_OF_A_WISH),
        LetterKind(REVEAL, N_("Name opened"), places=("name", "contact"), own=False),  # not theirs who asked for it
    )
}  # fmt: skip
