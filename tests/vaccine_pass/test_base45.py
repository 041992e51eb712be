"""Base45: RFC 9285's own examples, the inverse, strictness, and the lanes against a plain loop."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaccine_pass.attempts import attempt
from vaccine_pass import base45
from vaccine_pass.errors import Unreadable
from vaccine_pass.reasons import Reason

EXAMPLES = [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")]
"""RFC 9285, sections 4.3 and 4.4."""


def refusal(text):
    with pytest.raises(Unreadable) as refused:
        base45.decode(text)
    return refused.value


def slowly_encoded(data):
    """RFC 9285, section 4, as written."""
    text = ""
    for start in range(0, len(data), 2):
        chunk = data[start : start + 2]
        number = int.from_bytes(chunk, "big")
        for _ in range(len(chunk) + 1):
            number, value = divmod(number, 45)
            text += base45.ALPHABET[value]
    return text


@pytest.mark.parametrize(("data", "text"), EXAMPLES)
def test_the_examples_of_the_rfc_hold_both_ways(data, text):
    assert base45.encode(data) == text
    assert base45.decode(text) == data


def test_every_pair_of_bytes_and_every_single_one_goes_there_and_back():
    everything = b"".join(number.to_bytes(2, "big") for number in range(1 << 16))
    text = base45.encode(everything)
    assert text == slowly_encoded(everything)
    assert base45.decode(text) == everything
    for number in range(256):
        assert base45.decode(base45.encode(bytes([number]))) == bytes([number])


@given(st.binary(max_size=900))
def test_decoding_is_the_inverse_of_encoding_and_encoding_is_the_rfcs(data):
    text = base45.encode(data)
    assert text == slowly_encoded(data)
    assert base45.decode(text) == data


@given(st.text(base45.ALPHABET, max_size=60))
def test_a_text_that_decodes_is_the_only_text_of_its_bytes(text):
    data, refused = attempt(base45.decode, text)
    assert refused.reason is Reason.NOT_BASE45 if refused else base45.encode(data) == text


@pytest.mark.parametrize("text", ["GGW", ":::", "AB8GGW", "BB8:::BB8", "GGWBB8"])
def test_a_group_of_three_above_its_range_is_refused(text):
    assert "above 65535" in refusal(text).message


def test_the_highest_group_of_three_is_read():
    assert base45.decode("FGW") == b"\xff\xff"


@pytest.mark.parametrize("text", ["::", "V5", "BB8V5"])
def test_a_group_of_two_above_its_range_is_refused(text):
    assert "above 255" in refusal(text).message


def test_the_highest_group_of_two_is_read():
    assert base45.decode("U5") == b"\xff"


@pytest.mark.parametrize("text", ["A", "BB8A"])
def test_one_character_left_over_is_refused(text):
    assert refusal(text).evidence == {"place": len(text) - 1}


@pytest.mark.parametrize("foreign", ["a", "\n", "_", "=", "é", "Đ", "\ud800", "\x00", "\uff21", "٣", "🙂"])
def test_a_foreign_character_is_refused_and_its_place_named(foreign):
    refused = refusal("BB" + foreign)
    assert refused.reason is Reason.NOT_BASE45
    assert refused.evidence == {"place": 2}
