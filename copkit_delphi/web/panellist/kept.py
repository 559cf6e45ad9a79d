"""Refusals while somebody is typing: the page says what was not stored and still shows every word of it."""

from __future__ import annotations

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from copkit_delphi.domain.errors import N_, DelphiError, Forbidden, Gone, RoundClosed, Withdrawn
from copkit_delphi.domain.impact import BY_KEY, LEVELS
from copkit_delphi.elicitation.sessions import ENDED
from copkit_delphi.web import sign_in, transaction
from copkit_delphi.web.doors import DOORS, Who
from copkit_delphi.web.errors import refuse, said, wants_json
from copkit_delphi.web.panellist import blueprint, ethics_forms, leaving, pages, refused_words, reply_forms
from copkit_delphi.web.panellist.widgets import CANNOT

_TYPING = frozenset({"panellist.save", "panellist.draft", "panellist.ethics_save"})
_SURE = {"1": N_("Not very"), "2": N_("Fairly"), "3": N_("Very")}


def typed() -> list[tuple[str, str]]:
    """Return what was typed into the answering form, as label and text."""
    if request.endpoint == "panellist.ethics_save":
        return ethics_forms.typed()
    rows = [(gettext("Likelihood"), _percent("likelihood"))]
    for key, dimension in BY_KEY.items():
        rows.append((gettext(dimension.label), _level(request.form.get(f"impact_{key}", ""))))
    rows.append((gettext("How sure you are"), _sure(request.form.get("confidence", ""))))
    rows.append((gettext("Track record"), _percent("track_record")))
    rows += refused_words.own_questions()
    rows += [(gettext("Your reply"), one.text) for one in reply_forms.posted().values()]
    return [(label, text) for label, text in rows if text]


def _percent(name: str) -> str:
    if f"{name}_cannot" in request.form:
        return gettext("I cannot judge this")
    text = request.form.get(name, "")
    return f"{text}%" if text else ""


def _sure(text: str) -> str:
    return gettext(_SURE[text]) if text in _SURE else ""


def _level(text: str) -> str:
    if text == CANNOT:
        return gettext("Cannot judge")
    levels = {str(level): f"{level} {gettext(word)}" for level, word in enumerate(LEVELS)}
    return levels.get(text, "")


def _again() -> list[tuple[str, str]]:
    """Return what was sent to the page of a scenario, to be sent again after the link was opened again."""
    if request.endpoint != "panellist.save":
        return []
    return [(name, one) for name, sent in request.form.lists() if name != "csrf_token" for one in sent]


def _admitted() -> DelphiError | None:
    """Admit whoever opened the link again; return why not."""
    transaction.look()
    sign_in.recognise()
    try:
        sign_in.admit_panellist()
    except DelphiError as error:
        return error
    return None


def _answer(status: int, sentence: str, *, ended: bool = False) -> Response:
    if request.endpoint == "panellist.draft":
        response = jsonify(message=sentence)
    else:
        response = make_response(
            render_template(
                "panellist/not_stored.html",
                sentence=sentence,
                typed=typed(),
                reason=request.form.get("reason", ""),
                again=_again() if ended else [],
            )
        )
    response.status_code = status
    return response


@blueprint.errorhandler(RoundClosed)
@blueprint.errorhandler(Gone)
def _refused(error: DelphiError) -> Response:
    if request.endpoint in _TYPING:
        return _answer(error.status, said(error), ended=error.message == ENDED)
    if error.message == ENDED and not wants_json():
        return make_response(render_template("panellist/session_over.html"), error.status)
    return refuse(error)


@blueprint.errorhandler(Forbidden)
def _consent_first(error: Forbidden) -> AnyResponse:
    if request.method == "GET":
        return redirect(url_for("panellist.desk"))
    # A text of consent may change while somebody types: what was typed stands on the answer.
    return _answer(error.status, said(error)) if request.endpoint in _TYPING else refuse(error)


@blueprint.errorhandler(CSRFError)
def _signed_out(error: CSRFError) -> AnyResponse:
    refused = _admitted() if DOORS[str(request.endpoint)].who is Who.PANELLIST else None
    if isinstance(refused, Withdrawn):
        return leaving.left(refused)
    if request.endpoint == "panellist.save" and refused is None:
        return pages.given_back((request.view_args or {})["position"])
    if request.endpoint in _TYPING:
        return _answer(400, gettext(ENDED), ended=True)
    return make_response(render_template("errors/400.html", message=""), error.code)
