"""`/metrics` for Prometheus, for the places that a setting names; to all others there is no such page.

Requests are counted by part of the server and class of status, never by address. With several workers they are
counted in files of one folder (`PROMETHEUS_MULTIPROC_DIR`, which `checkpoint-server run` sets); what waits is read
from the database, so that every worker says the same.
"""

from __future__ import annotations

import ipaddress
import os
import time
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select

from verifier_server.audit.tables import AuditWaiting
from verifier_server.doses.tables import Dose
from verifier_server.jobs.tables import Job
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.wrappers import Response as Answer

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_NAME = "checkpoint-metrics"
_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0)

pages = Blueprint("metrics", __name__)


class _Requests:
    """How many requests there were and how long they took, in this process or this folder."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.count = Counter(
            "checkpoint_requests", "Requests answered", ["part", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "checkpoint_request_seconds",
            "Seconds to the answer",
            ["part"],
            buckets=_SECONDS,
            registry=self.registry,
        )


class _Register:
    """What the database says now."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give each figure."""
        for name, said, rows in (
            ("people", "People in the register", select(Person.id)),
            ("doses", "Doses recorded", select(Dose.id)),
            (
                "doses_waiting",
                "Doses that wait for their site's sign-off",
                select(Dose.id).where(Dose.signed_off_at.is_(None)),
            ),
            ("passes", "Passes issued", select(IssuedPass.id)),
            ("audit_events_waiting", "Audit events that are not sealed yet", select(AuditWaiting.event)),
            (
                "jobs_waiting",
                "Long jobs that are not done",
                select(Job.id).where(Job.state.in_(("waiting", "running"))),
            ),
        ):
            held = reading().scalar(select(func.count()).select_from(rows.subquery())) or 0
            yield GaugeMetricFamily(f"checkpoint_{name}", said, value=held)


def register(app: Flask) -> None:
    """Count every request of this application."""
    if os.environ.get(FOLDER_VARIABLE):
        # The package chooses this when it is first imported, and the command line may have done that before.
        values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]
    app.extensions[_NAME] = _Requests()
    app.before_request(_begin)
    app.after_request(_count)


@pages.get("/metrics")
def metrics() -> Response:
    """Tell the figures."""
    if not is_allowed(request.remote_addr, services().config.settings.metrics_from) or _came_through_a_stranger():
        abort(404)
    registry = CollectorRegistry()
    if os.environ.get(FOLDER_VARIABLE):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        counted = generate_latest(registry)
    else:
        counted = generate_latest(current_app.extensions[_NAME].registry)
    held = CollectorRegistry()
    held.register(_Register())  # type: ignore[arg-type]
    return Response(counted + generate_latest(held), content_type=CONTENT_TYPE_LATEST)


def is_allowed(address: str | None, places: str) -> bool:
    """Whether an address is one of the places: addresses and networks with commas between them."""
    try:
        found = ipaddress.ip_address(address or "")
        return any(
            found in ipaddress.ip_network(place.strip(), strict=False) for place in places.split(",") if place.strip()
        )
    except ValueError:
        return False


def _came_through_a_stranger() -> bool:
    # A proxy on this machine that no setting names: its address is this machine's, and the visitor's is not known.
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
    return forwarded and not services().config.settings.trusted_proxies


def _begin() -> None:
    g.metrics_begun = time.perf_counter()


def _count(response: Answer) -> Answer:
    part, counted = request.blueprint or "none", current_app.extensions[_NAME]
    method = request.method if request.method in {"GET", "HEAD", "POST"} else "other"
    counted.count.labels(part, method, f"{response.status_code // 100}xx").inc()
    counted.seconds.labels(part).observe(time.perf_counter() - g.get("metrics_begun", time.perf_counter()))
    return response
