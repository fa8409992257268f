"""Own the making of the application from its parts; not the parts."""

from __future__ import annotations

from functools import partial

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from server import (
    about,
    access_log,
    comparisons,
    crawlers,
    documents,
    dumps,
    errors,
    graphs,
    health,
    introduce,
    metrics,
    pages,
    parameters,
    present,
    proofs,
    query_pages,
    reconcile,
    sayings,
    search,
    security,
    sparql,
    update,
    views,
    withdrawals,
    words,
)
from server.body import TimedBodies
from server.config import Config
from server.observe import Note, observed
from server.parameters import encoded
from server.shortway import ShortWay
from server.state import KEY, open_state

__all__ = ["create_app"]

_PARTS = (
    pages,
    documents,
    comparisons,
    about,
    proofs,
    search,
    reconcile,
    dumps,
    crawlers,
    views,
    withdrawals,
    sparql,
    introduce,
    update,
    graphs,
    health,
    metrics,
)


def create_app(config: Config) -> Flask:
    """Return the application, its workers started; closing its pool ends them."""
    notes = [access_log.open_log(config.access_log)] if config.access_log else []
    app = Flask(__name__)
    app.url_map.merge_slashes = False  # a redirect would lead wherever the header Host says
    app.config["MAX_CONTENT_LENGTH"] = encoded(config.max_query_bytes)
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]
    here = app.extensions[KEY] = open_state(config)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for part in _PARTS:
        app.register_blueprint(part.blueprint)
    words.init_app(app)
    present.init_app(app)
    query_pages.init_app(app)
    sayings.init_app(app)
    introduce.init_app(app, here)
    errors.init_app(app)
    parameters.init_app(app)
    security.init_app(app)
    notes.append(metrics.init_app(app, here))
    timed = TimedBodies(app.wsgi_app, config.deadline_s)
    run = partial(sparql.run, here)
    short = ShortWay(timed, here.cache, run, config.max_query_bytes)
    app.wsgi_app = short  # type: ignore[assignment,method-assign]
    _stand_before(app, config.proxies, notes)
    return app


def _stand_before(app: Flask, proxies: int, notes: list[Note]) -> None:
    """Put before the application, from the inside out, what sees every request."""
    before = observed(app.wsgi_app, notes)
    if proxies:  # a header that a proxy did not set is whatever the client wants it to be
        before = ProxyFix(
            before, x_for=proxies, x_proto=proxies, x_host=proxies, x_port=proxies, x_prefix=proxies
        )
    app.wsgi_app = before  # type: ignore[assignment,method-assign]  # Flask's own way
