"""The web adapter, split by who acts. ``create_app`` builds it from settings and a clock."""

from __future__ import annotations

from flask import Flask

from copkit_delphi import database, installation
from copkit_delphi.elicitation.ratings import Clock
from copkit_delphi.resources import resource_dir
from copkit_delphi.settings import Settings
from copkit_delphi.web import (
    compression,
    errors,
    filters,
    guard,
    languages,
    refusals,
    security,
    sign_in,
    transaction,
    zones,
)
from copkit_delphi.web.blueprints import BLUEPRINTS
from copkit_delphi.web.context import KEY
from copkit_delphi.web.typed import Number


def create_app(settings: Settings | None = None, *, clock: Clock = database.now) -> Flask:
    """Return the application; raises when a route has no door."""
    settings = settings or Settings.read()
    place = installation.make(settings, clock=clock)
    place.migrate()
    app = Flask(
        "copkit_delphi",
        template_folder=str(resource_dir("templates")),
        static_folder=str(resource_dir("static")),
        instance_path=str(settings.data_dir),
    )
    app.extensions[KEY] = place
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters["int"] = Number
    transaction.install(app)
    security.configure(app, settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    guard.install(app)
    compression.install(app)
    languages.install(app)
    zones.install(app)
    sign_in.install(app)
    refusals.install(app)
    filters.install(app)
    errors.install(app)
    return app
