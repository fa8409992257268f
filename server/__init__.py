"""Serve a built dossier over HTTP: SPARQL, its answers as pages, and word of its health.

`server.app.create_app` makes the application, `server.serve.serve` runs it. Nothing is imported
here, so that a query worker, which is part of this package, starts without Flask.
"""

from __future__ import annotations
