"""Own the making of the application from its parts; not the parts."""

from __future__ import annotations

from flask import Flask

from server import errors, health, pages, security, sparql
from server.body import TimedBodies
from server.cache import ShortWay
from server.config import Config
from server.state import KEY, open_state

__all__ = ["create_app"]

_FORM_OVERHEAD = 65536


def create_app(config: Config) -> Flask:
    """Return the application, its workers started; closing its pool ends them."""
    app = Flask(__name__)
    # A byte of a query takes three where it is percent-encoded.
    app.config["MAX_CONTENT_LENGTH"] = 3 * config.max_query_bytes + _FORM_OVERHEAD
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]
    here = open_state(config)
    app.extensions[KEY] = here
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for part in (pages, sparql, health):
        app.register_blueprint(part.blueprint)
    errors.init_app(app)
    security.init_app(app)
    timed = TimedBodies(app.wsgi_app, config.deadline_s)
    app.wsgi_app = ShortWay(timed, here.cache)  # type: ignore[assignment,method-assign]
    return app
