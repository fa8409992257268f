"""Own the application for a WSGI server of one's own, made from the environment when called.

granian --interface wsgi --factory server.wsgi:app
"""

from __future__ import annotations

import os

from flask import Flask

from server.app import create_app
from server.config import Config

__all__ = ["app"]


def app() -> Flask:
    """Return the application that `server.config` describes."""
    return create_app(Config.from_environment(os.environ))
