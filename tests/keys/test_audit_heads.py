"""Heads of audit chains: what is one, and that what is published never goes back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.audit_heads import Head, merged, published, read
from keys.errors import KeysError

from .builders import NOW


def a_head(seq=7, chain="a" * 32, digest="b" * 64, sealed_at=NOW):
    return Head(chain, seq, digest, sealed_at)


def a_file(**details):
    return json.dumps(a_head(**details).document()).encode()


def test_a_head_s_file_and_the_published_file_are_read_back():
    assert read(a_file(), "it") == (a_head(),)
    both = (a_head(), a_head(chain="c" * 32, seq=9))
    assert read(published(reversed(both)), "it") == both


def test_a_newer_head_takes_the_place_of_its_own_chain_s():
    out = merged(a_file(), None)
    out = merged(a_file(chain="c" * 32, seq=3), out)
    out = merged(a_file(seq=8, digest="d" * 64), out)
    assert {head.chain[0]: head.seq for head in read(out, "it")} == {"a": 8, "c": 3}
    assert merged(a_file(seq=8, digest="d" * 64), out) == out


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"seq": 6}, "old_head"), ({"digest": "e" * 64}, "head_differs"), ({"sealed_at": NOW + 1}, "head_differs")],
)
def test_an_older_head_and_another_one_of_the_same_link_are_refused(changes, code):
    with pytest.raises(KeysError, match="audit verify") as refused:
        merged(a_file(**changes), merged(a_file(), None))
    assert refused.value.code == code


def test_one_bad_head_among_good_ones_changes_nothing():
    out = merged(a_file(), None)
    with pytest.raises(KeysError):
        merged(published([a_head(chain="c" * 32), a_head(seq=1)]), out)


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": 0},
        {"seq": True},
        {"seq": "7"},
        {"seq": 2**53},
        {"chain": "A" * 32},
        {"chain": "a" * 31},
        {"chain": None},
        {"hash": "b" * 63},
        {"hash": 5},
        {"sealed_at": "yesterday"},
        {"sealed_at": None},
        {"sealed_at": 5},
        {"format": "checkpoint-audit-head/2"},
        {"format": None},
    ],
)
def test_a_head_with_a_wrong_member_is_refused(changes):
    with pytest.raises(KeysError, match="is no head of an audit chain") as refused:
        read(json.dumps({**a_head().document(), **changes}).encode(), "head.json")
    assert refused.value.code == "bad_head"


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,0123456789abcdefnulhsoqt', max_size=200).map(str.encode))
def test_whatever_bytes_come_there_is_one_error(data):
    with pytest.raises(KeysError):
        read(data, "it")


def test_a_deep_or_a_large_file_is_refused():
    for data in (b"[" * 200_000, a_file() + b" " * (2 << 20) + b"x", b'{"format": ' * 50_000):
        with pytest.raises(KeysError):
            merged(data, None)
