"""A small application that shows every macro, served on a free port and opened in a real browser."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, abort, jsonify, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.datastructures import MultiDict

from copkit_delphi.domain import figures
from copkit_delphi.domain.impact import BY_KEY
from copkit_delphi.domain.yardstick import PHIA_GAP_FREE
from copkit_delphi.web import marks
from tests.look.gallery import GalleryForm, RatingForm, gallery_context
from tests.serving import served

ROOT = Path(__file__).resolve().parents[2]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Drafts:
    """What the draft route does next, and what it received."""

    def __init__(self) -> None:
        self.refuse = False
        self.hold = threading.Event()
        self.hold.set()
        self.received: list[dict[str, str]] = []


def _rating_page(template: str, data: dict[str, str], *, validate: bool = False) -> str:
    form = RatingForm(MultiDict(data))
    if validate:
        form.validate()
    return render_template(
        template, form=form, words=PHIA_GAP_FREE.words, anchors=BY_KEY["society"].anchors, **gallery_context()
    )


def _pages(app: Flask, drafts: Drafts) -> None:
    app.add_url_rule("/blank", view_func=lambda: _rating_page("rate.html", {}), endpoint="blank")
    app.add_url_rule(
        "/answered", view_func=lambda: _rating_page("rate.html", {"likelihood": "45"}), endpoint="answered"
    )
    app.add_url_rule(
        "/revise", view_func=lambda: _rating_page("revise.html", {"likelihood": "80"}), endpoint="revise"
    )
    app.add_url_rule(
        "/save",
        view_func=lambda: _rating_page("rate.html", request.form.to_dict(), validate=True),
        endpoint="save",
        methods=["POST"],
    )

    @app.get("/gallery")
    def gallery() -> str:
        form = GalleryForm(MultiDict())
        form.validate()
        return render_template("gallery.html", form=form, **gallery_context())

    @app.get("/refused/<int:status>")
    def refused(status: int) -> str:
        abort(status)

    @app.post("/draft")
    def draft() -> Response | tuple[Response, int]:
        drafts.hold.wait(20)
        if drafts.refuse:
            return jsonify({}), 503
        drafts.received.append(request.form.to_dict() | {"token": request.headers["X-CSRFToken"]})
        return jsonify({"kept_at": "14:32"})


def _site(app: Flask) -> None:
    for name in ("landing", "help", "privacy", "accessibility", "sign_in", "sign_out"):
        app.add_url_rule(f"/{name}", endpoint=f"public.{name}", view_func=lambda: "", methods=["GET", "POST"])
    app.add_url_rule("/link/lost", endpoint="panellist.lost", view_func=lambda: "")
    for status in (400, 403, 404, 409, 410, 413, 422, 429, 500, 503):
        app.register_error_handler(
            status, lambda error, status=status: (render_template(f"errors/{status}.html"), status)
        )

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        return response


@pytest.fixture(scope="session")
def drafts() -> Drafts:
    return Drafts()


@pytest.fixture(scope="session")
def app(drafts: Drafts) -> Flask:
    app = Flask("gallery", static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates"))
    app.jinja_env.loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(ROOT / "tests" / "look" / "templates")]
    )
    app.secret_key = "gallery"
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(marked=marks.marked, written=figures.written)
    app.jinja_env.globals["csrf_token"] = lambda: "token-of-the-form"
    _pages(app, drafts)
    _site(app)
    return app


@pytest.fixture(scope="session")
def site(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def open_page(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Open a path at a width; every console message or failed script makes the test fail at its end."""
    contexts, said = [], []

    def opened(path: str, width: int = 390, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 844}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(6000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(site + path, wait_until="networkidle")
        return page

    opened.said = said  # type: ignore[attr-defined]
    yield opened
    for context in contexts:
        context.close()
    assert said == [], json.dumps(said, indent=1)
