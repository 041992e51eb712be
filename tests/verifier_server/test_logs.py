"""Logs: structured, and silent about people."""

import json
import logging
import sys

from verifier_server.logs import JsonLines

from .builders import NAME


def line_of(record):
    return json.loads(JsonLines().format(record))


def a_log_record(message="hello", *values, name="verifier_server.web.faults", error=None, **extra):
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, values, error)
    record.__dict__.update(extra)
    return record


def test_a_record_is_one_json_object():
    line = line_of(a_log_record("database unavailable", fault="Locked"))
    assert (line["level"], line["message"], line["fault"]) == ("error", "database unavailable", "Locked")


def test_the_text_of_an_exception_is_not_logged():
    try:
        int(f"duplicate key: {NAME}")
    except ValueError:
        line = JsonLines().format(a_log_record("unexpected %s", "ValueError", error=sys.exc_info()))
    assert NAME.split()[0] not in json.loads(line)["message"]
    assert "duplicate" not in line
    assert json.loads(line)["error"] == "ValueError"
    assert any("test_logs.py" in frame for frame in json.loads(line)["frames"])


def test_values_in_the_messages_of_libraries_are_not_logged():
    line = line_of(a_log_record("parameters: %s", NAME, name="sqlalchemy.engine"))
    assert line["message"] == "parameters: %s"


def test_a_request_is_logged_by_its_endpoint_and_never_by_its_address(clerk, caplog):
    with caplog.at_level(logging.INFO, "verifier_server"):
        clerk.get("/people?q=nguyen+thi+hoa")
    (record,) = [one for one in caplog.records if one.name == "verifier_server.web.access"]
    line = JsonLines().format(record)
    assert (json.loads(line)["endpoint"], json.loads(line)["status"]) == ("people.search", 200)
    assert "nguyen" not in line


def test_unknown_extra_fields_are_not_logged():
    assert "person" not in line_of(a_log_record(person=NAME))
