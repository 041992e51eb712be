"""docs/audit.md says what the program does."""

from tests.conftest import ROOT
from verifier_server.audit.canonical import EventFacts, first_previous, link_hash
from verifier_server.audit.findings import Difference
from verifier_server.audit.kinds import Kind
from verifier_server.cli import parser

MANUAL = (ROOT / "docs" / "audit.md").read_text()


def test_every_kind_of_event_and_of_difference_is_explained():
    for value in (*Kind, *Difference):
        assert f"| `{value.value}` | " in MANUAL


def test_the_vector_is_right():
    before = first_previous("000102030405060708090a0b0c0d0e0f")
    facts = EventFacts(7, "dose_recorded", 1627603200, 1, None, "dose", 9, 4, bytes(range(32)))
    assert f"`{before.hex()}`" in MANUAL
    assert f"`{link_hash(before, 1, 1627603260, facts).hex()}`" in MANUAL


def test_the_commands_that_it_names_can_be_called():
    lines = [line.split("#")[0].split() for line in MANUAL.splitlines() if line.startswith("checkpoint-server audit")]
    calls = [words[1:] for words in lines if not any(word.startswith("[") for word in words)]
    assert len(calls) >= 4
    for call in calls:
        assert callable(parser().parse_args(call).run)
