"""The navigation of the whole site: the same entries in the same order on every page, for what its reader may open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request, url_for

from copkit_delphi.domain.errors import N_
from copkit_delphi.domain.permission import Action, Identity, Role
from copkit_delphi.web import languages
from copkit_delphi.web.doors import DOORS

_ENTRIES = (
    (N_("Studies"), "facilitator.studies"),
    (N_("Briefs"), "reader.briefs"),
    (N_("Library"), "library.catalogue"),
    (N_("Exercises"), "exercises.catalogue"),
    (N_("Communities"), "network.communities"),
    (N_("Administration"), "admin.accounts_"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; ``current`` is "page" on the page itself, "true" further down, or ""."""

    label: str
    href: str
    current: str


def entries() -> tuple[Entry, ...]:
    """Return the entries for the reader of this request: staff, a panellist, or somebody who is not signed in."""
    identity: Identity | None = g.get("identity")
    if g.get("half_way"):
        return ()
    if g.get("panellist"):
        return (_entry(N_("Overview"), "panellist.desk"),)
    if identity is None:
        return _entry(N_("Briefs"), "reader.briefs"), _entry(N_("Sign in"), "public.sign_in")
    return tuple(_entry(label, endpoint) for label, endpoint in _ENTRIES if _offered(endpoint, identity))


def marking() -> str:
    """Return the marking of the study whose panellist reads this page; empty for everybody else, or after a failure."""
    study = languages.asking() if g.get("panellist") and not g.get("failed") else None
    return study.marking if study else ""


def _offered(endpoint: str, identity: Identity) -> bool:
    who = DOORS[endpoint].who
    if endpoint == "facilitator.studies":
        return bool(identity.by_study) or Role.FACILITATOR in identity.everywhere
    return identity.may(who) if isinstance(who, Action) else True


def _entry(label: str, endpoint: str) -> Entry:
    href = url_for(endpoint)
    exact = href == request.script_root + request.path
    below = (request.endpoint or "").split(".")[0] == endpoint.split(".", maxsplit=1)[0]
    return Entry(label, href, "page" if exact else "true" if below else "")
