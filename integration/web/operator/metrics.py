"""Numbers for monitoring, in Prometheus' text format: requests of this process, and the state of the instance."""

import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from integration.overview import overview
from integration.troubles import NAMES, troubles
from integration.web import untold_proxy
from integration.web.rate_limits import parsed
from integration.web.services import services

pages = Blueprint("metrics", __name__)
EXTENSION = "backstride-metrics"
PASSED_ON = ("X-Real-IP", "CF-Connecting-IP", "Via", "X-Forwarded-Host", "X-Forwarded-Proto")  # a proxy's words
OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
REMEDY = "Set METRICS_TOKEN and send it as Authorization: Bearer …; without one, ask from the machine itself.\n"

Count = Callable[[str, int, float], None]


@dataclass(frozen=True)
class Measured:
    """The numbers of one application, and what counts an answer into them."""

    registry: CollectorRegistry
    count: Count


class Instance(Collector):
    """The numbers of `backstride status`, at the moment of asking."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        parts = services()
        numbers = overview(parts.store, parts.budget, parts.now())
        for name, label in (("athletes", "state"), ("activities", "state"), ("notes", "state")):
            yield _gauge(f"backstride_{name}", label, numbers[name])
        oldest = numbers["oldest_waiting_s"]
        yield GaugeMetricFamily("backstride_oldest_waiting_seconds", "Age of the oldest waiting event.", oldest or 0)
        status = ("ok", "inactive", "unreachable", "no subscription")
        yield _gauge("backstride_strava", "status", {name: int(name == numbers["strava"]) for name in status})
        there = troubles(parts.store, parts.budget, parts.settings.data_dir, parts.now())
        yield _gauge("backstride_trouble", "name", {name: int(name in there) for name in NAMES})
        free = shutil.disk_usage(parts.settings.data_dir).free
        yield GaugeMetricFamily("backstride_disk_free_bytes", "Free for DATA_DIR.", free)
        for kind, windows in (numbers["budget"] or {}).items():
            for window, (used, limit) in windows.items():
                yield _gauge(f"backstride_calls_{kind}_{window}", "what", {"used": used, "limit": limit})


@pages.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Return the numbers to whoever sends METRICS_TOKEN, or asks from this machine while none is set."""
    if not _may_read():
        return REMEDY, 403, {"Content-Type": "text/plain; charset=utf-8"}
    measured: Measured = current_app.extensions[EXTENSION]
    return Response(generate_latest(measured.registry), content_type=CONTENT_TYPE_LATEST)


def _may_read() -> bool:
    token = services().settings.metrics_token
    if token is not None:
        sent = request.headers.get("Authorization", "")
        return compare_digest(sent.encode(), f"Bearer {token.get_secret_value()}".encode())
    address = parsed(request.remote_addr or "")
    direct = not untold_proxy.is_seen() and not any(name in request.headers for name in PASSED_ON)
    return address is not None and address.is_loopback and direct and _host() in OWN_HOSTS


def _host() -> str:
    """Return the name that was asked for, without its port: a page of another site may have any name lead here."""
    return (urlsplit(f"//{request.host}").hostname or "").lower()


def prepare(app: Flask) -> None:
    """Count the requests of this application; each has its own registry."""
    registry = CollectorRegistry()
    registry.register(Instance())
    answered = Counter("backstride_requests", "Answers by view and status.", ["view", "status"], registry=registry)
    took = Histogram("backstride_request_seconds", "Time to answer, by view.", ["view"], registry=registry)

    def count(view: str, status: int, seconds: float) -> None:
        answered.labels(view, status).inc()
        took.labels(view).observe(seconds)

    def begin() -> None:
        g.begun = time.perf_counter()

    def count_page(response: Response) -> Response:
        now = time.perf_counter()
        count(request.endpoint or "none", response.status_code, now - g.get("begun", now))
        return response

    app.extensions[EXTENSION] = Measured(registry, count)
    app.before_request(begin)
    app.after_request(count_page)


def counter(app: Flask) -> Count:
    """Return what counts an answer: by the name of its view, its status, and the seconds that it took."""
    measured: Measured = app.extensions[EXTENSION]
    return measured.count


def _gauge(name: str, label: str, numbers: Mapping[str, int]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, name.removeprefix("backstride_").replace("_", " "), labels=[label])
    for value, number in numbers.items():
        gauge.add_metric([value], number)
    return gauge
