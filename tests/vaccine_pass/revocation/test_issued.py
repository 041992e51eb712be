"""The counts of issued serials read back, and whatever else stands there is refused by name."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaccine_pass.revocation.lists import SIGNED
from vaccine_pass.errors import PassError
from vaccine_pass.revocation.issued import MAX_BYTES, Issued, dumps, loads
from vaccine_pass.revocation.serial_list import MAX_SECONDS

GOOD = {"format": "checkpoint-issued/1", "at": "2021-07-30T00:00:00Z", "blocks": {"1": 12_345}}


@given(st.dictionaries(st.integers(1, 4095), st.integers(1, 1 << 20), max_size=50), st.integers(0, MAX_SECONDS))
def test_counts_read_back_and_the_same_counts_are_the_same_text(blocks, at):
    text = dumps(Issued(at, blocks))
    assert loads(text) == Issued(at, blocks)
    assert dumps(Issued(at, dict(reversed(blocks.items())))) == text
    assert loads(text).total == sum(blocks.values())


def test_the_text_is_the_one_that_the_channel_names():
    assert json.loads(dumps(Issued(SIGNED, {1: 12_345}))) == GOOD


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no JSON"),
        ("[" * 50_000, "no JSON"),
        (" " * (MAX_BYTES + 1), "longer than"),
        (json.dumps(GOOD)[:-1], "no JSON"),
        ('{"format": "checkpoint-issued/1", "at": "2021-07-30T00:00:00Z", "blocks": {"1": 5, "1": 9}}', "twice"),
        (json.dumps(GOOD | {"format": "checkpoint-issued/2"}), "format"),
        (json.dumps(GOOD | {"more": 1}), "format"),
        (json.dumps(GOOD | {"at": "2021-07-30"}), "at is no time"),
        (json.dumps(GOOD | {"at": "2021-7-30T00:00:00Z"}), "at is no time"),
        (json.dumps(GOOD | {"blocks": []}), "blocks"),
        *((json.dumps(GOOD | {"blocks": {name: 1}}), "no block") for name in ("0", "01", "4096", "x", "١", "-1", "")),
        *((json.dumps(GOOD | {"blocks": {"1": n}}), "no block") for n in (0, -1, 1.0, True, "1", (1 << 20) + 1, None)),
    ],
)
def test_what_is_wrong_is_named_in_one_sentence(text, named):
    with pytest.raises(PassError) as caught:
        loads(text)
    assert named in caught.value.message
    assert caught.value.message.endswith(".")
    assert caught.value.code == "bad_revocation_list"


@given(st.binary(max_size=80))
def test_no_bytes_are_a_fault_of_ours(data):
    with pytest.raises(PassError):
        loads(data)


@pytest.mark.parametrize(("at", "blocks"), [(-1, {}), (MAX_SECONDS + 1, {}), (0, {0: 1}), (0, {1: 0}), (0, {4096: 1})])
def test_wrong_counts_are_never_written(at, blocks):
    with pytest.raises(ValueError, match="issued at"):
        dumps(Issued(at, blocks))
