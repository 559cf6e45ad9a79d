"""Who is asking: staff and readers by password, panellists by link. The cookie holds a token, a table its hash."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from flask import Flask, g, session
from flask import Response as AppResponse
from flask_login import LoginManager, UserMixin
from werkzeug.wrappers import Response

from copkit_delphi.domain.errors import N_, DelphiError, Forbidden
from copkit_delphi.domain.permission import Identity
from copkit_delphi.elicitation import sessions as entries
from copkit_delphi.people import factors, sessions
from copkit_delphi.web.context import context, db, now

STAFF_TOKEN = "_user_id"  # noqa: S105 - the name of a cookie field, given by Flask-Login
LINK, ENTRY, ENTRY_SEEN, ENTRY_SINCE = "link", "entry", "entry_seen", "entry_since"
FAREWELL = (
    "farewell"  # of somebody who withdrew in this browser: other tabs must not promise that anything is kept
)
manager = LoginManager()
manager.session_protection = None  # the token is checked against its table instead


class SignedIn(UserMixin):
    """The current identity as Flask-Login wants it; its id is the session token."""

    def __init__(self, identity: Identity, token: str) -> None:
        self.identity = identity
        self._token = token

    def get_id(self) -> str:
        """Return the session token."""
        return self._token


@manager.user_loader
def _load(token: str) -> SignedIn | None:
    identity = g.get("identity")
    return SignedIn(identity, token) if identity is not None else None


def install(app: Flask) -> None:
    """Attach Flask-Login, and tell scripts how long a session goes on."""
    manager.init_app(app)
    app.after_request(_say_when_it_ends)


def _say_when_it_ends(response: AppResponse) -> AppResponse:
    if left := ends_in():
        response.headers["Session-Ends-In"] = str(left)
    return response


def ends_in() -> int:
    """Return the seconds until the session of this request ends if nothing more is opened; 0 without one."""
    return int((g.ends_at - now()).total_seconds()) if "ends_at" in g else 0


# Staff and readers ---------------------------------------------------------------------------------------------------


def recognise() -> None:
    """Note who is signed in; keep a session alive that is in use.

    People are recognised in a short reading session of their own: what writes takes the lock for its writing only.
    """
    g.identity = g.half_way = None
    token = session.get(STAFF_TOKEN)
    if not token:
        return
    with context().database.reading() as looking:
        found = sessions.resume(looking, token=token, at=now(looking))
    if found is None:
        session.pop(STAFF_TOKEN, None)
        return
    g.ends_at = found.ends_at
    if _wants_factor(found):
        g.half_way = found.identity
    else:
        g.identity = found.identity
    if found.renewal_due:
        with context().database.writing() as renewing:
            session[STAFF_TOKEN] = sessions.renew(renewing, token=token, at=now())
    elif found.touch_due:
        with context().database.writing() as touching:
            sessions.touch(touching, token=token, at=now())


def _wants_factor(found: sessions.Resumed) -> bool:
    """Tell whether nothing is open yet: a second factor is due, to be given or to be set up."""
    due = found.has_factor or factors.is_needed_by(found.identity)
    return context().settings.asks_factor and due and not found.with_factor


def is_half_way() -> bool:
    """Tell whether the password was given and the second factor is still due."""
    return g.half_way is not None


def whose_password() -> str:
    """Return the id of the account whose password was given; only behind a door for them."""
    return str((g.half_way or g.identity).account_id)


def renew(*, with_factor: bool) -> None:
    """Put a new token in the place of this session's: what it may open has changed."""
    token = sessions.renew(db(), token=own_token(), at=now(), with_factor=with_factor)
    session.pop("csrf_token", None)
    session[STAFF_TOKEN] = token


def begin(account_id: str) -> None:
    """Open a session of an account whose password was checked, with a cookie that shares nothing with the one before."""
    forget_everything()
    session[STAFF_TOKEN] = sessions.begin(db(), account_id=account_id, at=now())


def own_token() -> str:
    """Return the token of the session of this request."""
    return str(session.get(STAFF_TOKEN, ""))


def forget_everything() -> None:
    """End every session this browser has, at the server, and empty its cookie."""
    if token := session.get(STAFF_TOKEN):
        sessions.sign_out(db(), token=token, at=now())
    _end_entry()
    session.clear()


def clear_site(response: Response) -> Response:
    """Ask the browser to drop what it kept of this site; the cookie was replaced already, and carries the farewell."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


# Panellists ----------------------------------------------------------------------------------------------------------


def enter(key: str) -> None:
    """Open the session of the panellist a link leads to, in place of any other panellist's."""
    leave()
    session.pop(FAREWELL, None)
    session[LINK] = key
    session[ENTRY] = entries.begin(db(), key=key, at=now())
    session[ENTRY_SEEN] = session[ENTRY_SINCE] = _second(now())
    session.permanent = True


def withdrawn_from() -> str:
    """Return the id of the study from which somebody withdrew in this browser, empty for none."""
    return str(session.get(FAREWELL, ""))


def notice_panellist() -> None:
    """Note whose session it is on a page that is open to everybody; without one nothing is read."""
    if ENTRY in session and g.identity is None and g.half_way is None:
        with suppress(DelphiError):
            admit_panellist()


def refuse_panellist() -> None:
    """Raise ``Forbidden`` in a panellist's browser, for pages of staff: they are not merely unknown there."""
    if ENTRY in session:
        raise Forbidden(N_("You are here as a panellist. This page is for staff and readers."))


def leave() -> None:
    """End the panellist's session of this browser; forms that are open in it are void."""
    _end_entry()
    for name in (LINK, ENTRY, ENTRY_SEEN, ENTRY_SINCE, "csrf_token"):
        session.pop(name, None)


def withdraw(study_id: str) -> None:
    """End the session of somebody who withdrew; until it is closed, this browser says so in every tab."""
    leave()
    session[FAREWELL] = study_id
    session.permanent = False


def _end_entry() -> None:
    if token := session.get(ENTRY):
        entries.end(db(), token=token)


def admit_panellist() -> None:
    """Note whose session it is; raises ``Gone`` when it ended, was idle for long or its link is void.

    Whoever withdrew is told that before anything else: nothing of theirs is kept.
    """
    with context().database.reading() as looking:
        at = now(looking)
        seen, since = (
            datetime.fromtimestamp(session.get(name, 0), UTC) for name in (ENTRY_SEEN, ENTRY_SINCE)
        )
        if ENTRY not in session or at > min(seen + entries.IDLE, since + entries.LONGEST):
            session.pop(ENTRY, None)
            entries.refuse(looking, key=session.get(LINK, ""), withdrawn_from=withdrawn_from())
        g.panellist = entries.resume(looking, token=session[ENTRY], key=session.get(LINK, ""), at=at)
    session[ENTRY_SEEN] = _second(at)
    g.ends_at = min(at + entries.IDLE, since + entries.LONGEST)


def _second(at: datetime) -> int:
    return int(at.timestamp())
