"""The examples of docs/api.md, sent in their order."""

import json
import re
from pathlib import Path

MANUAL = Path(__file__).parents[3] / "docs" / "api.md"
EXAMPLE = re.compile(r"```http\n(GET|POST) (\S+)\n(?:(\{.*\})\n)?→ (\d{3})\n```")


def test_every_example_of_the_manual_answers_as_it_says(system):
    found = EXAMPLE.findall(MANUAL.read_text("utf-8"))
    assert len(found) == MANUAL.read_text("utf-8").count("```http")
    for method, path, body, status in found:
        answer = system.get(path) if method == "GET" else system.post(path, json.loads(body))
        assert (path, answer.status_code) == (path, int(status)), answer.get_data(as_text=True)
