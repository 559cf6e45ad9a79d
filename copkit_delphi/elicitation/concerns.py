"""What a panellist writes to the ethics contact of a study: a mail past the facilitators, without a name or a code."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.orm import Session

from copkit_delphi.domain.errors import N_, Invalid
from copkit_delphi.elicitation.models import Study
from copkit_delphi.people import outbox
from copkit_delphi.people.vault import Vault

KIND = "ethics-contact"
LONGEST = 2_000
_ADDRESS = re.compile(r"[^\s<>,;:()\"]+@[^\s<>,;:()\"]+\.[A-Za-z]{2,}")
_SUBJECT = "A panellist writes to the ethics contact"
_TEXT = """Somebody on the panel of the study with the reference {reference} wrote to you as its ethics contact.
The facilitators do not get this mail. It names nobody unless the writer does.

{text}

How to answer: {answer}
"""
_NO_ANSWER = "the writer gave no address and expects no answer"


def address(study: Study) -> str:
    """Return the first mail address in the ethics contact of a study; empty when it names none."""
    return address_in(study.ethics_contact)


def address_in(contact: str) -> str:
    """Return the first mail address in the words of a contact; empty when they name none."""
    found = _ADDRESS.search(contact)
    return found[0] if found else ""


def write(session: Session, seals: Vault, *, study: Study, text: str, answer_to: str, at: datetime) -> None:
    """Queue a mail to the ethics contact; nothing of it is kept. Raises ``Invalid``."""
    to = address(study)
    if not to:
        raise Invalid(N_("This contact has no e-mail address. Use the details on this page."))
    if not 0 < len(text.strip()) <= LONGEST:
        raise Invalid(N_("Write at most %(most)s characters."), most=LONGEST)
    body = _TEXT.format(reference=study.id, text=text.strip(), answer=answer_to.strip() or _NO_ANSWER)
    outbox.queue(session, seals, kind=KIND, to=to, subject=_SUBJECT, text=body, at=at)
