"""Contacts as a page writes them: where they name a mail address, it is a link."""

from __future__ import annotations

from markupsafe import Markup, escape

from copkit_delphi.elicitation import concerns


def mailed(contact: str) -> Markup:
    """Return a contact, with the first mail address in it as a link."""
    address = concerns.address_in(contact)
    if not address:
        return escape(contact)
    before, _, after = contact.partition(address)
    link = Markup('<a href="mailto:{0}">{0}</a>').format(address)
    return escape(before) + link + escape(after)
