"""What can go wrong in a use case, each with a stable code and the HTTP status it maps to."""

from __future__ import annotations


class DelphiError(Exception):
    """A refusal that a person can act on.

    ``message`` is an untranslated ``%``-template marked where it is raised with ``N_``;
    the adapters translate it and fill in ``params``. ``about`` names what was wrong of what was given, where a use
    case takes several things.
    """

    code = "error"
    status = 400

    def __init__(self, message: str, *, about: object = "", **params: object) -> None:
        self.message = message
        self.about = str(about)
        self.params = params
        super().__init__(message % params if params else message)


class Invalid(DelphiError):
    """Input that breaks a rule: says which and what to do."""

    code = "invalid"
    status = 422


class Forbidden(DelphiError):
    """The right study, the wrong role."""

    code = "forbidden"
    status = 403


class NotFound(DelphiError):
    """Absent, foreign or altered: the three are not told apart."""

    code = "not-found"
    status = 404


class Conflict(DelphiError):
    """Closed, stale or already done."""

    code = "conflict"
    status = 409


class RoundClosed(Conflict):
    """The round takes no more ratings."""

    code = "round-closed"


class Moved(Conflict):
    """Something else was saved since the form was made."""

    code = "moved"


class Gone(DelphiError):
    """An expired or revoked link."""

    code = "gone"
    status = 410


class Over(Gone):
    """A personal link that ran out; ``study_id`` says of which study."""

    def __init__(self, message: str, *, study_id: str) -> None:
        super().__init__(message)
        self.study_id = study_id


class Withdrawn(Gone):
    """The link of somebody who withdrew; ``study_id`` says from which study, where that is known."""

    code = "withdrawn"

    def __init__(self, message: str, *, study_id: str = "") -> None:
        super().__init__(message)
        self.study_id = study_id


class Busy(DelphiError):
    """The database did not answer in time; nothing was stored."""

    code = "busy"
    status = 503


class Locked(DelphiError):
    """Sealed with a key that is not here."""

    code = "locked"
    status = 503


def N_(message: str) -> str:  # noqa: N802 - the gettext marker's customary name
    """Mark ``message`` for translation without translating it."""
    return message
