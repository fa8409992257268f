"""Own the figures for Prometheus: of the answers, and of the workers; not who may read them.

https://prometheus.io/docs/instrumenting/writing_exporters/
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from server.observe import ROUTE, Note, Seen
from server.state import State

__all__ = ["blueprint", "init_app"]

blueprint = Blueprint("metrics", __name__)

_KEY = "clef.metrics"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Answer with the figures, in the form of Prometheus or OpenMetrics that is accepted."""
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    answer = Response(encode(current_app.extensions[_KEY]), content_type=content_type)
    answer.cache_control.no_store = True
    answer.vary.add("Accept")
    return answer


def init_app(app: Flask, here: State) -> Note:
    """Keep figures for an application; return what notes an answer."""
    registry = CollectorRegistry()
    app.extensions[_KEY] = registry
    app.before_request(_leave_route)
    ProcessCollector(registry=registry)
    registry.register(_OfTheService(here))
    answers = Counter(
        "clef_http_requests",
        "Requests answered",
        ["method", "route", "status"],
        registry=registry,
    )
    seconds = Histogram(
        "clef_http_request_seconds",
        "Time until an answer began",
        ["route"],
        buckets=_SECONDS,
        registry=registry,
    )

    @cache  # to find the figures of some labels takes longer than to count; they are few
    def figures(method: str, route: str, status: str) -> tuple[Counter, Histogram]:
        return answers.labels(method, route, status), seconds.labels(route)

    def note(seen: Seen) -> None:
        method = seen.environ["REQUEST_METHOD"]
        known = method if method in _METHODS else "other"
        count, time = figures(known, seen.environ.get(ROUTE, "none"), seen.status)
        count.inc()
        time.observe(seen.seconds)

    return note


def _leave_route() -> None:
    if request.url_rule:
        request.environ[ROUTE] = request.url_rule.rule


class _OfTheService(Collector):
    """Reads the figures that the parts of the service keep themselves."""

    def __init__(self, here: State) -> None:
        self._here = here

    def collect(self) -> Iterator[Metric]:
        pool, inside = self._here.pool, self._here.admission.inside
        yield GaugeMetricFamily("clef_queries_inside", "Queries that run or wait", inside)
        yield GaugeMetricFamily("clef_workers_idle", "Workers that wait for a query", pool.idle)
        yield CounterMetricFamily(
            "clef_workers_replaced", "Workers ended, by a deadline or otherwise", pool.replaced
        )
        yield GaugeMetricFamily("clef_triples", "Triples in the data", pool.triples)
        yield InfoMetricFamily("clef_data", "The data served", {"digest": pool.digest})
