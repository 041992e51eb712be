"""Figures for Prometheus: who gets them, and that they say nothing about anybody."""

import subprocess
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families

from verifier_server.metrics.pages import FOLDER_VARIABLE, is_allowed
from verifier_server.web.services import services

from ..builders import a_vaccinated_person


def figures(answer):
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }


def test_requests_are_counted_by_part_and_what_the_register_holds_is_told(app, clerk):
    with app.app_context(), services().storage.writing() as session:
        a_vaccinated_person(session)
    clerk.get("/people?q=Nguyễn Thị")
    told = figures(clerk.get("/metrics"))
    assert told["checkpoint_people",] == 1
    assert told["checkpoint_doses",] == 2
    assert told["checkpoint_audit_events_waiting",] > 0
    assert told["checkpoint_requests_total", "2xx", "GET", "people"] == 1


def test_no_address_and_no_name_is_in_the_figures(clerk):
    clerk.get("/people?q=Hoàng")
    clerk.get("/people/4711")
    text = clerk.get("/metrics").get_data(as_text=True)
    assert "Hoàng" not in text
    assert "4711" not in text


def test_a_stranger_finds_no_such_page(app):
    client = app.test_client()
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.5"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.5"}).status_code == 404
    assert client.get("/metrics").status_code == 200


@pytest.mark.parametrize(
    ("address", "places", "allowed"),
    [
        ("127.0.0.1", "127.0.0.1, ::1", True),
        ("::1", "127.0.0.1, ::1", True),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("11.1.2.3", "10.0.0.0/8,127.0.0.1", False),
        ("127.0.0.1", "", False),
        (None, "0.0.0.0/0", False),
    ],
)
def test_the_places_are_addresses_and_networks(address, places, allowed):
    assert is_allowed(address, places) is allowed


def test_several_workers_are_counted_together(tmp_path):
    # A process of its own: where the package counts is chosen for a whole process.
    script = """
import os
from flask import Flask
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from verifier_server.metrics import pages
def worker():
    app = Flask("worker")
    pages.register(app)
    app.test_client().get("/nowhere")
for _ in range(2):
    child = os.fork()
    if not child:
        worker()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""
    late = f"import os, prometheus_client; os.environ[{FOLDER_VARIABLE!r}] = {str(tmp_path)!r}\n" + script
    told = subprocess.run([sys.executable, "-c", late], capture_output=True, text=True, check=True).stdout
    assert 'checkpoint_requests_total{method="GET",part="none",status="4xx"} 2.0' in told
