"""The list of un-revocations: there and back, and what is wrong named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaccine_pass.attempts import attempt
from tests.vaccine_pass.revocation.lists import BLOCK, LAST, SIGNED, serial_sets, unrevoked
from vaccine_pass.errors import PassError
from vaccine_pass.revocation import unrevocations
from vaccine_pass.revocation.serial_list import MAX_SECONDS
from vaccine_pass.revocation.unrevocations import dumps, loads

values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=4)


def a_document(**changes):
    document = {
        "format": "checkpoint-unrevocation/1",
        "sequence": 1,
        "signed_at": "2021-07-30T00:00:00Z",
        "serials": [],
    }
    return json.dumps({name: value for name, value in (document | changes).items() if value is not ...})


def refusal(text):
    with pytest.raises(PassError) as refused:
        loads(text)
    assert refused.value.code == "bad_revocation_list"
    return refused.value.message


@given(serial_sets, st.integers(1, (1 << 32) - 1), st.integers(0, MAX_SECONDS))
def test_a_list_reads_back(model, sequence, signed_at):
    assert loads(dumps(unrevoked(model, sequence, signed_at))) == unrevoked(model, sequence, signed_at)


def test_a_list_is_what_the_format_says():
    assert dumps(unrevoked([BLOCK + 1], 2)) == (
        '{"format": "checkpoint-unrevocation/1", "sequence": 2, "signed_at": "2021-07-30T00:00:00Z",'
        ' "serials": [1048577]}\n'
    )


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_text_is_refused_in_one_sentence(text):
    read, error = attempt(loads, text)
    assert read is None
    assert error.message.startswith("The list of un-revocations cannot be used: ")


@given(st.sampled_from(["format", "sequence", "signed_at", "serials"]), values)
def test_any_value_of_a_member_gives_a_list_or_the_error(member, value):
    read, error = attempt(loads, a_document(**{member: value}))
    assert (read is None) is (error is not None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (a_document(format="checkpoint-trust/1"), "format"),
        (a_document(serials=...), "serials"),
        (a_document(extra=1), "format"),
        (a_document(sequence=0), "sequence"),
        (a_document(sequence=True), "sequence"),
        (a_document(sequence=1 << 32), "sequence"),
        (a_document(signed_at="yesterday"), "signed_at"),
        (a_document(signed_at="1969-12-31T23:59:59Z"), "signed_at"),
        (a_document(serials={}), "serials is no list"),
        (a_document(serials=[0]), "none of the blocks"),
        (a_document(serials=[LAST + 1]), "none of the blocks"),
        (a_document(serials=[True]), "none of the blocks"),
        (a_document(serials=["162c4a"]), "none of the blocks"),
        (a_document(serials=[BLOCK + 1, BLOCK]), "ascending"),
        (a_document(serials=[BLOCK, BLOCK]), "ascending"),
        (a_document(serials=[BLOCK] * 100_001), "at most 100000"),
        (" " * 2_000_001, "longer than"),
        ("[" * 100_000, "no JSON"),
        (b"\xff", "no JSON"),
        ("[]", "format"),
    ],
)
def test_what_is_wrong_is_named(text, words):
    assert words in refusal(text)


@pytest.mark.parametrize(("sequence", "signed_at"), [(0, SIGNED), (1 << 32, SIGNED), (1, -1), (1, MAX_SECONDS + 1)])
def test_a_wrong_list_is_never_written(sequence, signed_at):
    with pytest.raises(ValueError, match="sequence"):
        dumps(unrevoked((), sequence, signed_at))


def test_too_long_a_list_is_never_written(monkeypatch):
    monkeypatch.setattr(unrevocations, "MAX_SERIALS", 1)
    with pytest.raises(ValueError, match="2 serials"):
        dumps(unrevoked([BLOCK, LAST]))
